#include "broker/peers.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "broker/broker.h"
#include "broker/front.h"
#include "broker/jobs.h"
#include "broker/tcp_count.h"
#include "broker/unsent.h"
#include "broker/watch.h"
#include "protocol/limits.h"
#include "protocol/log.h"

enum {
	/* More than this for a frame costs nobody on the wire. */
	FRAME_OVERHEAD = 64,
	/* What heartbeats may add up to between two messages, a minute. */
	HEARTBEAT_BYTES = 4096,
	TICKS_A_MINUTE = 600,
	/* So that what it was told last is on its way by then. */
	TICKS_TO_SHUT = 5,
	MIB = 1048576,
};

struct peer {
	struct front *front; /* NULL: no connection */
	uint32_t principal; /* 0: it has not said anything yet */
	unsigned shut_in; /* ticks; 0: stays open */
	uint64_t taken; /* bytes of messages that came of it */
	uint64_t
	    unread; /* bytes that are in no message yet, at the last look */
	struct unsent_account *unsent; /* NULL: there was no memory for it */
};

struct peers {
	struct peer *peers; /* by descriptor */
	size_t room;
	size_t count;
	struct unsent *unsent;
	unsigned ticks;
};

enum err
peers_new(struct peers **peers)
{
	*peers = calloc(1, sizeof(**peers));
	return *peers != NULL ? unsent_new(&(*peers)->unsent) : ERR_MEMORY;
}

void
peers_free(struct peers **peers)
{
	size_t fd;

	if (*peers == NULL)
		return;
	for (fd = 0; fd < (*peers)->room; fd++)
		unsent_close(&(*peers)->peers[fd].unsent);
	unsent_free(&(*peers)->unsent);
	free((*peers)->peers);
	free(*peers);
	*peers = NULL;
}

static struct peer *
find(struct peers *peers, int fd)
{
	if (fd < 0 || (size_t)fd >= peers->room)
		return NULL;
	return peers->peers[fd].front != NULL ? &peers->peers[fd] : NULL;
}

static bool
make_room(struct peers *peers, int fd)
{
	size_t room = (size_t)fd + 64;
	struct peer *grown;

	if ((size_t)fd < peers->room)
		return true;
	grown = realloc(peers->peers, room * sizeof(*grown));
	if (grown == NULL)
		return false;
	memset(grown + peers->room, 0, (room - peers->room) * sizeof(*grown));
	peers->peers = grown;
	peers->room = room;
	return true;
}

void
peers_came(struct broker *broker, struct front *front, int fd)
{
	struct peers *peers = broker->peers;

	if (fd < 0)
		return;
	if (peers->count >= LIMIT_CONNECTIONS_MAX || !make_room(peers, fd)) {
		(void)shutdown(fd, SHUT_RDWR);
		broker->counts.dropped_frames++;
		return;
	}
	if (peers->peers[fd].front == NULL)
		peers->count++;
	unsent_close(&peers->peers[fd].unsent);
	peers->peers[fd] =
	    (struct peer){.front = front, .unsent = unsent_open(peers->unsent)};
}

void
peers_went(struct broker *broker, int fd)
{
	struct peer *peer = find(broker->peers, fd);

	if (peer == NULL)
		return;
	peer->front = NULL;
	peer->unread = 0;
	unsent_close(&peer->unsent);
	broker->peers->count--;
	watch_peer_went(broker, fd);
	jobs_peer_went(broker, fd);
}

void
peers_heard(struct peers *peers, int fd, uint32_t principal, size_t bytes,
    size_t frames)
{
	struct peer *peer = find(peers, fd);

	if (peer == NULL)
		return;
	peer->principal = principal;
	peer->taken += bytes + frames * FRAME_OVERHEAD;
}

struct unsent_account *
peers_unsent(const struct peers *peers, int fd)
{
	if (fd < 0 || (size_t)fd >= peers->room)
		return NULL;
	return peers->peers[fd].unsent;
}

void
peers_revoke(struct peers *peers, uint32_t principal)
{
	size_t fd;

	for (fd = 0; fd < peers->room; fd++)
		if (peers->peers[fd].principal == principal &&
		    peers->peers[fd].shut_in == 0)
			peers->peers[fd].shut_in = TICKS_TO_SHUT;
}

/*
 * Bytes that came over TCP and are in no message that was read: in an
 * unfinished message, or in messages that wait to be read.  0 for local
 * sockets, which do not count.
 */
static uint64_t
unread(struct peer *peer, int fd)
{
	uint64_t received;

	if (!tcp_received(fd, &received))
		return 0;
	/* Nothing is saved up: what was counted too high is forgotten. */
	if (peer->taken > received)
		peer->taken = received;
	return received - peer->taken;
}

static void
shut(struct broker *broker, struct peer *peer, int fd)
{
	(void)shutdown(fd, SHUT_RDWR);
	peer->shut_in = 0;
	peer->principal = 0;
	peer->unread = 0;
	broker->counts.shut++;
}

static void
look_at(struct broker *broker, struct peer *peer, int fd, bool minute)
{
	if (minute)
		peer->taken += HEARTBEAT_BYTES;
	if (peer->shut_in > 0 && --peer->shut_in == 0) {
		shut(broker, peer, fd);
		return;
	}
	peer->unread = unread(peer, fd);
}

/* Shuts who has sent the most without finishing a message. */
static void
shut_longest(struct broker *broker, size_t fd)
{
	struct peer *peer = &broker->peers->peers[fd];

	log_warning("a connection of principal %u to the %s front is shut: it "
		    "sent %llu MiB without finishing a message",
	    (unsigned)peer->principal, front_name(peer->front),
	    (unsigned long long)(peer->unread / MIB));
	shut(broker, peer, (int)fd);
}

/* Until each is within its bound, and all together are. */
static void
bound_unread(struct broker *broker)
{
	const struct peers *peers = broker->peers;
	uint64_t all;
	size_t fd, longest;

	do {
		all = longest = 0;
		for (fd = 0; fd < peers->room; fd++) {
			if (peers->peers[fd].front == NULL)
				continue;
			all += peers->peers[fd].unread;
			if (peers->peers[fd].unread >
			    peers->peers[longest].unread)
				longest = fd;
		}
		if (all <= LIMIT_UNREAD_ALL_BYTES_MAX &&
		    (all == 0 ||
			peers->peers[longest].unread <= LIMIT_UNREAD_BYTES_MAX))
			break;
		shut_longest(broker, longest);
	} while (all > 0);
}

void
peers_tick(struct broker *broker)
{
	struct peers *peers = broker->peers;
	bool minute = ++peers->ticks % TICKS_A_MINUTE == 0;
	size_t fd;

	/* A descriptor that was closed may be something else by now. */
	broker_hear_peers(broker);
	for (fd = 0; fd < peers->room; fd++)
		if (peers->peers[fd].front != NULL)
			look_at(broker, &peers->peers[fd], (int)fd, minute);
	bound_unread(broker);
}
