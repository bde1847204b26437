/* The report on an incident. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/claim.h"
#include "cli/paper.h"
#include "cli/view.h"
#include "protocol/ask.h"
#include "protocol/json.h"

enum { WORDS_MAX = 2048, WHO_MAX = 64, TEXTS_MAX = 8, MOMENTS_MORE = 16 };

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const cJSON *
at(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static int64_t
time_at(const cJSON *object, const char *key)
{
	const char *text = json_text(object, key);
	int64_t ms = 0;

	return text != NULL && time_parse(text, &ms) == OK ? ms : 0;
}

static const char *
text_at(const cJSON *object, const char *key)
{
	const char *text = json_text(object, key);

	return text != NULL ? text : "";
}

static const char *
title_of(const cJSON *object)
{
	if (cJSON_IsTrue(at(object, "withheld")))
		return "(withheld: of a higher TLP)";
	return json_text(object, "title") != NULL ? json_text(object, "title")
						  : "(erased)";
}

/* One of our own words, as people write it: "in progress". */
static void
put_word(FILE *md, const char *word)
{
	for (; *word != '\0'; word++)
		(void)fputc(*word == '_' ? ' ' : *word, md);
}

static void
put_word_cell(FILE *md, const char *word)
{
	(void)fputs(" ", md);
	put_word(md, word);
	(void)fputs(" |", md);
}

static void
put_cell(FILE *md, const char *text)
{
	(void)fputs(" ", md);
	paper_text(md, text);
	(void)fputs(" |", md);
}

static void
put_time_cell(FILE *md, int64_t ms)
{
	char time[PAPER_TIME_MAX];

	(void)fprintf(md, " %s |", paper_time(ms, time));
}

static void
put_names(FILE *md, const cJSON *names)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, names) {
		if (item != names->child)
			(void)fputs(", ", md);
		paper_text(md, cJSON_IsString(item) ? item->valuestring : "?");
	}
}

/* ---- the head ---- */

static void
put_fact(
    FILE *md, const cJSON *data, const char *label, const char *key, bool word)
{
	const cJSON *value = at(data, key);

	if (value == NULL || (cJSON_IsArray(value) && value->child == NULL))
		return;
	/* Level 0 is what it is opened with. */
	if (strcmp(key, "level") == 0 && json_number(data, key, 0) == 0)
		return;
	(void)fprintf(md, "| %s | ", label);
	if (cJSON_IsArray(value))
		put_names(md, value);
	else if (cJSON_IsNumber(value))
		(void)fprintf(md, "%.0f", value->valuedouble);
	else if (word && cJSON_IsString(value))
		put_word(md, value->valuestring);
	else
		paper_text(
		    md, cJSON_IsString(value) ? value->valuestring : "nobody");
	(void)fputs(" |\n", md);
}

static void
put_facts(FILE *md, const cJSON *data)
{
	static const struct {
		const char *label, *key;
		bool word;
	} rows[] = {
	    {"Severity", "severity", true},
	    {"Status", "status", true},
	    {"Verdict", "verdict", true},
	    {"Impact", "impact", true},
	    {"Kind", "kind", true},
	    {"Classification (RSIT)", "classification", true},
	    {"ATT&CK techniques", "techniques", false},
	    {"Assigned to", "assignee", false},
	    {"Opened by", "opened_by", false},
	    {"Source", "source", false},
	    {"Escalated to level", "level", false},
	    {"Merged into it", "merged", false},
	    {"Tags", "tags", false},
	};
	const cJSON *review = at(data, "review");
	int64_t cost = json_number(review, "cost", -1);
	size_t i;

	(void)fputs("| | |\n|---|---|\n", md);
	for (i = 0; i < COUNT(rows); i++)
		put_fact(md, data, rows[i].label, rows[i].key, rows[i].word);
	if (cost >= 0)
		(void)fprintf(md, "| Cost | %" PRId64 " |\n", cost);
	(void)fprintf(md, "| Review | %s",
	    strcmp(text_at(review, "state"), "approved") == 0
		? "approved by "
		: "a draft, not yet approved");
	if (json_text(review, "approved_by") != NULL)
		paper_text(md, json_text(review, "approved_by"));
	(void)fputs(" |\n", md);
	if (cJSON_IsTrue(at(data, "restricted")))
		(void)fputs("| Restricted | to the people whom the incident "
			    "names: pass this on to nobody else |\n",
		    md);
	(void)fputc('\n', md);
}

/* ---- times ---- */

