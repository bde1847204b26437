/*
 * Places in JSON, as the tables of the formats write them.
 *
 *   rule.mitre.id[0]     members by name, elements by number from 0
 *   rule.groups[*]       every element, or every member of an object
 *   labels["k.e.y"]      a name that holds dots
 */
#ifndef TOCSIN_WORKERS_PATH_H
#define TOCSIN_WORKERS_PATH_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

enum { PATH_STEPS_MAX = 8 };

/* Is path written as above, of at most PATH_STEPS_MAX steps? */
bool path_valid(const char *path);

/*
 * Shows each node that path leads to, in the document's order, until visit
 * answers false.  root may be NULL: nothing is shown.
 */
void path_each(const cJSON *root, const char *path,
    bool (*visit)(void *arg, const cJSON *node), void *arg);

/* The first node that path leads to, or NULL.  Borrowed from root. */
const cJSON *path_find(const cJSON *root, const char *path);

/*
 * The bytes of the first value that path leads to, as they stand in json (len
 * bytes that json_scan accepts).  False when there is none.  Names that are
 * written with escapes in json are not found, and a path with [*] leads to the
 * first element of an array.
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
