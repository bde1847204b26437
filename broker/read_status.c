/* status: how the broker is, and where the journal stands. */
#include <string.h>

#include "broker/reading.h"

enum {
	/* Roles that see more than whether the service is up. */
	INSIDERS =
	    ROLE_analyst | ROLE_lead | ROLE_manager | ROLE_auditor | ROLE_admin,
	/* Alerts that wait for a person are counted up to here. */
	KEPT_COUNTED_MAX = 1000
};

static enum err
put_incidents(struct reading *r)
{
	cJSON *out = put_object(r->answer, "incidents");
	uint64_t count, by_severity[SEVERITY_COUNT] = {0}, open = 0;
	cJSON *severities;
	int status, severity;
	enum err err;

	for (status = 0; status < STATUS_COUNT; status++) {
		if (!status_is_open((enum status)status))
			continue;
		for (severity = 0; severity < SEVERITY_COUNT; severity++) {
			err = incident_count(r->txn, (enum status)status,
			    (enum severity)severity, &count);
			if (err != OK)
				return err;
			by_severity[severity] += count;
			open += count;
		}
	}
	put_number(out, "open", open);
	severities = put_object(out, "by_severity");
	for (severity = 0; severity < SEVERITY_COUNT; severity++)
		put_number(severities, words_name(WORDS_SEVERITY, severity),
		    by_severity[severity]);
	return OK;
}

static bool
count_kept(void *arg, const struct alert *alert, const struct alert_part *part)
{
	size_t *kept = arg;

	(void)part;
	if (*kept == KEPT_COUNTED_MAX)
		return false;
	*kept += alert->disposition != DISPOSITION_waiting;
	return true;
}

/* Those that triage did not put into an incident and nobody has looked at. */
static enum err
put_kept(struct reading *r, cJSON *out)
{
	const struct alert_filter filter = {
	    .status = ALERT_STATUS_new,
	    .disposition = -1,
	    .severity = -1,
	    .visit_max = LIMIT_LIST_VISIT_MAX,
	};
	char next[CURSOR_TEXT_MAX] = "";
	size_t visited, kept = 0;
	enum err err;

	err =
	    alert_list(r->txn, &filter, "", count_kept, &kept, next, &visited);
	put_number(out, "kept", kept);
	put_flag(out, "kept_more", next[0] != '\0');
	return err;
}

static enum err
put_alerts(struct reading *r, const struct counters *counters)
{
	cJSON *out = put_object(r->answer, "alerts");
	struct workflow_row row;
	enum err err = workflow_get(r->txn, WORKFLOW_triage, &row);

	if (err != OK)
		return err;
	put_number(out, "received", counters->alerts);
	put_number(out, "waiting",
	    row.last + 1 - row.frontier + row.leased + row.retrying);
	put_number(out, "dead", row.dead);
	return put_kept(r, out);
}

static void
put_health(struct reading *r, const struct counters *counters)
{
	const struct health *health = r->health;
	cJSON *out;

	put_flag(r->answer, "rebuilding", health->rebuilding);
	put_flag(r->answer, "timers_held", counters->timers_held);
	out = put_object(r->answer, "queues");
	put_number(out, "intake_bytes", health->intake_bytes);
	put_number(out, "command_bytes", health->command_bytes);
	put_number(r->answer, "workers", health->workers);
	put_number(r->answer, "watchers", health->watchers);
	put_number(r->answer, "refused_auth", health->refused_auth);
	put_number(r->answer, "dropped_frames", health->dropped_frames);
	put_text(r->answer, "config", counters->config);
	put_number(r->answer, "uptime_ms",
	    health->now_ms > health->started_ms
		? health->now_ms - health->started_ms
		: 0);
}

enum err
read_status(struct reading *r)
{
	const struct health *health = r->health;
	struct counters counters;
	cJSON *journal;
	enum err err = state_counters(r->txn, &counters);

	if (err != OK)
		return err;
	put_text(r->answer, "version", TOCSIN_VERSION);
	put_flag(r->answer, "writing", health->writing);
	put_flag(r->answer, "intake", health->intake);
	journal = put_object(r->answer, "journal");
	put_number(journal, "durable", health->durable_seq);
	if ((r->actor->roles & INSIDERS) == 0)
		return OK;
	put_number(journal, "committed", health->committed_seq);
	put_time(journal, "time", counters.time_ms);
	put_hex(r->answer, "store", journal_store_id(r->journal), 16);
	put_health(r, &counters);
	err = put_incidents(r);
	return err == OK ? put_alerts(r, &counters) : err;
}
