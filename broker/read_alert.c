/* alert.list and alert.show. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "broker/reading.h"
#include "protocol/json.h"

enum { PARTS_SHOWN_MAX = 100, HISTORY_SHOWN_MAX = 100 };

/* ---- rows ---- */

static void
copy_members(
    cJSON *out, const cJSON *from, const char *const *names, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		put_copy(out, names[i],
		    cJSON_GetObjectItemCaseSensitive(from, names[i]));
}

static void
put_part(struct reading *r, cJSON *out, const struct alert_part *part)
{
	static const char *const texts[] = {"title", "severity_raw", "rule",
	    "host", "user", "url", "src_ip", "dst_ip", "hash", "dedup"};
	static const char *const kept[] = {"techniques", "ahead_ms", "silence"};
	const cJSON *facts, *text;

	put_word(out, "severity", WORDS_SEVERITY, (int)part->severity);
	put_number(out, "severity_id",
	    (uint64_t)severity_ocsf((enum severity)part->severity));
	put_word(out, "classification", WORDS_RSIT, (int)part->classification);
	if (part->incident != 0)
		put_incident(out, "incident", part->incident);
	put_time(out, "occurred", part->occurred_ms);
	reading_part(r, part, &facts, &text);
	copy_members(out, facts, kept, sizeof(kept) / sizeof(kept[0]));
	copy_members(out, text, texts, sizeof(texts) / sizeof(texts[0]));
	if (text == NULL)
		put_flag(out, "erased", true);
}

void
reading_alert_row(struct reading *r, cJSON *out, const struct alert *alert,
    const struct alert_part *part)
{
	struct ref ref = {
	    SUBJECT_ALERT, part != NULL ? part->part : 0, alert->number};

	put_ref(out, "id", ref);
	ref.part = 0;
	put_ref(out, "delivery", ref);
	view_source(out, "source", r->txn, alert->source);
	put_time(out, "received", alert->received_ms);
	if (alert->test)
		put_flag(out, "test", true);
	put_word(out, "status", WORDS_ALERT_STATUS,
	    (int)(part != NULL ? part->status : alert->status));
	put_word(out, "disposition", WORDS_DISPOSITION,
	    (int)(part != NULL ? part->disposition : alert->disposition));
	if (part != NULL)
		put_part(r, out, part);
}

/* ---- alert.list ---- */

struct rows {
	struct reading *r;
	cJSON *out;
	size_t count, limit;
};

static bool
add_row(void *arg, const struct alert *alert, const struct alert_part *part)
{
	struct rows *rows = arg;
	cJSON *row;

	if (rows->count == rows->limit)
		return false;
	if (part != NULL && !reading_shows_number(rows->r, part->incident))
		return true;
	row = put_object(NULL, NULL);
	reading_alert_row(rows->r, row, alert, part);
	if (!reading_fits(rows->r, row, rows->count)) {
		cJSON_Delete(row);
		return false;
	}
	put_item(rows->out, NULL, row);
	rows->count++;
	return true;
}

enum err
read_alert_list(struct reading *r)
{
	const char *source = ask_text(r->ask, "source");
	struct alert_filter filter = {
	    .status = ask_word(r->ask, "status", -1),
	    .disposition = ask_word(r->ask, "disposition", -1),
	    .severity = ask_word(r->ask, "severity", -1),
	    .incident = ask_ref(r->ask, "incident").number,
	    .visit_max = LIMIT_LIST_VISIT_MAX,
	};
	struct rows rows = {.r = r, .limit = reading_limit(r)};
	char next[CURSOR_TEXT_MAX] = "";
	size_t visited = 0;
	enum err err = OK;

	if (source != NULL)
		err = source_by_name(r->txn, source, &filter.source);
	if (err == ERR_MISSING)
		return reading_refuse(r, ERR_INVALID, "source",
		    "nothing was ever received from %s", source);
	if (err != OK)
		return err;
	rows.out = put_array(r->answer, "alerts");
	err = alert_list(
	    r->txn, &filter, reading_cursor(r), add_row, &rows, next, &visited);
	if (err == ERR_INVALID)
		return reading_refuse(r, ERR_INVALID, "cursor",
		    "this cursor is not of this list: begin without one");
	if (err == OK)
		reading_page_end(r, next, visited);
	return err;
}

/* ---- alert.show ---- */

/* What triage made of the delivery, with which configuration. */
static void
show_decision(struct reading *r, const struct alert *alert)
{
	const struct entry *entry;
	cJSON *decision, *facts, *text;
	bool erased;

	if (alert->triaged_seq == 0 ||
	    reading_entry(r, alert->triaged_seq, &entry) != OK)
		return;
	decision = put_object(r->answer, "decision");
	put_number(decision, "seq", entry->seq);
	put_time(decision, "time", entry->time_ms);
	facts = put_parse(entry->facts, entry->facts_len);
	text = entry_text_tree(entry, &erased);
	copy_members(decision, facts,
	    (const char *const[]){"config", "format", "disposition"}, 3);
	copy_members(decision, text, (const char *const[]){"fault"}, 1);
	if (erased)
		put_flag(decision, "erased", true);
	cJSON_Delete(facts);
	cJSON_Delete(text);
}

