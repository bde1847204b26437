/* The example configuration, from the rows of config.def. */
#ifndef TOCSIN_CLI_EXAMPLE_H
#define TOCSIN_CLI_EXAMPLE_H

#include <stdio.h>

/* Writes every setting with its help and default, all of it commented out. */
void example_write(FILE *out);

#endif
