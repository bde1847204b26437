/* Jobs: leasing them, their failures, and trying again. */
#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stddef.h>
#include <string.h>

#include "broker/decision.h"
#include "broker/settle.h"

enum {
	RETRY_MS_MAX = 3600000,
	/* Items of one job_retried entry. */
	RETRIED_ITEMS_MAX = 1000,
	TOKEN_BYTES = 16
};

/* What differs from one workflow to the other. */
struct workflow_rules {
	size_t items_max; /* of one lease */
	size_t lease_ms; /* offset of the setting */
	enum err (*settle)(struct decision *d, const struct lease *lease,
	    const cJSON *outcomes);
};

static const struct workflow_rules rules[WORKFLOW_COUNT] = {
    [WORKFLOW_triage] = {LIMIT_JOB_ITEMS_MAX,
	offsetof(struct config, lease_triage_ms), settle_triage},
    /* One by one: the time of a lease is that of one notification. */
    [WORKFLOW_notify] = {1, offsetof(struct config, lease_notify_ms),
	settle_notify},
};

static uint64_t
lease_ms(const struct config *config, enum workflow workflow)
{
	const char *base = (const char *)config;
	int64_t ms;

	memcpy(&ms, base + rules[workflow].lease_ms, sizeof(ms));
	return (uint64_t)ms;
}

/* How long an item waits that has now failed so often; 0 when that was the
 * last try. */
static uint64_t
retry_ms(const struct config *config, uint32_t attempts)
{
	uint64_t ms = (uint64_t)config->retry_first_ms;
	uint32_t i;

	if (attempts >= (uint64_t)config->retry_attempts)
		return 0;
	for (i = 1; i < attempts && ms < RETRY_MS_MAX; i++)
		ms *= 2;
	return ms < RETRY_MS_MAX ? ms : RETRY_MS_MAX;
}

/* ---- leasing ---- */

struct due_search {
	struct decision *d;
	enum workflow workflow;
	struct retry retry;
	bool found;
	enum err err;
};

static bool
find_due(void *arg, const struct timer_row *row)
{
	struct due_search *search = arg;

	if (row->due_ms > search->d->now_ms)
		return false;
	if (row->a != search->workflow)
		return true;
	search->err =
	    retry_get(search->d->txn, search->workflow, row->b, &search->retry);
	search->found = search->err == OK;
	return false;
}

static enum err
emit_leased(struct decision *d, const struct lease *lease)
{
	cJSON *facts;

	facts = decision_emit(
	    d, EVENT_job_leased, (struct ref){SUBJECT_JOB, 0, lease->number});
	put_word(facts, "workflow", WORDS_WORKFLOW, lease->workflow);
	put_number(facts, "first", lease->first);
	put_number(facts, "last", lease->last);
	put_number(facts, "worker", lease->worker);
	put_hex(facts, "token", lease->token, sizeof(lease->token));
	put_number(facts, "for_ms", lease_ms(d->config, lease->workflow));
	put_number(facts, "attempt", lease->attempt);
	return OK;
}

/* Sets what the lease is of: a due retry, or what was never leased. */
static enum err
choose_items(struct decision *d, size_t max, struct lease *lease)
{
	struct due_search search = {.d = d, .workflow = lease->workflow};
	struct workflow_row row;
	struct counters counters;
	uint64_t left;
	enum err err;

	err = workflow_get(d->txn, lease->workflow, &row);
	if (err == OK)
		err = state_counters(d->txn, &counters);
	if (err == OK && row.retrying > 0 && !counters.timers_held) {
		err = timer_each(d->txn, TIMER_RETRY, find_due, &search);
		if (err == OK)
			err = search.err;
	}
	if (err != OK)
		return err;
	if (search.found) {
		lease->first = lease->last = search.retry.item;
		/* Attempt 0 stands for a fresh range: what a person asked for
		 * again, and so has not failed yet, counts from 1. */
		lease->attempt =
		    search.retry.attempts > 0 ? search.retry.attempts : 1;
		return OK;
	}
	if (row.frontier > row.last)
		return ERR_END;
	if (max > rules[lease->workflow].items_max)
		max = rules[lease->workflow].items_max;
	left = row.last - row.frontier;
	lease->first = row.frontier;
	lease->last = row.frontier + (left < max - 1 ? left : max - 1);
	return OK;
}