static const struct {
	const char *time, *label, *from, *to;
} times[] = {
    {"ttd", "To detect (TTD)", "occurred", "detected"},
    {"tta", "To acknowledge (TTA)", "detected", "acknowledged"},
    {"ttt", "To triage (TTT)", "detected", "triaged"},
    {"ttc", "To contain (TTC)", "detected", "contained"},
    {"ttr", "To resolve (TTR)", "detected", "resolved"},
};

static const cJSON *
time_row(const cJSON *data, const char *name)
{
	const cJSON *row;

	cJSON_ArrayForEach (row, at(data, "times"))
		if (strcmp(text_at(row, "time"), name) == 0)
			return row;
	return NULL;
}

/* "detected 2026-11-25 10:00:00 UTC [12]" */
static void
put_moment(FILE *md, const char *what, const cJSON *moment)
{
	int64_t entry = json_number(moment, "entry", 0);
	char time[PAPER_TIME_MAX];

	if (moment == NULL) {
		(void)fprintf(md, " not %s |", what);
		return;
	}
	(void)fprintf(
	    md, " %s %s", what, paper_time(time_at(moment, "at"), time));
	if (entry > 0)
		(void)fprintf(md, " (entry %" PRId64 ")", entry);
	(void)fputs(" |", md);
}

static void
put_times(struct paper *paper, const cJSON *data)
{
	struct paper_bar bars[COUNT(times)];
	char spans[COUNT(times)][PAPER_SPAN_MAX];
	size_t i, count = 0;

	(void)fputs("## Times\n\n| Time | Took | From | To |\n"
		    "|---|---|---|---|\n",
	    paper->md);
	for (i = 0; i < COUNT(times); i++) {
		const cJSON *row = time_row(data, times[i].time);
		int64_t ms = json_number(row, "ms", -1);

		(void)fprintf(paper->md, "| %s | %s |", times[i].label,
		    ms >= 0 ? paper_span(ms, spans[count])
		    : at(row, "to") != NULL && at(row, "from") != NULL
			? "contradictory"
			: "not known");
		put_moment(paper->md, times[i].from, at(row, "from"));
		put_moment(paper->md, times[i].to, at(row, "to"));
		(void)fputc('\n', paper->md);
		if (ms < 0)
			continue;
		bars[count] =
		    (struct paper_bar){times[i].label, spans[count], ms, -1};
		count++;
	}
	(void)fputc('\n', paper->md);
	if (count > 0 && paper_chart(paper))
		paper_bars(paper->out, "How long each took", bars, count);
}

/* ---- what people found ---- */

static void
put_lessons(FILE *md, const cJSON *data)
{
	const cJSON *review = at(data, "review");
	const char *cause = json_text(review, "root_cause");

	(void)fputs("## Summary\n\n", md);
	paper_block(md, json_text(review, "summary") != NULL
			    ? json_text(review, "summary")
			    : json_text(data, "description"));
	(void)fputs("## Root cause\n\n", md);
	paper_block(md, cause != NULL ? cause : json_text(data, "root_cause"));
	if (json_text(data, "comment") != NULL) {
		(void)fputs("### Said at close\n\n", md);
		paper_block(md, json_text(data, "comment"));
	}
	(void)fputs("## Lessons\n\n### What went well\n\n", md);
	paper_block(md, json_text(review, "went_well"));
	(void)fputs("### What went badly\n\n", md);
	paper_block(md, json_text(review, "went_badly"));
	(void)fputs("### What is to be done better\n\n", md);
	paper_block(md, json_text(review, "to_improve"));
}

static void
put_actions(FILE *md, const cJSON *data)
{
	const cJSON *actions = at(data, "actions"), *row;
	char time[PAPER_TIME_MAX];

	(void)fputs("## Corrective actions\n\n", md);
	if (cJSON_GetArraySize(actions) == 0) {
		(void)fputs("None was proposed.\n\n", md);
		return;
	}
	(void)fputs("| Action | Owner | Due | Status | What |\n"
		    "|---|---|---|---|---|\n",
	    md);
	cJSON_ArrayForEach (row, actions) {
		(void)fputs("|", md);
		put_cell(md, text_at(row, "id"));
		put_cell(md, text_at(row, "owner"));
		(void)fprintf(
		    md, " %.10s |", paper_time(time_at(row, "due"), time));
		(void)fputs(" ", md);
		put_word(md, text_at(row, "status"));
		(void)fprintf(md, "%s |",
		    cJSON_IsTrue(at(row, "overdue")) ? ", **overdue**" : "");
		put_cell(md, title_of(row));
		(void)fputc('\n', md);
	}
	(void)fputc('\n', md);
	if (cJSON_IsTrue(at(data, "actions_more")))
		(void)fputs(
		    "There are more: `tocsin action list` has all.\n\n", md);
}

