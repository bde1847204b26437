#include "gateway/courier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"
#include "protocol/log.h"

enum {
	FRONTS = 2,
	SLOTS = 2 * LIMIT_HTTP_QUESTIONS_MAX, /* of a front */
	TICK_MS = 250,
	PING_MS = 2000, /* asked as often whether the broker is there */
	SILENT_MS = 8000, /* no answer for so long: it is not */
	BUDGET = 64, /* answers of a turn */
};

struct slot {
	uint64_t id; /* of the request; 0: free */
	uint64_t deadline_ms;
	size_t requests; /* that wait */
	courier_told told;
	void *arg;
};

struct front {
	struct courier *courier;
	const char *name;
	struct client *client;
	uv_poll_t *poll; /* NULL: none; one for each connection */
	bool touched; /* something may have come without a sign */
	bool lost; /* nothing is asked until the broker answers again */
	bool told_lost; /* the log knows */
	uint64_t pinged_ms, heard_ms;
	struct slot slots[SLOTS]; /* by id, modulo */
	size_t open; /* requests that wait */
};

struct courier {
	uv_loop_t *loop;
	uint64_t answer_ms;
	uv_timer_t tick;
	uv_prepare_t prepare;
	uv_idle_t idle;
	struct front fronts[FRONTS];
	void (*before)(void *arg); /* NULL: nothing */
	void *before_arg;
};

static void pump(struct front *front);

/* ---- waiting for the connection ---- */

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	pump(poll->data);
}

static void
free_handle(uv_handle_t *handle)
{
	free(handle);
}

static void
stop_watching(struct front *front)
{
	if (front->poll == NULL)
		return;
	(void)uv_poll_stop(front->poll);
	uv_close((uv_handle_t *)front->poll, free_handle);
	front->poll = NULL;
}

/* A connection that was made anew has another descriptor, perhaps of the same
 * number: the old one is let go first. */
static void
watch(struct front *front)
{
	stop_watching(front);
	front->touched = true;
	front->poll = calloc(1, sizeof(*front->poll));
	if (front->poll == NULL)
		return; /* the tick looks, too */
	if (uv_poll_init(front->courier->loop, front->poll,
		client_fd(front->client)) != 0) {
		free(front->poll);
		front->poll = NULL;
		return;
	}
	front->poll->data = front;
	(void)uv_poll_start(front->poll, UV_READABLE, on_readable);
}

/* ---- answers ---- */

static void
tell(struct front *front, struct slot *slot, enum err err,
    const struct answer *answer)
{
	struct slot told = *slot;

	*slot = (struct slot){0};
	front->open -= told.requests;
	told.told(told.arg, err, answer);
}

static void
tell_all(struct front *front, enum err err)
{
	size_t i;

	for (i = 0; i < SLOTS; i++)
		if (front->slots[i].id != 0)
			tell(front, &front->slots[i], err, NULL);
}

static void
tell_late(struct front *front, uint64_t now_ms)
{
	size_t i;

	for (i = 0; front->open > 0 && i < SLOTS; i++)
		if (front->slots[i].id != 0 &&
		    front->slots[i].deadline_ms <= now_ms)
			tell(front, &front->slots[i], ERR_TIMEOUT, NULL);
}

/* The connection is gone, and with it what was asked on it. */
static void
lose(struct front *front, enum err err)
{
	if (err == ERR_DENIED && !front->told_lost)
		log_warning("the broker does not admit the gateway's key at "
			    "the %s' front: it was revoked, or never enrolled "
			    "with the role gateway",
		    front->name);
	else if (!front->told_lost)
		log_warning(
		    "the broker does not answer at the %s' front", front->name);
	front->lost = front->told_lost = true;
	front->pinged_ms = 0;
	watch(front);
	tell_all(front, ERR_TIMEOUT);
}

static void
receive(struct front *front, const char *id, const struct answer *answer)
{
	uint64_t number = strtoull(id, NULL, 10);
	struct slot *slot = &front->slots[number % SLOTS];

	if (front->lost)
		log_info("the broker answers at the %s' front", front->name);
	front->lost = front->told_lost = false;
	front->heard_ms = uv_now(front->courier->loop);
	if (number != 0 && slot->id == number)
		tell(front, slot, OK, answer);
}

static void
pump(struct front *front)
{
	char id[LIMIT_REQUEST_ID_BYTES_MAX + 1];
	struct answer answer;
	unsigned i;
	enum err err = OK;

	answer_init(&answer);
	for (i = 0; i < BUDGET && err == OK; i++) {
		err = client_receive(front->client, 0, id, &answer);
		if (err == OK)
			receive(front, id, &answer);
	}
	if (err == ERR_END || err == ERR_DENIED)
		lose(front, err);
	else
		/* Whole turns have more behind them, probably. */
		front->touched = err != ERR_TIMEOUT;
	answer_fini(&answer);
}

/* ---- the loop ---- */

static void
on_idle(uv_idle_t *idle)
{
	(void)uv_idle_stop(idle);
}

