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

/* A command to type next, never cut, with what it is good for. */
void story_step(
    const struct screen *screen, const char *command, const char *help);

#endif
