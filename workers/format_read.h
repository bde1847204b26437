/* Mappings: from the YAML of one to the format that it describes. */
#ifndef TOCSIN_WORKERS_FORMAT_READ_H
#define TOCSIN_WORKERS_FORMAT_READ_H

#include <stddef.h>

#include "protocol/err.h"
#include "workers/format.h"
#include "workers/keep.h"
#include "workers/yaml.h"

enum {
	FORMAT_NAME_BYTES_MAX = 64,
	FORMAT_PLACES_MAX = 256, /* of all fields together */
	FORMAT_LIST_MAX = 256, /* of any other list */
	FORMAT_WORDS_MAX =
	    64 /* bytes of a severity's word, and words of a table */
};

/*
 * Fills *format; everything in it belongs to keep.
 *
 * ERR_INVALID  why (size bytes): "file:line:column: fields.title: ...".
 * ERR_MEMORY
 */
MUST_CHECK
enum err format_read(const struct yaml *tree, const char *file,
    struct keep *keep, struct format *format, char *why, size_t size);

/* What the files of format_read*.c share. */
struct format_reading {
	const char *file;
	struct keep *keep;
	struct format *format;
	const char *section; /* that is being read */
	char *why;
	size_t size;
};

__attribute__((format(printf, 3, 4))) enum err format_refuse(
    struct format_reading *r, const struct yaml *at, const char *form, ...);

/* A text of one line; ERR_INVALID when node is none. */
MUST_CHECK
enum err format_read_text(
    struct format_reading *r, const struct yaml *node, const char **out);

/* A path that path_valid takes. */
MUST_CHECK
enum err format_read_path(
    struct format_reading *r, const struct yaml *node, const char **out);

/* A place, as docs/MAPPINGS.md writes one. */
MUST_CHECK
enum err format_read_place(
    struct format_reading *r, const struct yaml *node, struct place *place);

/* How many places the lists of a map hold together. */
size_t format_count_places(const struct yaml *node);

/* The section "observables". */
MUST_CHECK
enum err format_read_observables(
    struct format_reading *r, const struct yaml *node);

/* Conditions, all of which must hold. */
MUST_CHECK
enum err format_read_conditions(struct format_reading *r,
    const struct yaml *node, struct condition *condition);

/* The section "severity". */
MUST_CHECK
enum err format_read_severity(
    struct format_reading *r, const struct yaml *node);

#endif
