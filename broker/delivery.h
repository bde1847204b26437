/*
 * One delivery while its outcome is being settled: what the parts before this
 * one have done to clusters, umbrellas and incidents, which the state does not
 * show before it is folded.
 */
#ifndef TOCSIN_BROKER_DELIVERY_H
#define TOCSIN_BROKER_DELIVERY_H

#include "broker/decision.h"
#include "broker/outcome.h"
#include "store/silence.h"

struct known_cluster {
	unsigned char key[CLUSTER_KEY_BYTES];
	uint64_t incident; /* newest; 0: none */
	uint64_t last_ms;
	unsigned char observables[HASH8];
};

struct known_umbrella {
	unsigned char rule[HASH8];
	struct umbrella row;
};

struct delivery {
	struct decision *d; /* borrowed */
	struct alert alert;
	char source[LIMIT_NAME_BYTES_MAX + 1];
	enum disposition disposition; /* what its parts come to so far */
	cJSON *parts; /* facts of alert_triaged; owned */
	cJSON *text_parts; /* owned */
	struct known_cluster *clusters;
	struct known_umbrella *umbrellas;
	struct incident *changed; /* since the last flush */
	size_t clusters_count, umbrellas_count, changed_count, changed_room;
};

/* What a part comes to. */
struct mapped {
	enum disposition disposition;
	bool has_status; /* else the status follows from the disposition */
	enum alert_status status;
	bool aside; /* it is no alert of its cluster, and not counted there */
	uint64_t incident; /* 0: none */
	cJSON *observables; /* canonical, owned; NULL for none */
	bool has_digest, again;
	unsigned char digest[HASH8]; /* of the observables */
	uint64_t silence; /* that it falls under; 0: none */
	bool has_lag; /* it tells something of its source's clock */
	int64_t lag_ms;
	const char *codes[6]; /* decide's own reasons */
	size_t codes_count;
};

/* Reads the delivery from the state.  ERR_MISSING when there is none. */
MUST_CHECK
enum err delivery_begin(struct delivery *delivery, struct decision *d,
    uint64_t alert, size_t parts);
void delivery_end(struct delivery *delivery);

/* Borrowed until the next call; made from the state, or empty. */
MUST_CHECK
enum err delivery_cluster(struct delivery *delivery,
    const unsigned char key[CLUSTER_KEY_BYTES], struct known_cluster **cluster);
MUST_CHECK
enum err delivery_umbrella(struct delivery *delivery,
    const unsigned char rule[HASH8], struct umbrella **umbrella);

/* The incident, or the one that it was merged into, as it will be; delivery_changed tells of what was done to it. */
MUST_CHECK
enum err delivery_incident(
    struct delivery *delivery, uint64_t number, struct incident *incident);
void delivery_changed(
    struct delivery *delivery, const struct incident *incident);

/* As decision_room; after a flush the state itself shows what was done. */
MUST_CHECK
enum err delivery_room(struct delivery *delivery, size_t count);

/* The number of the silence that the part falls under; 0 for none
 * (decide_silence.c). */
MUST_CHECK
enum err delivery_silence(struct delivery *delivery,
    const struct outcome_part *part, uint64_t *silence);

/* ---- acknowledgements (delivery_acknowledge.c) ---- */

/*
 * The source says that somebody has seen what the part names: that is
 * acknowledged, once; the part is kept, and is no alert of the cluster.
 */
MUST_CHECK
enum err delivery_acknowledge(struct delivery *delivery,
    const struct outcome_part *part, struct mapped *mapped);

/* ---- what is read again for its fields' sake (delivery_again.c) ---- */

/*
 * Does the part stay where it was, because an incident has it or a person
 * closed it?  Then *mapped says so, and the incident is raised by what is new
 * to it.  *before is its status until now; new for one that was not there.
 */
MUST_CHECK
enum err delivery_stay(struct delivery *delivery,
    const struct outcome_part *part, struct mapped *mapped,
    enum alert_status *before, bool *stays);

/*
 * Is all of it to stay as it was?  What could be read before and cannot be
 * now; and what as a whole was put into an incident since it was asked for.
 */
bool delivery_stays_whole(const struct alert *alert, const cJSON *parts);

/* Emits that. */
MUST_CHECK
enum err delivery_unchanged(struct delivery *delivery, const cJSON *outcome);

void mapped_reason(struct mapped *mapped, const char *code);

/* ---- events that a part causes (delivery_emit.c) ---- */

/*
 * Opens an incident for the part; *number is its.  follows is 0 for none,
 * window_ms when the umbrella window began that it counts in.
 */
MUST_CHECK
enum err delivery_open(struct delivery *delivery,
    const struct outcome_part *part, const struct mapped *mapped,
    uint64_t follows, uint64_t window_ms, bool umbrella, uint64_t *number);

/* Raises the incident when the part brings something new. */
MUST_CHECK
enum err delivery_raise(struct delivery *delivery,
    const struct outcome_part *part, struct mapped *mapped,
    struct incident *incident);

/* Adds the part to the facts and the text of alert_triaged, which borrows of
 * the outcome and takes mapped's observables. */
void delivery_add(struct delivery *delivery, const struct outcome_part *part,
    struct mapped *mapped);

#endif
