/* alert remap: alerts read again after a mapping was corrected. */
#ifndef TOCSIN_CLI_REMAP_H
#define TOCSIN_CLI_REMAP_H

#include "cli/local.h"
#include "cli/remap_read.h"
#include "protocol/ref.h"

struct remap {
	struct session *session;
	const struct local_args *args;
	struct client *client;
	struct remap_reader *reader;
	int64_t since_ms;
	size_t max, looked;
	char last[REF_TEXT_MAX]; /* the delivery that was looked at last */
	bool over; /* what follows came before since */
	char next[256]; /* where the next page begins; "" for nowhere */
	/* Those that would change, as {id, source, received, seen, changes}. */
	cJSON *alerts;
	size_t found[REMAP_FOUND_COUNT];
	size_t applied, refused, not_yet, as_before;
	struct fault first; /* the first refusal */
};

/* Shows a delivery with its payload; answer is for answer_fini, whatever came
 * of it.  Errors are those of remote_ask. */
MUST_CHECK
enum err remap_show(struct remap *remap, const char *id, struct answer *answer,
    struct fault *fault);

/*
 * Once it is agreed to, has each of the alerts that would change read again by
 * triage, and waits until that is done, as long as the session's time-out; what
 * became of each is its outcome.
 *
 * ERR_INVALID  nobody agreed, and nothing was done.  Else as remote_ask.
 */
MUST_CHECK
enum err remap_apply(struct remap *remap, struct fault *fault);

/* Says what became of them; an error when that is not what was shown. */
MUST_CHECK
enum err remap_end(struct remap *remap, struct fault *fault);

#endif
