/*
 * Messages on the wire (docs/PROTOCOL.md has the grammar).  The only file that
 * knows ZeroMQ's sockets, with the broker's front.c and zap.c.
 *
 *   client -> broker   envelope | "TOC1" | verb | request id | body | attachment ...
 *                      a gateway puts "TOC1B" | bearer in place of "TOC1"
 *   broker -> client   envelope | "TOC1" | request id | status | body | attachment ...
 */
#ifndef TOCSIN_PROTOCOL_WIRE_H
#define TOCSIN_PROTOCOL_WIRE_H

#include <stddef.h>
#include <stdint.h>
#include <zmq.h>

#include "protocol/err.h"
#include "protocol/limits.h"

/* A whole multipart message: frames are owned until wire_clear. */
struct wire_message {
	size_t count;
	size_t bytes;
	size_t capacity;
	zmq_msg_t *frames;
};

/* Parts of a message, borrowed from its frames. */
struct wire_part {
	const char *bytes;
	size_t len;
};

struct wire_view {
	size_t envelope; /* its frames, routing id and empty end included */
	struct wire_part a; /* verb, or request id in an answer */
	struct wire_part b; /* request id, or status in an answer */
	struct wire_part body;
	struct wire_part bearer; /* that a gateway forwards; len 0: none */
	size_t attachments; /* number of attachment frames */
	size_t first_attachment; /* index into frames */
};

/* Your memory: make empty, and give back. fini leaves it empty and usable. */
void wire_init(struct wire_message *message);
void wire_fini(struct wire_message *message);

/*
 * Receives one whole message without blocking.  Frames over the limits are
 * drained and dropped; what was kept of an oversized message is only its
 * leading frames, so that it can still be answered.
 *
 * ERR_END        nothing there.
 * ERR_TOO_LARGE  over FRAME_BYTES_MAX, MESSAGE_PARTS_MAX or MESSAGE_BYTES_MAX.
 * ERR_IO         the socket failed (its context ended).
 */
MUST_CHECK
enum err wire_receive(void *socket, struct wire_message *message);

/*
 * Sends the message without blocking and leaves it empty on OK.
 *
 * ERR_END  the peer takes no more now, or has gone.  The message is untouched,
 *          or of no use any more when the peer went in the middle of it.
 * ERR_IO
 */
MUST_CHECK
enum err wire_send(void *socket, struct wire_message *message);

/*
 * Appends a frame that copies len bytes; bytes may be NULL when len is 0.
 * ERR_MEMORY, ERR_TOO_LARGE; the message is as it was then.
 */
MUST_CHECK
enum err wire_add(struct wire_message *message, const void *bytes, size_t len);

/*
 * Appends a frame of bytes that stay the caller's until give_back(bytes, hint)
 * says on any thread that they are done with: after sending, or at once on
 * failure.  ERR_MEMORY, ERR_TOO_LARGE; the message is as it was then.
 */
MUST_CHECK
enum err wire_add_lent(struct wire_message *message, void *bytes, size_t len,
    void (*give_back)(void *bytes, void *hint), void *hint);

/*
 * Finds the parts of a message that came in.  `routed` says whether its first
 * frame is a routing id put there by a ROUTER (part of the envelope then).
 * ERR_INVALID with *why (static, for people) when it is not of the grammar:
 * wrong magic, too few frames, an endless envelope, a verb or id too long.
 * *view is then filled as far as the message could be read (the envelope
 * always; a and b when they stood in their places), so that it can be answered.
 *
 * The envelope is empty when the magic comes first, else it ends with its
 * first empty frame.  Of a and b only a may be empty: an answer to a request
 * whose id could not be read has none.
 */
MUST_CHECK
enum err wire_parse(const struct wire_message *message, int routed,
    struct wire_view *view, const char **why);

/*
 * The same for frames that lie in memory: what wire_parse and the fuzzer
 * call.  `parts` are the frames.
 */
MUST_CHECK
enum err wire_parse_parts(const struct wire_part *parts, size_t count,
    int routed, struct wire_view *view, const char **why);

struct wire_part wire_frame(const struct wire_message *message, size_t index);

#endif
