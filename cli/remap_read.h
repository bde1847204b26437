/* What an alert's payload would come to, read by the mappings as they are now. */
#ifndef TOCSIN_CLI_REMAP_READ_H
#define TOCSIN_CLI_REMAP_READ_H

#include "cli/session.h"
#include "protocol/client.h"

struct remap_reader;

enum remap_found {
	REMAP_SAME,
	REMAP_CHANGED,
	REMAP_LOST, /* it could be read, and cannot be any more */
	REMAP_ERASED, /* of payload or fields something was erased */
	REMAP_HIDDEN, /* it tells of an incident that is not for this person */
	REMAP_FOUND_COUNT
};

/*
 * Reads the mappings of the session, as triage does.  reader is for
 * remap_close, whatever came of it; session and client are borrowed until then.
 */
MUST_CHECK
enum err remap_open(struct remap_reader **reader, struct session *session,
    struct client *client, struct fault *fault);
void remap_close(struct remap_reader **reader);

/*
 * Holds the answer of alert.show of a whole delivery, with its payload, against
 * what triage would make of that payload now, and adds what differs to changes:
 * {"id":"ALR-7/1","field":"title","old":...,"new":...}, "" for what is not
 * there.  Parts that the answer has no room for are asked for.
 *
 * Errors are those of remote_ask, and ERR_MEMORY.
 */
MUST_CHECK
enum err remap_compare(struct remap_reader *reader, const struct answer *answer,
    cJSON *changes, enum remap_found *found, struct fault *fault);

#endif
