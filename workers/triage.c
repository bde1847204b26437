#include "workers/triage.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/delivery.h"
#include "workers/outcome.h"
#include "workers/path.h"
#include "workers/severity.h"
#include "workers/stamp.h"
#include "workers/triage_work.h"

enum { AHEAD_MS_MAX = 5 * 60 * 1000 };

struct triage {
	const struct formats *formats;
	struct scanner *scanner;
	struct delivery delivery;
	struct finding finding;
};

enum err
triage_open(struct triage **triage, const struct formats *formats)
{
	struct triage *t = calloc(1, sizeof(*t));
	enum err err;

	*triage = NULL;
	if (t == NULL)
		return ERR_MEMORY;
	t->formats = formats;
	err = scanner_open(&t->scanner);
	if (err != OK) {
		free(t);
		return err;
	}
	*triage = t;
	return OK;
}

void
triage_close(struct triage **triage)
{
	if (*triage == NULL)
		return;
	scanner_close(&(*triage)->scanner);
	free(*triage);
	*triage = NULL;
}

static bool
find_severity(struct work *work)
{
	struct finding *f = work->finding;
	const struct normal_text *raw = &f->normal.fields[NORMAL_severity];

	f->severity = SEVERITY_medium;
	return raw->len > 0 && severity_read(&work->format->scale, raw->bytes,
				   raw->len, &f->severity);
}

static void
excuse_severity(struct work *work)
{
	struct finding *f = work->finding;
	const struct normal_text *raw = &f->normal.fields[NORMAL_severity];
	char text[TRIAGE_QUOTE_BYTES];

	if (raw->len == 0)
		finding_reason(f, REASON_severity_missing, NULL, NULL, NULL);
	else
		finding_reason(f, REASON_severity_unknown,
		    triage_quote(raw, text), work->format->name, NULL);
}

/* What the part wishes for, by the thresholds. */
static void
decide(struct work *work)
{
	struct finding *f = work->finding;
	const struct normal_text *status = &f->normal.fields[NORMAL_status];
	const char *severity = words_name(WORDS_SEVERITY, (int)f->severity);
	const char *open = words_name(WORDS_SEVERITY, (int)work->ask->open);
	const char *attach = words_name(WORDS_SEVERITY, (int)work->ask->attach);

	if (status->len > 0 &&
	    format_resolves(work->format, status->bytes, status->len)) {
		f->wish = WISH_resolve;
		finding_reason(f, REASON_resolved, NULL, NULL, NULL);
	} else if (status->len > 0 && format_acknowledges(work->format,
					  status->bytes, status->len)) {
		f->wish = WISH_acknowledge;
		finding_reason(f, REASON_acknowledged, NULL, NULL, NULL);
	} else if (f->severity >= work->ask->open) {
		f->wish = WISH_open;
		finding_reason(f, REASON_severity_open, severity, open, NULL);
	} else if (f->severity >= work->ask->attach) {
		f->wish = WISH_attach;
		finding_reason(
		    f, REASON_severity_attach, severity, attach, open);
	} else {
		f->wish = WISH_keep;
		finding_reason(f, REASON_severity_keep, severity, attach, NULL);
	}
}

static void
find_title(struct work *work)
{
	struct finding *f = work->finding;
	struct normal_text *title = &f->normal.fields[NORMAL_title];
	const struct normal_text *rule = &f->normal.fields[NORMAL_rule_id];
	char text[TRIAGE_QUOTE_BYTES];

	if (title->len > 0)
		return;
	(void)snprintf(f->title, sizeof(f->title), "%s rule %s",
	    work->format->name, rule->len > 0 ? triage_quote(rule, text) : "?");
	normal_mend(f->title);
	*title = (struct normal_text){f->title, strlen(f->title), false};
	finding_reason(f, REASON_title_missing, NULL, NULL, NULL);
}

static void
find_time(struct work *work)
{
	struct finding *f = work->finding;
	const struct normal_text *time = &f->normal.fields[NORMAL_time];
	char text[TRIAGE_QUOTE_BYTES];
	bool zoned;

	f->has_time = false;
	if (time->len == 0)
		return;
	if (time->cut ||
	    stamp_parse(time->bytes, time->len, work->ask->received_ms,
		&f->occurred_ms, &zoned) != OK) {
		finding_reason(f, REASON_time_unreadable,
		    triage_quote(time, text), NULL, NULL);
		return;
	}
	f->has_time = true;
	if (!zoned)
		finding_reason(f, REASON_time_without_zone,
		    triage_quote(time, text), NULL, NULL);
	if (f->occurred_ms > work->ask->received_ms + AHEAD_MS_MAX)
		finding_reason(
		    f, REASON_time_ahead, triage_quote(time, text), NULL, NULL);
}

/* "node-1:9100" is the machine node-1, whichever of its ports was asked. */
static void
find_host(struct work *work)
{
	struct finding *f = work->finding;
	const struct normal_text *host = &f->normal.fields[NORMAL_host];
	const char *colon =
	    host->len == 0 ? NULL : memchr(host->bytes, ':', host->len);
	size_t left;

	f->host_len = host->len;
	f->host_known = !work->format->host_is_sensor;
	if (colon == NULL || colon == host->bytes)
		return;
	left = host->len - (size_t)(colon + 1 - host->bytes);
	for (size_t i = 1; i <= left; i++)
		if (colon[i] < '0' || colon[i] > '9')
			return;
	if (left > 0)
		f->host_len = (size_t)(colon - host->bytes);
}

/* Is it the first alert of its envelope? */
static bool
is_first(const struct work *work)
{
	const cJSON *first = NULL;

	for (size_t i = 0; i < work->format->alerts.count && first == NULL; i++)
		first = path_find(work->part->outer,
		    work->format->alerts.paths[i], work->format->names);
	return work->part->object == first;
}

