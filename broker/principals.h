/*
 * Who is who: every principal ever enrolled, as the committed state has them,
 * in memory.  ZAP and each message look here.  On the loop alone.
 */
#ifndef TOCSIN_BROKER_PRINCIPALS_H
#define TOCSIN_BROKER_PRINCIPALS_H

#include "broker/mailbox.h"
#include "broker/quota.h"
#include "protocol/err.h"
#include "store/state.h"

struct principals;

/* ERR_MEMORY. */
MUST_CHECK
enum err principals_new(struct principals **principals);
void principals_free(struct principals **principals);

/* Enters or replaces.  ERR_MEMORY. */
MUST_CHECK
enum err principals_set(
    struct principals *principals, const struct person *person);

/* NULL when there is none.  Lives until the next set of the same number. */
const struct person *principals_get(
    const struct principals *principals, uint64_t number);

/* The active one with this public key (Z85), or NULL. */
const struct person *principals_by_key(
    const struct principals *principals, const char *public_z85);

/* What else is kept of each: the last entry of its own writes, which its reads
 * are to see, and its bucket.  number is that of a principal. */
void principals_wrote(
    struct principals *principals, uint32_t number, uint64_t seq);
uint64_t principals_last_write(
    const struct principals *principals, uint32_t number);
struct quota_bucket *principals_bucket(
    struct principals *principals, uint32_t number);

/*
 * A post that enters the person and, when it was revoked, ends what it has
 * open (people_changed in broker.h).  NULL: no memory.
 */
struct post *principals_post(const struct person *person);

#endif
