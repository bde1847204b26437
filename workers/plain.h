/* Text from outside as plain text, for people and for patterns. */
#ifndef TOCSIN_WORKERS_PLAIN_H
#define TOCSIN_WORKERS_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies text (UTF-8) to out (size bytes), terminated and cut at a character:
 * control characters and marks that hide text or turn its direction become
 * '?', as do bytes that are no UTF-8; tabs become spaces.  Ends of lines stay
 * when `lines` says so, and become spaces otherwise.  Returns the length.
 */
size_t plain_copy(const char *text, bool lines, char *out, size_t size);

/*
 * Copies len bytes of text with its defanging undone ("hxxp", "[.]", ...), so
 * that patterns see plain addresses; out has room for len and the end.  Returns
 * the copy's length, never more than len.
 */
size_t plain_refang(const char *text, size_t len, char *out);

#endif
