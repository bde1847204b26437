/*
 * Bearers: tokens that a gateway forwards, resolved to the principals that
 * they stand for.  The gateway's own key grants nothing.
 */
#ifndef TOCSIN_BROKER_BEARER_H
#define TOCSIN_BROKER_BEARER_H

#include "broker/principals.h"
#include "protocol/wire.h"

/*
 * The active token that the bearer proves; NULL when it proves none.  A wrong
 * secret takes as long as a right one.
 */
const struct person *bearer_find(
    const struct principals *principals, struct wire_part bearer);

#endif
