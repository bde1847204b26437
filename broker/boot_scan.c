#include "broker/boot_scan.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/principals.h"
#include "broker/producers.h"
#include "protocol/json.h"
#include "store/facts.h"

struct scan {
	struct principals *principals;
	struct producers *producers;
	uint64_t alerts;
};

static void
copy_name(char out[LIMIT_NAME_BYTES_MAX + 1], const char *name)
{
	(void)snprintf(
	    out, LIMIT_NAME_BYTES_MAX + 1, "%s", name != NULL ? name : "");
}

static bool
read_hash(const cJSON *facts, unsigned char hash[HASH_BYTES])
{
	const char *hex = json_text(facts, "hash");
	size_t len = 0;

	return hex != NULL &&
	       sodium_hex2bin(
		   hash, HASH_BYTES, hex, strlen(hex), NULL, &len, NULL) == 0 &&
	       len == HASH_BYTES;
}

static enum err
enrolled(struct scan *scan, const struct entry *entry, const cJSON *facts)
{
	struct person person = {.number = (uint32_t)entry->subject.number,
	    .active = true,
	    .enrolled_ms = entry->time_ms};
	const char *public_z85 = json_text(facts, "public");
	const cJSON *item;

	copy_name(person.name, json_text(facts, "name"));
	person.token = entry->kind == EVENT_token_issued;
	person.rate = (uint32_t)json_number(facts, "rate", 0);
	if (person.token && !read_hash(facts, person.secret))
		return ERR_CORRUPT;
	if (public_z85 != NULL)
		(void)snprintf(person.public_z85, sizeof(person.public_z85),
		    "%s", public_z85);
	cJSON_ArrayForEach (
	    item, cJSON_GetObjectItemCaseSensitive(facts, "roles")) {
		if (cJSON_IsString(item))
			person.roles |= role_bit(item->valuestring);
	}
	cJSON_ArrayForEach (
	    item, cJSON_GetObjectItemCaseSensitive(facts, "sources")) {
		if (cJSON_IsString(item) &&
		    person.sources_count < LIMIT_SOURCES_MAX)
			copy_name(person.sources[person.sources_count++],
			    item->valuestring);
	}
	return principals_set(scan->principals, &person);
}

static enum err
revoked(struct scan *scan, const struct entry *entry, const cJSON *facts)
{
	const struct person *there =
	    principals_get(scan->principals, entry->subject.number);
	struct person person;

	(void)facts;
	if (there == NULL)
		return ERR_CORRUPT;
	person = *there;
	person.active = false;
	person.revoked_ms = entry->time_ms;
	return principals_set(scan->principals, &person);
}

static enum err
received(struct scan *scan, const struct entry *entry, const cJSON *facts)
{
	const char *session = json_text(facts, "session");
	struct produced row = {.principal = entry->actor,
	    .counter = (uint64_t)json_number(facts, "counter", 0),
	    .seq = entry->seq,
	    .alert = entry->subject.number,
	    .count = (uint32_t)json_number(facts, "n", 1)};
	enum err err;

	scan->alerts = row.alert + row.count - 1;
	if (session == NULL)
		return OK;
	row.session = strtoull(session, NULL, 16);
	err = producers_reserve(scan->producers, row.principal, row.session);
	if (err == OK)
		producers_remember(scan->producers, &row);
	return err;
}

static enum err
look_at(struct scan *scan, const struct entry *entry)
{
	enum err (*taker)(struct scan *, const struct entry *, const cJSON *);
	cJSON *facts;
	enum err err;

	if (entry->kind == EVENT_people_enrolled ||
	    entry->kind == EVENT_token_issued)
		taker = enrolled;
	else if (entry->kind == EVENT_people_revoked ||
		 entry->kind == EVENT_token_revoked)
		taker = revoked;
	else if (entry->kind == EVENT_alert_received)
		taker = received;
	else
		return OK;
	err = facts_parse(entry->facts, entry->facts_len, &facts);
	if (err != OK)
		return err;
	err = taker(scan, entry, facts);
	cJSON_Delete(facts);
	return err;
}

enum err
boot_scan(struct journal *journal, struct principals *principals,
    struct producers *producers, uint64_t *time_ms, uint64_t *alerts)
{
	struct scan scan = {principals, producers, 0};
	struct journal_cursor *cursor;
	struct entry entry;
	enum err err = journal_read(journal, 1, &cursor);

	if (err != OK)
		return err;
	for (;;) {
		err = journal_next(cursor, &entry);
		if (err != OK)
			break;
		*time_ms = entry.time_ms;
		err = look_at(&scan, &entry);
		if (err != OK)
			break;
	}
	journal_cursor_close(&cursor);
	*alerts = scan.alerts;
	return err == ERR_END ? OK : err;
}
