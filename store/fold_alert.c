/* Alerts: received, triaged, and what people did with them. */
#include <string.h>

#include "store/fold_entry.h"

/* ---- receiving ---- */

struct received {
	char source[LIMIT_NAME_BYTES_MAX + 1];
	uint64_t count;
	bool test;
	bool numbered; /* session and counter are there */
	uint64_t session, counter;
};

/* Facts of the one shape that the broker writes, read from left to right. */
struct scan {
	const char *at, *end;
};

static bool
scan_skip(struct scan *scan, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(scan->end - scan->at) < len ||
	    memcmp(scan->at, text, len) != 0)
		return false;
	scan->at += len;
	return true;
}

/* Up to the closing quote; no escapes. */
static bool
scan_text(struct scan *scan, char *out, size_t size)
{
	size_t len = 0;

	while (scan->at < scan->end && *scan->at != '"') {
		if (*scan->at == '\\' || len + 1 >= size)
			return false;
		out[len++] = *scan->at++;
	}
	out[len] = '\0';
	return scan_skip(scan, "\"");
}

static bool
scan_number(struct scan *scan, uint64_t *out)
{
	const char *begin = scan->at;

	*out = 0;
	while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9' &&
	       scan->at - begin < 16)
		*out = *out * 10 + (uint64_t)(*scan->at++ - '0');
	return scan->at > begin;
}

/* False for any other shape, which the JSON parser then reads. */
static bool
received_scan(const struct entry *entry, struct received *out)
{
	struct scan scan = {entry->facts, entry->facts + entry->facts_len};
	char skipped[LIMIT_NAME_BYTES_MAX + 1];
	char session[2 * sizeof(out->session) + 1];
	struct facts facts = {.json = NULL};
	unsigned char bytes[sizeof(out->session)];
	const cJSON item = {.type = cJSON_String, .valuestring = session};

	if (!scan_skip(&scan, "{\"source\":\"") ||
	    !scan_text(&scan, out->source, sizeof(out->source)) ||
	    !scan_skip(&scan, ",\"n\":") || !scan_number(&scan, &out->count))
		return false;
	if (scan_skip(&scan, ",\"format\":\"") &&
	    !scan_text(&scan, skipped, sizeof(skipped)))
		return false;
	out->numbered = scan_skip(&scan, ",\"session\":\"");
	if (out->numbered) {
		if (!scan_text(&scan, session, sizeof(session)) ||
		    !scan_skip(&scan, ",\"counter\":") ||
		    !scan_number(&scan, &out->counter) ||
		    !facts_item_hex(&facts, &item, bytes, sizeof(bytes)))
			return false;
		out->session = get_be64(bytes);
	}
	return scan_skip(&scan, "}") && scan.at == scan.end;
}

static enum err
received_parse(struct folding *f, struct received *out)
{
	unsigned char session[8];
	enum err err = folding_facts(f);

	if (err != OK)
		return err;
	if (!facts_text(&f->facts, "source", out->source, sizeof(out->source)))
		return ERR_CORRUPT;
	out->count =
	    facts_number(&f->facts, "n", (uint64_t)f->entry->parts_count);
	out->test = facts_flag(&f->facts, "test", false);
	out->numbered =
	    facts_hex(&f->facts, "session", session, sizeof(session)) &&
	    facts_has(&f->facts, "counter");
	out->session = out->numbered ? get_be64(session) : 0;
	out->counter = facts_number(&f->facts, "counter", 0);
	return OK;
}

static enum err
deliveries_append(struct folding *f, const struct received *received)
{
	struct alert alert = {
	    .number = f->entry->subject.number,
	    .seq = f->entry->seq,
	    .actor = f->entry->actor,
	    .received_ms = f->entry->time_ms,
	    .disposition = DISPOSITION_waiting,
	    .status = ALERT_STATUS_new,
	    .test = received->test,
	};
	enum err err = source_make(f->txn, received->source, &alert.source);

	for (uint64_t i = 0; i < received->count && err == OK; i++) {
		err = alert_append(f->txn, &alert);
		alert.number++;
		alert.payload++;
	}
	f->counters->alerts = alert.number - 1;
	if (err != OK || received->test)
		return err;
	return fold_source_received(f, alert.source, received->count);
}

enum err
fold_alert_received(struct folding *f)
{
	struct received received = {.count = 0};
	uint64_t first = f->entry->subject.number;
	enum err err = OK;

	if (!received_scan(f->entry, &received))
		err = received_parse(f, &received);
	if (err != OK)
		return err;
	if (first <= f->counters->alerts || received.count == 0 ||
	    received.count > LIMIT_PUSH_ALERTS_MAX)
		return ERR_CORRUPT;
	err = deliveries_append(f, &received);
	if (err != OK || !received.numbered)
		return err;
	return produced_put(f->txn, &(struct produced){
					.principal = f->entry->actor,
					.session = received.session,
					.counter = received.counter,
					.seq = f->entry->seq,
					.alert = first,
					.count = (uint32_t)received.count,
				    });
}

