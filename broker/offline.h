/* What is done to a store while no broker runs on it. */
#ifndef TOCSIN_BROKER_OFFLINE_H
#define TOCSIN_BROKER_OFFLINE_H

#include <stddef.h>

#include "protocol/config.h"
#include "protocol/err.h"
#include "protocol/limits.h"

enum { OFFLINE_ENROL_MAX = 32 };

/* Whom to enrol: NAME:ROLE[+ROLE]:PUBLIC[:SOURCE+SOURCE], read. */
struct offline_enrolment {
	char name[LIMIT_NAME_BYTES_MAX + 1];
	char public_z85[41];
	uint32_t roles;
	char sources[LIMIT_SOURCES_MAX][LIMIT_NAME_BYTES_MAX + 1];
	size_t sources_count;
};

/*
 * Reads one.  A public key may hold ':' and '+', so it is taken by its length;
 * a name may not hold ':' here.  ERR_INVALID, with why.
 */
MUST_CHECK
enum err offline_read_enrolment(const char *text,
    struct offline_enrolment *enrolment, char *why, size_t size);

/*
 * Makes home's folders, the broker's key pair (keys/broker.key, its public
 * half in keys/broker.public) and the store with its first entries.  What an
 * earlier attempt left unfinished is finished.
 * ERR_CONFLICT: there is a store with entries already.
 */
MUST_CHECK
enum err offline_init(const char *home, const struct config *config,
    const struct offline_enrolment *enrolments, size_t count, char *why,
    size_t size);

/* The last administrator's key is lost: enrols others, which the journal
 * keeps as it keeps all. */
MUST_CHECK
enum err offline_recover(const struct config *config,
    const struct offline_enrolment *enrolments, size_t count, char *why,
    size_t size);

/* Throws the state away and folds it anew; prints how much and how long. */
MUST_CHECK
enum err offline_rebuild(const struct config *config, char *why, size_t size);

/* Prints every table.  A broker may run. */
MUST_CHECK
enum err offline_dump(const struct config *config, char *why, size_t size);

#endif
