/*
 * Sources: how often each is to be heard, the alert that one raises by falling
 * silent, and the end of that.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "broker/decision.h"
#include "protocol/duration.h"

/* ---- alerts of the broker's own ---- */

/* Delivers one alert in our own form as any source would; more is a member
 * that it has besides. */
static void
deliver(struct decision *d, const char *source, const char *title,
    const char *status, const char *description)
{
	char id[LIMIT_NAME_BYTES_MAX + 16];
	cJSON *alert = put_object(NULL, NULL);
	cJSON *facts = decision_emit(
	    d, EVENT_alert_received, (struct ref){SUBJECT_ALERT, 0, 0});

	put_text(facts, "source", CONFIG_OWN_SOURCE);
	put_number(facts, "n", 1);
	put_text(facts, "format", "native");
	(void)snprintf(id, sizeof(id), "silent:%s", source);
	put_text(alert, "title", title);
	put_text(alert, "description", description);
	put_word(
	    alert, "severity", WORDS_SEVERITY, d->config->silence_severity);
	put_text(alert, "rule", "source.silent");
	put_text(alert, "classification", "availability");
	put_text(alert, "id", id);
	put_text(alert, "status", status);
	put_text(put_array(alert, "fingerprint"), NULL, id);
	decision_payload(d, alert);
}

/* ---- falling silent ---- */

static enum err
fall_silent(struct decision *d, const struct source *row, const char *name,
    uint64_t due_ms)
{
	char span[DURATION_TEXT_MAX], seen[TIME_TEXT_MAX] = "never";
	char title[LIMIT_TITLE_BYTES_MAX], text[LIMIT_TITLE_BYTES_MAX];
	cJSON *facts;

	(void)duration_format((int64_t)row->interval_ms, span);
	if (row->last_ms != 0)
		(void)time_format((int64_t)row->last_ms, seen);
	(void)snprintf(title, sizeof(title),
	    "Source %s is silent: nothing for more than %s", name, span);
	(void)snprintf(text, sizeof(text),
	    "%s is expected to be heard at least every %s. It was last heard: "
	    "%s. Find out whether it, its network or its key is at fault; "
	    "`tocsin source show %s` tells when it is heard again.",
	    name, span, seen, name);
	deliver(d, name, title, "firing", text);
	facts = decision_emit(d, EVENT_source_silent, source_subject(name));
	put_text(facts, "source", name);
	put_number(facts, "interval_ms", row->interval_ms);
	if (row->last_ms != 0)
		put_number(facts, "seen", row->last_ms);
	put_number(facts, "due", due_ms);
	if (decision_is_late(d, due_ms))
		put_flag(facts, "late", true);
	return OK;
}

/* ---- being heard again ---- */

/*
 * Closes the alert that the silence raised, unless it is in an incident, which
 * people close, or has yet to be triaged.
 */
static enum err
close_alert(struct decision *d, const struct source *row, const char *why)
{
	struct alert alert;
	enum err err = alert_get(d->txn, row->alert, &alert);

	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	if (alert.disposition == DISPOSITION_waiting ||
	    alert.status == ALERT_STATUS_promoted ||
	    alert.status == ALERT_STATUS_merged ||
	    alert.status == ALERT_STATUS_closed)
		return OK;
	put_word(decision_emit(d, EVENT_alert_closed,
		     (struct ref){SUBJECT_ALERT, 0, row->alert}),
	    "verdict", WORDS_VERDICT, VERDICT_other);
	put_text(decision_text(d), "reason", why);
	return OK;
}

static enum err
be_heard(struct decision *d, const struct source *row, const char *name)
{
	char title[LIMIT_TITLE_BYTES_MAX], text[LIMIT_TITLE_BYTES_MAX];
	cJSON *facts;
	enum err err = close_alert(d, row, "the source is heard again");

	if (err != OK)
		return err;
	(void)snprintf(title, sizeof(title), "Source %s is heard again", name);
	(void)snprintf(text, sizeof(text),
	    "The silence of %s has ended; ALR-%" PRIu64 " told of it.", name,
	    row->alert);
	deliver(d, name, title, "resolved", text);
	facts = decision_emit(d, EVENT_source_heard, source_subject(name));
	put_text(facts, "source", name);
	put_ref(facts, "alert", (struct ref){SUBJECT_ALERT, 0, row->alert});
	put_number(facts, "silent_ms",
	    row->last_ms > row->silent_ms ? row->last_ms - row->silent_ms : 0);
	return OK;
}

