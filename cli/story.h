/*
 * What the views of one thing share: its title, its texts, what was observed,
 * its history, and what one may want to type next.
 */
#ifndef TOCSIN_CLI_STORY_H
#define TOCSIN_CLI_STORY_H

#include <cjson/cJSON.h>

#include "cli/screen.h"
#include "cli/shape.h"

/* "INC-3  title", the title in as many rows as it needs. */
void story_title(const struct screen *screen, const cJSON *object);

/* The text at key under its heading; nothing where there is none. */
void story_text(const struct screen *screen, const cJSON *object,
    const char *key, const char *heading);

/* The list at key as a table under its heading; nothing for an empty one. */
void story_table(const struct screen *screen, const cJSON *object,
    const char *key, const char *heading, const struct shown *shown,
    size_t count);

/* Observables, whose values are never cut: they are there to be copied. */
void story_observables(const struct screen *screen, const cJSON *object);

/* A list of events as a timeline; those about another subject name it. */
void story_history(
    const struct screen *screen, const cJSON *events, const char *subject);

enum { STORY_COMMAND_MAX = 128, STORY_STEPS_MAX = 8 };

/* A command to type next, and what it is good for. */
struct story_step {
	char command[STORY_COMMAND_MAX];
	const char *help;
};

/*
 * The steps under their heading.  Commands are never cut; what they are good
 * for stands beside them where the screen has room for all of it.
 */
void story_steps(
    const struct screen *screen, const struct story_step *steps, size_t count);

#endif
