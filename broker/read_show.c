/* show: an incident with its text, its alerts and its history. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "broker/reading.h"
#include "protocol/json.h"

enum {
	ATTACHED_SHOWN_MAX = 50,
	ATTACHED_VISIT_MAX = 1000,
	ATTACHED_INCIDENTS_MAX = 64,
};

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
	cJSON *rows;
	uint64_t first; /* the oldest that is shown */
	size_t count, limit;
	bool more;
	enum err err;
};

/* Goes back in time; what is shown stands in the order of time. */
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
	put_first(history->rows, event);
	history->first = row->seq;
	history->count++;
	return true;
}

/* The entry that the page ends before. */
static enum err
read_before(struct reading *r, uint64_t *before)
{
	*before = UINT64_MAX;
	if (reading_cursor(r)[0] == '\0' ||
	    reading_cursor_numbers(r, before, 1))
		return OK;
	return reading_refuse(r, ERR_INVALID, "cursor",
	    "this cursor is not of this history: begin without one");
}

static enum err
show_history(
    struct reading *r, const struct incident *incident, uint64_t before)
{
	struct history history = {.r = r, .limit = reading_limit(r)};
	char next[32];
	enum err err;

	history.rows = put_array(r->answer, "history");
	err = history_back(r->txn, SUBJECT_INCIDENT, incident->number, before,
	    add_history, &history);
	if (err == OK)
		err = history.err;
	if (err == OK && history.more) {
		(void)snprintf(next, sizeof(next), "%" PRIu64, history.first);
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
	uint64_t before;
	bool newest;
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
		err = read_before(r, &before);
	if (err != OK)
		return err;
	reading_incident(r, r->answer, &incident);
	if (incident.number != ref.number)
		put_incident(r->answer, "asked", ref.number);
	err = reading_relations(r, &incident);
	if (err != OK)
		return err;
	(void)reading_fits(r, r->answer, 0);
	newest = before == UINT64_MAX;
	if (newest)
		err = reading_tasks(r, r->answer, &incident);
	if (err == OK && newest)
		err = reading_files(r, r->answer, &incident, false);
	if (err != OK)
		return err;
	observables = put_array(r->answer, "observables");
	/* Alerts are not a reporter's to read, and a further page of history
	 * has them already. */
	if (!reading_only_reports(r) && newest)
		err = reading_attached(r, &incident, observables);
	if (err == OK && newest)
		err = reading_observed(r, &incident, observables);
	return err == OK ? show_history(r, &incident, before) : err;
}
