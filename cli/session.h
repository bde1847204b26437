/* Who asks, from which home, and how answers are to look. */
#ifndef TOCSIN_CLI_SESSION_H
#define TOCSIN_CLI_SESSION_H

#include <stdbool.h>

#include "cli/argv.h"
#include "cli/fault.h"
#include "cli/screen.h"
#include "protocol/key.h"

enum { SESSION_PATH_MAX = 1024, SESSION_TIMEOUT_MAX_S = 3600 };

enum session_option {
#define OPTION(name, argument, help) OPTION_##name,
#include "cli/options.def"
#undef OPTION
	OPTION_COUNT
};

struct session {
	struct screen screen; /* standard output */
	char home[SESSION_PATH_MAX];
	const char *given[OPTION_COUNT]; /* "" for a flag; borrowed */
	int timeout_ms;
	bool json, utc, verbose, help;
	bool interactive; /* somebody sits there to be asked */
	struct key key; /* once session_key was called */
};

/* Your memory.  fini erases the key. */
void session_init(struct session *session);
void session_fini(struct session *session);

/*
 * Looks ahead for --json, so that a mistake in front of it is told as JSON,
 * too.
 */
void session_expect(struct session *session, int count, char *const *words);

/*
 * Takes the option when it is one that every command has; *taken says whether
 * it was.  ERR_INVALID: its value is missing or wrong.
 */
MUST_CHECK
enum err session_option(struct session *session, struct argv *argv,
    const struct argument *argument, bool *taken, struct fault *fault);

/*
 * When all options are read: finds the home and sets the screen up.
 * ERR_INVALID, ERR_TOO_LARGE.
 */
MUST_CHECK
enum err session_settle(struct session *session, struct fault *fault);

/* Loads the key to act with into session->key.  Each error says what to do. */
MUST_CHECK
enum err session_key(struct session *session, struct fault *fault);

/*
 * Writes HOME/name, or HOME/name/leaf with a leaf, to out (SESSION_PATH_MAX
 * bytes).  ERR_TOO_LARGE.
 */
MUST_CHECK
enum err session_path(const struct session *session, const char *name,
    const char *leaf, char *out, struct fault *fault);

#endif
