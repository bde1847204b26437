#include "broker/watch.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/broker.h"
#include "broker/reply.h"
#include "protocol/log.h"

enum { CREDIT_FIRST = 65536, FETCH_BYTES_MAX = 65536, HEAD_BYTES = 96 };

/* Events that were read and are not sent yet. */
struct told {
	struct told *next;
	size_t len;
	char body[];
};

struct watch {
	uint64_t number; /* of the watch, so that a task finds it again */
	struct origin *origin;
	uint64_t next; /* first event that was not fetched */
	int64_t credit;
	bool fetching;
	struct told *first;
};

struct watches {
	struct watch *watches[LIMIT_WATCHERS_MAX];
	size_t count;
	size_t away;
	uint64_t last; /* number given */
};

/* A fetch on a reader thread. */
struct fetch {
	struct task task;
	uint64_t watch;
	uint32_t principal;
	uint64_t next, to;
	size_t budget;
	struct told *first, **end;
	enum err err;
};

enum err
watches_new(struct watches **watches)
{
	*watches = calloc(1, sizeof(**watches));
	return *watches != NULL ? OK : ERR_MEMORY;
}

static void
events_free(struct told *told)
{
	while (told != NULL) {
		struct told *next = told->next;

		free(told);
		told = next;
	}
}

static void
watch_free(struct watch *watch)
{
	events_free(watch->first);
	origin_free(&watch->origin);
	free(watch);
}

void
watches_free(struct watches **watches)
{
	size_t i;

	if (*watches == NULL)
		return;
	for (i = 0; i < (*watches)->count; i++)
		watch_free((*watches)->watches[i]);
	free(*watches);
	*watches = NULL;
}

size_t
watch_count(const struct broker *broker)
{
	return broker->watches->count;
}

size_t
watch_away(const struct broker *broker)
{
	return broker->watches->away;
}

/* ---- on a reader thread ---- */

/*
 * Keeps the event as the body of an answer; it takes json over.  The event's
 * number and its own chain hash are the receipt.
 */
static enum err
keep(struct fetch *fetch, const struct entry *entry, char *json, size_t len)
{
	struct told *told = malloc(sizeof(*told) + len + HEAD_BYTES);
	char hex[2 * HASH_BYTES + 1];

	if (told == NULL) {
		free(json);
		return ERR_MEMORY;
	}
	told->next = NULL;
	(void)sodium_bin2hex(hex, sizeof(hex), entry->chain, HASH_BYTES);
	told->len = (size_t)sprintf(
	    told->body, "%.*s,\"head\":\"%s\"}", (int)(len - 1), json, hex);
	free(json);
	*fetch->end = told;
	fetch->end = &told->next;
	fetch->budget -= told->len < fetch->budget ? told->len : fetch->budget;
	return OK;
}

static enum err
fetch_some(
    struct fetch *fetch, struct reading *reading, struct journal_cursor *cursor)
{
	while (fetch->next <= fetch->to && fetch->budget > 0 &&
	       !reading->spent(reading->spent_arg)) {
		struct entry entry;
		char *json = NULL;
		size_t len;
		enum err err = journal_next(cursor, &entry);

		if (err == OK)
			err = read_event(reading, &entry, &json, &len);
		if (err == OK && json != NULL)
			err = keep(fetch, &entry, json, len);
		if (err != OK)
			return err == ERR_END ? OK : err;
		fetch->next++;
	}
	return OK;
}

static void
run(struct task *task, struct reading *reading)
{
	struct fetch *fetch = (struct fetch *)task;
	struct journal_cursor *cursor;
	struct person person;

	fetch->err = person_get(reading->txn, fetch->principal, &person);
	if (fetch->err != OK)
		return;
	reading->actor = &person;
	fetch->err = journal_read(reading->journal, fetch->next, &cursor);
	if (fetch->err != OK)
		return;
	fetch->err = fetch_some(fetch, reading, cursor);
	journal_cursor_close(&cursor);
}

/* ---- on the loop ---- */

static void
remove_at(struct watches *watches, size_t i)
{
	watch_free(watches->watches[i]);
	watches->watches[i] = watches->watches[--watches->count];
}

static void
end_at(struct broker *broker, size_t i, const char *why)
{
	char body[96];

	(void)snprintf(body, sizeof(body), "{\"end\":\"%s\"}", why);
	(void)reply_send(
	    broker, broker->watches->watches[i]->origin, STATUS_OK, body);
	remove_at(broker->watches, i);
}

/* Sends what was fetched, as long as the peer takes it. */
static void
send_events(struct broker *broker, struct watch *watch)
{
	while (watch->first != NULL) {
		struct told *told = watch->first;
		enum err err = reply_event(broker, watch->origin, told->body);

		if (err != OK)
			return;
		watch->first = told->next;
		watch->credit -= (int64_t)told->len;
		free(told);
	}
}

static void
fetched(struct broker *broker, struct post *post)
{
	struct fetch *fetch = (struct fetch *)post;
	struct watches *watches = broker->watches;
	enum err err = fetch->task.err != OK ? fetch->task.err : fetch->err;
	size_t i;

	watches->away--;
	for (i = 0; i < watches->count; i++)
		if (watches->watches[i]->number == fetch->watch)
			break;
	if (i < watches->count) {
		struct watch *watch = watches->watches[i];

		watch->fetching = false;
		watch->first = fetch->first;
		watch->next = fetch->next;
		fetch->first = NULL;
		send_events(broker, watch);
		if (err != OK) {
			log_error("a watch ended at entry %" PRIu64 ": %s",
			    watch->next, err_meaning(err));
			end_at(broker, i, "the journal could not be read");
		}
	}
	events_free(fetch->first);
	free(fetch);
	watch_pump(broker);
}