/* ---- triage ---- */

enum err
fold_alert_triaged(struct folding *f)
{
	const cJSON *parts = facts_array(&f->facts, "parts");
	struct alert alert;
	enum disposition before;
	bool remapped;
	enum err err = alert_get(f->txn, f->entry->subject.number, &alert);

	if (err != OK)
		return err;
	remapped = facts_flag(&f->facts, "remap", false);
	alert.remap = false;
	if (remapped && facts_flag(&f->facts, "unchanged", false) &&
	    alert.disposition != DISPOSITION_waiting)
		return alert_put(f->txn, &alert);
	before = alert.disposition;
	alert.triaged_seq = f->entry->seq;
	alert.disposition = facts_word(&f->facts, "disposition",
	    WORDS_DISPOSITION, DISPOSITION_unreadable);
	if (!alert.test)
		err = fold_source_disposition(
		    f, alert.source, before, alert.disposition);
	if (err == OK)
		err = fold_source_lags(f, alert.source, parts);
	if (err == OK)
		err = fold_alert_parts(f, &alert, parts, remapped);
	if (err == OK)
		err = fold_alert_sum(f, &alert);
	if (err == OK)
		err = fold_observables_parts(f, alert.number, parts);
	return err;
}

/* ---- people ---- */

/* What a person does to parts of a delivery, or to one that has none. */
struct deed {
	enum alert_status status;
	uint64_t incident; /* 0: as it is */
	/* Of a whole delivery, which parts it concerns. */
	bool (*concerns)(const struct alert_part *part);
};

static bool
is_untouched(const struct alert_part *part)
{
	return part->status == ALERT_STATUS_new;
}

static bool
is_undecided(const struct alert_part *part)
{
	return part->status < ALERT_STATUS_promoted;
}

static bool
is_loose(const struct alert_part *part)
{
	return part->incident == 0;
}

static enum err
deed_part(struct folding *f, const struct deed *deed, struct alert_part *part)
{
	uint64_t incident = deed->incident;

	return fold_alert_part_set(
	    f, part, deed->status, incident == 0 ? part->incident : incident);
}

static enum err
deed_parts(
    struct folding *f, const struct deed *deed, const struct alert *alert)
{
	uint32_t only = f->entry->subject.part;
	enum err err = OK;

	for (uint32_t i = 1; i <= alert->parts && err == OK; i++) {
		struct alert_part part;

		if (only != 0 && i != only)
			continue;
		err = alert_part_get(f->txn, alert->number, i, &part);
		if (err == OK && (only != 0 || deed->concerns(&part)))
			err = deed_part(f, deed, &part);
	}
	return err;
}

static enum err
deed_apply(struct folding *f, const struct deed *deed)
{
	struct alert alert;
	enum err err = alert_get(f->txn, f->entry->subject.number, &alert);

	if (err != OK)
		return err;
	if (f->entry->subject.part > alert.parts)
		return ERR_CORRUPT;
	if (alert.parts > 0) {
		err = deed_parts(f, deed, &alert);
	} else {
		alert.status = deed->status;
		if (deed->incident != 0)
			err = fold_incident_alert(
			    f, deed->incident, alert.number, 0, true);
	}
	return err == OK ? fold_alert_sum(f, &alert) : err;
}

enum err
fold_alert_acknowledged(struct folding *f)
{
	return deed_apply(
	    f, &(struct deed){ALERT_STATUS_acknowledged, 0, is_untouched});
}

enum err
fold_alert_closed(struct folding *f)
{
	return deed_apply(
	    f, &(struct deed){ALERT_STATUS_closed, 0, is_undecided});
}

enum err
fold_alert_promoted(struct folding *f)
{
	uint64_t incident =
	    facts_ref(&f->facts, "incident", SUBJECT_INCIDENT, 0);

	enum err err;

	if (incident == 0)
		return ERR_CORRUPT;
	err = deed_apply(
	    f, &(struct deed){ALERT_STATUS_promoted, incident, is_loose});
	if (err != OK || !facts_has(&f->facts, "revision"))
		return err;
	/* What somebody attached an alert to is not what it was. */
	return folding_touch(f, incident);
}

enum err
fold_alert_requeued(struct folding *f)
{
	uint64_t number = f->entry->subject.number;
	const struct retry retry = {
	    .workflow = WORKFLOW_triage,
	    .item = number,
	    .due_ms = f->entry->time_ms,
	    .seq = f->entry->seq,
	};
	struct alert alert;
	bool revived;
	enum err err = alert_get(f->txn, number, &alert);

	if (err == OK)
		err = fold_revive(f, WORKFLOW_triage, number, &revived);
	/* One that waits for its first triage is in the queue already. */
	if (err != OK || revived || alert.triaged_seq == 0)
		return err;
	err = retry_put(f->txn, &retry);
	if (err != OK || !facts_flag(&f->facts, "remap", false))
		return err == OK ? fold_alert_waits(f, number) : err;
	alert.remap = true;
	return alert_put(f->txn, &alert);
}
