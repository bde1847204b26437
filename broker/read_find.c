/* find: where an observable was seen, whatever type it may be of. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/reading.h"
#include "protocol/json.h"
#include "protocol/observable.h"

enum { FIND_CURSOR_MAX = CURSOR_TEXT_MAX + 8 };

struct finds {
	struct reading *r;
	cJSON *out;
	enum observable type;
	char canonical[OBSERVABLE_BYTES_MAX + 1];
	size_t count, limit;
};

/* ---- rows ---- */

static void
put_incident_sighting(struct reading *r, cJSON *row, uint64_t number)
{
	char title[LIMIT_TITLE_BYTES_MAX + 1];
	struct incident incident;

	if (incident_get(r->txn, number, &incident) != OK)
		return;
	if (reading_title(r, number, title))
		put_text(row, "title", title);
	put_word(row, "status", WORDS_STATUS, (int)incident.status);
	put_word(row, "severity", WORDS_SEVERITY, (int)incident.severity);
	put_time(row, "time", incident.opened_ms);
}

static void
put_alert_sighting(struct reading *r, cJSON *row, struct ref ref)
{
	const cJSON *facts, *text;
	struct alert_part part;
	struct alert alert;

	if (alert_get(r->txn, ref.number, &alert) != OK ||
	    alert_part_get(r->txn, ref.number, ref.part, &part) != OK)
		return;
	reading_part(r, &part, &facts, &text);
	if (json_text(text, "title") != NULL)
		put_text(row, "title", json_text(text, "title"));
	put_word(row, "status", WORDS_ALERT_STATUS, (int)part.status);
	put_word(row, "severity", WORDS_SEVERITY, (int)part.severity);
	put_time(row, "time", alert.received_ms);
	if (part.incident != 0)
		put_incident(row, "incident", part.incident);
}

/* Is it the observable that is looked for? */
static bool
is_it(const struct finds *finds, const char *type, const char *value)
{
	char canonical[OBSERVABLE_BYTES_MAX + 1];

	return type != NULL && value != NULL &&
	       strcmp(type, observable_name((int)finds->type)) == 0 &&
	       observable_canonical(finds->type, value, canonical) == OK &&
	       strcmp(canonical, finds->canonical) == 0;
}

/*
 * What was triaged again since it was seen there may have it no more: then its
 * text says so.
 */
static bool
has_it_still(const struct finds *finds, const struct sighting *sighting)
{
	const cJSON *facts, *text, *item;
	struct alert_part part;

	if (sighting->subject.type != SUBJECT_ALERT)
		return true;
	if (alert_part_get(finds->r->txn, sighting->subject.number,
		sighting->subject.part, &part) != OK)
		return false;
	if (part.seq <= sighting->seq)
		return true;
	reading_part(finds->r, &part, &facts, &text);
	cJSON_ArrayForEach (
	    item, cJSON_GetObjectItemCaseSensitive(text, "observables"))
		if (is_it(finds, json_text(item, "type"),
			json_text(item, "value")))
			return true;
	return is_it(finds, "host", json_text(text, "host")) ||
	       is_it(finds, "user", json_text(text, "user"));
}

static bool
is_shown(struct reading *r, struct ref subject)
{
	struct alert_part part;

	if (subject.type == SUBJECT_INCIDENT)
		return reading_shows_number(r, subject.number);
	return alert_part_get(r->txn, subject.number, subject.part, &part) !=
		   OK ||
	       reading_shows_number(r, part.incident);
}

static bool
add_sighting(void *arg, const struct sighting *sighting)
{
	struct finds *finds = arg;
	cJSON *row;

	if (finds->count == finds->limit)
		return false;
	if (!is_shown(finds->r, sighting->subject) ||
	    !has_it_still(finds, sighting))
		return true;
	row = put_object(NULL, NULL);
	put_ref(row, "subject", sighting->subject);
	put_text(row, "type", observable_name((int)finds->type));
	if (sighting->subject.type == SUBJECT_INCIDENT)
		put_incident_sighting(finds->r, row, sighting->subject.number);
	else
		put_alert_sighting(finds->r, row, sighting->subject);
	if (!reading_fits(finds->r, row, finds->count)) {
		cJSON_Delete(row);
		return false;
	}
	put_item(finds->out, NULL, row);
	finds->count++;
	return true;
}

/* ---- pages: "type:cursor within the type" ---- */

static enum err
read_position(struct reading *r, int *type, const char **inner)
{
	const char *cursor = reading_cursor(r);
	char *end;
	long value;

	*type = 0;
	*inner = "";
	if (cursor[0] == '\0')
		return OK;
	value = strtol(cursor, &end, 10);
	if (cursor[0] < '0' || cursor[0] > '9' || *end != ':' ||
	    value >= OBSERVABLE_COUNT)
		return reading_refuse(r, ERR_INVALID, "cursor",
		    "this cursor is not of this search: begin without one");
	*type = (int)value;
	*inner = end + 1;
	return OK;
}

/* Looks for the value as one type; next is "" when all of it was seen. */
static enum err
find_as(struct finds *finds, const char *inner, char next[CURSOR_TEXT_MAX])
{
	unsigned char hash[HASH16];

	observable_hash(
	    observable_name((int)finds->type), finds->canonical, hash);
	return observable_each(
	    finds->r->txn, hash, inner, add_sighting, finds, next);
}

enum err
read_find(struct reading *r)
{
	struct finds finds = {.r = r, .limit = reading_limit(r)};
	const char *value = ask_text(r->ask, "value");
	char next[CURSOR_TEXT_MAX] = "", cursor[FIND_CURSOR_MAX] = "";
	const char *inner;
	cJSON *types;
	int type;
	enum err err;

	err = read_position(r, &type, &inner);
	if (err != OK)
		return err;
	finds.out = put_array(r->answer, "found");
	types = put_array(r->answer, "types");
	for (; type < OBSERVABLE_COUNT && cursor[0] == '\0'; type++) {
		finds.type = (enum observable)type;
		if (observable_canonical(finds.type, value, finds.canonical) !=
		    OK)
			continue;
		put_text(types, NULL, observable_name(type));
		err = find_as(&finds, inner, next);
		if (err == ERR_INVALID)
			return reading_refuse(r, ERR_INVALID, "cursor",
			    "this cursor is not of this search: begin "
			    "without one");
		if (err != OK)
			return err;
		inner = "";
		if (next[0] != '\0')
			(void)snprintf(
			    cursor, sizeof(cursor), "%d:%s", type, next);
	}
	reading_page_end(r, cursor, finds.count);
	if (cJSON_GetArraySize(types) > 0 || reading_cursor(r)[0] != '\0')
		return OK;
	return reading_refuse(r, ERR_INVALID, "value",
	    "this is nothing that can be looked for: an address, a domain, a "
	    "URL, a hash, an e-mail address, a CVE, a host or a user");
}