/* Committed, and to be had: a journal at fault ends below what is known. */
static uint64_t
last_shown(const struct broker *broker)
{
	uint64_t durable = broker->journal_health.head.seq;

	return durable < broker->progress.committed
		   ? durable
		   : broker->progress.committed;
}

static void
start_fetch(struct broker *broker, struct watch *watch)
{
	struct fetch *fetch = calloc(1, sizeof(*fetch));

	if (fetch == NULL)
		return;
	fetch->task.run = run;
	fetch->task.post.deliver = fetched;
	fetch->watch = watch->number;
	fetch->principal = watch->origin->principal;
	fetch->task.item.principal = fetch->principal;
	fetch->next = watch->next;
	fetch->to = last_shown(broker);
	fetch->budget = watch->credit < FETCH_BYTES_MAX ? (size_t)watch->credit
							: FETCH_BYTES_MAX;
	fetch->end = &fetch->first;
	if (readers_post(broker->readers, &fetch->task) != OK) {
		free(fetch);
		return;
	}
	watch->fetching = true;
	broker->watches->away++;
}

void
watch_pump(struct broker *broker)
{
	size_t i;

	if (broker->progress.rebuilding || broker->draining)
		return;
	for (i = 0; i < broker->watches->count; i++) {
		struct watch *watch = broker->watches->watches[i];

		if (watch->fetching)
			continue;
		send_events(broker, watch);
		if (watch->first == NULL && watch->credit > 0 &&
		    watch->next <= last_shown(broker))
			start_fetch(broker, watch);
	}
}

static size_t
find(struct watches *watches, const struct origin *peer, const char *id,
    size_t len)
{
	size_t i;

	for (i = 0; i < watches->count; i++)
		if (origin_same_peer(watches->watches[i]->origin, peer) &&
		    origin_has_id(watches->watches[i]->origin, id, len))
			break;
	return i;
}

static bool
may_open(struct broker *broker, const struct request *request, uint64_t from)
{
	struct watches *watches = broker->watches;
	const struct origin *origin = request->origin;

	if (from > broker->journal_health.head.seq + 1) {
		reply_refuse(broker, origin, ERR_AHEAD, "from",
		    "the journal ends at entry %" PRIu64,
		    broker->journal_health.head.seq);
		return false;
	}
	if (find(watches, origin, origin->id, origin->id_len) <
	    watches->count) {
		reply_refuse(broker, origin, ERR_CONFLICT, "",
		    "there is a watch with this request id already");
		return false;
	}
	if (watches->count < LIMIT_WATCHERS_MAX)
		return true;
	reply_refuse(broker, origin, ERR_BUSY, "",
	    "%d watches are open, which is the limit", LIMIT_WATCHERS_MAX);
	return false;
}

void
watch_open(struct broker *broker, struct request *request)
{
	uint64_t from = (uint64_t)ask_number(request->ask, "from", 0);
	struct watch *watch;

	if (from == 0)
		from = broker->journal_health.head.seq + 1;
	if (!may_open(broker, request, from))
		return;
	watch = calloc(1, sizeof(*watch));
	if (watch == NULL) {
		reply_fault(broker, request->origin, ERR_MEMORY, NULL);
		return;
	}
	watch->number = ++broker->watches->last;
	watch->origin = request->origin;
	watch->next = from;
	watch->credit = ask_number(request->ask, "credit", CREDIT_FIRST);
	request->origin = NULL;
	broker->watches->watches[broker->watches->count++] = watch;
	watch_pump(broker);
}

void
watch_credit(struct broker *broker, struct request *request)
{
	const char *id = ask_text(request->ask, "watch");
	size_t i = find(broker->watches, request->origin, id, strlen(id));
	struct watch *watch;
	char body[64];

	if (i == broker->watches->count) {
		reply_refuse(broker, request->origin, ERR_MISSING, "watch",
		    "this connection has no such watch");
		return;
	}
	watch = broker->watches->watches[i];
	watch->credit += ask_number(request->ask, "credit", 0);
	if (watch->credit > LIMIT_WATCH_CREDIT_MAX)
		watch->credit = LIMIT_WATCH_CREDIT_MAX;
	(void)snprintf(
	    body, sizeof(body), "{\"credit\":%" PRId64 "}", watch->credit);
	(void)reply_send(broker, request->origin, STATUS_OK, body);
	watch_pump(broker);
}

void
watch_peer_went(struct broker *broker, int fd)
{
	size_t i = 0;

	while (i < broker->watches->count) {
		if (broker->watches->watches[i]->origin->fd == fd)
			remove_at(broker->watches, i);
		else
			i++;
	}
}

void
watch_revoke(struct broker *broker, uint32_t principal)
{
	size_t i = 0;

	while (i < broker->watches->count) {
		if (broker->watches->watches[i]->origin->principal == principal)
			end_at(broker, i, "your key was revoked");
		else
			i++;
	}
}

void
watch_end_all(struct broker *broker)
{
	while (broker->watches->count > 0)
		end_at(broker, 0, "the broker is stopping");
}
