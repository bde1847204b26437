/*
 * A program that leaks: it reads a request and never frees it.  deploy/test
 * runs it and is content only when LeakSanitizer ends it with a failure; were
 * this one to pass, no leak of a real process would be noticed either.
 */
#include "protocol/ask.h"

int
main(void)
{
	static struct ask *volatile kept;
	struct ask *ask;
	struct ask_fault fault;

	if (ask_read(VERB_whoami, "{}", 2, &ask, &fault) != OK)
		return 0;
	kept = ask;
	kept = NULL;
	return 0;
}
