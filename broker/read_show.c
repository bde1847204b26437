/* show: an incident with its text, its alerts and its history. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/reading.h"
#include "protocol/json.h"

enum {
	ATTACHED_SHOWN_MAX = 50,
	ATTACHED_VISIT_MAX = 1000,
	ATTACHED_INCIDENTS_MAX = 64,
};

/* ---- observables ---- */

static bool
same_observable(const cJSON *a, const cJSON *b)
{
	const char *type = json_text(a, "type"), *value = json_text(a, "value");
	const char *other_type = json_text(b, "type");
	const char *other_value = json_text(b, "value");

	return type != NULL && value != NULL && other_type != NULL &&
	       other_value != NULL && strcmp(type, other_type) == 0 &&
	       strcmp(value, other_value) == 0;
}

void
reading_gather_observables(cJSON *all, const cJSON *text)
{
	const cJSON *item, *known;

	cJSON_ArrayForEach (
	    item, cJSON_GetObjectItemCaseSensitive(text, "observables")) {
		if (cJSON_GetArraySize(all) == LIMIT_OBSERVABLES_MAX)
			return;
		cJSON_ArrayForEach (known, all)
			if (same_observable(known, item))
				break;
		if (known == NULL)
			put_copy(all, NULL, item);
	}
}

/* ---- alerts ---- */

struct attached {
	struct reading *r;
	cJSON *rows, *observables;
	uint64_t visited;
	uint64_t resolved; /* parts whose source said that they are over */
	uint64_t firing; /* parts of which their source did not */
	unsigned incidents; /* looked at: what was merged has alerts as well */
	bool more; /* not all were looked at */
	enum err err;
};

static bool gather_merged(void *arg, uint64_t merged);

/* Does what the part tells of go on, as far as its source says? */
static bool
still_fires(struct reading *r, const struct alert_part *part)
{
	struct cluster cluster;

	if (part->disposition == DISPOSITION_resolved)
		return false;
	return cluster_get(r->txn, part->cluster, &cluster) != OK ||
	       cluster.open > 0;
}

static bool
add_attached(
    void *arg, const struct alert *alert, const struct alert_part *part)
{
	struct attached *attached = arg;
	const cJSON *facts, *text;
	cJSON *row;

	attached->visited++;
	if (part == NULL || still_fires(attached->r, part))
		attached->firing++;
	if (part != NULL && part->disposition == DISPOSITION_resolved)
		attached->resolved++;
	if (cJSON_GetArraySize(attached->rows) >= ATTACHED_SHOWN_MAX)
		return true;
	row = put_object(NULL, NULL);
	reading_alert_row(attached->r, row, alert, part);
	if (!reading_fits(attached->r, row, 0)) {
		cJSON_Delete(row);
		return true;
	}
	put_item(attached->rows, NULL, row);
	if (part != NULL) {
		reading_part(attached->r, part, &facts, &text);
		reading_gather_observables(attached->observables, text);
	}
	return true;
}

/* The alerts of the incident itself, then of those merged into it. */
static enum err
gather_attached(struct attached *attached, uint64_t incident)
{
	const struct alert_filter filter = {
	    .status = -1,
	    .disposition = -1,
	    .severity = -1,
	    .incident = incident,
	    .visit_max = ATTACHED_VISIT_MAX,
	};
	char next[CURSOR_TEXT_MAX] = "";
	size_t visited = 0;
	enum err err;

	if (attached->incidents++ == ATTACHED_INCIDENTS_MAX) {
		attached->more = true;
		return OK;
	}
	err = alert_list(attached->r->txn, &filter, "", add_attached, attached,
	    next, &visited);
	attached->more |= next[0] != '\0';
	if (err == OK)
		err = incident_merged_each(
		    attached->r->txn, incident, gather_merged, attached);
	return err == OK ? attached->err : err;
}

static bool
gather_merged(void *arg, uint64_t merged)
{
	struct attached *attached = arg;

	attached->err = gather_attached(attached, merged);
	return attached->err == OK && !attached->more;
}

enum err
reading_attached(
    struct reading *r, const struct incident *incident, cJSON *observables)
{
	struct attached attached = {.r = r, .observables = observables};
	enum err err;