enum err
decision_source(struct decision *d, const struct timer_row *timer)
{
	char name[LIMIT_NAME_BYTES_MAX + 1];
	struct source row;
	enum err err = source_get(d->txn, (uint32_t)timer->a, &row);

	if (err == OK)
		err = source_name(d->txn, row.number, name);
	if (err != OK)
		return err;
	return row.silent ? be_heard(d, &row, name)
			  : fall_silent(d, &row, name, timer->due_ms);
}

/* ---- what is expected of it ---- */

static void
emit_updated(
    struct decision *d, const char *name, uint64_t interval_ms, bool by_hand)
{
	cJSON *facts =
	    decision_emit(d, EVENT_source_updated, source_subject(name));

	put_text(facts, "source", name);
	put_number(facts, "interval_ms", interval_ms);
	if (!by_hand)
		put_flag(facts, "configured", true);
}

static const struct config_source *
configured(const struct config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->sources_count; i++)
		if (strcmp(config->sources[i].name, name) == 0)
			return &config->sources[i];
	return NULL;
}

struct search {
	const char *name;
	bool found;
};

static bool
look_for(void *arg, const struct person *person)
{
	struct search *search = arg;
	size_t i;

	for (i = 0; i < person->sources_count; i++)
		if (strcmp(person->sources[i], search->name) == 0)
			search->found = true;
	return !search->found;
}

/* The source, which was heard, or which somebody is enrolled or configured to
 * be; so that nobody waits for one whose name was mistyped. */
static enum err
find_source(struct decision *d, const char *name, struct source *row)
{
	struct search search = {name, false};
	uint32_t number;
	enum err err = source_by_name(d->txn, name, &number);

	*row = (struct source){.number = 0};
	if (err == OK)
		return source_get(d->txn, number, row);
	if (err != ERR_MISSING)
		return err;
	err = person_each(d->txn, look_for, &search);
	if (err != OK || search.found || configured(d->config, name) != NULL)
		return err;
	return decision_refuse(d, ERR_MISSING, "source",
	    "%s was never heard of, and nobody is enrolled to push as it: "
	    "`tocsin source list` has those that are",
	    name);
}

enum err
decide_source_update(struct decision *d)
{
	const char *name = ask_text(d->ask, "source");
	const struct config_source *set = configured(d->config, name);
	bool by_config = ask_flag(d->ask, "configured", false);
	int64_t interval_ms = ask_duration_ms(d->ask, "interval", -1);
	struct source row;
	enum err err;

	if (by_config == (interval_ms >= 0))
		return decision_refuse(d, ERR_INVALID, "interval",
		    "say interval, or configured for what configuration says");
	if (strcmp(name, CONFIG_OWN_SOURCE) == 0)
		return decision_refuse(d, ERR_INVALID, "source",
		    "%s is the broker itself: it has no interval", name);
	err = find_source(d, name, &row);
	if (err == OK && row.silent)
		err = close_alert(
		    d, &row, "what is expected of the source was changed");
	if (err != OK)
		return err;
	if (by_config)
		interval_ms = set != NULL ? set->interval_ms : 0;
	emit_updated(d, name, (uint64_t)interval_ms, !by_config);
	d->answer = put_object(NULL, NULL);
	put_text(d->answer, "source", name);
	put_signed(d->answer, "interval_ms", interval_ms);
	return OK;
}

/* ---- what configuration expects ---- */

struct reconciling {
	struct decision *d;
	enum err err;
};

/* Those that configuration says no more of. */
static bool
forget(void *arg, const char *name, const struct source *row)
{
	struct reconciling *r = arg;

	if (row->by_hand || row->interval_ms == 0 ||
	    configured(r->d->config, name) != NULL)
		return true;
	r->err = decision_room(r->d, 1);
	if (r->err == OK)
		emit_updated(r->d, name, 0, false);
	return r->err == OK;
}

enum err
decide_sources(struct decision *decision)
{
	const struct config *config = decision->config;
	struct reconciling r = {decision, OK};
	enum err err = OK;
	size_t i;

	for (i = 0; i < config->sources_count && err == OK; i++) {
		const struct config_source *set = &config->sources[i];
		struct source row = {.number = 0};
		uint32_t number;

		err = source_by_name(decision->txn, set->name, &number);
		if (err == OK)
			err = source_get(decision->txn, number, &row);
		else if (err == ERR_MISSING)
			err = OK;
		if (err != OK || row.by_hand ||
		    row.interval_ms == (uint64_t)set->interval_ms)
			continue;
		err = decision_room(decision, 1);
		if (err == OK)
			emit_updated(decision, set->name,
			    (uint64_t)set->interval_ms, false);
	}
	if (err == OK)
		err = source_each(decision->txn, forget, &r);
	return err == OK ? r.err : err;
}
