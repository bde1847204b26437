/*
 * Answers as people read them: one function a shape of answer, found by verb.
 */
#ifndef TOCSIN_CLI_VIEW_H
#define TOCSIN_CLI_VIEW_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "cli/screen.h"
#include "protocol/verb.h"

/* Draws what the verb answered; asked is the body that was sent. */
typedef void (*view)(const struct screen *screen, enum verb verb,
    const cJSON *asked, const cJSON *answer);

/* The view of the verb: never NULL, the plainest shows any object. */
view view_of(enum verb verb);

void view_list(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer);
void view_show(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer);
void view_review(const struct screen *screen, enum verb verb,
    const cJSON *asked, const cJSON *answer);
void view_alert_show(const struct screen *screen, enum verb verb,
    const cJSON *asked, const cJSON *answer);
void view_alert_outcome(const struct screen *screen, enum verb verb,
    const cJSON *asked, const cJSON *answer);
void view_silence(const struct screen *screen, enum verb verb,
    const cJSON *asked, const cJSON *answer);
void view_source_show(const struct screen *screen, enum verb verb,
    const cJSON *asked, const cJSON *answer);
void view_jobs(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer);
void view_whoami(const struct screen *screen, enum verb verb,
    const cJSON *asked, const cJSON *answer);
void view_status(const struct screen *screen, enum verb verb,
    const cJSON *asked, const cJSON *answer);
void view_done(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer);
void view_plain(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer);

/*
 * One event on one line; with wrap in a few rows that fit the screen, cut
 * behind them.
 */
void view_event(const struct screen *screen, const cJSON *event, bool wrap);

/*
 * What an event did, without its subject: "moved from triage to contained".
 * Times as the screen has them, hashes shortened where it has an end; screen
 * NULL: for paper.  As it came, not yet safe for a terminal.  Returns out.
 */
const char *view_event_words(
    const cJSON *event, const struct screen *screen, char *out, size_t size);

/*
 * The event's free text: up to max pieces, borrowed from it.  Returns how many.
 */
size_t view_event_texts(const cJSON *event, const char **found, size_t max);

/* Is it of the kind, spelled as events.def has it ("incident_opened")? */
bool view_event_is(const cJSON *event, const char *kind);

/* When a page has more: the command that shows the next. */
void view_more(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer);

#endif
