/* Tells who started the broker how far it is: a file and a datagram. */
#ifndef TOCSIN_BROKER_READINESS_H
#define TOCSIN_BROKER_READINESS_H

#include <stdint.h>

/*
 * The fronts are open: writes HOME/run/tocsind.pid and tells the service
 * manager (NOTIFY_SOCKET) when there is one.
 */
void readiness_ready(const char *home);

/*
 * The loop turns: tells the service manager's watchdog, when there is one
 * (WATCHDOG_USEC), twice in the time that it grants.  Called on each tick.
 */
void readiness_alive(uint64_t now_ms);

/* A signal came: it ends. */
void readiness_stopping(void);

/* It has ended: the file goes. */
void readiness_gone(const char *home);

#endif
