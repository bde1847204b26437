/*
 * The person's own files, whatever home they work in: saved filters where
 * settings are kept, what was seen last and drafts where state is.
 */
#ifndef TOCSIN_CLI_OWN_H
#define TOCSIN_CLI_OWN_H

#include <stddef.h>

#include "cli/fault.h"

enum { OWN_PATH_MAX = 1024, OWN_BYTES_MAX = 16384 };

enum own {
	OWN_FILTERS, /* $XDG_CONFIG_HOME/tocsin/filters, ~/.config/... */
	OWN_HANDOVERS, /* $XDG_STATE_HOME/tocsin/handovers, ~/.local/state/... */
	OWN_DRAFTS /* beside it */
};

/* The folder, or the file in it; out has OWN_PATH_MAX bytes.  ERR_TOO_LARGE. */
MUST_CHECK
enum err own_path(
    enum own own, const char *leaf, char *out, struct fault *fault);

/* Makes the folder and those above it, mode 0700.  ERR_IO. */
MUST_CHECK
enum err own_folder(enum own own, struct fault *fault);

/*
 * Reads the file; *text is the caller's.  ERR_MISSING, ERR_IO; ERR_TOO_LARGE
 * beyond OWN_BYTES_MAX.
 */
MUST_CHECK
enum err own_read(
    enum own own, const char *leaf, char **text, struct fault *fault);

/*
 * Writes the file as a whole, mode 0600: others see the old or the new one.
 * ERR_IO.
 */
MUST_CHECK
enum err own_write(
    enum own own, const char *leaf, const char *text, struct fault *fault);

#endif
