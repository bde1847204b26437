/* A walk through the whole journal for what taking alerts needs. */
#ifndef TOCSIN_BROKER_BOOT_SCAN_H
#define TOCSIN_BROKER_BOOT_SCAN_H

#include <stdint.h>

#include "protocol/err.h"
#include "store/journal.h"

struct principals;
struct producers;

/*
 * Fills principals and producers from the entries that make them; *time_ms is
 * the last entry's time, *alerts the last alert number given.
 * ERR_CORRUPT, ERR_IO, ERR_MEMORY.
 */
MUST_CHECK
enum err boot_scan(struct journal *journal, struct principals *principals,
    struct producers *producers, uint64_t *time_ms, uint64_t *alerts);

#endif
