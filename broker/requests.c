#include "broker/requests.h"

#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "broker/bearer.h"
#include "broker/broker.h"
#include "broker/front.h"
#include "broker/intake.h"
#include "broker/jobs.h"
#include "broker/peers.h"
#include "broker/principals.h"
#include "broker/reads.h"
#include "broker/reply.h"
#include "broker/watch.h"
#include "broker/writes.h"

enum { SLOW_FROM = 500, FULL = 1000, SLOW_MS_MAX = 10 };

static void
take_stream(struct broker *broker, struct request *request)
{
	if (request->verb == VERB_watch)
		watch_open(broker, request);
	else if (request->verb == VERB_watch_credit)
		watch_credit(broker, request);
	else
		jobs_ready(broker, request);
}

static void (*const takers[])(struct broker *, struct request *) = {
    [EFFECT_READ] = reads_take,
    [EFFECT_WRITE] = writes_take,
    [EFFECT_INTAKE] = intake_take,
    [EFFECT_STREAM] = take_stream,
};

/* The first frame that the peer sent: ROUTER's own before it does not always
 * have the connection's properties. */
enum { PEERS_FRAME = 1 };

/*
 * The principal that ZAP gave this connection; NULL when there is none: then
 * nobody vouched for the connection.
 */
static const struct person *
who(struct broker *broker, const struct wire_message *message)
{
	const char *user;

	if (message->count <= PEERS_FRAME)
		return NULL;
	user = zmq_msg_gets(&message->frames[PEERS_FRAME], "User-Id");
	if (user == NULL || user[0] < '1' || user[0] > '9')
		return NULL;
	return principals_get(broker->principals, strtoull(user, NULL, 10));
}

/* The sensors' front answers small things only: a flood costs little there. */
static bool
served_at(const struct front *front, enum verb verb)
{
	return !front_is_sensors(front) || verb == VERB_alert_push ||
	       verb == VERB_whoami || verb == VERB_status;
}

/*
 * In whose name it is asked: the connection's principal, or the token's that
 * a gateway forwards.
 */
static bool
find_asker(struct broker *broker, struct request *request)
{
	bool gateway = (request->person->roles & ROLE_gateway) != 0;
	struct wire_part bearer = request->view->bearer;

	if (bearer.len == 0 && !gateway)
		return true;
	if (bearer.len == 0) {
		reply_refuse(broker, request->origin, ERR_DENIED, "",
		    "a gateway's key does nothing by itself: it forwards the "
		    "token of who asks (TOC1B)");
		return false;
	}
	if (!gateway || !request->person->active) {
		reply_refuse(broker, request->origin, ERR_DENIED, "",
		    "only a gateway's key forwards tokens: connect by TOC1, "
		    "with a key of your own");
		return false;
	}
	request->person = bearer_find(broker->principals, bearer);
	if (request->person == NULL) {
		broker->counts.refused_auth++;
		reply_refuse(broker, request->origin, ERR_BEARER, "",
		    "there is no such token, or it was revoked: `tocsin token "
		    "new` issues one");
		return false;
	}
	request->origin->principal = request->person->number;
	return true;
}

static bool
may_ask(struct broker *broker, const struct request *request)
{
	const struct verb_row *row = verb_row(request->verb);
	char roles[256];

	if (!request->person->active) {
		reply_refuse(broker, request->origin, ERR_DENIED, "",
		    "your key was revoked; an administrator can enrol another");
		peers_revoke(broker->peers, request->person->number);
		return false;
	}
	if ((row->roles & request->person->roles) == 0) {
		role_names(row->roles, roles, sizeof(roles));
		reply_refuse(broker, request->origin, ERR_DENIED, "",
		    "%s is for these roles: %s; you have none of them",
		    row->name, roles);
		return false;
	}
	if (!served_at(request->origin->front, request->verb)) {
		reply_refuse(broker, request->origin, ERR_DENIED, "",
		    "%s is not served at the sensors' front: connect to the "
		    "people's",
		    row->name);
		return false;
	}
	if (broker->draining) {
		reply_refuse(broker, request->origin, ERR_BUSY, "",
		    "the broker is stopping; nothing was changed");
		return false;
	}
	return true;
}

static bool
read_ask(struct broker *broker, struct request *request)
{
	const struct wire_view *view = request->view;
	struct ask_fault fault = {0};
	enum err err;

	if (view->attachments > 0 &&
	    verb_row(request->verb)->effect != EFFECT_INTAKE &&
	    request->verb != VERB_file_put) {
		reply_refuse(broker, request->origin, ERR_INVALID,
		    "attachments", "%s takes no attachments",
		    verb_row(request->verb)->name);
		return false;
	}
	err = ask_read(request->verb, view->body.bytes, view->body.len,
	    &request->ask, &fault);
	if (err == OK)
		return true;
	reply_fault(broker, request->origin, err, &fault);
	return false;
}

