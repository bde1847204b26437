/* What a callback tells: of an alert, or of an incident and its alerts. */
#include <string.h>

#include "broker/reading.h"
#include "protocol/json.h"

enum { ALERTS_MAX = 256 };

static const struct config_callback *
find_callback(const struct config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->callbacks_count; i++)
		if (strcmp(config->callbacks[i].name, name) == 0)
			return &config->callbacks[i];
	return NULL;
}

/* ---- an incident's alerts ---- */

struct rows {
	struct reading *r;
	cJSON *out;
	uint32_t source;
	size_t count;
	bool more;
	enum err err;
};

static bool
add_alert(void *arg, const struct alert *alert, const struct alert_part *part)
{
	struct rows *rows = arg;
	const cJSON *facts, *text;
	cJSON *row;

	if (rows->count == ALERTS_MAX) {
		rows->more = true;
		return false;
	}
	row = put_object(rows->out, NULL);
	put_ref(row, "alert",
	    (struct ref){
		SUBJECT_ALERT, part != NULL ? part->part : 0, alert->number});
	rows->count++;
	if (part == NULL)
		return true;
	reading_part(rows->r, part, &facts, &text);
	put_copy(
	    row, "external", cJSON_GetObjectItemCaseSensitive(text, "dedup"));
	return true;
}

static bool
add_alerts(void *arg, const struct incident *incident)
{
	struct rows *rows = arg;
	const struct alert_filter filter = {.status = -1,
	    .disposition = -1,
	    .severity = -1,
	    .source = rows->source,
	    .incident = incident->number,
	    .visit_max = LIMIT_LIST_VISIT_MAX};
	char next[CURSOR_TEXT_MAX] = "";
	size_t visited = 0;

	rows->err = alert_list(
	    rows->r->txn, &filter, "", add_alert, rows, next, &visited);
	rows->more |= next[0] != '\0';
	return rows->err == OK && rows->count < ALERTS_MAX;
}

static enum err
put_incident_told(struct reading *r, cJSON *body,
    const struct incident *incident, const char *source)
{
	struct rows rows = {.r = r};
	enum err err = source_by_name(r->txn, source, &rows.source);

	if (err != OK)
		return err;
	put_incident(body, "incident", incident->number);
	put_word(body, "incident_status", WORDS_STATUS, (int)incident->status);
	put_word(body, "verdict", WORDS_VERDICT, (int)incident->verdict);
	rows.out = put_array(body, "alerts");
	err = incident_tree_each(r->txn, incident, add_alerts, &rows);
	put_flag(body, "more", rows.more);
	return err == OK ? rows.err : err;
}

/* ---- both ---- */

static enum err
put_told(struct reading *r, cJSON *item, cJSON *body,
    const struct notification *told, const char *source)
{
	struct incident incident, root;
	struct alert alert;
	enum err err;

	if (told->alert != 0) {
		err = alert_get(r->txn, told->alert, &alert);
		return err == OK
			   ? reading_outcome(r, body, &alert, told->alert_part)
			   : err;
	}
	err = incident_get(r->txn, told->incident, &incident);
	/* What it was merged into may be for fewer eyes. */
	if (err == OK)
		err = incident_resolve(r->txn, told->incident, &root);
	if (err != OK)
		return err;
	if (incident.restricted || root.restricted) {
		put_text(item, "drop", "restricted");
		return OK;
	}
	return put_incident_told(r, body, &incident, source);
}

enum err
reading_callback(
    struct reading *r, cJSON *item, const struct notification *told)
{
	const struct config_callback *row =
	    find_callback(r->config, told->hook);
	cJSON *body;
	enum err err;

	if (row == NULL) {
		put_text(item, "drop", "no_such_hook");
		return OK;
	}
	body = put_object(NULL, NULL);
	put_word(body, "event", WORDS_OCCASION, (int)told->on);
	put_number(body, "notification", told->number);
	put_number(body, "seq", told->seq);
	put_text(body, "source", row->source);
	err = put_told(r, item, body, told, row->source);
	if (err != OK || cJSON_HasObjectItem(item, "drop")) {
		cJSON_Delete(body);
		return err;
	}
	put_text(item, "url", row->url);
	if (row->secret_file[0] != '\0')
		put_text(item, "secret_file", row->secret_file);
	if (row->token_file[0] != '\0')
		put_text(item, "token_file", row->token_file);
	put_item(item, "body", body);
	return OK;
}
