#include "protocol/wire.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	CAPACITY_FIRST = 8,
	MAGIC_LEN = 4,
	BEARING_LEN = 5,
	PARTS_AFTER_MAGIC = 3,
};

/* The magic, and the one that a bearer stands behind. */
static const char magic[BEARING_LEN] = {'T', 'O', 'C', '1', 'B'};

void
wire_init(struct wire_message *message)
{
	memset(message, 0, sizeof(*message));
}

void
wire_fini(struct wire_message *message)
{
	size_t i;

	for (i = 0; i < message->count; i++)
		(void)zmq_msg_close(&message->frames[i]);
	free(message->frames);
	wire_init(message);
}

/* Moves the frames to a larger array; libzmq wants them moved one by one. */
static enum err
make_room(struct wire_message *message)
{
	size_t capacity, i;
	zmq_msg_t *frames;

	if (message->count < message->capacity)
		return OK;
	capacity =
	    message->capacity == 0 ? CAPACITY_FIRST : message->capacity * 2;
	frames = calloc(capacity, sizeof(*frames));
	if (frames == NULL)
		return ERR_MEMORY;
	for (i = 0; i < message->count; i++) {
		(void)zmq_msg_init(&frames[i]);
		(void)zmq_msg_move(&frames[i], &message->frames[i]);
		(void)zmq_msg_close(&message->frames[i]);
	}
	free(message->frames);
	message->frames = frames;
	message->capacity = capacity;
	return OK;
}

/* Would one more frame of len bytes keep the message within the limits? */
static bool
fits(const struct wire_message *message, size_t len)
{
	return len <= LIMIT_FRAME_BYTES_MAX &&
	       message->count < LIMIT_MESSAGE_PARTS_MAX &&
	       len <= LIMIT_MESSAGE_BYTES_MAX - message->bytes;
}

/* Takes the frame over when it fits; closes it otherwise. */
static enum err
keep(struct wire_message *message, zmq_msg_t *frame)
{
	size_t len = zmq_msg_size(frame);
	enum err err = fits(message, len) ? make_room(message) : ERR_TOO_LARGE;

	if (err == OK) {
		zmq_msg_t *place = &message->frames[message->count++];

		(void)zmq_msg_init(place);
		(void)zmq_msg_move(place, frame);
		message->bytes += len;
	}
	(void)zmq_msg_close(frame);
	return err;
}

static enum err
receive_frame(void *socket, zmq_msg_t *frame)
{
	int rc;

	(void)zmq_msg_init(frame);
	do
		rc = zmq_msg_recv(frame, socket, ZMQ_DONTWAIT);
	while (rc < 0 && errno == EINTR);
	if (rc >= 0)
		return OK;
	(void)zmq_msg_close(frame);
	return errno == EAGAIN ? ERR_END : ERR_IO;
}

enum err
wire_receive(void *socket, struct wire_message *message)
{
	enum err kept = OK;
	bool more = true;

	wire_fini(message);
	while (more) {
		zmq_msg_t frame;
		enum err err = receive_frame(socket, &frame);

		if (err != OK) {
			/* A peer that went in mid-message leaves nothing. */
			wire_fini(message);
			return err;
		}
		more = zmq_msg_more(&frame) != 0;
		if (kept == OK)
			kept = keep(message, &frame);
		else
			(void)zmq_msg_close(&frame);
	}
	return kept;
}

/* A frame that was sent is empty; one that was not is as it was. */
static int
send_frame(void *socket, zmq_msg_t *frame, int flags)
{
	int rc;

	do
		rc = zmq_msg_send(frame, socket, flags);
	while (rc < 0 && errno == EINTR);
	return rc;
}

enum err
wire_send(void *socket, struct wire_message *message)
{
	enum err err = OK;
	size_t i;

	assert(message->count > 0);
	for (i = 0; i < message->count; i++) {
		bool more = i + 1 < message->count;

		if (send_frame(socket, &message->frames[i],
			ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)) >= 0)
			continue;
		err =
		    errno == EAGAIN || errno == EHOSTUNREACH ? ERR_END : ERR_IO;
		/*
		 * A peer that goes in mid-message: libzmq drops the rest, but
		 * only when it is given the rest.
		 */
		if (i == 0 || err == ERR_IO)
			break;
	}
	if (err == OK)
		wire_fini(message);
	return err;
}

enum err
wire_add(struct wire_message *message, const void *bytes, size_t len)
{
	zmq_msg_t frame;

	if (len > LIMIT_FRAME_BYTES_MAX)
		return ERR_TOO_LARGE;
	if (zmq_msg_init_size(&frame, len) != 0)
		return ERR_MEMORY;
	if (len > 0)
		memcpy(zmq_msg_data(&frame), bytes, len);
	return keep(message, &frame);
}

