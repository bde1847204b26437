/*
 * The log: one line an event on standard error: time, level, text.  Never a
 * payload, a secret, a title or the address of who asks; control characters are made visible, so that
 * nothing from outside reaches a terminal.
 */
#ifndef TOCSIN_PROTOCOL_LOG_H
#define TOCSIN_PROTOCOL_LOG_H

#define LOG_FORMAT __attribute__((format(printf, 1, 2)))

/* What stands before each text, "gateway: "; borrowed.  Before any thread. */
void log_as(const char *name);

/* Any thread. */
LOG_FORMAT void log_error(const char *format, ...);
LOG_FORMAT void log_warning(const char *format, ...);
LOG_FORMAT void log_info(const char *format, ...);

#endif
