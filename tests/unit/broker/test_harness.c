#include <criterion/criterion.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/broker/harness.h"

/* ---- the store ---- */

static void
open_store(struct harness *h)
{
	struct journal_options options = {
	    .path = h->path,
	    .segment_bytes = 1 << 20,
	    .now_ms = h->now_ms,
	};
	struct journal_repair repair;
	char why[256] = "";

	strcpy(h->path, "/tmp/tocsin-broker-XXXXXX");
	cr_assert_not_null(mkdtemp(h->path));
	cr_assert_eq(journal_create(&options, why, sizeof(why)), OK, "%s", why);
	cr_assert_eq(
	    journal_open(&options, &h->journal, &repair, why, sizeof(why)), OK,
	    "%s", why);
	cr_assert_eq(state_open(h->path, false, &h->state, why, sizeof(why)),
	    OK, "%s", why);
	cr_assert_eq(state_begin(h->state, true, &h->txn), OK);
	journal_head(h->journal, &h->head);
}

static const struct {
	const char *name;
	uint32_t roles;
	const char *sources[2];
	size_t sources_count;
} principals[PRINCIPALS] = {
    [ADMIN] = {"root", ROLE_admin, {NULL}, 0},
    [LEAD] = {"lena", ROLE_lead | ROLE_analyst, {NULL}, 0},
    [ANALYST] = {"anna", ROLE_analyst, {NULL}, 0},
    [OTHER_ANALYST] = {"otto", ROLE_analyst, {NULL}, 0},
    [REPORTER] = {"rita", ROLE_reporter, {NULL}, 0},
    [MANAGER] = {"mona", ROLE_manager, {NULL}, 0},
    [AUDITOR] = {"udo", ROLE_auditor, {NULL}, 0},
    [SENSOR] = {"sensor", ROLE_sensor, {"wazuh", "probe"}, 2},
    [WORKER] = {"worker", ROLE_worker, {NULL}, 0},
    [OTHER_WORKER] = {"other-worker", ROLE_worker, {NULL}, 0},
};

static void
enrol(struct harness *h)
{
	static const unsigned char id[16] = {1, 2, 3};
	char key[41];
	uint32_t i;

	for (i = NOBODY; i < PRINCIPALS; i++) {
		const struct enrolment enrolment = {
		    .name = principals[i].name,
		    .public_z85 = key,
		    .display = "A display name",
		    .roles = principals[i].roles,
		    .sources = principals[i].sources,
		    .sources_count = principals[i].sources_count,
		};
		struct decision decision;

		memset(key, 'a', 40);
		key[40] = '\0';
		key[0] = (char)('b' + (int)i);
		harness_decision(h, &decision);
		if (i == NOBODY)
			cr_assert_eq(decide_created(&decision, id), OK);
		else
			cr_assert_eq(
			    decide_enrolment(&decision, &enrolment, i), OK);
		cr_assert_eq(harness_fold(h, &decision), OK);
		decision_fini(&decision);
	}
}

void
harness_init(struct harness *h)
{
	memset(h, 0, sizeof(*h));
	h->now_ms = HARNESS_NOW_MS;
	open_store(h);
	cr_assert_eq(config_default(h->path, &h->config), OK);
	h->health = (struct health){
	    .started_ms = HARNESS_NOW_MS,
	    .now_ms = HARNESS_NOW_MS,
	    .writing = true,
	    .intake = true,
	};
	enrol(h);
}

static int
remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
	(void)stat;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void
forget(struct harness *h)
{
	size_t i;

	cJSON_Delete(h->answer);
	cJSON_Delete(h->current);
	h->answer = h->current = NULL;
	h->repeat_of = 0;
	h->kinds_count = 0;
	memset(&h->fault, 0, sizeof(h->fault));
	for (i = 0; i < h->attachments_count; i++)
		free(h->attachments[i].bytes);
	h->attachments_count = 0;
}

