/* Objects as JSON, the way every answer shows them. */
#ifndef TOCSIN_BROKER_VIEW_H
#define TOCSIN_BROKER_VIEW_H

#include <cjson/cJSON.h>

#include "store/state.h"

/*
 * The name of the principal, as answers show it: "broker" for 0, "#7" should
 * the state not have it.  Returns out.
 */
enum { VIEW_NAME_MAX = LIMIT_NAME_BYTES_MAX + 1 };
const char *view_name(
    struct state_txn *txn, uint32_t principal, char out[VIEW_NAME_MAX]);

/* The principal's name; null for 0. */
void view_person(
    cJSON *out, const char *key, struct state_txn *txn, uint32_t principal);

/* The source's name; nothing at all for 0. */
void view_source(
    cJSON *out, const char *key, struct state_txn *txn, uint32_t source);

/* "alerts": those of what was merged into it too. */
void view_alerts(
    cJSON *out, struct state_txn *txn, const struct incident *incident);

/* Every fact of the incident; no text. */
void view_incident(
    cJSON *out, struct state_txn *txn, const struct incident *incident);

#endif
