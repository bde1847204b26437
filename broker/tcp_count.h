/* What the kernel counts of a TCP connection. */
#ifndef TOCSIN_BROKER_TCP_COUNT_H
#define TOCSIN_BROKER_TCP_COUNT_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes received since it began; false for anything but TCP. */
bool tcp_received(int fd, uint64_t *bytes);

#endif
