/*
 * What a worker that parses hostile bytes gives up once it has started: a
 * filter of system calls, so that an alert which takes it over finds little to
 * take.  sandbox.c is the only file that knows libseccomp.
 */
#ifndef TOCSIN_WORKERS_SANDBOX_H
#define TOCSIN_WORKERS_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/err.h"

/*
 * From here on, for all threads of this process and for ever: memory, its
 * clocks, the descriptors that it has, and a local socket to a broker that
 * comes back.  No file can be opened, no memory becomes executable; both fail
 * with EPERM, as does whatever is not listed.  A new program, process or
 * thread, or a look into another process, ends it with SIGSYS: only an
 * intruder would ask.  So call it when all threads run and all files are read.
 *
 * network: TCP sockets and files for reading stay allowed besides, because a
 * name may have to be resolved for each new connection.
 *
 * ERR_IO  this kernel, or what the process runs in, has no such filter; why
 *         (size bytes) says so, and nothing is given up.
 */
MUST_CHECK
enum err sandbox_enter(bool network, char *why, size_t size);

/*
 * Is there a filter at all in this build?  Under ASan and TSan there is none:
 * they open files, read /proc and start threads whenever they like, so that
 * sandbox_enter does nothing and returns OK.
 */
bool sandbox_built(void);

#endif