enum err
wire_add_lent(struct wire_message *message, void *bytes, size_t len,
    void (*give_back)(void *bytes, void *hint), void *hint)
{
	zmq_msg_t frame;

	if (zmq_msg_init_data(&frame, bytes, len, give_back, hint) != 0) {
		give_back(bytes, hint);
		return ERR_MEMORY;
	}
	return keep(message, &frame);
}

struct wire_part
wire_frame(const struct wire_message *message, size_t index)
{
	struct wire_part part;

	assert(index < message->count);
	part.bytes = zmq_msg_data(&message->frames[index]);
	part.len = zmq_msg_size(&message->frames[index]);
	return part;
}

static bool
is_magic(const struct wire_part *part)
{
	return (part->len == MAGIC_LEN || part->len == BEARING_LEN) &&
	       memcmp(part->bytes, magic, part->len) == 0;
}

static bool
is_bearing(const struct wire_part *part)
{
	return part->len == BEARING_LEN && is_magic(part);
}

/*
 * Finds the frame behind the envelope, or NULL.  REQ's correlation id may
 * happen to be the magic; then an empty frame and the magic itself follow.
 */
static const char *
find_envelope(
    const struct wire_part *parts, size_t count, size_t from, size_t *envelope)
{
	size_t i;

	*envelope = from;
	if (count <= from)
		return "no frames";
	if (is_magic(&parts[from]) &&
	    !(count > from + 2 && parts[from + 1].len == 0 &&
		is_magic(&parts[from + 2])))
		return NULL;
	for (i = from; i < count && i < LIMIT_ENVELOPE_FRAMES_MAX; i++) {
		if (parts[i].len > 0)
			continue;
		*envelope = i + 1;
		if (i + 1 < count && is_magic(&parts[i + 1]))
			return NULL;
		return "expected TOC1 behind the envelope";
	}
	return i == LIMIT_ENVELOPE_FRAMES_MAX
		   ? "an envelope of too many frames"
		   : "expected TOC1 as the first frame";
}

enum err
wire_parse_parts(const struct wire_part *parts, size_t count, int routed,
    struct wire_view *view, const char **why)
{
	size_t at;
	bool bearing;

	memset(view, 0, sizeof(*view));
	*why = find_envelope(parts, count, routed ? 1 : 0, &view->envelope);
	if (*why != NULL)
		return ERR_INVALID;
	bearing = is_bearing(&parts[view->envelope]);
	at = view->envelope + 1 + bearing;
	if (count < at + PARTS_AFTER_MAGIC) {
		*why = "too few frames: a body is needed, if only an empty one";
		return ERR_INVALID;
	}
	if (parts[at].len > LIMIT_VERB_BYTES_MAX) {
		*why = "the frame behind TOC1 is too long";
		return ERR_INVALID;
	}
	view->a = parts[at];
	if (bearing)
		view->bearer = parts[at - 1];
	if (parts[at + 1].len == 0 ||
	    parts[at + 1].len > LIMIT_REQUEST_ID_BYTES_MAX) {
		*why = "the second frame behind TOC1 is empty or too long";
		return ERR_INVALID;
	}
	view->b = parts[at + 1];
	if (bearing && (view->bearer.len == 0 ||
			   view->bearer.len > LIMIT_BEARER_BYTES_MAX)) {
		*why = "the bearer behind TOC1B is empty or too long";
		return ERR_INVALID;
	}
	view->body = parts[at + 2];
	view->first_attachment = at + PARTS_AFTER_MAGIC;
	view->attachments = count - view->first_attachment;
	return OK;
}

static_assert((int)LIMIT_VERB_BYTES_MAX == (int)LIMIT_REQUEST_ID_BYTES_MAX,
    "a verb stands where an answer has its request id");

/* What stands before the attachments of a message. */
enum { HEAD_PARTS = LIMIT_ENVELOPE_FRAMES_MAX + 2 + PARTS_AFTER_MAGIC };

enum err
wire_parse(const struct wire_message *message, int routed,
    struct wire_view *view, const char **why)
{
	struct wire_part parts[HEAD_PARTS];
	size_t head = message->count < HEAD_PARTS ? message->count : HEAD_PARTS;
	size_t i;
	enum err err;

	for (i = 0; i < head; i++)
		parts[i] = wire_frame(message, i);
	err = wire_parse_parts(parts, head, routed, view, why);
	if (err == OK)
		view->attachments = message->count - view->first_attachment;
	return err;
}
