/*
 * The log: one line an event on standard error: time, level, text.  Never a
 * payload, a token or an address of who asks.
 */
#ifndef TOCSIN_GATEWAY_LOG_H
#define TOCSIN_GATEWAY_LOG_H

#define LOG_FORMAT __attribute__((format(printf, 1, 2)))

LOG_FORMAT void log_warning(const char *format, ...);
LOG_FORMAT void log_info(const char *format, ...);

#endif
