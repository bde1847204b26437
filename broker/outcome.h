/*
 * The outcome of one triaged delivery as a worker sends it (docs/JOBS.md).
 * Workers parse hostile bytes and are not trusted: every member has a type,
 * a limit and, where it is a word or a hash, a form.
 */
#ifndef TOCSIN_BROKER_OUTCOME_H
#define TOCSIN_BROKER_OUTCOME_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "protocol/words.h"
#include "store/state.h"

enum wish { WISH_open, WISH_attach, WISH_keep, WISH_resolve, WISH_acknowledge };

/* Members of a part, by their rows. */
enum outcome_member {
#define MEMBER(name, must, check, max) OUTCOME_##name,
#include "broker/outcome.def"
#undef MEMBER
	OUTCOME_MEMBERS
};

/* A part that passed outcome_check, read. */
struct outcome_part {
	uint32_t number;
	enum wish wish;
	enum severity severity;
	enum rsit classification;
	unsigned char cluster[CLUSTER_KEY_BYTES];
	bool has_external;
	unsigned char external[HASH8];
	unsigned char rule[HASH8]; /* zeros for none */
	uint64_t occurred_ms; /* 0: not known */
	const cJSON *techniques; /* NULL for none; all borrowed */
	const cJSON *host_hashes;
	const cJSON *observables;
	const cJSON *reasons;
	const cJSON *json;
	const cJSON *members[OUTCOME_MEMBERS]; /* NULL: absent */
};

enum { OUTCOME_WHY_MAX = 160 };

/*
 * Is this an outcome for the delivery?  ERR_INVALID, ERR_TOO_LARGE with why,
 * which begins with the member at fault: "parts[0].severity: ...".
 */
MUST_CHECK
enum err outcome_check(
    const cJSON *outcome, uint64_t alert, char why[OUTCOME_WHY_MAX]);

/* Reads a part of a checked outcome. */
void outcome_part_read(const cJSON *json, struct outcome_part *part);

/* Reads one element of host_hashes. */
bool outcome_hash8(const cJSON *item, unsigned char out[HASH8]);

/*
 * The part's observables in canonical spelling: a new array, NULL when there
 * are none.
 */
cJSON *outcome_observables(const struct outcome_part *part);

/* The digest by which a cluster knows that it has seen these observables. */
void outcome_observables_digest(
    const cJSON *observables, unsigned char out[HASH8]);

#endif