/* Before the loop sleeps: what a send may have taken the sign of. */
static void
on_prepare(uv_prepare_t *prepare)
{
	struct courier *courier = prepare->data;
	size_t i;

	if (courier->before != NULL)
		courier->before(courier->before_arg);
	for (i = 0; i < FRONTS; i++)
		if (courier->fronts[i].touched)
			pump(&courier->fronts[i]);
	for (i = 0; i < FRONTS; i++)
		if (courier->fronts[i].touched)
			(void)uv_idle_start(&courier->idle, on_idle);
}

/*
 * Asks something that the gateway's own key is refused: any answer says that
 * the broker is there.  What is not answered is not left in a queue.
 */
static void
ping(struct front *front, uint64_t now_ms)
{
	bool silent = now_ms - front->heard_ms > SILENT_MS;

	if (now_ms - front->pinged_ms < PING_MS)
		return;
	if (silent) {
		if (client_reconnect(front->client) != OK)
			return;
		lose(front, ERR_TIMEOUT);
	}
	front->pinged_ms = now_ms;
	if (client_send(front->client, VERB_whoami, NULL, NULL, 0, NULL) == OK)
		front->touched = true;
}

static void
on_tick(uv_timer_t *tick)
{
	struct courier *courier = tick->data;
	size_t i;

	for (i = 0; i < FRONTS; i++) {
		tell_late(&courier->fronts[i], uv_now(courier->loop));
		ping(&courier->fronts[i], uv_now(courier->loop));
		courier->fronts[i].touched = true;
	}
}

enum err
courier_ask(struct courier *courier, const struct question *question)
{
	struct front *front = &courier->fronts[question->front];
	size_t bearer_len =
	    question->bearer != NULL ? strlen(question->bearer) : 0;
	size_t requests = question->requests > 0 ? question->requests : 1;
	char id[LIMIT_REQUEST_ID_BYTES_MAX + 1];
	struct slot *slot;
	uint64_t number;
	enum err err;

	if (front->lost || front->open + requests > LIMIT_HTTP_QUESTIONS_MAX)
		return ERR_BUSY;
	client_bearer(front->client, question->bearer, bearer_len);
	err = client_send(front->client, question->verb, question->body,
	    question->parts, question->parts_count, id);
	client_bearer(front->client, NULL, 0);
	if (err != OK)
		return err;
	front->touched = true;
	number = strtoull(id, NULL, 10);
	slot = &front->slots[number % SLOTS];
	/* One that was passed by so many others is late by any measure. */
	if (slot->id != 0)
		tell(front, slot, ERR_TIMEOUT, NULL);
	*slot = (struct slot){.id = number,
	    .deadline_ms = uv_now(courier->loop) + courier->answer_ms,
	    .requests = requests,
	    .told = question->told,
	    .arg = question->arg};
	front->open += requests;
	return OK;
}

void
courier_before(struct courier *courier, void (*before)(void *arg), void *arg)
{
	courier->before = before;
	courier->before_arg = arg;
}

bool
courier_ready(const struct courier *courier)
{
	return !courier->fronts[0].lost && !courier->fronts[1].lost;
}

size_t
courier_open_questions(const struct courier *courier)
{
	return courier->fronts[0].open + courier->fronts[1].open;
}

/* ---- opening and closing ---- */

enum err
courier_open(uv_loop_t *loop, const struct key *key, uint64_t answer_ms,
    struct courier **courier)
{
	struct courier *made = calloc(1, sizeof(*made));
	enum err err = made != NULL ? OK : ERR_MEMORY;
	size_t i;

	*courier = NULL;
	for (i = 0; err == OK && i < FRONTS; i++) {
		made->fronts[i].courier = made;
		made->fronts[i].lost = true;
		made->fronts[i].name =
		    i == CLIENT_PEOPLE ? "people" : "sensors";
		err = client_open(
		    key, (enum client_front)i, &made->fronts[i].client);
	}
	if (err != OK) {
		for (i = 0; made != NULL && i < FRONTS; i++)
			client_close(&made->fronts[i].client);
		free(made);
		return err;
	}
	made->loop = loop;
	made->answer_ms = answer_ms;
	(void)uv_timer_init(loop, &made->tick);
	(void)uv_prepare_init(loop, &made->prepare);
	(void)uv_idle_init(loop, &made->idle);
	made->tick.data = made->prepare.data = made;
	(void)uv_timer_start(&made->tick, on_tick, 0, TICK_MS);
	(void)uv_prepare_start(&made->prepare, on_prepare);
	for (i = 0; i < FRONTS; i++) {
		made->fronts[i].heard_ms = uv_now(loop);
		watch(&made->fronts[i]);
	}
	*courier = made;
	return OK;
}

void
courier_close(struct courier *courier)
{
	size_t i;

	for (i = 0; i < FRONTS; i++) {
		tell_all(&courier->fronts[i], ERR_BUSY);
		stop_watching(&courier->fronts[i]);
	}
	uv_close((uv_handle_t *)&courier->tick, NULL);
	uv_close((uv_handle_t *)&courier->prepare, NULL);
	uv_close((uv_handle_t *)&courier->idle, NULL);
}

void
courier_free(struct courier **courier)
{
	size_t i;

	if (*courier == NULL)
		return;
	for (i = 0; i < FRONTS; i++)
		client_close(&(*courier)->fronts[i].client);
	free(*courier);
	*courier = NULL;
}
