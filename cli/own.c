#include "cli/own.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/slurp.h"

struct place {
	const char *variable, *otherwise, *folder;
};

static const struct place places[] = {
    [OWN_FILTERS] = {"XDG_CONFIG_HOME", ".config", "filters"},
    [OWN_HANDOVERS] = {"XDG_STATE_HOME", ".local/state", "handovers"},
    [OWN_DRAFTS] = {"XDG_STATE_HOME", ".local/state", "drafts"},
};

static const char *
person_home(void)
{
	const char *home = getenv("HOME");
	const struct passwd *row;

	if (home != NULL && home[0] == '/')
		return home;
	row = getpwuid(getuid());
	return row != NULL ? row->pw_dir : "/";
}

enum err
own_path(enum own own, const char *leaf, char *out, struct fault *fault)
{
	const struct place *place = &places[own];
	const char *base = getenv(place->variable);
	/* The XDG rules have relative ones left alone. */
	bool given = base != NULL && base[0] == '/';
	int len = snprintf(out, OWN_PATH_MAX, "%s%s%s/tocsin/%s%s%s",
	    given ? base : person_home(), given ? "" : "/",
	    given ? "" : place->otherwise, place->folder,
	    leaf != NULL ? "/" : "", leaf != NULL ? leaf : "");

	if (len >= OWN_PATH_MAX)
		return fault_set(
		    fault, ERR_TOO_LARGE, "the path %.64s... is too long", out);
	return OK;
}

enum err
own_folder(enum own own, struct fault *fault)
{
	char path[OWN_PATH_MAX], *slash;
	enum err err = own_path(own, NULL, path, fault);

	if (err != OK)
		return err;
	for (slash = strchr(path + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0700);
		*slash = '/';
	}
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return fault_here(fault, ERR_IO,
		    "%s: the folder cannot be made: %s", path, strerror(errno));
	return OK;
}

enum err
own_read(enum own own, const char *leaf, char **text, struct fault *fault)
{
	char path[OWN_PATH_MAX];
	size_t len;
	enum err err = own_path(own, leaf, path, fault);

	*text = NULL;
	return err == OK ? slurp(path, OWN_BYTES_MAX, text, &len, fault) : err;
}

/* By temporary name and rename, so that two commands at once leave one. */
enum err
own_write(enum own own, const char *leaf, const char *text, struct fault *fault)
{
	char path[OWN_PATH_MAX], temporary[OWN_PATH_MAX + 8];
	bool written;
	int fd;
	enum err err = own_folder(own, fault);

	if (err == OK)
		err = own_path(own, leaf, path, fault);
	if (err != OK)
		return err;
	(void)snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd >= 0) {
		written = dprintf(fd, "%s", text) == (int)strlen(text);
		if (close(fd) == 0 && written && rename(temporary, path) == 0)
			return OK;
		(void)unlink(temporary);
	}
	return fault_here(
	    fault, ERR_IO, "%s: cannot be written: %s", path, strerror(errno));
}
