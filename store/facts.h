/*
 * Reading the JSON of entries.  It is our own, checked before it was
 * journalled, so no limit stands here: one that is lowered later must not make
 * a journal unreadable.
 *
 * A field that is absent leaves things as they are; one of the wrong form
 * makes the facts bad, which is looked at once, at the end.
 */
#ifndef TOCSIN_STORE_FACTS_H
#define TOCSIN_STORE_FACTS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/ref.h"
#include "protocol/words.h"

struct facts {
	const cJSON *json; /* an object, or NULL: every field is absent */
	bool bad;
	/* Behind what was found last: fields are asked for as they stand. */
	const cJSON *next;
};

/*
 * The tree, the caller's to cJSON_Delete; NULL with an error.  ERR_CORRUPT: it
 * is no JSON object.  ERR_MEMORY.
 */
MUST_CHECK
enum err facts_parse(const char *json, size_t len, cJSON **tree);

bool facts_has(struct facts *facts, const char *key);
int facts_word(
    struct facts *facts, const char *key, enum words list, int otherwise);
uint64_t facts_number(struct facts *facts, const char *key, uint64_t otherwise);
bool facts_flag(struct facts *facts, const char *key, bool otherwise);
/* The number of the reference, which must be of the type. */
uint64_t facts_ref(struct facts *facts, const char *key, enum subject_type type,
    uint64_t otherwise);
/* Exactly len bytes in hex.  False, and out untouched, when absent or bad. */
bool facts_hex(
    struct facts *facts, const char *key, unsigned char *out, size_t len);
/* A string that fits size with its end.  False, and out untouched, when absent
 * or bad. */
bool facts_text(struct facts *facts, const char *key, char *out, size_t size);
/* An array, or NULL. */
const cJSON *facts_array(struct facts *facts, const char *key);

/* The element as hex, as a string; bad as above. */
bool facts_item_hex(
    struct facts *facts, const cJSON *item, unsigned char *out, size_t len);
bool facts_item_text(
    struct facts *facts, const cJSON *item, char *out, size_t size);

#endif
