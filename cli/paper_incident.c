/* The report on an incident. */
#include <inttypes.h>
#include <string.h>

#include "cli/paper.h"
#include "cli/paper_cell.h"
#include "cli/paper_story.h"
#include "protocol/json.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const char *
title_of(const cJSON *object)
{
	if (cJSON_IsTrue(paper_at(object, "withheld")))
		return "(withheld: of a higher TLP)";
	return json_text(object, "title") != NULL ? json_text(object, "title")
						  : "(erased)";
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
	const cJSON *value = paper_at(data, key);

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
		paper_word(md, value->valuestring);
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
	const cJSON *review = paper_at(data, "review");
	int64_t cost = json_number(review, "cost", -1);
	size_t i;

	(void)fputs("| | |\n|---|---|\n", md);
	for (i = 0; i < COUNT(rows); i++)
		put_fact(md, data, rows[i].label, rows[i].key, rows[i].word);
	if (cost >= 0)
		(void)fprintf(md, "| Cost | %" PRId64 " |\n", cost);
	(void)fprintf(md, "| Review | %s",
	    strcmp(paper_text_at(review, "state"), "approved") == 0
		? "approved by "
		: "a draft, not yet approved");
	if (json_text(review, "approved_by") != NULL)
		paper_text(md, json_text(review, "approved_by"));
	(void)fputs(" |\n", md);
	if (cJSON_IsTrue(paper_at(data, "restricted")))
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

	cJSON_ArrayForEach (row, paper_at(data, "times"))
		if (strcmp(paper_text_at(row, "time"), name) == 0)
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
	    md, " %s %s", what, paper_time(paper_time_at(moment, "at"), time));
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
		    : paper_at(row, "to") != NULL &&
			    paper_at(row, "from") != NULL
			? "contradictory"
			: "not known");
		put_moment(paper->md, times[i].from, paper_at(row, "from"));
		put_moment(paper->md, times[i].to, paper_at(row, "to"));
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
	const cJSON *review = paper_at(data, "review");
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
	const cJSON *actions = paper_at(data, "actions"), *row;
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
		paper_cell(md, paper_text_at(row, "id"));
		paper_cell(md, paper_text_at(row, "owner"));
		(void)fprintf(md, " %.10s |",
		    paper_time(paper_time_at(row, "due"), time));
		(void)fputs(" ", md);
		paper_word(md, paper_text_at(row, "status"));
		(void)fprintf(md, "%s |",
		    cJSON_IsTrue(paper_at(row, "overdue")) ? ", **overdue**"
							   : "");
		paper_cell(md, title_of(row));
		(void)fputc('\n', md);
	}
	(void)fputc('\n', md);
	if (cJSON_IsTrue(paper_at(data, "actions_more")))
		(void)fputs(
		    "There are more: `tocsin action list` has all.\n\n", md);
}

/* ---- what came in ---- */

static void
put_alerts(FILE *md, const cJSON *data)
{
	const cJSON *alerts = paper_at(data, "attached"), *row;
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
		paper_cell(md, paper_text_at(row, "id"));
		paper_time_cell(md, paper_time_at(row, "received"));
		paper_word_cell(md, paper_text_at(row, "severity"));
		paper_cell(md, paper_text_at(row, "source"));
		paper_cell(md, title_of(row));
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
	const cJSON *list = paper_at(data, "observables"), *row;

	if (cJSON_GetArraySize(list) == 0)
		return;
	(void)fputs("## Observables\n\n| Type | Value |\n|---|---|\n", md);
	cJSON_ArrayForEach (row, list) {
		(void)fputs("|", md);
		paper_cell(md, paper_text_at(row, "type"));
		paper_cell(md, paper_text_at(row, "value"));
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

	cJSON_ArrayForEach (row, paper_at(shared, "observables")) {
		(void)fputs(comma, md);
		paper_text(md, paper_text_at(row, "value"));
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
	cJSON_ArrayForEach (row, paper_at(shared, "techniques")) {
		(void)fputs(comma, md);
		paper_text(md, cJSON_IsString(row) ? row->valuestring : "?");
		comma = ", ";
	}
}

static void
put_similar(FILE *md, const cJSON *data)
{
	const cJSON *list = paper_at(data, "similar"), *row;

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
		paper_cell(md, paper_text_at(row, "id"));
		(void)fprintf(md, " %.10s |",
		    paper_time(paper_time_at(row, "opened"), time));
		paper_word_cell(
		    md, strcmp(paper_text_at(row, "verdict"), "none") == 0
			    ? paper_text_at(row, "status")
			    : paper_text_at(row, "verdict"));
		(void)fputs(" ", md);
		paper_text(md, title_of(row));
		(void)fputs(" — ", md);
		put_shared(md, paper_at(row, "shared"));
		(void)fputs(" |\n", md);
	}
	(void)fputc('\n', md);
}

char *
paper_incident(const cJSON *data, enum paper_format format, size_t *len)
{
	char tlp[PAPER_TLP_MAX];
	struct paper paper;

	if (format == PAPER_JSON)
		return paper_json(data, len);
	paper_begin(
	    &paper, format, paper_text_at(data, "id"), paper_tlp(data, tlp));
	(void)fprintf(paper.md, "# ");
	paper_text(paper.md, paper_text_at(data, "id"));
	(void)fputs(" ", paper.md);
	paper_text(paper.md, title_of(data));
	(void)fprintf(paper.md, "\n\nPost-incident report. **%s**\n\n", tlp);
	put_facts(paper.md, data);
	put_lessons(paper.md, data);
	put_actions(paper.md, data);
	put_times(&paper, data);
	paper_story(&paper, data);
	paper_people(paper.md, data);
	put_alerts(paper.md, data);
	put_observables(paper.md, data);
	put_similar(paper.md, data);
	paper_origin(paper.md, paper_at(data, "as_of"));
	(void)fprintf(paper.md, "**%s**\n", tlp);
	return paper_end(&paper, len);
}
