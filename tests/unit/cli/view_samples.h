/* Answers to draw, and what a hostile one must not bring to the screen. */
#ifndef TOCSIN_TESTS_VIEW_SAMPLES_H
#define TOCSIN_TESTS_VIEW_SAMPLES_H

#include <cjson/cJSON.h>

#include "protocol/verb.h"

/* An event as JSON: its kind, and the members of its facts and of its text. */
#define EVENT(kind, facts, text)                                               \
	"{\"seq\":7,\"time\":\"2026-01-31T11:00:00.000Z\",\"kind\":\"" kind    \
	"\",\"actor\":\"ada\",\"subject\":\"INC-1\",\"facts\":{" facts         \
	"},\"text\":{" text "}}"

/* What the verb is answered; verbs that write have one answer for all. */
const char *sample_of(enum verb verb);
/* A body that has what views read of any request. */
extern const char sample_asked[];

/* Puts a canary in the place of every text: what acts on a terminal. */
void poison(cJSON *item);
/* Nothing of that is left; how says for people what was drawn. */
void expect_harmless(const char *text, enum verb verb, const char *how);

/* What a suite of views begins with. */
void utf8_locale(void);

#endif