/* A part in full: its row, and why it came to what it came to. */
static enum err
show_part(struct reading *r, cJSON *parts, const struct alert *alert,
    uint32_t number, bool *fits)
{
	static const char *const texts[] = {"description", "observables"};
	const cJSON *facts, *text;
	struct alert_part part;
	cJSON *row;
	enum err err;

	err = alert_part_get(r->txn, alert->number, number, &part);
	if (err != OK || !reading_shows_number(r, part.incident))
		return err;
	row = put_object(NULL, NULL);
	reading_alert_row(r, row, alert, &part);
	reading_part(r, &part, &facts, &text);
	put_hex(row, "cluster", part.cluster, sizeof(part.cluster));
	put_copy(
	    row, "codes", cJSON_GetObjectItemCaseSensitive(facts, "reasons"));
	put_copy(
	    row, "reasons", cJSON_GetObjectItemCaseSensitive(text, "reasons"));
	copy_members(row, text, texts, sizeof(texts) / sizeof(texts[0]));
	*fits = reading_fits(r, row, 0);
	if (*fits)
		put_item(parts, NULL, row);
	else
		cJSON_Delete(row);
	return OK;
}

static enum err
show_parts(struct reading *r, const struct alert *alert, uint32_t only)
{
	uint32_t i, first = 1, last = alert->parts;
	cJSON *parts = put_array(r->answer, "parts");
	bool fits = true;
	enum err err = OK;

	put_number(r->answer, "parts_count", alert->parts);
	if (only != 0)
		first = last = only;
	else if (last > PARTS_SHOWN_MAX)
		last = PARTS_SHOWN_MAX;
	for (i = first; i <= last && fits && err == OK; i++)
		err = show_part(r, parts, alert, i, &fits);
	return err;
}

struct history {
	struct reading *r;
	cJSON *rows;
	uint32_t part; /* 0: all */
	enum err err;
};

static bool
add_history(void *arg, const struct history_row *row)
{
	struct history *history = arg;
	const struct entry *entry;
	cJSON *event;

	if (cJSON_GetArraySize(history->rows) == HISTORY_SHOWN_MAX)
		return false;
	if (history->part != 0 && row->part != 0 && row->part != history->part)
		return true;
	history->err = reading_entry(history->r, row->seq, &entry);
	if (history->err != OK)
		return false;
	if (!reading_shows_entry(history->r, entry))
		return true;
	event = put_object(NULL, NULL);
	reading_event(history->r, event, entry);
	if (!reading_fits(history->r, event, 0)) {
		cJSON_Delete(event);
		return false;
	}
	put_item(history->rows, NULL, event);
	return true;
}

static enum err
show_history(struct reading *r, const struct alert *alert, uint32_t part)
{
	struct history history = {.r = r, .part = part};
	enum err err;

	history.rows = put_array(r->answer, "history");
	err = history_each(
	    r->txn, SUBJECT_ALERT, alert->number, 0, add_history, &history);
	return err == OK ? history.err : err;
}

/* The format that whoever pushed it named. */
static void
put_said(cJSON *out, const struct entry *entry)
{
	cJSON *facts = put_parse(entry->facts, entry->facts_len);

	put_copy(
	    out, "format", cJSON_GetObjectItemCaseSensitive(facts, "format"));
	cJSON_Delete(facts);
}

static enum err
show_payload(struct reading *r, const struct alert *alert)
{
	struct attachment *attachment;
	const struct entry *entry;
	struct part part;
	cJSON *out;
	enum err err;

	err = reading_entry(r, alert->seq, &entry);
	if (err != OK)
		return err;
	if (alert->payload >= entry->parts_count)
		return ERR_CORRUPT;
	entry_part(entry, alert->payload, &part);
	out = put_object(r->answer, "payload");
	put_number(out, "bytes", part.len);
	put_said(out, entry);
	if (!part.present)
		put_flag(out, "erased", true);
	/* It tells of every part, those of others' incidents too. */
	if (!reading_shows_alert(r, alert)) {
		put_flag(out, "restricted", true);
		return OK;
	}
	if (!part.present || !ask_flag(r->ask, "payload", false))
		return OK;
	attachment = &r->attachments[0];
	attachment->bytes = malloc((size_t)part.len + 1);
	if (attachment->bytes == NULL)
		return ERR_MEMORY;
	memcpy(attachment->bytes, part.bytes, part.len);
	attachment->len = part.len;
	r->attachments_count = 1;
	put_number(out, "attachment", 0);
	return OK;
}

/* Is any of it shown: the part, one of its parts, or a whole without any? */
static bool
shows_some(struct reading *r, const struct alert *alert, uint32_t only)
{
	uint32_t i, first = 1, last = alert->parts;
	struct alert_part part;

	if (only != 0)
		first = last = only;
	for (i = first; i <= last; i++)
		if (alert_part_get(r->txn, alert->number, i, &part) == OK &&
		    reading_shows_number(r, part.incident))
			return true;
	return last == 0;
}

enum err
read_alert_show(struct reading *r)
{
	struct ref ref = ask_ref(r->ask, "alert");
	char text[REF_TEXT_MAX];
	struct alert alert;
	enum err err;

	err = alert_get(r->txn, ref.number, &alert);
	if (err == OK && ref.part > alert.parts)
		err = ERR_MISSING;
	if (err == OK && !shows_some(r, &alert, ref.part))
		err = ERR_MISSING;
	if (err == ERR_MISSING)
		return reading_refuse(r, ERR_MISSING, "alert",
		    "there is no %s, or triage has not split it yet",
		    ref_format(ref, text));
	if (err != OK)
		return err;
	reading_alert_row(r, r->answer, &alert, NULL);
	cJSON_DeleteItemFromObjectCaseSensitive(r->answer, "id");
	put_ref(r->answer, "id", ref);
	if (alert.remap)
		put_flag(r->answer, "remap", true);
	/* Not "seq": that is the receipt of the answer. */
	put_number(r->answer, "entry", alert.seq);
	view_person(r->answer, "pushed_by", r->txn, alert.actor);
	show_decision(r, &alert);
	err = show_parts(r, &alert, ref.part);
	if (err == OK)
		err = show_history(r, &alert, ref.part);
	if (err == OK)
		err = show_payload(r, &alert);
	return err;
}
