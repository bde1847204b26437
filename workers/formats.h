/* All formats of a process: those of the installed mappings and of one's own. */
#ifndef TOCSIN_WORKERS_FORMATS_H
#define TOCSIN_WORKERS_FORMATS_H

#include <stddef.h>

#include "workers/format.h"

enum { FORMATS_MAX = 256, FORMATS_WHY_BYTES = 512, FORMATS_PATH_BYTES = 1024 };

struct formats;

/*
 * Reads every *.yaml file of the folder of the programs' own mappings
 * (../share/tocsin/mappings beside the program's folder), then of `own`, which
 * may be NULL, or name a folder that does not exist.  A format of own takes the
 * place of the one of its name.  Reads no files later.
 *
 * ERR_INVALID, ERR_TOO_LARGE  a file is wrong; why (FORMATS_WHY_BYTES) is
 *                             "wazuh.yaml:12:9: ...".
 * ERR_IO, ERR_MISSING         a folder or a file cannot be read.
 * ERR_MEMORY
 */
MUST_CHECK
enum err formats_open(struct formats **formats, const char *own, char *why);

/* Only our own form, which needs no file.  ERR_MEMORY, ERR_INTERNAL. */
MUST_CHECK
enum err formats_begin(struct formats **formats);

/*
 * Adds the mapping that text (len bytes, called `name` in messages) is; it takes
 * the place of one of the same name.  Errors as those of formats_open.  On
 * success *format, which may be NULL, is what was added; borrowed.
 */
MUST_CHECK
enum err formats_add(struct formats *formats, const char *text, size_t len,
    const char *name, const struct format **format, char *why);

/* The same with a file. */
MUST_CHECK
enum err formats_add_file(struct formats *formats, const char *path,
    const struct format **format, char *why);

void formats_close(struct formats **formats);

/* All of them in the order in which they are tried, ended by NULL. */
const struct format *const *formats_all(const struct formats *formats);

/* The format by name, or NULL. */
const struct format *formats_find(
    const struct formats *formats, const char *name);

/* Our own form, which is always there. */
const struct format *formats_native(const struct formats *formats);

/* Their names, "wazuh, suricata, ...", cut where they get long. */
const char *formats_names(const struct formats *formats);

/* Where the programs' own mappings are. */
void formats_folder(char out[FORMATS_PATH_BYTES]);

#endif
