#include "cli/program.h"

#include <errno.h>
#include <libgen.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static bool
is_program(const char *folder, size_t len, const char *name,
    char out[PROGRAM_PATH_MAX])
{
	int written =
	    snprintf(out, PROGRAM_PATH_MAX, "%.*s/%s", (int)len, folder, name);

	return len > 0 && written < PROGRAM_PATH_MAX && access(out, X_OK) == 0;
}

enum err
program_find(const char *name, char out[PROGRAM_PATH_MAX], struct fault *fault)
{
	char own[PROGRAM_PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", own, sizeof(own) - 1);
	const char *folder = "?", *path = getenv("PATH");

	if (len > 0) {
		own[len] = '\0';
		folder = dirname(own);
		if (is_program(folder, strlen(folder), name, out))
			return OK;
	}
	while (path != NULL && *path != '\0') {
		size_t part = strcspn(path, ":");

		if (is_program(path, part, name, out))
			return OK;
		path += part;
		path += *path == ':';
	}
	return fault_here(fault, ERR_MISSING,
	    "%s is neither in %s nor on the PATH; is Tocsin installed whole?",
	    name, folder);
}

enum err
program_run(char *const *args, int *code, struct fault *fault)
{
	char path[PROGRAM_PATH_MAX];
	enum err err = program_find(args[0], path, fault);
	int failed, status;
	pid_t pid;

	if (err != OK)
		return err;
	(void)fflush(NULL);
	failed = posix_spawn(&pid, path, NULL, NULL, args, environ);
	if (failed != 0)
		return fault_set(fault, ERR_IO, "%s cannot be run: %s", path,
		    strerror(failed));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return fault_set(fault, ERR_IO,
			    "%s cannot be waited for: %s", path,
			    strerror(errno));
	*code =
	    WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return OK;
}

enum err
program_become(char *const *args, struct fault *fault)
{
	char path[PROGRAM_PATH_MAX];
	enum err err = program_find(args[0], path, fault);

	if (err != OK)
		return err;
	(void)fflush(NULL);
	(void)execv(path, args);
	return fault_set(
	    fault, ERR_IO, "%s cannot be run: %s", path, strerror(errno));
}
