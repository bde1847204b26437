/*
 * What lies in evidence/ and no entry needs: the bytes of files that were
 * discarded, files whose command was refused after their last chunk, uploads
 * that nobody goes on with.  Looked for on the thread for files, which is the
 * only one that writes there.
 *
 * At a start all of evidence/ is gone through, once the state shows what the
 * journal had then.  What was discarded is destroyed; what no entry ever
 * mentioned is set aside for a day, because a journal that was restored from
 * a backup may only be too old to know it.
 */
#ifndef TOCSIN_BROKER_SWEEP_H
#define TOCSIN_BROKER_SWEEP_H

#include <stdint.h>

#include "protocol/err.h"

struct broker;
struct command;
struct sweep;

/* seq is the journal's last entry.  ERR_MEMORY. */
MUST_CHECK
enum err sweep_new(uint64_t seq, struct sweep **sweep);
/* NULL is fine. */
void sweep_free(struct sweep **sweep);

/* Goes on with what is due; the loop calls it with every tick. */
void sweep_tick(struct broker *broker);

/* A file.put came to nothing after its last chunk. */
void sweep_refused(struct broker *broker, const char *sha256);

/* The command was answered: if it put or discarded a file, its bytes may be
 * needed by nobody now. */
void sweep_answered(struct broker *broker, const struct command *command);

#endif
