/* Silences: alerts that people do not want to hear of for a while. */
#ifndef TOCSIN_STORE_SILENCE_H
#define TOCSIN_STORE_SILENCE_H

#include "store/state.h"

struct silence {
	uint64_t number;
	uint64_t seq; /* of the entry that has its texts */
	uint32_t by;
	uint64_t since_ms, until_ms; /* journal time; until is not within */
	bool ended; /* before its time: until_ms is when */
	/* All of those that are there must match. */
	char source[LIMIT_NAME_BYTES_MAX + 1]; /* "": any */
	bool has_rule, has_host;
	unsigned char rule[HASH8], host[HASH8];
};

MUST_CHECK enum err silence_get(
    struct state_txn *txn, uint64_t number, struct silence *silence);
/* Those below the number (0: all), newest first, until row returns false. */
MUST_CHECK enum err silence_each(struct state_txn *txn, uint64_t below,
    bool (*row)(void *arg, const struct silence *silence), void *arg);
/* Those that last beyond at_ms, the one that ends first first. */
MUST_CHECK enum err silence_lasting(struct state_txn *txn, uint64_t at_ms,
    bool (*row)(void *arg, const struct silence *silence), void *arg);

#endif
