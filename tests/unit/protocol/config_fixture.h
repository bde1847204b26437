/* A configuration out of a text, as the tests of settings read it. */
#ifndef TOCSIN_TESTS_CONFIG_FIXTURE_H
#define TOCSIN_TESTS_CONFIG_FIXTURE_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocol/config.h"

enum { WHY_MAX = 512 };

/* The text as that of the file t.yaml, of the home /home/soc. */
static inline enum err
parse(const char *text, struct config *config, char why[WHY_MAX])
{
	return config_parse(
	    text, strlen(text), "t.yaml", "/home/soc", config, why, WHY_MAX);
}

#endif
