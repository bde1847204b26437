/*
 * Places in JSON: JSON Pointers (RFC 6901) with what mappings need besides.
 *
 *   /rule/mitre/id/0        members by name, elements by number; ~1 is a slash
 *                           within a name, ~0 a tilde
 *   a step of an asterisk   every element, or every member of an object
 *   /entities/[kind=host]/name
 *                           every element whose member kind is host, in
 *                           whatever case
 */
#ifndef TOCSIN_WORKERS_PATH_H
#define TOCSIN_WORKERS_PATH_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

enum { PATH_STEPS_MAX = 12, PATH_TEXT_BYTES = 256 };

/* How the names of members are held against those of a path: any of them. */
enum path_names {
	PATH_EXACT = 0,
	PATH_ANY_CASE = 1, /* of ASCII letters */
	PATH_DOTTED = 2 /* /host/name is found as "host.name" too */
};

/* The way from the root to a node.  Borrowed from the tree. */
struct path_trail {
	size_t count;
	struct {
		const char *name; /* NULL: an element of an array */
		size_t index;
	} steps[PATH_STEPS_MAX];
};

/* Is path written as above, of at most PATH_STEPS_MAX steps? */
bool path_valid(const char *path);

typedef bool path_visit(void *arg, const cJSON *node);

/*
 * Shows each node that path leads to, in the document's order, until visit
 * answers false; names is of enum path_names.  While visit runs, *trail (NULL
 * if nobody asks) is the way to the node.  root may be NULL: nothing is shown.
 * False when visit ended it.
 */
bool path_each(const cJSON *root, const char *path, int names,
    struct path_trail *trail, path_visit *visit, void *arg);

/* The first node that path leads to, or NULL.  Borrowed from root. */
const cJSON *path_find(const cJSON *root, const char *path, int names);

/* Writes the trail as a path.  False, with out "", when it does not fit. */
bool path_write(const struct path_trail *trail, char out[PATH_TEXT_BYTES]);

/*
 * The bytes of the value that path, one that path_write wrote, leads to, as
 * they stand in json (len bytes that json_scan accepts).  False when there is
 * none.  Names that are written with escapes in json are not found.
 */
bool path_raw(const char *json, size_t len, const char *path,
    const char **value, size_t *value_len);

/*
 * Shows the bytes of each element of the array that json (len bytes, as above)
 * holds, until visit answers false.
 */
void path_raw_elements(const char *json, size_t len,
    bool (*visit)(void *arg, const char *value, size_t value_len), void *arg);

#endif