/* ---- what came in ---- */

static void
put_alerts(FILE *md, const cJSON *data)
{
	const cJSON *alerts = at(data, "attached"), *row;
	int64_t all = json_number(data, "alerts", 0);
	int shown = cJSON_GetArraySize(alerts);

	(void)fprintf(md, "## Alerts\n\n");
	if (shown == 0) {
		(void)fputs("No alert is attached.\n\n", md);
		return;
	}
	(void)fputs("| Alert | Received | Severity | Source | What |\n"
		    "|---|---|---|---|---|\n",
	    md);
	cJSON_ArrayForEach (row, alerts) {
		(void)fputs("|", md);
		put_cell(md, text_at(row, "id"));
		put_time_cell(md, time_at(row, "received"));
		put_word_cell(md, text_at(row, "severity"));
		put_cell(md, text_at(row, "source"));
		put_cell(md, title_of(row));
		(void)fputc('\n', md);
	}
	(void)fputc('\n', md);
	if (all > shown)
		(void)fprintf(md,
		    "%d of %" PRId64 " alerts are shown: the newest.\n\n",
		    shown, all);
}

static void
put_observables(FILE *md, const cJSON *data)
{
	const cJSON *list = at(data, "observables"), *row;

	if (cJSON_GetArraySize(list) == 0)
		return;
	(void)fputs("## Observables\n\n| Type | Value |\n|---|---|\n", md);
	cJSON_ArrayForEach (row, list) {
		(void)fputs("|", md);
		put_cell(md, text_at(row, "type"));
		put_cell(md, text_at(row, "value"));
		(void)fputc('\n', md);
	}
	(void)fputc('\n', md);
}

static void
put_shared(FILE *md, const cJSON *shared)
{
	int64_t hosts = json_number(shared, "hosts", 0);
	int64_t count = json_number(shared, "observables_count", 0);
	const char *comma = "";
	const cJSON *row;

	cJSON_ArrayForEach (row, at(shared, "observables")) {
		(void)fputs(comma, md);
		paper_text(md, text_at(row, "value"));
		comma = ", ";
		count--;
	}
	if (count > 0)
		(void)fprintf(md, ", %" PRId64 " more", count);
	if (hosts > 0) {
		(void)fprintf(md, "%s%" PRId64 " host%s", comma, hosts,
		    hosts > 1 ? "s" : "");
		comma = ", ";
	}
	cJSON_ArrayForEach (row, at(shared, "techniques")) {
		(void)fputs(comma, md);
		paper_text(md, cJSON_IsString(row) ? row->valuestring : "?");
		comma = ", ";
	}
}

static void
put_similar(FILE *md, const cJSON *data)
{
	const cJSON *list = at(data, "similar"), *row;

	(void)fputs("## Similar earlier incidents\n\n", md);
	if (cJSON_GetArraySize(list) == 0) {
		(void)fputs("None shares an observable, a host or a "
			    "technique with it.\n\n",
		    md);
		return;
	}
	(void)fputs("| Incident | Opened | Verdict | What, and what both share "
		    "|\n|---|---|---|---|\n",
	    md);
	cJSON_ArrayForEach (row, list) {
		char time[PAPER_TIME_MAX];

		(void)fputs("|", md);
		put_cell(md, text_at(row, "id"));
		(void)fprintf(
		    md, " %.10s |", paper_time(time_at(row, "opened"), time));
		put_word_cell(md, strcmp(text_at(row, "verdict"), "none") == 0
				      ? text_at(row, "status")
				      : text_at(row, "verdict"));
		(void)fputs(" ", md);
		paper_text(md, title_of(row));
		(void)fputs(" — ", md);
		put_shared(md, at(row, "shared"));
		(void)fputs(" |\n", md);
	}
	(void)fputc('\n', md);
}

/* ---- who did what ---- */

struct who {
	const char *name;
	unsigned entries;
	int64_t first_ms, last_ms;
};

static void
count_who(struct who *all, size_t *count, const cJSON *event)
{
	const char *name = text_at(event, "actor");
	int64_t ms = time_at(event, "time");
	size_t i;

	for (i = 0; i < *count; i++)
		if (strcmp(all[i].name, name) == 0)
			break;
	if (i == WHO_MAX)
		return;
	if (i == *count)
		all[(*count)++] = (struct who){name, 0, ms, ms};
	all[i].entries++;
	all[i].last_ms = ms;
}