/* What the delivery held besides its alerts is said once, with the first. */
static void
find_missing(struct work *work, const struct delivery *delivery)
{
	struct finding *f = work->finding;
	const cJSON *left =
	    work->format->left_out == NULL
		? NULL
		: path_find(work->part->outer, work->format->left_out,
		      work->format->names);
	char count[24];

	if (left != NULL && cJSON_IsNumber(left) && left->valuedouble >= 1 &&
	    is_first(work)) {
		(void)snprintf(count, sizeof(count), "%.0f", left->valuedouble);
		finding_reason(f, REASON_left_out, count, NULL, NULL);
	}
	if (delivery->others > 0 && work->part == delivery->parts) {
		(void)snprintf(count, sizeof(count), "%zu", delivery->others);
		finding_reason(f, REASON_others_passed, count, NULL, NULL);
	}
}

static void
find(struct work *work)
{
	struct finding *f = work->finding;
	bool known;

	f->techniques_count = f->reasons_count = 0;
	normal_read(&f->normal, work->format, work->part, &work->envelope);
	known = find_severity(work);
	/* The decision's own reason is the first. */
	decide(work);
	if (!known)
		excuse_severity(work);
	if (work->format->guesses)
		finding_reason(f, REASON_guessed, NULL, NULL, NULL);
	else if (f->normal.guessed)
		finding_reason(f, REASON_guessed_in_part, NULL, NULL, NULL);
	find_title(work);
	find_time(work);
	find_host(work);
	triage_class(work);
	triage_observables(work);
	fingerprint_cluster(work->ask->source, work->format, &f->normal,
	    work->part, f->cluster);
	(void)fingerprint_external(work->format, work->part, f->external);
}

/*
 * The part that stands for the alerts beyond the limit.  It wishes for an
 * incident whatever the thresholds: nobody has looked at what it stands for.
 */
static void
find_beyond(struct triage *triage, const struct triage_ask *ask, size_t all)
{
	struct finding *f = &triage->finding;
	static const char rule[] = "split_cut";
	char alerts[24], kept[24];
	struct normal_text *fields = f->normal.fields;

	memset(f, 0, offsetof(struct finding, observables));
	observables_init(&f->observables);
	f->reasons_count = 0;
	(void)snprintf(alerts, sizeof(alerts), "%zu", all);
	(void)snprintf(kept, sizeof(kept), "%d", LIMIT_ALERT_SPLIT_MAX - 1);
	(void)snprintf(f->title, sizeof(f->title),
	    "%zu more alerts came in this delivery",
	    all - (LIMIT_ALERT_SPLIT_MAX - 1));
	fields[NORMAL_title] =
	    (struct normal_text){f->title, strlen(f->title), false};
	fields[NORMAL_rule_id] =
	    (struct normal_text){rule, strlen(rule), false};
	f->wish = WISH_open;
	f->severity = SEVERITY_medium;
	f->classification = RSIT_other;
	finding_reason(f, REASON_split_cut, alerts, kept, NULL);
	fingerprint_cluster(ask->source, formats_native(triage->formats),
	    &f->normal, &(struct part){.object = NULL}, f->cluster);
}

static enum err
write_parts(struct triage *triage, const struct triage_ask *ask, int tier,
    cJSON *outcome)
{
	const struct delivery *delivery = &triage->delivery;
	size_t count = delivery->count - (delivery->beyond > 0 ? 1 : 0), i;
	struct work work = {.ask = ask,
	    .format = delivery->format,
	    .scanner = triage->scanner,
	    .finding = &triage->finding};

	assert(delivery->format != NULL);
	for (i = 0; i < count; i++) {
		work.part = &delivery->parts[i];
		find(&work);
		find_missing(&work, delivery);
		if (!outcome_part(outcome, (unsigned)i + 1, work.finding, tier))
			return ERR_MEMORY;
	}
	if (delivery->beyond == 0)
		return OK;
	find_beyond(triage, ask, delivery->count + delivery->beyond);
	return outcome_part(outcome, (unsigned)i + 1, &triage->finding, tier)
		   ? OK
		   : ERR_MEMORY;
}

static enum err
write_outcome(struct triage *triage, const struct triage_ask *ask, int tier,
    enum err read, cJSON **outcome)
{
	struct delivery *delivery = &triage->delivery;
	const char *format =
	    delivery->format == NULL ? "unknown" : delivery->format->name;
	enum err err;

	*outcome = outcome_new(ask->alert, format);
	if (*outcome == NULL)
		return ERR_MEMORY;
	if (read == OK)
		err = write_parts(triage, ask, tier, *outcome);
	else
		err =
		    outcome_fault(*outcome, delivery->fault) ? OK : ERR_MEMORY;
	if (err != OK) {
		cJSON_Delete(*outcome);
		*outcome = NULL;
	}
	return err;
}

enum err
triage_run(struct triage *triage, const struct triage_ask *ask, int tier,
    cJSON **outcome)
{
	struct delivery *delivery = &triage->delivery;
	enum err err;

	*outcome = NULL;
	if (ask->payload == NULL) {
		delivery->format = NULL;
		delivery->trees = NULL;
		delivery->count = 0;
		(void)snprintf(delivery->fault, sizeof(delivery->fault),
		    "the payload was erased");
		err = ERR_INVALID;
	} else {
		err = delivery_read(delivery, triage->formats, ask->payload,
		    ask->payload_len, ask->format);
	}
	if (err == OK || err == ERR_INVALID)
		err = write_outcome(triage, ask, tier, err, outcome);
	delivery_fini(delivery);
	return err;
}