void
harness_fini(struct harness *h)
{
	forget(h);
	state_abort(&h->txn);
	state_close(&h->state);
	journal_close(&h->journal);
	config_fini(&h->config);
	(void)nftw(h->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* ---- folding ---- */

static void
append(struct harness *h, struct record *const *records, size_t count)
{
	const struct journal_head behind = h->head;

	cr_assert_eq(
	    journal_append(h->journal, &behind, records, count, &h->head), OK);
	h->groups++;
}

static enum err
number_and_fold(struct harness *h, struct record **records, size_t count)
{
	struct entry entry;
	enum err err = OK;
	size_t i;

	for (i = 0; i < count; i++)
		record_number(records[i], h->head.seq + 1 + i, h->now_ms, 0);
	if (count > 0)
		append(h, records, count);
	for (i = 0; i < count; i++) {
		entry_of_record(records[i], &entry);
		if (h->kinds_count < KINDS_MAX)
			h->kinds[h->kinds_count++] = entry.kind;
		if (err == OK)
			err = fold_apply(h->txn, &entry);
		record_release(&records[i]);
	}
	return err;
}

enum err
harness_fold(struct harness *h, struct decision *decision)
{
	struct record *records[DECISION_EVENTS_MAX];
	size_t count, i;
	enum err err = decision_records(decision, records, &count);

	/* As the sequencer does it. */
	for (i = 0; err == OK && i < count; i++)
		if (record_kind(records[i]) == EVENT_alert_received)
			record_number(records[i], 1, 0, ++h->alerts);
	return err == OK ? number_and_fold(h, records, count) : err;
}

static enum err
flush(void *arg, struct decision *decision)
{
	return harness_fold(arg, decision);
}

void
harness_decision(struct harness *h, struct decision *decision)
{
	decision_init(decision);
	decision->txn = h->txn;
	decision->config = &h->config;
	decision->now_ms = h->now_ms;
	decision->since_ms = h->since_ms;
	decision->flush = flush;
	decision->flush_arg = h;
}

/* ---- asking ---- */

const char *
body_of(const char *format, ...)
{
	static char bodies[4][65536];
	static unsigned turn;
	char *body = bodies[turn++ % 4];
	va_list args;
	char *p;

	va_start(args, format);
	(void)vsnprintf(body, sizeof(bodies[0]), format, args);
	va_end(args);
	for (p = body; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	return body;
}

static enum err
read_body(struct harness *h, enum verb verb, const char *body, struct ask **ask)
{
	char *copy = strdup(body);
	char *p;
	enum err err;

	for (p = copy; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	err = ask_read(verb, copy, strlen(copy), ask, &h->fault);
	free(copy);
	return err;
}

static struct person
person_of(struct harness *h, uint32_t who)
{
	struct person person;

	cr_assert_eq(person_get(h->txn, who, &person), OK);
	return person;
}

enum err
harness_do(struct harness *h, uint32_t who, enum verb verb, const char *body)
{
	struct person actor = person_of(h, who);
	struct decision decision;
	struct ask *ask = NULL;

	forget(h);
	h->now_ms += 1000;
	h->err = read_body(h, verb, body, &ask);
	if (h->err != OK)
		return h->err;
	harness_decision(h, &decision);
	decision.actor = &actor;
	decision.verb = verb;
	decision.ask = ask;
	h->err = decide(&decision);
	if (h->err != OK)
		cr_assert_eq(decision.events_count, 0,
		    "a refusal leaves no events behind");
	else
		cr_assert_eq(harness_fold(h, &decision), OK);
	h->answer = decision.answer;
	h->current = decision.current;
	decision.answer = decision.current = NULL;
	h->repeat_of = decision.repeat_of;
	h->fault = decision.fault;
	decision_fini(&decision);
	ask_free(&ask);
	return h->err;
}

void
harness_must(struct harness *h, uint32_t who, enum verb verb, const char *body)
{
	enum err err = harness_do(h, who, verb, body);

	cr_assert_eq(err, OK, "%s %s: %s: %s", verb_row(verb)->name, body,
	    err_word(err), h->fault.message);
}

static bool
page_spent(void *arg)
{
	return ((struct harness *)arg)->spent;
}

static void
harness_reading(struct harness *h, struct reading *reading)
{
	reading_init(reading);
	reading->txn = h->txn;
	reading->journal = h->journal;
	reading->config = &h->config;
	reading->health = &h->health;
	reading->spent = page_spent;
	reading->spent_arg = h;
	h->health.now_ms = h->now_ms;
	h->health.durable_seq = h->health.committed_seq = h->head.seq;
}

enum err
harness_ask(struct harness *h, uint32_t who, enum verb verb, const char *body)
{
	struct person actor = person_of(h, who);
	struct reading reading;
	struct ask *ask = NULL;

	forget(h);
	h->err = read_body(h, verb, body, &ask);
	if (h->err != OK)
		return h->err;
	harness_reading(h, &reading);
	reading.actor = &actor;
	reading.verb = verb;
	reading.ask = ask;
	h->err = read_answer(&reading);
	/* Asked for by its printed form, as a client does. */
	if (reading.answer != NULL) {
		char *text = cJSON_PrintUnformatted(reading.answer);

		cr_assert_leq(strlen(text), (size_t)LIMIT_FRAME_BYTES_MAX);
		h->answer = cJSON_Parse(text);
		cr_assert_not_null(h->answer);
		free(text);
	}
	memcpy(h->attachments, reading.attachments, sizeof(h->attachments));
	h->attachments_count = reading.attachments_count;
	reading.attachments_count = 0;
	h->fault = reading.fault;
	reading_fini(&reading);
	ask_free(&ask);
	return h->err;
}

void
harness_must_ask(
    struct harness *h, uint32_t who, enum verb verb, const char *body)
{
	enum err err = harness_ask(h, who, verb, body);

	cr_assert_eq(err, OK, "%s %s: %s: %s", verb_row(verb)->name, body,
	    err_word(err), h->fault.message);
}

/* ---- alerts and jobs ---- */

uint64_t
harness_push(struct harness *h, const char *source, size_t count)
{
	struct part *parts = calloc(count, sizeof(*parts));
	uint64_t first = h->alerts + 1;
	struct record *record;
	char facts[128];
	size_t i;

	h->now_ms += 1000;
	for (i = 0; i < count; i++)
		parts[i] = (struct part){
		    PART_PAYLOAD, true, 7, (const unsigned char *)"payload"};
	(void)snprintf(facts, sizeof(facts),
	    "{\"source\":\"%s\",\"n\":%zu,\"format\":\"native\"}", source,
	    count);
	cr_assert_eq(record_make(
			 &(struct entry_draft){
			     .kind = EVENT_alert_received,
			     .actor = SENSOR,
			     .subject = {SUBJECT_ALERT, 0, first},
			     .facts = facts,
			     .facts_len = (uint32_t)strlen(facts),
			     .parts = parts,
			     .parts_count = count,
			 },
			 &record),
	    OK);
	free(parts);
	cr_assert_eq(number_and_fold(h, &record, 1), OK);
	h->alerts += count;
	return first;
}

enum err
harness_lease(struct harness *h, uint32_t who, enum workflow workflow,
    size_t max, unsigned char token, uint64_t *lease)
{
	struct person actor = person_of(h, who);
	unsigned char bytes[16];
	struct decision decision;
	enum err err;

	forget(h);
	h->now_ms += 1;
	memset(bytes, token, sizeof(bytes));
	harness_decision(h, &decision);
	decision.actor = &actor;
	err = decide_lease(&decision, workflow, max, bytes, lease);
	if (err == OK)
		err = harness_fold(h, &decision);
	decision_fini(&decision);
	return err;
}

uint64_t
harness_timers(struct harness *h)
{
	struct decision decision;
	uint64_t next_ms;

	forget(h);
	harness_decision(h, &decision);
	cr_assert_eq(decide_timers(&decision, &next_ms), OK);
	cr_assert_eq(harness_fold(h, &decision), OK);
	decision_fini(&decision);
	return next_ms;
}

void
harness_wait(struct harness *h, uint64_t ms)
{
	h->now_ms += ms;
	(void)harness_timers(h);
}

/* ---- rebuilding ---- */

struct dump {
	char *text;
	size_t len;
};

static bool
dump_line(void *arg, const char *line, size_t len)
{
	struct dump *dump = arg;

	dump->text = realloc(dump->text, dump->len + len + 2);
	memcpy(dump->text + dump->len, line, len);
	dump->len += len;
	dump->text[dump->len++] = '\n';
	dump->text[dump->len] = '\0';
	return true;
}

static struct dump
dump_of(struct state *state)
{
	struct dump dump = {NULL, 0};
	struct state_txn *txn;

	cr_assert_eq(state_begin(state, false, &txn), OK);
	cr_assert_eq(state_dump(txn, dump_line, &dump), OK);
	state_abort(&txn);
	return dump;
}

void
harness_expect_rebuilt(struct harness *h)
{
	struct position position = {.seq = h->head.seq};
	struct dump live, rebuilt;
	bool discarded;

	memcpy(position.hash, h->head.hash, HASH_BYTES);
	cr_assert_eq(state_commit(&h->txn, &position), OK);
	live = dump_of(h->state);
	cr_assert_eq(
	    fold_catch_up(h->state, h->journal, true, NULL, NULL, &discarded),
	    OK);
	rebuilt = dump_of(h->state);
	cr_assert_eq(live.len, rebuilt.len);
	cr_assert_str_eq(live.text, rebuilt.text);
	free(live.text);
	free(rebuilt.text);
	cr_assert_eq(state_begin(h->state, true, &h->txn), OK);
}
