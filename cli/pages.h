/*
 * tocsin-pages writes the manual pages of the command line and of the
 * configuration, out of the tables.
 */
#ifndef TOCSIN_CLI_PAGES_H
#define TOCSIN_CLI_PAGES_H

#include <stdio.h>

/* tocsin.yaml(5), out of the rows of config.def. */
void pages_configuration(FILE *out, const char *date);

#endif
