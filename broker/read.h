/*
 * The verbs of effect READ, and what else is read from committed state: the
 * events of a watch, the body of a job.  Runs in reader threads; writes
 * nothing.
 */
#ifndef TOCSIN_BROKER_READ_H
#define TOCSIN_BROKER_READ_H

#include <cjson/cJSON.h>

#include "protocol/ask.h"
#include "protocol/config.h"
#include "protocol/verb.h"
#include "store/journal.h"
#include "store/state.h"

/* What only the running broker knows; a copy, taken by the loop. */
struct health {
	uint64_t started_ms, now_ms;
	uint64_t durable_seq, committed_seq;
	uint64_t intake_bytes, command_bytes; /* waiting */
	uint64_t workers, watchers;
	uint64_t refused_auth, dropped_frames; /* counted, not written */
	/* Alerts over the quota of each row of intake.sources; NULL: unknown. */
	const _Atomic uint64_t *refused;
	bool writing; /* false: the journal has failed; reads go on */
	bool intake; /* false: disk nearly full, alerts get 503 */
	bool rebuilding;
};

enum { READING_ATTACHMENTS_MAX = LIMIT_JOB_ITEMS_MAX };

struct attachment {
	unsigned char *bytes; /* owned, malloc */
	size_t len;
};

struct reading {
	/* Set by the reader thread; all borrowed. */
	struct state_txn *txn;
	struct journal *journal;
	const struct config *config;
	const struct person *actor;
	enum verb verb;
	const struct ask *ask;
	const struct health *health;
	/* Of file.put alone: the chunk, and where the whole is held. */
	const unsigned char *chunk;
	size_t chunk_len;
	struct holds *holds;
	/* True when the page has taken its time: end it with a cursor. */
	bool (*spent)(void *arg);
	void *spent_arg;

	/* The outcome. */
	cJSON *answer; /* owned */
	struct attachment attachments[READING_ATTACHMENTS_MAX];
	size_t attachments_count;
	size_t attachment_room; /* bytes that the last one has room for */
	struct ask_fault fault;
	bool whole; /* of file.put: the file is on disk, now it is decided */

	/* For read alone. */
	size_t bytes; /* of the answer so far, about */
	struct journal_cursor *cursor; /* made at first use */
	struct entry entry; /* what the cursor stands at */
	bool entry_there;
	uint64_t triaged_seq; /* whose trees these are; 0: none */
	cJSON *triaged_facts, *triaged_text;
};

void reading_init(struct reading *reading);
void reading_fini(struct reading *reading);

/*
 * Answers the verb.  The role was checked; what the principal may see of the
 * objects is checked here (a reporter sees what it opened, anything else is
 * ERR_MISSING).
 */
MUST_CHECK enum err read_answer(struct reading *reading);

/*
 * Takes a chunk of file.put to disk, on the thread for files.  OK with whole:
 * the file is there under its name and on hold, and the command can be decided; else the
 * answer says how much of it has been received.
 */
MUST_CHECK enum err reading_put(struct reading *reading);

/*
 * The event of an entry as a watch shows it, as text (malloc'ed, the caller's):
 * {"seq","time","kind","actor","subject","facts","text"}; payloads are only
 * counted.  NULL in *json when this principal may not see it.
 */
MUST_CHECK enum err read_event(struct reading *reading,
    const struct entry *entry, char **json, size_t *len);

/*
 * The body of the lease's job in reading->answer, its payloads in attachments:
 *
 * triage  {"workflow":"triage","lease":12,"token":hex,"attempt":0,"for_ms":30000,
 *          "config":{"version":v,"open":"medium","attach":"low"},
 *          "items":[{"alert":"ALR-7","source":"wazuh-prod","format":"wazuh"?,
 *                    "received":ms,"payload":0?}]}
 *         payload: index of the attachment; absent when it was erased.
 * notify  {"workflow":"notify",...,"items":[{"notification":3,"hook":"page",
 *          "on":"opened","command":"/x"?,"mail_to":"a@b"?,
 *          "mail_server":...,"mail_from":...,"drop":"tlp"|"no_such_hook"?,
 *          "incident":{as `show` has it, without history; with on "overdue" its
 *                      "action" or "task" that is}}]}
 *
 * A job over JOB_BYTES_MAX carries fewer items than its lease: ERR_TOO_LARGE
 * tells the caller to fail the lease, whose items are then leased one by one.
 */
MUST_CHECK enum err read_job(
    struct reading *reading, const struct lease *lease);

#endif
