/*
 * JSON from outside: one strict scanner, then cJSON.
 *
 * cJSON alone takes duplicate keys, invalid UTF-8, trailing bytes, \u0000 and
 * numbers that it cannot hold.  The scanner refuses all of them (RFC 8259
 * grammar, RFC 3629 UTF-8, RFC 7493's I-JSON rules on duplicates and
 * surrogates) and holds the document to the limits JSON_*.
 */
#ifndef TOCSIN_PROTOCOL_JSON_H
#define TOCSIN_PROTOCOL_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"

/* Where and why a document was refused. */
struct json_fault {
	size_t offset; /* byte at which it stopped being acceptable */
	char reason[128]; /* for people: "duplicate key \"a\"" */
};

/*
 * Scans len bytes and parses them; the tree is the caller's to cJSON_Delete.
 * text need not be terminated.
 *
 * Numbers beyond 2^53-1 either side of zero are refused unless `big` is set:
 * then they are kept as the parser makes them (alert payloads, whose numbers
 * are shown from the raw text, not computed with).  From 1e308 on, where
 * doubles end, they are refused always.
 *
 * ERR_INVALID    not JSON as above; *fault says where (fault may be NULL).
 * ERR_TOO_LARGE  over a limit; *fault names it.
 * ERR_MEMORY
 */
MUST_CHECK
enum err json_parse(const char *text, size_t len, bool big, cJSON **tree,
    struct json_fault *fault);

/* Only the scan of json_parse. */
MUST_CHECK
enum err json_scan(
    const char *text, size_t len, bool big, struct json_fault *fault);

/*
 * The tree of what the scanner took, or of what was printed here: malformed it
 * is refused, but nothing else of what json_scan looks at.
 *
 * ERR_INVALID  not JSON.
 * ERR_MEMORY
 */
MUST_CHECK
enum err json_tree(const char *json, size_t len, cJSON **tree);

/*
 * A tree to be read and no more: its nodes and its strings lie together, in the
 * order of the text, and are thrown away as a whole.  Nothing of it is for
 * cJSON_Delete, and nothing may be added to it.
 */
struct json_doc {
	cJSON *root; /* NULL: there is none */
	struct json_chunk *chunks;
};

/* As json_tree; with an error the document is ended already. */
MUST_CHECK
enum err json_doc_read(struct json_doc *doc, const char *json, size_t len);
/* Ends it; one that is all zero, or ended, is fine. */
void json_doc_end(struct json_doc *doc);

/*
 * Memory of trees that are made and thrown away together, of one alert for
 * instance: from begin to leave all JSON that this thread makes lies in the
 * pool, and what is given back of it (cJSON_Delete, cJSON_free; never free) is
 * not looked at again.  end throws the pool away; a thread has one at a time.
 *
 * What is made in it is given back before leave, and nothing else is, as if
 * there were no pool: programs that are built to find faults with memory count,
 * and abort where it was not so.
 */
struct json_pool {
	struct json_chunk *chunks;
	size_t made; /* in such a program: what was not given back at begin */
};

void json_pool_begin(struct json_pool *pool);
void json_pool_leave(struct json_pool *pool);
/* Left by then. */
void json_pool_end(struct json_pool *pool);

/* cJSON_Delete, which in a pool need not even walk through what is the pool's. */
void json_give_back(cJSON *tree);

/* cJSON_PrintUnformatted with room for a common text: to cJSON_free. */
char *json_print(const cJSON *tree);

/*
 * The value of the key in object as a string, or NULL when there is none or it
 * is no string.  Borrowed from object.
 */
const char *json_text(const cJSON *object, const char *key);

/*
 * The whole number at key, within 2^53-1 either side of zero, or otherwise
 * when there is none.
 */
int64_t json_number(const cJSON *object, const char *key, int64_t otherwise);

/*
 * Adds a whole number, printed without exponent or fraction for every value up
 * to 2^53 either side of zero.  False when out of memory.
 */
bool json_add_number(cJSON *object, const char *key, int64_t value);

/* Is text (len bytes) valid UTF-8 without NUL?  RFC 3629. */
bool utf8_valid(const char *text, size_t len);

#endif
