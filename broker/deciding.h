/* Settles one command: decide, number, fold, and what to answer when. */
#ifndef TOCSIN_BROKER_DECIDING_H
#define TOCSIN_BROKER_DECIDING_H

#include "broker/command.h"
#include "broker/folding.h"
#include "protocol/config.h"

struct clock_watch;

/*
 * Decides the command on top of all that was numbered before it and folds its
 * events.  Sets the command's outcome, whatever happens: a refusal is an
 * outcome.
 *
 * Anything but OK: the state could not be read or written; the transaction
 * must be thrown away.  Events that were numbered stand nonetheless.
 */
MUST_CHECK
enum err deciding_command(struct folding *folding, const struct config *config,
    struct command *command);

/* Holds the timers: the clock has jumped. */
MUST_CHECK
enum err deciding_clock_jump(
    struct folding *folding, const struct config *config, int64_t by_ms);

/*
 * Acts on the timers that are due.  *next_ms as decide_timers has it.  Where
 * the watch says that the clock has jumped it does nothing and *next_ms is 1:
 * the jump is to be written first.
 */
MUST_CHECK
enum err deciding_timers(struct folding *folding, const struct config *config,
    struct clock_watch *watch, uint64_t *next_ms);

/* Sets the outcome of a command that is not decided at all. */
void deciding_refuse(
    struct command *command, enum err err, const char *message);

#endif
