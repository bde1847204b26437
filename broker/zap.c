#include "broker/zap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "broker/broker.h"
#include "broker/listener.h"
#include "broker/principals.h"
#include "protocol/key.h"
#include "protocol/wire.h"

enum {
	FRAME_VERSION,
	FRAME_ID,
	FRAME_DOMAIN,
	FRAME_ADDRESS,
	FRAME_IDENTITY,
	FRAME_MECHANISM,
	FRAME_KEY,
	FRAMES,
	CURVE_KEY_BYTES = 32,
};

struct zap {
	struct broker *broker;
	void *socket;
	struct listener listener;
	bool listening;
};

static bool
frame_is(const struct wire_message *message, size_t index, const char *text)
{
	struct wire_part part = wire_frame(message, index);

	return part.len == strlen(text) &&
	       memcmp(part.bytes, text, part.len) == 0;
}

/* Who the request is about; NULL: nobody that is admitted. */
static const struct person *
find(struct zap *zap, const struct wire_message *message)
{
	char public_z85[KEY_Z85_BYTES];
	struct wire_part key;

	if (message->count != FRAMES ||
	    !frame_is(message, FRAME_VERSION, "1.0") ||
	    !frame_is(message, FRAME_MECHANISM, "CURVE"))
		return NULL;
	key = wire_frame(message, FRAME_KEY);
	if (key.len != CURVE_KEY_BYTES ||
	    zmq_z85_encode(public_z85, (const uint8_t *)key.bytes, key.len) ==
		NULL)
		return NULL;
	return principals_by_key(zap->broker->principals, public_z85);
}

static enum err
add_text(struct wire_message *message, const char *text)
{
	return wire_add(message, text, strlen(text));
}

/* version, request id, status, text, user id, metadata */
static enum err
fill_reply(const struct wire_message *request, const struct person *person,
    struct wire_message *reply)
{
	struct wire_part id = {"", 0};
	char user[24] = "";
	enum err err;

	if (request->count > FRAME_ID)
		id = wire_frame(request, FRAME_ID);
	if (person != NULL)
		(void)snprintf(user, sizeof(user), "%" PRIu32, person->number);
	err = add_text(reply, "1.0");
	if (err == OK)
		err = wire_add(reply, id.bytes, id.len);
	if (err == OK)
		err = add_text(reply, person != NULL ? "200" : "400");
	if (err == OK)
		err = add_text(reply,
		    person != NULL ? "welcome" : "no such key is enrolled");
	if (err == OK)
		err = add_text(reply, user);
	if (err == OK)
		err = add_text(reply, "");
	return err;
}

static bool
take(void *arg)
{
	struct zap *zap = arg;
	struct wire_message request, reply;
	const struct person *person;
	enum err err;

	wire_init(&request);
	wire_init(&reply);
	err = wire_receive(zap->socket, &request);
	if (err == ERR_END || err == ERR_IO) {
		wire_fini(&request);
		return false;
	}
	/*
	 * What connections did before this one is heard first: a descriptor
	 * that it was given may have been another's.
	 */
	broker_hear_peers(zap->broker);
	person = err == OK ? find(zap, &request) : NULL;
	if (person == NULL)
		zap->broker->counts.refused_auth++;
	/* No reply at all would refuse, too: the handshake times out. */
	if (fill_reply(&request, person, &reply) == OK)
		(void)!wire_send(zap->socket, &reply);
	wire_fini(&request);
	wire_fini(&reply);
	return true;
}

enum err
zap_open(struct broker *broker, struct zap **zap)
{
	struct zap *made = calloc(1, sizeof(*made));
	int linger = 0;

	*zap = made;
	if (made == NULL)
		return ERR_MEMORY;
	made->broker = broker;
	made->socket = zmq_socket(broker->zmq, ZMQ_REP);
	if (made->socket == NULL ||
	    zmq_setsockopt(made->socket, ZMQ_LINGER, &linger, sizeof(linger)) !=
		0 ||
	    zmq_bind(made->socket, "inproc://zeromq.zap.01") != 0)
		return ERR_IO;
	made->listener = (struct listener){.socket = made->socket,
	    .take = take,
	    .arg = made,
	    .budget = LIMIT_LOOP_MESSAGES_PER_TURN};
	if (listener_start(&made->listener, &broker->loop) != OK)
		return ERR_IO;
	made->listening = true;
	return OK;
}

void
zap_close(struct zap *zap)
{
	if (zap == NULL)
		return;
	if (zap->listening)
		listener_stop(&zap->listener);
	if (zap->socket != NULL)
		(void)zmq_close(zap->socket);
}

void
zap_free(struct zap **zap)
{
	free(*zap);
	*zap = NULL;
}