static void
take(struct broker *broker, struct request *request)
{
	request->verb = verb_find(request->view->a.bytes, request->view->a.len);
	if (request->verb == VERB_NONE) {
		reply_refuse(broker, request->origin, ERR_UNKNOWN, "verb",
		    "no such verb; docs/PROTOCOL.md lists them");
		return;
	}
	if (!find_asker(broker, request) || !may_ask(broker, request) ||
	    !read_ask(broker, request))
		return;
	/* The bytes first, then the decision. */
	if (request->verb == VERB_file_put)
		reads_put(broker, request);
	else
		takers[verb_row(request->verb)->effect](broker, request);
}

/* Says what is wrong with a message that could not even be read. */
static bool
readable(struct broker *broker, const struct origin *origin, enum err received,
    enum err parsed, const char *why)
{
	if (received == OK && parsed == OK)
		return true;
	if (received == ERR_TOO_LARGE)
		reply_refuse(broker, origin, ERR_TOO_LARGE, "",
		    "a message has at most %d frames, a frame %d bytes, all of "
		    "them %d bytes",
		    LIMIT_MESSAGE_PARTS_MAX, LIMIT_FRAME_BYTES_MAX,
		    LIMIT_MESSAGE_BYTES_MAX);
	else if (received == OK)
		reply_refuse(broker, origin, parsed, "", "%s", why);
	else
		reply_fault(broker, origin, received, NULL);
	return false;
}

/*
 * A message of one frame from a sensor of one source, at the sensors' front,
 * is an alert of that source: what senders without a grammar, such as
 * rsyslog's omczmq, send.  They read no answer.
 */
static bool
is_bare(const struct front *front, const struct person *person,
    const struct wire_message *message)
{
	return front_is_sensors(front) && person->roles == ROLE_sensor &&
	       person->sources_count == 1 &&
	       message->count == PEERS_FRAME + 1 &&
	       wire_frame(message, PEERS_FRAME).len > 0;
}

static void
read_as_bare(struct wire_view *view)
{
	*view = (struct wire_view){.envelope = PEERS_FRAME,
	    .a = {"alert.push", sizeof("alert.push") - 1},
	    .b = {"", 0},
	    .body = {"", 0},
	    .first_attachment = PEERS_FRAME,
	    .attachments = 1};
}

void
requests_take(struct broker *broker, struct front *front,
    const struct wire_message *message, enum err received)
{
	struct request request = {
	    .person = who(broker, message), .message = message};
	struct wire_view view;
	const char *why = NULL;
	enum err parsed;
	bool bare;
	int fd;

	if (request.person == NULL) {
		broker->counts.dropped_frames++;
		return;
	}
	request.view = &view;
	parsed = wire_parse(message, 1, &view, &why);
	bare = parsed != OK && received == OK &&
	       is_bare(front, request.person, message);
	if (bare) {
		read_as_bare(&view);
		parsed = OK;
	}
	if (origin_new(front, message, &view, &request.origin) != OK) {
		broker->counts.dropped_frames++;
		return;
	}
	fd = zmq_msg_get(&message->frames[PEERS_FRAME], ZMQ_SRCFD);
	request.origin->fd = fd;
	request.origin->mute = bare;
	request.origin->principal = request.person->number;
	peers_heard(broker->peers, fd, request.person->number, message->bytes,
	    message->count);
	if (readable(broker, request.origin, received, parsed, why))
		take(broker, &request);
	origin_free(&request.origin);
	ask_free(&request.ask);
}

/*
 * The fuller the queues beyond a half, the less is read from the sensors: a
 * longer pause and fewer messages at a time, down to one.
 */
static void
pace(struct broker *broker, struct front *front)
{
	unsigned fill = sequencer_fill(broker->sequencer), beyond;

	if (fill < SLOW_FROM) {
		front_fast(front);
		return;
	}
	beyond = fill >= FULL ? FULL - SLOW_FROM : fill - SLOW_FROM;
	front_slow(front, 1 + SLOW_MS_MAX * beyond / (FULL - SLOW_FROM),
	    LIMIT_LOOP_MESSAGES_PER_TURN * (FULL - SLOW_FROM - beyond) /
		(FULL - SLOW_FROM));
}

void
requests_turn_over(struct broker *broker, struct front *front)
{
	if (broker->journal_asleep)
		journal_thread_wake(broker->journal_thread);
	if (broker->state_asleep)
		state_thread_wake(broker->state_thread);
	broker->journal_asleep = false;
	broker->state_asleep = false;
	/* A repeat may wait for what is durable already. */
	broker_release(broker);
	if (front_is_sensors(front))
		pace(broker, front);
}
