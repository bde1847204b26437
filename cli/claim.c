#include "cli/claim.h"

#include <stdio.h>
#include <stdlib.h>

void *
claim(void *allocated)
{
	if (allocated == NULL) {
		(void)fputs("tocsin: out of memory\n", stderr);
		exit(1);
	}
	return allocated;
}
