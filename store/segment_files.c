/* The files of a journal's folder. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/segment_engine.h"

/* The number in a segment's name; 0 for any other name. */
static uint64_t
number_of(const char *name)
{
	size_t i;

	for (i = 0; i < SEGMENT_NAME_DIGITS; i++)
		if (!isdigit((unsigned char)name[i]))
			return 0;
	if (strcmp(name + SEGMENT_NAME_DIGITS, ".seg") != 0)
		return 0;
	return strtoull(name, NULL, 10);
}

static enum err
find_missing(const char *store, struct segment_files *files)
{
	char path[SEGMENT_PATH_MAX];
	uint64_t number;

	for (number = files->first; number <= files->last; number++)
		if (access(segments_file(store, number, path), F_OK) != 0) {
			files->missing = number;
			return errno == ENOENT ? OK : ERR_IO;
		}
	return OK;
}

enum err
segment_files_list(const char *store, struct segment_files *files)
{
	char path[SEGMENT_PATH_MAX];
	struct dirent *found;
	uint64_t number, count = 0;
	DIR *folder;

	*files = (struct segment_files){0};
	folder = opendir(store_file(store, "journal", path));
	if (folder == NULL)
		return errno == ENOENT ? ERR_MISSING : ERR_IO;
	while ((found = readdir(folder)) != NULL) {
		number = number_of(found->d_name);
		if (number == 0)
			continue;
		count++;
		if (files->first == 0 || number < files->first)
			files->first = number;
		if (number > files->last)
			files->last = number;
	}
	(void)closedir(folder);
	if (count == 0 || count == files->last - files->first + 1)
		return OK;
	return find_missing(store, files);
}

static bool
all_zero(const unsigned char *bytes, size_t len)
{
	return len == 0 ||
	       (bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0);
}

enum err
segment_file_unused(const char *store, uint64_t number, bool *unused)
{
	unsigned char block[SEGMENT_BLOCK_BYTES];
	char path[SEGMENT_PATH_MAX];
	off_t at = SEGMENT_BLOCK_BYTES;
	ssize_t got;
	int fd;

	*unused = false;
	fd = open(segments_file(store, number, path), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	/* A header alone may be torn: no group was begun before it was synced. */
	while ((got = pread(fd, block, sizeof(block), at)) > 0 &&
	       all_zero(block, (size_t)got))
		at += got;
	(void)close(fd);
	*unused = got == 0;
	return got < 0 ? ERR_IO : OK;
}
