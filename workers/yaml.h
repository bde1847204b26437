/*
 * A YAML document as a small tree that knows where everything stands.  yaml.c
 * is the only file of this folder that knows libfyaml.
 */
#ifndef TOCSIN_WORKERS_YAML_H
#define TOCSIN_WORKERS_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/err.h"

enum {
	YAML_FILE_BYTES_MAX = 262144,
	YAML_NODES_MAX = 8192,
	YAML_DEPTH_MAX = 12
};

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml {
	enum yaml_kind kind;
	int line, column; /* from 1; those of its key where it has one */
	const char *key; /* in a map; otherwise NULL */
	const char *text; /* of a scalar, "" for nothing; without NUL */
	bool quoted;
	size_t count; /* of its children */
	struct yaml *first, *next;
};

/*
 * Reads one document (len bytes, called `name` in messages); the tree is the
 * caller's to yaml_free.  Anchors, aliases, tags, doubled keys, keys that are no
 * scalars and whatever is over a limit above are refused.
 *
 * ERR_INVALID, ERR_TOO_LARGE  why (size bytes): "wazuh.yaml:12:9: ...".
 * ERR_MEMORY
 */
MUST_CHECK
enum err yaml_parse(const char *text, size_t len, const char *name,
    struct yaml **tree, char *why, size_t size);
void yaml_free(struct yaml **tree);

/* The map's child of that key, or NULL. */
const struct yaml *yaml_find(const struct yaml *map, const char *key);

#endif
