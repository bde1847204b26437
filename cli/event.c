/* Events as sentences: one row for each kind of store/events.def. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/claim.h"
#include "cli/render.h"
#include "cli/shape.h"
#include "cli/view.h"
#include "cli/when.h"
#include "protocol/ask.h"
#include "protocol/json.h"

enum {
	PIECES_MAX = 12,
	SENTENCE_MAX = 2048,
	ROWS_MAX = 3,
	INDENT = 4,
	HASH_DIGITS = 64,
	HASH_SHOWN = 16
};

/* A fact with what stands before and behind it; left out where it is not. */
struct piece {
	const char *before, *key, *behind;
};

struct phrase {
	const char *kind, *words;
	struct piece pieces[PIECES_MAX];
};

static const struct phrase phrases[] = {
    {"store_created", "created the store", {{" with ", "software", ""}}},
    {"journal_cut", "cut a torn end",
	{{" behind entry ", "after", ""}, {", ", "bytes", " bytes"}}},
    {"config_loaded", "took up the configuration", {{" ", "version", ""}}},
    {"clock_jumped", "saw the clock jump", {{" by ", "by_ms", " ms"}}},
    {"clock_confirmed", "confirmed the clock", {{"", NULL, ""}}},
    {"people_enrolled", "enrolled",
	{{" as ", "roles", ""}, {" for ", "sources", ""}}},
    {"people_revoked", "revoked", {{"", NULL, ""}}},
    {"token_issued", "issued",
	{{" for ", "roles", ""}, {" of ", "sources", ""}}},
    {"token_revoked", "revoked", {{"", NULL, ""}}},
    {"incident_opened", "opened",
	{{" as ", "severity", ""}, {" ", "kind", ""}, {" for ", "alert", ""},
	    {" from ", "source", ""}, {", follows ", "follows", ""},
	    {", assigned to ", "assignee", ""}, {" (", "reasons", ")"}}},
    {"incident_updated", "changed",
	{{" ", "text", ","}, {" severity to ", "severity", ","},
	    {" kind to ", "kind", ","},
	    {" classification to ", "classification", ","},
	    {" TLP to ", "tlp", ","}, {" PAP to ", "pap", ","},
	    {" major to ", "major", ","}, {" tags +", "tag", ","},
	    {" tags -", "untag", ","}, {" techniques +", "techniques", ","},
	    {" occurred to ", "occurred", ","},
	    {" detected to ", "detected", ","}}},
    {"incident_commented", "commented", {{"", NULL, ""}}},
    {"incident_assigned", "assigned", {{" to ", "to", ""}}},
    {"incident_moved", "moved", {{" from ", "from", ""}, {" to ", "to", ""}}},
    {"incident_closed", "closed",
	{{" as ", "verdict", ""}, {", impact ", "impact", ""}}},
    {"incident_reopened", "reopened", {{" as ", "to", ""}}},
    {"incident_raised", "raised",
	{{" by ", "alert", ""}, {", severity ", "severity", ""},
	    {", techniques ", "techniques", ""}, {" (", "reasons", ")"}}},
    {"incident_merged", "merged", {{" into ", "other", ""}}},
    {"incident_unmerged", "unmerged",
	{{" out of ", "other", ""}, {", ", "to", " again"}}},
    {"incident_linked", "linked", {{": ", "relation", ""}, {" ", "other", ""}}},
    {"incident_unlinked", "unlinked", {{" from ", "other", ""}}},
    {"incident_split", "split",
	{{" off ", "other", ""}, {" with ", "alerts", ""}}},
    {"incident_restricted", "restricted", {{" to ", "named", ""}}},
    {"incident_unrestricted", "unrestricted", {{"", NULL, ""}}},
    {"alert_received", "received",
	{{" from ", "source", ""}, {", ", "n", " in all"},
	    {", a test", "test", ""}, {", format ", "format", ""}}},
    {"alert_triaged", "triaged",
	{{" as ", "format", ""}, {": ", "disposition", ""},
	    {" (", "parts", ")"}, {", read again", "remap", ""},
	    {", all unchanged", "unchanged", ""}}},
    {"alert_acknowledged", "acknowledged",
	{{", as its source says in ", "by", ""}}},
    {"alert_closed", "closed", {{" as ", "verdict", ""}}},
    {"alert_promoted", "promoted", {{" to ", "incident", ""}}},
    {"alert_requeued", "sent to triage again",
	{{", for its fields alone", "remap", ""}}},
    {"job_leased", "leased",
	{{" ", "workflow", ""}, {" ", "first", ""}, {" to ", "last", ""},
	    {" to worker ", "worker", ""}}},
    {"job_done", "done",
	{{": ", "workflow", ""}, {" ", "first", ""}, {" to ", "last", ""}}},
    {"job_failed", "failed",
	{{": ", "workflow", ""}, {" ", "first", ""}, {" to ", "last", ""}}},
    {"job_expired", "expired",
	{{": ", "workflow", ""}, {" ", "first", ""}, {" to ", "last", ""}}},
    {"job_retried", "gets another try",
	{{": ", "workflow", ""}, {" ", "items", ""}}},
    {"notification_queued", "queued",
	{{" for hook ", "hook", ""}, {", ", "incident", ""},
	    {", ", "alert", ""}, {" ", "on", ""}}},
    {"target_step", "saw",
	{{" ", "percent", " %"}, {" of the time to ", "target", " pass"},
	    {", late", "late", ""}}},
    {"incident_escalated", "escalated",
	{{" to level ", "level", ""}, {" ", "chain", ""},
	    {", as the time to ", "target", " is over"},
	    {"; ", "absent", " is not there to be assigned"}}},
    {"silence_added", "silenced",
	{{" ", "source", ""}, {" until ", "until", ""}}},
    {"silence_ended", "ended", {{"", NULL, ""}}},
    {"source_updated", "has a new interval",
	{{": ", "interval_ms", ""}, {", by configuration", "configured", ""}}},
    {"source_silent", "fell silent",
	{{", last heard ", "seen", ""}, {", due ", "due", ""},
	    {", late", "late", ""}}},
    {"source_heard", "is heard again",
	{{" after ", "silent_ms", ""}, {", ", "alert", " told of it"}}},
    {"file_added", "attached file",
	{{" ", "file", ""}, {", ", "bytes", " bytes"},
	    {", SHA-256 ", "sha256", ""}}},
    {"file_read", "was given file",
	{{" ", "file", " to read"}, {", SHA-256 ", "sha256", ""}}},
    {"file_discarded", "discarded file",
	{{" ", "file", ", for good"}, {", SHA-256 ", "sha256", ""},
	    {"; ", "kept", " other files have the same bytes"}}},
    {"task_added", "added task",
	{{" ", "task", ""}, {" for ", "owner", ""}, {", due ", "due", ""},
	    {", mandatory", "mandatory", ""}}},
    {"task_overdue", "saw the time pass",
	{{" for task ", "task", ""}, {", due ", "due", ""},
	    {", owner ", "owner", ""}, {", late", "late", ""}}},
    {"task_updated", "changed task",
	{{" ", "task", ""}, {" from ", "from", ""}, {" to ", "to", ""},
	    {", owner ", "owner", ""}, {", due ", "due", ""},
	    {", without a due time", "no_due", ""}, {", its ", "text", ""}}},
    {"action_added", "proposed",
	{{" to be done by ", "due", ""}, {", owner ", "owner", ""}}},
    {"action_updated", "changed",
	{{" ", "text", ","}, {" from ", "from", ""}, {" to ", "to", ","},
	    {" owner to ", "owner", ","}, {" due to ", "due", ","}}},
    {"action_overdue", "saw the time pass",
	{{", due ", "due", ""}, {", owner ", "owner", ""},
	    {", late", "late", ""}}},
    {"review_drafted", "drafted the review", {{"", NULL, ""}}},
    {"review_updated", "filled in the review",
	{{": ", "text", ""}, {", cost ", "cost", ""},
	    {", approved", "approved", ""}}},
    {"notification_sent", "sent",
	{{" by hook ", "hook", ""}, {" for ", "incident", ""},
	    {" for ", "alert", ""}}},
    {"notification_dropped", "dropped",
	{{" for hook ", "hook", ""}, {", ", "incident", ""},
	    {", ", "alert", ""}, {" (", "reason", ")"}}},
};

