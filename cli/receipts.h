/*
 * The last receipt of each broker, kept at home: a journal that was cut
 * afterwards no longer holds it, and `tocsin verify` says so.
 *
 * A file a broker, HOME/receipts/<16 hex of its public key>, one line
 * "SEQ:HASH" as tocsin-verify takes it.
 */
#ifndef TOCSIN_CLI_RECEIPTS_H
#define TOCSIN_CLI_RECEIPTS_H

#include <stdint.h>

#include "cli/session.h"

enum { RECEIPT_TEXT_MAX = 96 };

/*
 * Keeps the receipt when it is newer than the one that is kept.  ERR_IO: it
 * could not be kept; nothing but `verify` is the poorer for it.
 */
MUST_CHECK
enum err receipts_keep(const struct session *session, const char *server_z85,
    uint64_t seq, const char *head, struct fault *fault);

/* The receipt kept of the broker, as "SEQ:HASH".  ERR_MISSING. */
MUST_CHECK
enum err receipts_last(const struct session *session, const char *server_z85,
    char out[RECEIPT_TEXT_MAX], struct fault *fault);

#endif
