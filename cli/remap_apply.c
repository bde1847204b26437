/* What alert remap does once it is agreed to. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/claim.h"
#include "cli/prompt.h"
#include "cli/remap.h"
#include "cli/remote.h"
#include "cli/report.h"
#include "cli/shape.h"
#include "protocol/json.h"

enum { SAID_MAX = 1024, PAUSE_MS = 50 };

static int64_t
steady_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum err
agree(const struct remap *remap, struct fault *fault)
{
	const struct session *session = remap->session;
	char what[SAID_MAX];

	if (remap->args->given[LOCAL_alert_remap_yes] != NULL)
		return OK;
	(void)snprintf(what, sizeof(what),
	    "have %zu alert%s read again and changed so",
	    remap->found[REMAP_CHANGED],
	    remap->found[REMAP_CHANGED] == 1 ? "" : "s");
	if (!session->interactive || session->json)
		return fault_set(fault, ERR_INVALID,
		    "nothing was done: add --yes to %s", what);
	return prompt_agrees(what)
		   ? OK
		   : fault_set(fault, ERR_INVALID, "nothing was done");
}

static void
set_outcome(cJSON *alert, const char *outcome)
{
	cJSON_DeleteItemFromObjectCaseSensitive(alert, "outcome");
	report_text(alert, "outcome", outcome);
}

/* "mapping corrected: ALR-7/1 severity low -> high; ..." */
static char *
reason_of(const struct remap *remap, const cJSON *alert)
{
	const char *given = remap->args->given[LOCAL_alert_remap_reason];
	char *text = NULL;
	size_t len = 0;
	FILE *out = claim(open_memstream(&text, &len));
	const char *before = ": ";
	const cJSON *row;

	(void)fputs(given != NULL ? given : "the mapping was corrected", out);
	cJSON_ArrayForEach (
	    row, cJSON_GetObjectItemCaseSensitive(alert, "changes")) {
		(void)fflush(out);
		if (len > SAID_MAX) {
			(void)fputs("; ...", out);
			break;
		}
		(void)fprintf(out, "%s%s %s \"%s\" -> \"%s\"", before,
		    shape_text(row, "id"), shape_text(row, "field"),
		    shape_text(row, "old"), shape_text(row, "new"));
		before = "; ";
	}
	if (fclose(out) != 0)
		(void)claim(NULL);
	return claim(text);
}

/* False when it makes no sense to go on with the others. */
static bool
apply_one(struct remap *remap, cJSON *alert)
{
	cJSON *body = claim(cJSON_CreateObject());
	char *reason = reason_of(remap, alert);
	struct fault fault;
	struct answer answer;
	enum err err;

	report_text(body, "alert", shape_text(alert, "id"));
	report_member(body, "remap", claim(cJSON_CreateTrue()));
	report_number(body, "seen", json_number(alert, "seen", 0));
	report_text(body, "reason", reason);
	answer_init(&answer);
	err = remote_ask(remap->session, remap->client, VERB_alert_retry, body,
	    NULL, 0, &answer, &fault);
	set_outcome(alert, err == OK ? "asked for" : "refused");
	if (err != OK) {
		report_text(alert, "message", fault.text);
		remap->refused++;
		if (remap->first.err == OK)
			remap->first = fault;
	}
	answer_fini(&answer);
	free(reason);
	cJSON_Delete(body);
	return err == OK || err == ERR_CONFLICT || err == ERR_MISSING;
}

static void
pause_briefly(void)
{
	(void)nanosleep(
	    &(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
}

/* Waits until triage has read it again, and holds that against what was
 * shown. */
static enum err
follow(struct remap *remap, cJSON *alert, int64_t until, struct fault *fault)
{
	enum remap_found found = REMAP_SAME;
	cJSON *changes = claim(cJSON_CreateArray());
	bool waits = true;
	enum err err = OK;

	while (waits && err == OK) {
		struct answer answer;

		err =
		    remap_show(remap, shape_text(alert, "id"), &answer, fault);
		waits = err == OK && cJSON_HasObjectItem(answer.body, "remap");
		if (err == OK && !waits)
			err = remap_compare(
			    remap->reader, &answer, changes, &found, fault);
		answer_fini(&answer);
		if (!waits || steady_ms() >= until)
			break;
		pause_briefly();
	}
	cJSON_Delete(changes);
	if (err != OK)
		return err;
	remap->not_yet += waits;
	remap->as_before += !waits && found != REMAP_SAME;
	remap->applied += !waits && found == REMAP_SAME;
	set_outcome(alert, waits                 ? "not yet"
			   : found == REMAP_SAME ? "changed"
						 : "as before");
	return OK;
}

enum err
remap_apply(struct remap *remap, struct fault *fault)
{
	int64_t until;
	bool on = true;
	cJSON *alert;
	enum err err = agree(remap, fault);

	if (err != OK)
		return err;
	cJSON_ArrayForEach (alert, remap->alerts)
		if (on &&
		    strcmp(shape_text(alert, "outcome"), "would change") == 0)
			on = apply_one(remap, alert);
	until = steady_ms() + remap->session->timeout_ms;
	cJSON_ArrayForEach (alert, remap->alerts)
		if (err == OK &&
		    strcmp(shape_text(alert, "outcome"), "asked for") == 0)
			err = follow(remap, alert, until, fault);
	return err;
}

/* What became of them, and what is to be done about the rest. */
enum err
remap_end(struct remap *remap, struct fault *fault)
{
	const struct session *session = remap->session;

	if (!session->json)
		(void)fprintf(
		    session->screen.out, "%zu changed.\n", remap->applied);
	if (remap->refused > 0)
		return fault_set(fault, remap->first.err,
		    "%zu refused, the first: %s", remap->refused,
		    remap->first.text);
	if (remap->as_before > 0)
		return fault_set(fault, ERR_CONFLICT,
		    "%zu did not come out as shown: workers read their "
		    "mappings when they start, so start them again (`tocsin "
		    "down`, `tocsin up`, or the service), then this",
		    remap->as_before);
	if (remap->not_yet > 0)
		return fault_set(fault, ERR_TIMEOUT,
		    "%zu wait for triage still: is a worker running? (`tocsin "
		    "jobs` says; nothing of this is lost)",
		    remap->not_yet);
	return OK;
}
