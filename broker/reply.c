#include "broker/reply.h"

#include <assert.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/broker.h"
#include "broker/front.h"
#include "broker/jot.h"
#include "broker/peers.h"
#include "broker/refusal.h"
#include "broker/unsent.h"
#include "protocol/kill_point.h"

enum { RECEIPT_BYTES = 128, SMALL_BYTES = 2048 };

static const char no_memory[] =
    "{\"error\":\"unavailable\",\"message\":\"out of memory\"}";

/* Adds the body frame: the object with the receipt before its last brace. */
static enum err
add_body(const struct broker *broker, struct unsent_account *account,
    const char *body, struct wire_message *message)
{
	const struct journal_head *head = &broker->journal_health.head;
	char small[SMALL_BYTES], hex[2 * HASH_BYTES + 1];
	size_t len = strlen(body) - 1, room = len + RECEIPT_BYTES;
	char *text = room <= sizeof(small) ? small : malloc(room);
	enum err err;
	char *at;

	if (text == NULL)
		return ERR_MEMORY;
	(void)sodium_bin2hex(hex, sizeof(hex), head->hash, HASH_BYTES);
	memcpy(text, body, len);
	at = jot_text(text + len, len > 1 ? ",\"seq\":" : "\"seq\":");
	at = jot_number(at, head->seq);
	at = jot_text(at, ",\"head\":\"");
	at = jot_text(at, hex);
	at = jot_text(at, "\"}");
	assert((size_t)(at - text) <= room);
	err = unsent_add(account, message, text, (size_t)(at - text));
	if (text != small)
		free(text);
	return err;
}

static enum err
fill(const struct broker *broker, const struct origin *origin,
    struct unsent_account *account, int status, const char *body,
    const struct attachment *attachments, size_t count,
    struct wire_message *message)
{
	char number[JOT_DIGITS_MAX];
	size_t i;
	enum err err = origin_address(origin, message);

	assert(status >= 100 && status <= 999);
	(void)jot_number(number, (uint64_t)status);
	if (err == OK)
		err = wire_add(message, number, 3);
	if (err == OK)
		err = add_body(broker, account, body, message);
	for (i = 0; err == OK && i < count; i++)
		err = unsent_add(
		    account, message, attachments[i].bytes, attachments[i].len);
	return err;
}

/* Does the connection take so many bytes now? */
static bool
takes(const struct unsent_account *account, size_t bytes)
{
	return account == NULL || unsent_fits(account, bytes);
}

enum err
reply_with(struct broker *broker, const struct origin *origin, int status,
    const char *body, const struct attachment *attachments, size_t count)
{
	struct unsent_account *account =
	    peers_unsent(broker->peers, origin->fd);
	struct wire_message message;
	size_t bytes, i;
	enum err err;

	wire_init(&message);
	if (origin->mute) {
		/* What is refused unheard is counted, as what nobody sent. */
		broker->counts.dropped_frames += status != STATUS_OK;
		return OK;
	}
	if (body == NULL) {
		status = err_status(ERR_MEMORY);
		body = no_memory;
	}
	bytes = strlen(body);
	for (i = 0; i < count; i++)
		bytes += attachments[i].len;
	if (!takes(account, bytes)) {
		broker->counts.lost_answers++;
		return ERR_END;
	}
	err = fill(broker, origin, account, status, body, attachments, count,
	    &message);
	if (err == OK) {
		KILL_POINT(answered);
		err = front_send(origin->front, &message);
	}
	wire_fini(&message);
	if (err != OK && err != ERR_TOO_LARGE)
		broker->counts.lost_answers++;
	return err;
}

enum err
reply_send(struct broker *broker, const struct origin *origin, int status,
    const char *body)
{
	enum err err = reply_with(broker, origin, status, body, NULL, 0);

	if (err == ERR_TOO_LARGE)
		reply_refuse(broker, origin, err, "limit",
		    "the answer is over FRAME_BYTES_MAX (%d bytes): ask for "
		    "fewer rows",
		    LIMIT_FRAME_BYTES_MAX);
	return err;
}

enum err
reply_event(
    struct broker *broker, const struct origin *origin, const char *body)
{
	struct unsent_account *account =
	    peers_unsent(broker->peers, origin->fd);
	struct wire_message message;
	size_t len = strlen(body);
	enum err err;

	if (!takes(account, len))
		return ERR_END;
	wire_init(&message);
	err = origin_address(origin, &message);
	if (err == OK)
		err = wire_add(&message, "206", 3);
	if (err == OK)
		err = unsent_add(account, &message, body, len);
	if (err == OK)
		err = front_send(origin->front, &message);
	wire_fini(&message);
	return err;
}

void
reply_fault(struct broker *broker, const struct origin *origin, enum err err,
    const struct ask_fault *fault)
{
	char *body = refusal_text(err, fault, NULL);

	err = reply_with(broker, origin, err_status(err), body, NULL, 0);
	/* One that cannot be sent has been counted. */
	(void)err;
	free(body);
}

void
reply_refuse(struct broker *broker, const struct origin *origin, enum err err,
    const char *field, const char *format, ...)
{
	struct ask_fault fault = {0};
	va_list args;

	(void)snprintf(fault.field, sizeof(fault.field), "%s", field);
	va_start(args, format);
	(void)vsnprintf(fault.message, sizeof(fault.message), format, args);
	va_end(args);
	reply_fault(broker, origin, err, &fault);
}