size_t
decide_lease_items(enum workflow workflow)
{
	return rules[workflow].items_max;
}

enum err
decide_lease(struct decision *decision, enum workflow workflow, size_t max,
    const unsigned char token[16], uint64_t *lease_number)
{
	struct lease lease = {.workflow = workflow};
	enum err err;

	assert(decision->actor != NULL && max > 0);
	assert(workflow < WORKFLOW_COUNT && rules[workflow].settle != NULL);
	lease.worker = decision->actor->number;
	memcpy(lease.token, token, sizeof(lease.token));
	err = choose_items(decision, max, &lease);
	if (err == OK)
		err =
		    decision_number(decision, EVENT_job_leased, &lease.number);
	if (err != OK)
		return err;
	*lease_number = lease.number;
	return emit_leased(decision, &lease);
}

/* ---- giving back ---- */

static cJSON *
emit_ended(struct decision *d, uint16_t kind, const struct lease *lease)
{
	cJSON *facts;

	facts =
	    decision_emit(d, kind, (struct ref){SUBJECT_JOB, 0, lease->number});
	put_word(facts, "workflow", WORDS_WORKFLOW, lease->workflow);
	put_number(facts, "first", lease->first);
	put_number(facts, "last", lease->last);
	return facts;
}

static void
emit_failed(struct decision *d, uint16_t kind, const struct lease *lease)
{
	put_number(emit_ended(d, kind, lease), "retry_ms",
	    retry_ms(d->config, lease->attempt + 1));
}

/*
 * The lease that the worker speaks of.  One sentence for every way in which it
 * is not the worker's, so that nobody learns whose it is.
 */
static enum err
own_lease(struct decision *d, struct lease *lease)
{
	uint64_t number = (uint64_t)ask_number(d->ask, "lease", 0);
	const char *text = ask_text(d->ask, "token");
	unsigned char token[TOKEN_BYTES];
	size_t len = 0;
	bool holds;
	enum err err;

	err = lease_get(d->txn, number, lease);
	if (err != OK && err != ERR_MISSING)
		return err;
	holds = sodium_hex2bin(token, sizeof(token), text, strlen(text), NULL,
		    &len, NULL) == 0 &&
		len == sizeof(token) && err == OK &&
		sodium_memcmp(token, lease->token, sizeof(token)) == 0;
	if (!holds || lease->worker != d->actor->number ||
	    (int)lease->workflow != ask_word(d->ask, "workflow", -1))
		return decision_refuse(d, ERR_CONFLICT, "lease",
		    "lease %" PRIu64 " is not yours or has ended", number);
	return OK;
}

static void
answer_lease(struct decision *d, const struct lease *lease)
{
	d->answer = put_object(NULL, NULL);
	put_number(d->answer, "lease", lease->number);
}

enum err
decide_worker_done(struct decision *d)
{
	struct lease lease;
	enum err err;

	err = own_lease(d, &lease);
	if (err != OK)
		return err;
	answer_lease(d, &lease);
	err = rules[lease.workflow].settle(
	    d, &lease, ask_json(d->ask, "outcomes"));
	if (err != OK)
		return err;
	(void)emit_ended(d, EVENT_job_done, &lease);
	return OK;
}

enum err
decide_worker_fail(struct decision *d)
{
	struct lease lease;
	enum err err;

	err = own_lease(d, &lease);
	if (err != OK)
		return err;
	emit_failed(d, EVENT_job_failed, &lease);
	decision_copy_text(d, "reason");
	answer_lease(d, &lease);
	return OK;
}

/* ---- timers ---- */

struct timer_walk {
	struct decision *d;
	uint64_t next_ms;
	enum err err;
};

static uint64_t
sooner(uint64_t a, uint64_t b)
{
	if (a == 0 || b == 0)
		return a + b;
	return a < b ? a : b;
}

static enum err
expire_lease(struct decision *d, uint64_t number)
{
	struct lease lease;
	enum err err = lease_get(d->txn, number, &lease);

	if (err == OK)
		emit_failed(d, EVENT_job_expired, &lease);
	return err;
}

