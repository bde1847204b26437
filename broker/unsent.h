/*
 * Answers that libzmq has and has not sent: their bytes, for each connection
 * and for all.  libzmq counts messages alone; one that never reads would keep
 * a queue of the largest answers.
 *
 * A connection may have as much unsent as there is room left for all: one that
 * does not read keeps half of UNSENT_BYTES_MAX, 64 of them a 65th part each,
 * and who has nothing unsent is always answered.
 *
 * libzmq gives frames back on a thread of its own: any thread may count down.
 */
#ifndef TOCSIN_BROKER_UNSENT_H
#define TOCSIN_BROKER_UNSENT_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/err.h"
#include "protocol/wire.h"

struct unsent;
struct unsent_account;

/* ERR_MEMORY.  free is called when no frame is out any more. */
MUST_CHECK
enum err unsent_new(struct unsent **unsent);
void unsent_free(struct unsent **unsent);

/* A connection's account, NULL when out of memory; close ends the use of it,
 * and it goes with its last frame. */
struct unsent_account *unsent_open(struct unsent *unsent);
void unsent_close(struct unsent_account **account);

/* May so many bytes more be handed over? */
bool unsent_fits(const struct unsent_account *account, size_t bytes);

/* As wire_add, counted until libzmq gives it back.  account may be NULL: then
 * it is not counted. */
MUST_CHECK
enum err unsent_add(struct unsent_account *account,
    struct wire_message *message, const void *bytes, size_t len);

#endif
