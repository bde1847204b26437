/*
 * A program that leaks: it reads a request and never frees it.  deploy/test
 * runs it and is content only when LeakSanitizer ends it with a failure; were
 * this one to pass, no leak of a real process would be noticed either.
 */
#include <stdio.h>

#include "protocol/ask.h"

static int
leak(void)
{
	struct ask *ask;
	struct ask_fault fault;

	if (ask_read(VERB_whoami, "{}", 2, &ask, &fault) != OK)
		return 0;
	return printf("%d\n", ask_has(ask, "min_seq"));
}

int
main(void)
{
	/* A frame between, so that no register still points at what leaked. */
	return leak() + leak() > 0 ? 0 : 1;
}
