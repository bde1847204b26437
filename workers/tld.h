/* Does a word with dots look like a domain, or like the name of a file? */
#ifndef TOCSIN_WORKERS_TLD_H
#define TOCSIN_WORKERS_TLD_H

#include <stdbool.h>

/* name is lower case and written as a domain: labels between dots. */
bool tld_is_likely(const char *name);

/* Are the rows of tlds.def sorted, as the search needs them? */
bool tld_sorted(void);

#endif
