/*
 * Steps at which the fault campaign ends a program with SIGKILL.  Only builds
 * with -DKILL_POINTS=ON have them; elsewhere KILL_POINT is nothing.
 *
 * TOCSIN_KILL_AT names the step, TOCSIN_KILL_AFTER (1 when not set) the pass
 * through it that kills.  The steps are those of an entry's life, in order:
 * received, numbered, written, synced, folded, committing, committed, answered;
 * sealed and rolled for the segment; handed_out and settled for a job.  Those of
 * a worker: offered, job_taken, job_worked, notified, handed_in, heard.
 *
 * TOCSIN_WITHOUT names a safeguard that the same builds then leave out, so that
 * a campaign can show that it notices: commit_wait is LMDB's wait for the
 * durable position.
 */
#ifndef TOCSIN_PROTOCOL_KILL_POINT_H
#define TOCSIN_PROTOCOL_KILL_POINT_H

#ifdef TOCSIN_KILL_POINTS
#include <stdbool.h>

void kill_point(const char *step);
#define KILL_POINT(step) kill_point(#step)
bool left_out(const char *safeguard);
#define LEFT_OUT(safeguard) left_out(#safeguard)
#else
#define KILL_POINT(step)    ((void)0)
#define LEFT_OUT(safeguard) 0
#endif

#endif
