#include "cli/claim.h"

#include <stdio.h>
#include <stdlib.h>

#include "protocol/err.h"

void *
claim(void *allocated)
{
	if (allocated == NULL) {
		(void)fputs("tocsin: out of memory\n", stderr);
		exit(err_exit(ERR_MEMORY));
	}
	return allocated;
}