/* Free text of events, in the order in which it is told. */
static const char *const texts[] = {"title", "text", "description", "reason",
    "root_cause", "comment", "fault", "detail", "display", "name", "summary",
    "went_well", "went_badly", "to_improve"};

struct sentence {
	char *out;
	size_t size, len;
	const struct screen *screen; /* NULL: on paper */
};

static void
say(struct sentence *sentence, const char *text)
{
	size_t room = sentence->size - sentence->len;
	int len = snprintf(sentence->out + sentence->len, room, "%s", text);

	sentence->len += (size_t)len < room ? (size_t)len : room - 1;
}

static void say_value(struct sentence *sentence, const cJSON *value);

/* A part of a delivery: what became of it, and where. */
static void
say_object(struct sentence *sentence, const cJSON *object)
{
	const char *incident = json_text(object, "incident");

	say(sentence, shape_text(object, "disposition"));
	if (incident != NULL) {
		say(sentence, " ");
		say(sentence, incident);
	}
}

static void
say_list(struct sentence *sentence, const cJSON *list)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, list) {
		if (item != list->child)
			say(sentence, ", ");
		say_value(sentence, item);
	}
}

/* Times as screens have them; of a hash as much as tells it from others. */
static void
say_text(struct sentence *sentence, const char *text)
{
	const struct screen *screen = sentence->screen;
	char when[WHEN_TEXT_MAX], hash[HASH_SHOWN + sizeof("...")];
	size_t len = strlen(text);
	int64_t ms;

	if (len > 19 && text[10] == 'T' && time_parse(text, &ms) == OK) {
		say(sentence,
		    when_format(ms, screen == NULL || screen->utc, when));
	} else if (screen != NULL && !screen->endless && len == HASH_DIGITS &&
		   strspn(text, "0123456789abcdef") == len) {
		(void)snprintf(hash, sizeof(hash), "%.*s...", HASH_SHOWN, text);
		say(sentence, hash);
	} else {
		say(sentence, text);
	}
}