/* Most events of one timer. */
static size_t
events_of(const struct timer_row *row)
{
	if (row->timer == TIMER_TARGET)
		return TARGET_EVENTS_MAX;
	if (row->timer == TIMER_ACTION || row->timer == TIMER_TASK)
		return OVERDUE_EVENTS_MAX;
	return row->timer == TIMER_SOURCE ? SOURCE_EVENTS_MAX : 1;
}

static bool
act_on_timer(void *arg, const struct timer_row *row)
{
	struct timer_walk *walk = arg;
	struct decision *d = walk->d;
	bool last = false;

	if (row->due_ms > d->now_ms) {
		walk->next_ms = sooner(walk->next_ms, row->due_ms);
		return false;
	}
	/* A due retry needs no event: leasing it is what it waits for. */
	if (row->timer == TIMER_RETRY)
		return true;
	if (d->events_count + events_of(row) > DECISION_EVENTS_MAX)
		last = true;
	else if (row->timer == TIMER_TARGET)
		walk->err = decision_target(d, row, &last);
	else if (row->timer == TIMER_SOURCE)
		walk->err = decision_source(d, row);
	else if (row->timer == TIMER_ACTION)
		walk->err = decision_action_overdue(d, row);
	else if (row->timer == TIMER_TASK)
		walk->err = decision_task_overdue(d, row);
	else
		walk->err = expire_lease(d, row->a);
	if (last)
		walk->next_ms = d->now_ms;
	return walk->err == OK && !last;
}

enum err
decide_timers(struct decision *decision, uint64_t *next_ms)
{
	struct timer_walk walk = {.d = decision};
	struct counters counters;
	enum err err;
	int timer;

	*next_ms = 0;
	err = state_counters(decision->txn, &counters);
	if (err != OK || counters.timers_held)
		return err;
	for (timer = TIMER_LEASE; timer < TIMER_END && err == OK; timer++) {
		err = timer_each(
		    decision->txn, (enum timer)timer, act_on_timer, &walk);
		if (err == OK)
			err = walk.err;
	}
	*next_ms = walk.next_ms;
	return err;
}

/* ---- dead letters ---- */

struct dead_walk {
	struct decision *d;
	enum workflow workflow;
	cJSON *items; /* of the event that is being filled */
	uint64_t taken;
	bool more;
};

static bool
take_dead(void *arg, const struct retry *retry)
{
	struct dead_walk *walk = arg;
	cJSON *facts;

	if (!retry->dead)
		return true;
	if (walk->taken % RETRIED_ITEMS_MAX == 0) {
		walk->more = walk->d->events_count == DECISION_EVENTS_MAX;
		if (walk->more)
			return false;
		facts = decision_emit(walk->d, EVENT_job_retried,
		    (struct ref){SUBJECT_JOB, 0, 0});
		put_word(facts, "workflow", WORDS_WORKFLOW, walk->workflow);
		walk->items = put_array(facts, "items");
	}
	put_number(walk->items, NULL, retry->item);
	walk->taken++;
	return true;
}

enum err
decide_jobs_retry(struct decision *d)
{
	struct dead_walk walk = {.d = d};
	struct retry retry;
	uint64_t item;
	enum err err;

	walk.workflow = (enum workflow)ask_word(d->ask, "workflow", 0);
	if (ask_has(d->ask, "item")) {
		item = (uint64_t)ask_number(d->ask, "item", 0);
		err = retry_get(d->txn, walk.workflow, item, &retry);
		if (err == ERR_MISSING || (err == OK && !retry.dead))
			return decision_refuse(d, ERR_MISSING, "item",
			    "%" PRIu64 " is no dead letter of %s", item,
			    words_name(WORDS_WORKFLOW, walk.workflow));
		if (err == OK)
			(void)take_dead(&walk, &retry);
	} else {
		err = retry_each(d->txn, walk.workflow, 0, take_dead, &walk);
	}
	if (err != OK)
		return err;
	d->answer = put_object(NULL, NULL);
	put_word(d->answer, "workflow", WORDS_WORKFLOW, walk.workflow);
	put_number(d->answer, "retried", walk.taken);
	put_flag(d->answer, "more", walk.more);
	return OK;
}
