#include "workers/triage.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/classify.h"
#include "workers/delivery.h"
#include "workers/finding.h"
#include "workers/outcome.h"
#include "workers/path.h"
#include "workers/severity.h"
#include "workers/stamp.h"

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

/* One part on its way: what it is, and what is found out about it. */
struct work {
	const struct triage_ask *ask;
	const struct format *format;
	const struct part *part;
	struct scanner *scanner;
	struct finding *finding;
	struct classify classify;
	struct normal_envelope envelope;
};

/* A field as a string, for sentences. */
static const char *
quote(const struct normal_text *text, char out[65])
{
	size_t len = normal_fit(text->bytes, text->len, 64);

	memcpy(out, text->bytes, len);
	out[len] = '\0';
	return out;
}

/* Medium where the source's severity is missing or unknown. */
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
	char text[65];

	if (raw->len == 0)
		finding_reason(f, REASON_severity_missing, NULL, NULL, NULL);
	else
		finding_reason(f, REASON_severity_unknown, quote(raw, text),
		    work->format->name, NULL);
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
	char text[65];

	if (title->len > 0)
		return;
	(void)snprintf(f->title, sizeof(f->title), "%s rule %s",
	    work->format->name, rule->len > 0 ? quote(rule, text) : "?");
	normal_mend(f->title);
	*title = (struct normal_text){f->title, strlen(f->title), false};
	finding_reason(f, REASON_title_missing, NULL, NULL, NULL);
}

static void
find_time(struct work *work)
{
	struct finding *f = work->finding;
	const struct normal_text *time = &f->normal.fields[NORMAL_time];
	char text[65];
	bool zoned;

	f->has_time = false;
	if (time->len == 0)
		return;
	if (time->cut ||
	    stamp_parse(time->bytes, time->len, work->ask->received_ms,
		&f->occurred_ms, &zoned) != OK) {
		finding_reason(
		    f, REASON_time_unreadable, quote(time, text), NULL, NULL);
		return;
	}
	f->has_time = true;
	if (!zoned)
		finding_reason(
		    f, REASON_time_without_zone, quote(time, text), NULL, NULL);
	if (f->occurred_ms > work->ask->received_ms + AHEAD_MS_MAX)
		finding_reason(
		    f, REASON_time_ahead, quote(time, text), NULL, NULL);
}

/* True unless no more are taken. */
static bool
add_technique(struct work *work, const char *id)
{
	struct finding *f = work->finding;

	for (size_t i = 0; i < f->techniques_count; i++)
		if (strcmp(f->techniques[i], id) == 0)
			return true;
	if (f->techniques_count == LIMIT_TECHNIQUES_MAX)
		return false;
	memcpy(f->techniques[f->techniques_count++], id, strlen(id) + 1);
	classify_technique(&work->classify, id);
	return true;
}

/* "T1012 - Query Registry", "attack.t1059.001": every one that it names. */
static bool
take_techniques(struct work *work, const char *text, size_t len)
{
	char id[FINDING_TECHNIQUE_BYTES], given[65];
	bool any = false, on = true;

	for (size_t at = 0; on && at < len; at++) {
		if ((text[at] != 'T' && text[at] != 't') ||
		    (at > 0 && (isalnum((unsigned char)text[at - 1]) ||
				   text[at - 1] == '-')) ||
		    !finding_technique_at(text + at, id))
			continue;
		any = true;
		on = add_technique(work, id);
		at += strlen(id) - 1;
	}
	if (!any)
		finding_reason(work->finding, REASON_technique_ignored,
		    quote(&(struct normal_text){text, len, false}, given), NULL,
		    NULL);
	return on;
}

static bool
take_technique(void *arg, const cJSON *node)
{
	if (!cJSON_IsString(node) || normal_is_blank(node->valuestring))
		return true;
	return take_techniques(
	    arg, node->valuestring, strlen(node->valuestring));
}

static bool
take_group(void *arg, const cJSON *node)
{
	struct work *work = arg;
	const char *name;
	size_t len;

	if (!cJSON_IsString(node))
		return true;
	/* OSSEC writes its groups into one text: "syslog,sshd,". */
	classify_group(
	    &work->classify, node->valuestring, strlen(node->valuestring));
	for (name = node->valuestring; *name != '\0'; name += len) {
		name += strspn(name, ",");
		len = strcspn(name, ",");
		classify_group(&work->classify, name, len);
	}
	return true;
}