static void
say_value(struct sentence *sentence, const cJSON *value)
{
	char number[32];

	if (cJSON_IsString(value)) {
		say_text(sentence, value->valuestring);
	} else if (cJSON_IsNumber(value)) {
		(void)snprintf(
		    number, sizeof(number), "%.0f", value->valuedouble);
		say(sentence, number);
	} else if (cJSON_IsArray(value)) {
		say_list(sentence, value);
	} else if (cJSON_IsObject(value)) {
		say_object(sentence, value);
	} else {
		say(sentence, cJSON_IsTrue(value)    ? "yes"
			      : cJSON_IsFalse(value) ? "no"
						     : "nobody");
	}
}

/* Empty lists say nothing. */
static bool
has_value(const cJSON *value)
{
	return value != NULL && !(cJSON_IsArray(value) && value->child == NULL);
}

bool
view_event_is(const cJSON *event, const char *kind)
{
	const char *told = shape_text(event, "kind");

	for (; *kind != '\0' && (*kind == '_' ? '.' : *kind) == *told; kind++)
		told++;
	return *kind == '\0' && *told == '\0';
}

static const struct phrase *
phrase_of(const cJSON *event)
{
	size_t i;

	for (i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (view_event_is(event, phrases[i].kind))
			return &phrases[i];
	return NULL;
}

/* Milliseconds that nothing behind them names are told as a span. */
static bool
is_span(const struct piece *piece, const cJSON *value)
{
	size_t len = strlen(piece->key);

	return cJSON_IsNumber(value) && piece->behind[0] == '\0' && len > 3 &&
	       strcmp(piece->key + len - 3, "_ms") == 0;
}

const char *
view_event_words(
    const cJSON *event, const struct screen *screen, char *out, size_t size)
{
	const cJSON *facts = cJSON_GetObjectItemCaseSensitive(event, "facts");
	const struct phrase *phrase = phrase_of(event);
	struct sentence sentence = {out, size, 0, screen};
	char span[WHEN_AGE_MAX];
	size_t i;

	out[0] = '\0';
	say(&sentence,
	    phrase != NULL ? phrase->words : shape_text(event, "kind"));
	for (i = 0; phrase != NULL && i < PIECES_MAX; i++) {
		const struct piece *piece = &phrase->pieces[i];
		const cJSON *value =
		    piece->key != NULL
			? cJSON_GetObjectItemCaseSensitive(facts, piece->key)
			: NULL;

		if (!has_value(value))
			continue;
		say(&sentence, piece->before);
		/* What is true is said by that alone. */
		if (cJSON_IsTrue(value))
			;
		else if (is_span(piece, value))
			say(&sentence,
			    when_age(0, (int64_t)value->valuedouble, span));
		else
			say_value(&sentence, value);
		say(&sentence, piece->behind);
	}
	if (sentence.len > 0 && out[sentence.len - 1] == ',')
		out[--sentence.len] = '\0';
	return out;
}

size_t
view_event_texts(const cJSON *event, const char **found, size_t max)
{
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(event, "text");
	size_t i, count = 0;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (count < max && json_text(text, texts[i]) != NULL)
			found[count++] = json_text(text, texts[i]);
	return count;
}

/* In a few rows at most, indented behind the first. */
static void
draw_wrapped(const struct screen *screen, const char *line)
{
	char *text = NULL;
	size_t len = 0;
	FILE *memory = claim(open_memstream(&text, &len));

	(void)render_line(
	    memory, line, screen->utf8, ROWS_MAX * screen->columns);
	(void)fclose(memory);
	(void)claim(text);
	render_hanging(
	    screen->out, text, len, screen->utf8, INDENT, screen->columns);
	free(text);
}

void
view_event(const struct screen *screen, const cJSON *event, bool wrap)
{
	char line[SENTENCE_MAX], when[WHEN_TEXT_MAX];
	struct sentence sentence = {line, sizeof(line), 0, screen};
	char words[SENTENCE_MAX];
	const char *found[8];
	size_t count = view_event_texts(event, found, 8), i;

	(void)snprintf(line, sizeof(line), "%" PRId64 "  %s  %s: %s %s",
	    json_number(event, "seq", 0),
	    when_format(shape_time(event, "time"), screen->utc, when),
	    shape_text(event, "actor"), shape_text(event, "subject"),
	    view_event_words(event, screen, words, sizeof(words)));
	sentence.len = strlen(line);
	for (i = 0; i < count; i++) {
		say(&sentence, i == 0 ? ": " : "; ");
		say(&sentence, found[i]);
	}
	if (wrap) {
		draw_wrapped(screen, line);
	} else {
		screen_text(screen, STYLE_PLAIN, line, RENDER_NO_LIMIT);
		(void)fputc('\n', screen->out);
	}
}
