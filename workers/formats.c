#include "workers/formats.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/read_some.h"
#include "workers/format_native.h"
#include "workers/format_read.h"

enum { NAMES_BYTES = 256 };

struct formats {
	struct keep *keep;
	size_t count;
	const struct format *rows[FORMATS_MAX + 1];
	const struct format *native;
	char names[NAMES_BYTES];
};

const struct format *const *
formats_all(const struct formats *formats)
{
	return formats->rows;
}

const struct format *
formats_native(const struct formats *formats)
{
	return formats->native;
}

const char *
formats_names(const struct formats *formats)
{
	return formats->names;
}

const struct format *
formats_find(const struct formats *formats, const char *name)
{
	for (size_t i = 0; i < formats->count; i++)
		if (strcmp(formats->rows[i]->name, name) == 0)
			return formats->rows[i];
	return NULL;
}

static void
list_names(struct formats *formats)
{
	size_t used = 0;

	for (size_t i = 0; i < formats->count; i++) {
		const char *name = formats->rows[i]->name;

		if (used + strlen(name) + 2 * sizeof(", ...") >= NAMES_BYTES) {
			(void)snprintf(
			    formats->names + used, NAMES_BYTES - used, ", ...");
			return;
		}
		used += (size_t)snprintf(formats->names + used,
		    NAMES_BYTES - used, "%s%s", i == 0 ? "" : ", ", name);
	}
}

/* Puts it where its order says; formats of one order go by their names. */
static enum err
insert(struct formats *formats, const struct format *format, char *why)
{
	const struct format *other;
	size_t i;

	for (i = 0; i < formats->count; i++)
		if (strcmp(formats->rows[i]->name, format->name) == 0) {
			memmove(&formats->rows[i], &formats->rows[i + 1],
			    (formats->count - i) * sizeof(formats->rows[0]));
			formats->count--;
			break;
		}
	if (formats->count == FORMATS_MAX) {
		(void)snprintf(why, FORMATS_WHY_BYTES,
		    "%s: more than %d mappings", format->file, FORMATS_MAX);
		return ERR_TOO_LARGE;
	}
	for (i = formats->count; i > 0; i--) {
		other = formats->rows[i - 1];
		if (other->order < format->order ||
		    (other->order == format->order &&
			strcmp(other->name, format->name) < 0))
			break;
		formats->rows[i] = other;
	}
	formats->rows[i] = format;
	formats->rows[++formats->count] = NULL;
	list_names(formats);
	return OK;
}

enum err
formats_add(struct formats *formats, const char *text, size_t len,
    const char *name, const struct format **format, char *why)
{
	struct format *added = keep_bytes(formats->keep, sizeof(*added));
	struct yaml *tree = NULL;
	enum err err = ERR_MEMORY;

	(void)snprintf(why, FORMATS_WHY_BYTES, "%s: out of memory", name);
	if (added != NULL)
		err =
		    yaml_parse(text, len, name, &tree, why, FORMATS_WHY_BYTES);
	if (err == OK)
		err = format_read(
		    tree, name, formats->keep, added, why, FORMATS_WHY_BYTES);
	yaml_free(&tree);
	if (err == OK && formats->native != NULL &&
	    strcmp(added->name, formats->native->name) == 0) {
		(void)snprintf(why, FORMATS_WHY_BYTES,
		    "%s: \"%s\" is our own form, which no file replaces", name,
		    added->name);
		err = ERR_INVALID;
	}
	if (err == OK)
		err = insert(formats, added, why);
	if (err == OK && format != NULL)
		*format = added;
	if (err == OK)
		why[0] = '\0';
	return err;
}

enum err
formats_add_file(struct formats *formats, const char *path,
    const struct format **format, char *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char *text;
	size_t len;
	enum err err;

	if (fd < 0) {
		(void)snprintf(why, FORMATS_WHY_BYTES, "%.300s: %s", path,
		    strerror(errno));
		return errno == ENOENT ? ERR_MISSING : ERR_IO;
	}
	err = fstat(fd, &st) == 0 && S_ISREG(st.st_mode)
		  ? read_some(fd, YAML_FILE_BYTES_MAX + 1, &text, &len)
		  : ERR_IO;
	(void)close(fd);
	if (err != OK) {
		(void)snprintf(
		    why, FORMATS_WHY_BYTES, "%.300s: cannot be read", path);
		return err;
	}
	err = formats_add(formats, text, len, path, format, why);
	free(text);
	return err;
}

static int
is_mapping(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 5 &&
	       strcmp(entry->d_name + len - 5, ".yaml") == 0;
}

static enum err
add_folder(struct formats *formats, const char *folder, bool needed, char *why)
{
	struct dirent **entries;
	char path[FORMATS_PATH_BYTES + 260];
	int count = scandir(folder, &entries, is_mapping, alphasort);
	enum err err = OK;

	if (count < 0) {
		if (errno == ENOENT && !needed)
			return OK;
		(void)snprintf(why, FORMATS_WHY_BYTES,
		    "%.300s: the folder of mappings: %s", folder,
		    strerror(errno));
		return errno == ENOENT ? ERR_MISSING : ERR_IO;
	}
	for (int i = 0; i < count; i++) {
		(void)snprintf(
		    path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		if (err == OK)
			err = formats_add_file(formats, path, NULL, why);
		free(entries[i]);
	}
	free(entries);
	return err;
}

void
formats_folder(char out[FORMATS_PATH_BYTES])
{
	char program[FORMATS_PATH_BYTES - 32];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;

	program[len < 0 ? 0 : len] = '\0';
	slash = strrchr(program, '/');
	if (slash != NULL)
		*slash = '\0';
	(void)snprintf(
	    out, FORMATS_PATH_BYTES, "%s/../share/tocsin/mappings", program);
}

enum err
formats_begin(struct formats **formats)
{
	char why[FORMATS_WHY_BYTES];
	struct formats *f = calloc(1, sizeof(*f));
	const struct format *native = NULL;
	struct format *own;
	enum err err = ERR_MEMORY;

	*formats = NULL;
	if (f != NULL)
		f->keep = keep_open();
	if (f == NULL || f->keep == NULL) {
		formats_close(&f);
		return ERR_MEMORY;
	}
	err = formats_add(f, format_native_mapping,
	    strlen(format_native_mapping), "native", &native, why);
	own = keep_bytes(f->keep, sizeof(*own));
	if (err != OK || own == NULL) {
		formats_close(&f);
		return err == OK || err == ERR_MEMORY ? ERR_MEMORY
						      : ERR_INTERNAL;
	}
	*own = *native;
	own->strict = format_native_is;
	f->rows[0] = f->native = own;
	*formats = f;
	return OK;
}

enum err
formats_open(struct formats **formats, const char *own, char *why)
{
	char folder[FORMATS_PATH_BYTES];
	enum err err = formats_begin(formats);

	if (err != OK) {
		(void)snprintf(
		    why, FORMATS_WHY_BYTES, "mappings: %s", err_meaning(err));
		return err;
	}
	formats_folder(folder);
	err = add_folder(*formats, folder, true, why);
	if (err == OK && own != NULL && own[0] != '\0')
		err = add_folder(*formats, own, false, why);
	if (err != OK)
		formats_close(formats);
	return err;
}

void
formats_close(struct formats **formats)
{
	if (*formats == NULL)
		return;
	keep_close(&(*formats)->keep);
	free(*formats);
	*formats = NULL;
}
