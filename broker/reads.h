/*
 * Requests of effect READ: handed to the reader threads, parked first when
 * they are to see an entry that the state does not show yet.
 */
#ifndef TOCSIN_BROKER_READS_H
#define TOCSIN_BROKER_READS_H

#include "broker/requests.h"

struct parked;

/* ERR_MEMORY. */
MUST_CHECK
enum err parked_new(struct parked **parked);
void parked_free(struct parked **parked);

/*
 * file.put: the chunk goes to the thread for files; once the file is whole the
 * command is decided.  Refused at once where the disk's room is kept for
 * commands.
 */
void reads_put(struct broker *broker, struct request *request);

void reads_take(struct broker *broker, struct request *request);

/* Lets those go whose entry the state shows by now, and refuses those whose
 * time is up. */
void reads_release(struct broker *broker);

/* Refuses all that are parked: the broker ends. */
void reads_end(struct broker *broker);

/* How many are parked or being read. */
size_t reads_away(const struct broker *broker);

#endif
