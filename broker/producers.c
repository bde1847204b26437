#include "broker/producers.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct session {
	uint64_t number;
	uint64_t highest; /* counter */
	uint64_t last; /* sequence number of its last message; 0: none yet */
	struct produced slots[LIMIT_PRODUCER_WINDOW];
};

struct producer {
	struct session *sessions[LIMIT_PRODUCER_SESSIONS_MAX + 1];
	size_t count;
};

struct producers {
	struct producer **producers; /* by principal */
	size_t count;
};

enum err
producers_new(struct producers **producers)
{
	*producers = calloc(1, sizeof(**producers));
	return *producers != NULL ? OK : ERR_MEMORY;
}

static void
producer_free(struct producer *producer)
{
	size_t i;

	for (i = 0; producer != NULL && i < producer->count; i++)
		free(producer->sessions[i]);
	free(producer);
}

void
producers_free(struct producers **producers)
{
	size_t i;

	if (*producers == NULL)
		return;
	for (i = 0; i < (*producers)->count; i++)
		producer_free((*producers)->producers[i]);
	free((*producers)->producers);
	free(*producers);
	*producers = NULL;
}

static struct session *
find(const struct producers *producers, uint32_t principal, uint64_t session)
{
	const struct producer *producer;
	size_t i;

	if (principal >= producers->count)
		return NULL;
	producer = producers->producers[principal];
	for (i = 0; producer != NULL && i < producer->count; i++)
		if (producer->sessions[i]->number == session)
			return producer->sessions[i];
	return NULL;
}

enum produced_before
producers_look(const struct producers *producers, uint32_t principal,
    uint64_t session, uint64_t counter, struct produced *first)
{
	const struct session *found = find(producers, principal, session);
	const struct produced *slot;

	if (found == NULL)
		return PRODUCED_NEW;
	slot = &found->slots[counter % LIMIT_PRODUCER_WINDOW];
	if (slot->seq != 0 && slot->counter == counter) {
		*first = *slot;
		return PRODUCED_REPEAT;
	}
	return counter > found->highest ? PRODUCED_NEW : PRODUCED_TOO_OLD;
}

static struct producer *
producer_of(struct producers *producers, uint32_t principal)
{
	if (principal >= producers->count) {
		size_t count = (size_t)principal + 64;
		struct producer **grown =
		    realloc(producers->producers, count * sizeof(*grown));

		if (grown == NULL)
			return NULL;
		memset(grown + producers->count, 0,
		    (count - producers->count) * sizeof(*grown));
		producers->producers = grown;
		producers->count = count;
	}
	if (producers->producers[principal] == NULL)
		producers->producers[principal] =
		    calloc(1, sizeof(struct producer));
	return producers->producers[principal];
}

enum err
producers_reserve(
    struct producers *producers, uint32_t principal, uint64_t session)
{
	struct producer *producer;
	struct session *made;

	if (find(producers, principal, session) != NULL)
		return OK;
	producer = producer_of(producers, principal);
	if (producer == NULL)
		return ERR_MEMORY;
	/* One beyond the limit: which one goes is known with its number. */
	if (producer->count > LIMIT_PRODUCER_SESSIONS_MAX)
		made = producer->sessions[--producer->count];
	else
		made = malloc(sizeof(*made));
	if (made == NULL)
		return ERR_MEMORY;
	memset(made, 0, sizeof(*made));
	made->number = session;
	producer->sessions[producer->count++] = made;
	return OK;
}

/* Puts the session whose last message is the oldest out. */
static void
evict(struct producer *producer)
{
	size_t i, oldest = 0;

	for (i = 1; i < producer->count; i++)
		if (producer->sessions[i]->last <
		    producer->sessions[oldest]->last)
			oldest = i;
	free(producer->sessions[oldest]);
	producer->sessions[oldest] = producer->sessions[--producer->count];
}

void
producers_remember(struct producers *producers, const struct produced *message)
{
	struct session *session =
	    find(producers, message->principal, message->session);

	assert(session != NULL);
	session->slots[message->counter % LIMIT_PRODUCER_WINDOW] = *message;
	if (message->counter > session->highest)
		session->highest = message->counter;
	if (message->seq > session->last)
		session->last = message->seq;
	if (producers->producers[message->principal]->count >
	    LIMIT_PRODUCER_SESSIONS_MAX)
		evict(producers->producers[message->principal]);
}
