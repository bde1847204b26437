#include "cli/slurp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/claim.h"

static enum err
read_all(FILE *file, const char *name, size_t max, char **bytes, size_t *len,
    struct fault *fault)
{
	size_t capacity = 0;

	*bytes = NULL;
	*len = 0;
	do {
		if (capacity - *len < 2) {
			capacity = capacity > 0 ? capacity * 2 : 4096;
			*bytes = claim(realloc(*bytes, capacity));
		}
		*len += fread(*bytes + *len, 1, capacity - *len - 1, file);
		if (*len > max)
			return fault_set(fault, ERR_TOO_LARGE,
			    "%s: more than %zu bytes", name, max);
	} while (!feof(file) && !ferror(file));
	(*bytes)[*len] = '\0';
	if (ferror(file))
		return fault_set(fault, ERR_IO, "%s: cannot be read: %s", name,
		    strerror(errno));
	return OK;
}

enum err
slurp(const char *path, size_t max, char **bytes, size_t *len,
    struct fault *fault)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "re");
	enum err err;

	*bytes = NULL;
	if (file == NULL)
		return fault_here(fault, errno == ENOENT ? ERR_MISSING : ERR_IO,
		    "%s: cannot be opened: %s", path, strerror(errno));
	err = read_all(
	    file, standard ? "standard input" : path, max, bytes, len, fault);
	if (!standard)
		(void)fclose(file);
	if (err != OK) {
		free(*bytes);
		*bytes = NULL;
	}
	return err;
}
