/*
 * What a command did, or why not, where no answer of the broker says it: a
 * sentence for people, with --json one line of JSON.
 */
#ifndef TOCSIN_CLI_REPORT_H
#define TOCSIN_CLI_REPORT_H

#include <cjson/cJSON.h>

#include "cli/session.h"

/* An empty body, and its members.  Each ends the program without memory. */
cJSON *report_new(void);
void report_text(cJSON *body, const char *key, const char *text);
/* member is owned from here on. */
void report_member(cJSON *body, const char *key, cJSON *member);
void report_number(cJSON *body, const char *key, int64_t number);

/* Prints the sentence or, with --json, the body, which is freed. */
void report_done(const struct session *session, cJSON *body, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/*
 * Says on standard error why the command could not be done; with --json on
 * standard output too, in the shape of the broker's refusals, unless that is
 * told already.  Returns the exit code.
 */
int report_fail(const struct session *session, const struct fault *fault);

#endif