static void
each(struct work *work, const struct paths *paths, path_visit *visit)
{
	for (size_t i = 0; i < paths->count; i++)
		(void)path_each(work->part->object, paths->paths[i],
		    work->format->names, NULL, visit, work);
}

static void
find_class(struct work *work)
{
	static const struct {
		const char *by;
		enum reason reason;
	} rows[] = {
	    {"source", REASON_class_source},
	    {"group", REASON_class_group},
	    {"technique", REASON_class_technique},
	};
	struct finding *f = work->finding;
	const struct normal_text *said = &f->normal.fields[NORMAL_class];
	const struct normal_text *technique = &f->normal.fields[NORMAL_mitre];
	struct classify *classify = &work->classify;
	char text[65];

	classify_init(classify);
	each(work, &work->format->techniques, take_technique);
	if (work->format->techniques.count == 0 && technique->len > 0)
		(void)take_techniques(work, technique->bytes, technique->len);
	each(work, &work->format->groups, take_group);
	if (said->len > 0 && !classify_said(classify, said->bytes, said->len))
		finding_reason(
		    f, REASON_class_unknown, quote(said, text), NULL, NULL);
	f->classification = classify->rsit;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].by, classify->by) == 0)
			finding_reason(
			    f, rows[i].reason, classify->name, NULL, NULL);
}

struct marking {
	struct work *work;
	enum mark mark;
};

static bool
take_mark(void *arg, const cJSON *node)
{
	struct marking *marking = arg;
	struct work *work = marking->work;

	if (cJSON_IsString(node))
		observables_mark(&work->finding->observables, work->scanner,
		    marking->mark, node->valuestring);
	return !work->finding->observables.full;
}

/* An observable whose sender says the type, or leaves it to the patterns. */
static bool
take_typed(void *arg, const cJSON *node)
{
	struct work *work = arg;
	struct observables *found = &work->finding->observables;
	const cJSON *type = cJSON_GetObjectItemCaseSensitive(node, "type");
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(node, "value");
	const char *text = cJSON_IsString(node)    ? node->valuestring
			   : cJSON_IsString(value) ? value->valuestring
						   : "";
	int number =
	    cJSON_IsString(type) ? observable_type(type->valuestring) : -1;

	if (number < 0 ||
	    !observables_add(found, (enum observable)number, text))
		observables_scan(found, work->scanner, text, strlen(text));
	return !found->full;
}

/* Where the format does not say, the fields themselves are looked at. */
static void
mark_fields(struct work *work)
{
	static const struct {
		int field;
		enum mark mark;
	} marks[] = {
	    {NORMAL_src_ip, MARK_ip},
	    {NORMAL_dst_ip, MARK_ip},
	    {NORMAL_hash, MARK_hash},
	    {NORMAL_host, MARK_host},
	    {NORMAL_user, MARK_user},
	    {NORMAL_title, MARK_text},
	    {NORMAL_description, MARK_text},
	};
	struct finding *f = work->finding;
	char text[256];

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const struct normal_text *field =
		    &f->normal.fields[marks[i].field];

		if (field->len == 0 || f->observables.full ||
		    (marks[i].field == NORMAL_host &&
			work->format->host_is_sensor))
			continue;
		if (marks[i].mark == MARK_text) {
			observables_scan(&f->observables, work->scanner,
			    field->bytes, field->len);
		} else if (field->len < sizeof(text)) {
			memcpy(text, field->bytes, field->len);
			text[field->len] = '\0';
			observables_mark(&f->observables, work->scanner,
			    marks[i].mark, text);
		}
	}
}

static void
find_observables(struct work *work)
{
	const struct format *format = work->format;
	struct marking marking = {work, MARK_text};

	observables_init(&work->finding->observables);
	if (format->typed != NULL)
		(void)path_each(work->part->object, format->typed,
		    format->names, NULL, take_typed, work);
	if (!format->marks_given)
		mark_fields(work);
	for (size_t i = 0; i < format->marks_count; i++) {
		marking.mark = format->marks[i].mark;
		(void)path_each(work->part->object, format->marks[i].path,
		    format->names, NULL, take_mark, &marking);
	}
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
	find_class(work);
	find_observables(work);
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