	attached.rows = put_array(r->answer, "attached");
	err = gather_attached(&attached, incident->number);
	/* Only where all of them were looked at. */
	put_flag(r->answer, "resolved_by_source",
	    attached.resolved > 0 && attached.firing == 0 && !attached.more);
	return err;
}

/* ---- history ---- */

struct history {
	struct reading *r;
	cJSON *rows, *observables;
	uint64_t last;
	size_t count, limit;
	bool more;
	enum err err;
};

static bool
add_history(void *arg, const struct history_row *row)
{
	struct history *history = arg;
	const struct entry *entry;
	cJSON *event;

	history->more = history->count == history->limit;
	if (history->more)
		return false;
	history->err = reading_entry(history->r, row->seq, &entry);
	if (history->err != OK)
		return false;
	if (!reading_shows_entry(history->r, entry))
		return true;
	event = put_object(NULL, NULL);
	reading_event(history->r, event, entry);
	history->more = !reading_fits(history->r, event, history->count);
	if (history->more) {
		cJSON_Delete(event);
		return false;
	}
	reading_gather_observables(history->observables,
	    cJSON_GetObjectItemCaseSensitive(event, "text"));
	put_item(history->rows, NULL, event);
	history->last = row->seq;
	history->count++;
	return true;
}

static enum err
read_after(struct reading *r, uint64_t *after)
{
	const char *cursor = reading_cursor(r);
	char *end;

	*after = 0;
	if (cursor[0] == '\0')
		return OK;
	*after = strtoull(cursor, &end, 10);
	if (cursor[0] >= '0' && cursor[0] <= '9' && *end == '\0')
		return OK;
	return reading_refuse(r, ERR_INVALID, "cursor",
	    "this cursor is not of this history: begin without one");
}

static enum err
show_history(struct reading *r, const struct incident *incident, uint64_t after,
    cJSON *observables)
{
	struct history history = {
	    .r = r,
	    .observables = observables,
	    .limit = reading_limit(r),
	};
	char next[32];
	enum err err;

	history.rows = put_array(r->answer, "history");
	err = history_each(r->txn, SUBJECT_INCIDENT, incident->number, after,
	    add_history, &history);
	if (err == OK)
		err = history.err;
	if (err == OK && history.more) {
		(void)snprintf(next, sizeof(next), "%" PRIu64, history.last);
		put_text(r->answer, "next", next);
	}
	return err;
}

enum err
read_show(struct reading *r)
{
	struct ref ref = ask_ref(r->ask, "incident");
	struct incident incident;
	char text[REF_TEXT_MAX];
	cJSON *observables;
	uint64_t after;
	enum err err;

	/* Reporters see what they opened, not what it was merged into. */
	err = ask_flag(r->ask, "own", false) || reading_only_reports(r)
		  ? incident_get(r->txn, ref.number, &incident)
		  : incident_resolve(r->txn, ref.number, &incident);
	if (err == OK && !reading_shows(r, &incident))
		err = ERR_MISSING;
	if (err == ERR_MISSING)
		return reading_refuse(r, ERR_MISSING, "incident",
		    "there is no %s, or you may not know of it",
		    ref_format(ref, text));
	if (err == OK)
		err = read_after(r, &after);
	if (err != OK)
		return err;
	reading_incident(r, r->answer, &incident);
	if (incident.number != ref.number)
		put_incident(r->answer, "asked", ref.number);
	err = reading_relations(r, &incident);
	if (err != OK)
		return err;
	(void)reading_fits(r, r->answer, 0);
	if (after == 0)
		err = reading_tasks(r, r->answer, &incident);
	if (err == OK && after == 0)
		err = reading_files(r, r->answer, &incident, false);
	if (err != OK)
		return err;
	observables = put_array(r->answer, "observables");
	/* Alerts are not a reporter's to read, and a further page of history
	 * has them already. */
	if (!reading_only_reports(r) && after == 0)
		err = reading_attached(r, &incident, observables);
	return err == OK ? show_history(r, &incident, after, observables) : err;
}
