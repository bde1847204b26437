#include "protocol/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/read_some.h"

enum { LINE_END_BYTES = 2 };

struct reading {
	const char *path;
	char *why;
	size_t size;
};

static enum err
say(const struct reading *r, enum err err, const char *what)
{
	(void)snprintf(r->why, r->size, "%s: %s", r->path, what);
	return err;
}

static enum err
check(const struct reading *r, int fd)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return say(r, ERR_IO, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return say(r, ERR_INVALID, "not a file");
	if ((status.st_mode & 077) != 0)
		return say(r, ERR_DENIED,
		    "others than its owner may read or write it; run chmod "
		    "600 on it, and consider whether it is secret still");
	return OK;
}

static enum err
read_line(
    const struct reading *r, int fd, size_t most, char **text, size_t *len)
{
	enum err err = check(r, fd);

	if (err != OK)
		return err;
	/* Room for the line's end, for one byte too many, and for the NUL. */
	err = read_some(fd, most + LINE_END_BYTES + 1, text, len);
	if (err != OK)
		return say(r, err,
		    err == ERR_MEMORY ? "out of memory" : strerror(errno));
	if (*len > 0 && (*text)[*len - 1] == '\n')
		--*len;
	if (*len > 0 && (*text)[*len - 1] == '\r')
		--*len;
	if (*len <= most) {
		(*text)[*len] = '\0';
		return OK;
	}
	(void)snprintf(
	    r->why, r->size, "%s: more than %zu bytes", r->path, most);
	private_file_wipe(text, *len);
	return ERR_TOO_LARGE;
}

enum err
private_file_read(const char *path, size_t most, char **text, size_t *len,
    char *why, size_t size)
{
	const struct reading r = {path, why, size};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum err err;

	*text = NULL;
	*len = 0;
	if (fd < 0)
		return say(&r, errno == ENOENT ? ERR_MISSING : ERR_IO,
		    strerror(errno));
	err = read_line(&r, fd, most, text, len);
	(void)close(fd);
	if (err != OK)
		*len = 0;
	return err;
}

void
private_file_wipe(char **text, size_t len)
{
	if (*text != NULL)
		sodium_memzero(*text, len);
	free(*text);
	*text = NULL;
}
