/*
 * Frames from a peer: the envelope, then the verb and its body.  The input's
 * first byte says whether a ROUTER put a routing id first; then come frames,
 * each behind two bytes of its length.
 */
#include <stdint.h>
#include <stdlib.h>

#include "protocol/ask.h"
#include "protocol/bytes.h"
#include "protocol/wire.h"

enum { PARTS_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
cut(const uint8_t *data, size_t size, struct wire_part *parts)
{
	size_t count = 0, at = 0;

	while (count < PARTS_MAX && size - at >= 2) {
		size_t len = get_be16(data + at);

		at += 2;
		if (len > size - at)
			len = size - at;
		parts[count].bytes = (const char *)data + at;
		parts[count++].len = len;
		at += len;
	}
	return count;
}

static void
read_request(const struct wire_view *view)
{
	enum verb verb = verb_find(view->a.bytes, view->a.len);
	struct ask_fault fault;
	struct ask *ask;

	if (verb == VERB_NONE)
		return;
	if (ask_read(verb, view->body.bytes, view->body.len, &ask, &fault) ==
	    OK) {
		if (!cJSON_IsObject(ask_body(ask)))
			abort();
		ask_free(&ask);
	} else if (ask != NULL || fault.message[0] == '\0') {
		abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_part parts[PARTS_MAX];
	struct wire_view view;
	const char *why;
	size_t count;

	if (size == 0)
		return 0;
	count = cut(data + 1, size - 1, parts);
	if (wire_parse_parts(parts, count, data[0] & 1, &view, &why) != OK) {
		if (why == NULL || view.envelope > LIMIT_ENVELOPE_FRAMES_MAX)
			abort();
		return 0;
	}
	if (view.envelope > LIMIT_ENVELOPE_FRAMES_MAX ||
	    view.first_attachment + view.attachments != count)
		abort();
	read_request(&view);
	return 0;
}
