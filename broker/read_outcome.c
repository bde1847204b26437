/* alert.outcome: what became of an alert, for whoever sent it. */
#include <string.h>

#include "broker/reading.h"

/* Enough for what is asked by a machine; alert.show has all. */
enum { PARTS_MAX = 256 };

/* May the actor know of the source's alerts? */
static bool
is_theirs(const struct reading *r, const char *source)
{
	size_t i;

	if ((r->actor->roles &
		(ROLE_analyst | ROLE_lead | ROLE_manager | ROLE_auditor)) != 0)
		return true;
	for (i = 0; i < r->actor->sources_count; i++)
		if (strcmp(r->actor->sources[i], source) == 0)
			return true;
	return false;
}

/* The alert, if it is there and theirs. */
static enum err
find(struct reading *r, struct ref ref, struct alert *alert, char *source)
{
	enum err err = alert_get(r->txn, ref.number, alert);

	if (err == OK)
		err = source_name(r->txn, alert->source, source);
	if (err == OK && (!is_theirs(r, source) || ref.part > alert->parts))
		err = ERR_MISSING;
	return err;
}

/* A restricted incident is told of to nobody that it does not name. */
static enum err
put_incident_of(struct reading *r, cJSON *row, const struct alert_part *part)
{
	struct incident incident;
	enum err err;

	if (part->incident == 0)
		return OK;
	err = incident_resolve(r->txn, part->incident, &incident);
	if (err != OK || !incident_shown_to(&incident, r->actor->number))
		return err;
	put_incident(row, "incident", incident.number);
	put_word(row, "incident_status", WORDS_STATUS, (int)incident.status);
	if (incident.status == STATUS_closed)
		put_word(row, "verdict", WORDS_VERDICT, (int)incident.verdict);
	return OK;
}

static enum err
put_parts(
    struct reading *r, cJSON *out, const struct alert *alert, uint32_t only)
{
	cJSON *parts = put_array(out, "parts");
	const cJSON *facts, *text;
	uint32_t i, first = 1, last = alert->parts;
	struct alert_part part;
	enum err err = OK;

	if (only != 0)
		first = last = only;
	if (last > PARTS_MAX)
		last = PARTS_MAX;
	for (i = first; i <= last && err == OK; i++) {
		cJSON *row;

		err = alert_part_get(r->txn, alert->number, i, &part);
		if (err != OK)
			break;
		row = put_object(parts, NULL);
		put_ref(row, "alert",
		    (struct ref){SUBJECT_ALERT, i, alert->number});
		put_word(row, "disposition", WORDS_DISPOSITION,
		    (int)part.disposition);
		put_word(row, "status", WORDS_ALERT_STATUS, (int)part.status);
		put_word(row, "severity", WORDS_SEVERITY, (int)part.severity);
		reading_part(r, &part, &facts, &text);
		put_copy(row, "external",
		    cJSON_GetObjectItemCaseSensitive(text, "dedup"));
		err = put_incident_of(r, row, &part);
	}
	return err;
}

enum err
reading_outcome(
    struct reading *r, cJSON *out, const struct alert *alert, uint32_t only)
{
	put_ref(out, "alert", (struct ref){SUBJECT_ALERT, only, alert->number});
	put_time(out, "received", alert->received_ms);
	put_flag(out, "triaged", alert->triaged_seq != 0);
	put_word(out, "status", WORDS_ALERT_STATUS, (int)alert->status);
	if (alert->triaged_seq != 0)
		put_word(out, "disposition", WORDS_DISPOSITION,
		    (int)alert->disposition);
	return put_parts(r, out, alert, only);
}

enum err
read_alert_outcome(struct reading *r)
{
	struct ref ref = ask_ref(r->ask, "alert");
	char source[LIMIT_NAME_BYTES_MAX + 1], text[REF_TEXT_MAX];
	struct alert alert;
	enum err err = find(r, ref, &alert, source);

	if (err == ERR_MISSING)
		return reading_refuse(r, ERR_MISSING, "alert",
		    "there is no %s of your sources, or triage has not split "
		    "it yet",
		    ref_format(ref, text));
	if (err != OK)
		return err;
	put_text(r->answer, "source", source);
	return reading_outcome(r, r->answer, &alert, ref.part);
}
