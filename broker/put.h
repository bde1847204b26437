/*
 * Building JSON.  Out of memory ends the program here, so that no event and no
 * answer is ever half made; it is started again and nothing was lost.
 *
 * A NULL key appends to an array.  What is added belongs to its parent.
 */
#ifndef TOCSIN_BROKER_PUT_H
#define TOCSIN_BROKER_PUT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/ref.h"
#include "protocol/words.h"

/* Ends the program, saying why. */
_Noreturn void put_no_memory(void);

/* A new object or array; the caller's when parent is NULL. */
cJSON *put_object(cJSON *parent, const char *key);
cJSON *put_array(cJSON *parent, const char *key);

void put_text(cJSON *parent, const char *key, const char *text);
void put_number(cJSON *parent, const char *key, uint64_t number);
void put_signed(cJSON *parent, const char *key, int64_t number);
void put_flag(cJSON *parent, const char *key, bool flag);
void put_word(cJSON *parent, const char *key, enum words list, int value);
void put_ref(cJSON *parent, const char *key, struct ref ref);
void put_incident(cJSON *parent, const char *key, uint64_t number);
void put_hex(
    cJSON *parent, const char *key, const unsigned char *bytes, size_t len);
/* RFC 3339 in UTC; nothing at all for 0, which stands for "not yet". */
void put_time(cJSON *parent, const char *key, uint64_t ms);
/* A copy of item; nothing when it is NULL. */
void put_copy(cJSON *parent, const char *key, const cJSON *item);
/* The item itself, under its own key: it has to live as long as parent. */
void put_borrowed(cJSON *parent, const cJSON *item);
/* The item itself, which is the parent's from here on. */
/* Before the array's first element. */
void put_first(cJSON *array, cJSON *item);
void put_item(cJSON *parent, const char *key, cJSON *item);
/* The roles of the set, each as a word. */
void put_roles(cJSON *parent, const char *key, uint32_t roles);

/*
 * The tree of JSON that was checked before it was kept, the caller's; NULL
 * when it is none.
 */
cJSON *put_parse(const char *json, size_t len);

/* A copy with all that is in it, the caller's. */
cJSON *put_duplicate(const cJSON *item);

/* The item as compact text, to cJSON_free. */
char *put_print(const cJSON *item);

#endif