static void
put_people(FILE *md, const cJSON *data)
{
	struct who all[WHO_MAX];
	const cJSON *event;
	size_t count = 0, i;

	cJSON_ArrayForEach (event, at(data, "timeline"))
		count_who(all, &count, event);
	(void)fputs("## Who took part\n\n| Who | Entries | First | Last |\n"
		    "|---|---|---|---|\n",
	    md);
	for (i = 0; i < count; i++) {
		(void)fputs("|", md);
		put_cell(md, all[i].name);
		(void)fprintf(md, " %u |", all[i].entries);
		put_time_cell(md, all[i].first_ms);
		put_time_cell(md, all[i].last_ms);
		(void)fputc('\n', md);
	}
	(void)fputc('\n', md);
}

/* ---- the timeline ---- */

static int
compare_moments(const void *a, const void *b)
{
	const struct paper_moment *left = a, *right = b;

	if (left->at_ms != right->at_ms)
		return left->at_ms < right->at_ms ? -1 : 1;
	return (left->label != NULL) - (right->label != NULL);
}

static void
draw_timeline(FILE *svg, const cJSON *data)
{
	static const char *const marks[] = {"occurred", "detected",
	    "acknowledged", "triaged", "contained", "resolved", "closed"};
	const cJSON *events = at(data, "timeline"), *event;
	struct paper_moment *moments =
	    claim(calloc((size_t)cJSON_GetArraySize(events) + COUNT(marks),
		sizeof(*moments)));
	size_t count = 0, i;

	cJSON_ArrayForEach (event, events)
		moments[count++].at_ms = time_at(event, "time");
	for (i = 0; i < COUNT(marks); i++)
		if (time_at(data, marks[i]) != 0)
			moments[count++] = (struct paper_moment){
			    time_at(data, marks[i]), marks[i]};
	qsort(moments, count, sizeof(*moments), compare_moments);
	paper_timeline(svg, moments, count);
	free(moments);
}

static void
put_event(FILE *md, const cJSON *event, const char *id)
{
	const char *subject = text_at(event, "subject");
	const char *texts[TEXTS_MAX];
	char words[WORDS_MAX];
	size_t count, i;

	(void)fputs("|", md);
	put_time_cell(md, time_at(event, "time"));
	(void)fprintf(md, " %" PRId64 " |", json_number(event, "seq", 0));
	put_cell(md, text_at(event, "actor"));
	(void)fputs(" ", md);
	if (strcmp(subject, id) != 0) {
		paper_text(md, subject);
		(void)fputs(": ", md);
	}
	paper_text(md, view_event_words(event, NULL, words, sizeof(words)));
	/* What the review says stands above. */
	count = view_event_is(event, "review_updated")
		    ? 0
		    : view_event_texts(event, texts, TEXTS_MAX);
	for (i = 0; i < count; i++) {
		(void)fputs(i == 0 ? ": " : "; ", md);
		paper_text(md, texts[i]);
	}
	if (cJSON_IsTrue(at(event, "erased")))
		(void)fputs(" (text erased)", md);
	(void)fputs(" |\n", md);
}

static void
put_timeline(struct paper *paper, const cJSON *data)
{
	const cJSON *event;

	(void)fputs("## Timeline\n\n", paper->md);
	if (paper_chart(paper))
		draw_timeline(paper->out, data);
	(void)fputs(
	    "| When | Entry | Who | What |\n|---|---|---|---|\n", paper->md);
	cJSON_ArrayForEach (event, at(data, "timeline"))
		put_event(paper->md, event, text_at(data, "id"));
	(void)fputc('\n', paper->md);
}

char *
paper_incident(const cJSON *data, enum paper_format format, size_t *len)
{
	char tlp[PAPER_TLP_MAX];
	struct paper paper;

	if (format == PAPER_JSON)
		return paper_json(data, len);
	paper_begin(&paper, format, text_at(data, "id"), paper_tlp(data, tlp));
	(void)fprintf(paper.md, "# ");
	paper_text(paper.md, text_at(data, "id"));
	(void)fputs(" ", paper.md);
	paper_text(paper.md, title_of(data));
	(void)fprintf(paper.md, "\n\nPost-incident report. **%s**\n\n", tlp);
	put_facts(paper.md, data);
	put_lessons(paper.md, data);
	put_actions(paper.md, data);
	put_times(&paper, data);
	put_timeline(&paper, data);
	put_people(paper.md, data);
	put_alerts(paper.md, data);
	put_observables(paper.md, data);
	put_similar(paper.md, data);
	paper_origin(paper.md, at(data, "as_of"));
	(void)fprintf(paper.md, "**%s**\n", tlp);
	return paper_end(&paper, len);
}
