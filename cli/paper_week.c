/* The report on a week: what `report weekly` told, added up. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/claim.h"
#include "cli/paper.h"
#include "cli/paper_cell.h"
#include "protocol/json.h"
#include "protocol/words.h"

enum { TIMES = 5, DAYS = 7, PERCENT = 100 };

static const char *const times[TIMES] = {"ttd", "tta", "ttt", "ttc", "ttr"};
static const char *const labels[TIMES] = {"To detect (TTD)",
    "To acknowledge (TTA)", "To triage (TTT)", "To contain (TTC)",
    "To resolve (TTR)"};
static const char *const days[DAYS] = {"Monday", "Tuesday", "Wednesday",
    "Thursday", "Friday", "Saturday", "Sunday"};

static bool
is(const cJSON *object, const char *key)
{
	return cJSON_IsTrue(paper_at(object, key));
}

static cJSON *
child(cJSON *parent, const char *key)
{
	cJSON *found = cJSON_GetObjectItemCaseSensitive(parent, key);

	return found != NULL ? found
			     : claim(cJSON_AddObjectToObject(parent, key));
}

/* Adds to the number at key. */
static void
add(cJSON *object, const char *key, int64_t by)
{
	cJSON *number = cJSON_GetObjectItemCaseSensitive(object, key);

	if (number == NULL)
		(void)claim(cJSON_AddNumberToObject(object, key, (double)by));
	else
		cJSON_SetNumberValue(number, number->valuedouble + (double)by);
}

/* ---- adding up ---- */

static void
add_incident(cJSON *sum, const cJSON *row, int64_t since_ms)
{
	cJSON *severity =
	    child(child(sum, "by_severity"), paper_text_at(row, "severity"));
	cJSON *totals = child(sum, "incidents");
	const char *source = json_text(row, "source");
	int64_t day;

	if (is(row, "opened_within")) {
		add(totals, "opened", 1);
		add(severity, "opened", 1);
		add(child(sum, "by_source"),
		    source != NULL ? source : "(by hand)", 1);
		day = (paper_time_at(row, "opened") - since_ms) / 86400000;
		if (day >= 0 && day < DAYS)
			add(child(sum, "by_day"), days[day], 1);
	}
	if (is(row, "closed_within")) {
		add(totals, "closed", 1);
		add(severity, "closed", 1);
		add(child(sum, "by_verdict"), paper_text_at(row, "verdict"), 1);
	}
	if (is(row, "backlog")) {
		add(totals, "backlog", 1);
		add(severity, "backlog", 1);
		if (is(row, "unassigned"))
			add(totals, "backlog_unassigned", 1);
	}
}

static int
compare(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

/* Nearest rank, so that each is a time that was. */
static int64_t
percentile(const double *sorted, size_t count, size_t percent)
{
	return (int64_t)sorted[(count * percent + PERCENT - 1) / PERCENT - 1];
}

/* Of those that were closed within the week. */
static void
add_times(cJSON *sum, const cJSON *incidents)
{
	double *all = claim(
	    calloc((size_t)cJSON_GetArraySize(incidents) + 1, sizeof(*all)));
	const cJSON *row, *one;
	size_t i, count;

	for (i = 0; i < TIMES; i++) {
		cJSON *out = child(child(sum, "times"), times[i]);

		count = 0;
		cJSON_ArrayForEach (row, incidents) {
			if (!is(row, "closed_within"))
				continue;
			cJSON_ArrayForEach (one, paper_at(row, "times"))
				if (strcmp(paper_text_at(one, "time"),
					times[i]) == 0 &&
				    paper_at(one, "ms") != NULL)
					all[count++] =
					    paper_at(one, "ms")->valuedouble;
		}
		add(out, "count", (int64_t)count);
		if (count == 0)
			continue;
		qsort(all, count, sizeof(*all), compare);
		add(out, "median_ms", percentile(all, count, 50));
		add(out, "p90_ms", percentile(all, count, 90));
	}
	free(all);
}

static void
add_alerts(cJSON *sum, const cJSON *row)
{
	cJSON *source =
	    child(child(sum, "alerts"), paper_text_at(row, "source"));
	const cJSON *count;

	cJSON_ArrayForEach (count, row)
		if (cJSON_IsNumber(count)) {
			add(source, count->string, (int64_t)count->valuedouble);
			add(source, "received", (int64_t)count->valuedouble);
			add(sum, "alerts_received",
			    (int64_t)count->valuedouble);
		}
}

/* What was detected, and turned out to be nothing: of those closed within the
 * week that were no duplicates and no tests. */
static void
add_false_share(cJSON *sum)
{
	const cJSON *verdicts = paper_at(sum, "by_verdict"), *verdict;
	int64_t all = 0, wrong = json_number(verdicts, "false_positive", 0);

	cJSON_ArrayForEach (verdict, verdicts)
		if (strcmp(verdict->string, "duplicate") != 0 &&
		    strcmp(verdict->string, "test") != 0)
			all += (int64_t)verdict->valuedouble;
	add(sum, "judged", all);
	add(sum, "false_positives", wrong);
	if (all > 0)
		add(sum, "false_positive_percent", wrong * PERCENT / all);
}

static cJSON *
sum_up(const cJSON *data)
{
	static const char *const totals[] = {
	    "opened", "closed", "backlog", "backlog_unassigned"};
	cJSON *sum = claim(cJSON_CreateObject());
	const cJSON *row;
	size_t i;

	for (i = 0; i < sizeof(totals) / sizeof(totals[0]); i++)
		add(child(sum, "incidents"), totals[i], 0);
	add(sum, "alerts_received", 0);
	cJSON_ArrayForEach (row, paper_at(data, "incidents"))
		add_incident(sum, row, paper_time_at(data, "since"));
	cJSON_ArrayForEach (row, paper_at(data, "alerts"))
		add_alerts(sum, row);
	add_times(sum, paper_at(data, "incidents"));
	add_false_share(sum);
	return sum;
}

/* The data without what was added up of them, and the sums. */
cJSON *
paper_week_sums(const cJSON *data)
{
	static const char *const kept[] = {
	    "week", "since", "until", "as_of", "restricted", "actions"};
	cJSON *out = claim(cJSON_CreateObject());
	cJSON *sum = sum_up(data), *item, *notable;
	const cJSON *row;
	size_t i;

	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (paper_at(data, kept[i]) != NULL)
			(void)cJSON_AddItemToObject(out, kept[i],
			    claim(cJSON_Duplicate(
				paper_at(data, kept[i]), true)));
	(void)claim(cJSON_AddStringToObject(out, "tlp", "amber"));
	while ((item = sum->child) != NULL) {
		item = cJSON_DetachItemViaPointer(sum, item);
		(void)cJSON_AddItemToObject(out, item->string, item);
	}
	cJSON_Delete(sum);
	notable = claim(cJSON_AddArrayToObject(out, "notable"));
	cJSON_ArrayForEach (row, paper_at(data, "incidents"))
		if (is(row, "notable"))
			(void)cJSON_AddItemToArray(
			    notable, claim(cJSON_Duplicate(row, true)));
	return out;
}

/* ---- writing ---- */

static void
put_count(FILE *md, const char *label, int64_t count)
{
	(void)fprintf(md, "| %s | %" PRId64 " |\n", label, count);
}

static void
put_volumes(struct paper *paper, const cJSON *week)
{
	const cJSON *totals = paper_at(week, "incidents");
	const cJSON *hidden = paper_at(week, "restricted");
	const cJSON *actions = paper_at(week, "actions");
	FILE *md = paper->md;

	(void)fputs("| | |\n|---|---|\n", md);
	put_count(
	    md, "Alerts received", json_number(week, "alerts_received", 0));
	put_count(md, "Incidents opened", json_number(totals, "opened", 0));
	put_count(md, "Incidents closed", json_number(totals, "closed", 0));
	put_count(
	    md, "Open at the week's end", json_number(totals, "backlog", 0));
	put_count(md, "Of those, nobody's",
	    json_number(totals, "backlog_unassigned", 0));
	if (paper_at(week, "false_positive_percent") != NULL)
		(void)fprintf(md,
		    "| False positives | %" PRId64 " %% (%" PRId64
		    " of %" PRId64 " closed, without duplicates and tests) |\n",
		    json_number(week, "false_positive_percent", 0),
		    json_number(week, "false_positives", 0),
		    json_number(week, "judged", 0));
	(void)fprintf(md,
	    "| Corrective actions | %" PRId64 " proposed, %" PRId64
	    " carried out; %" PRId64 " open, %" PRId64 " of them overdue |\n",
	    json_number(actions, "proposed", 0),
	    json_number(actions, "finished", 0),
	    json_number(actions, "open", 0),
	    json_number(actions, "overdue", 0));
	(void)fprintf(md,
	    "| Restricted incidents, counted apart | %" PRId64
	    " opened, %" PRId64 " closed, %" PRId64 " open |\n\n",
	    json_number(hidden, "opened", 0), json_number(hidden, "closed", 0),
	    json_number(hidden, "backlog", 0));
}

static void
put_severities(struct paper *paper, const cJSON *week)
{
	struct paper_bar bars[SEVERITY_COUNT];
	char values[SEVERITY_COUNT][64];
	const cJSON *row;
	int severity, count = 0;

	(void)fputs("## By severity\n\n| Severity | Opened | Closed | Open at "
		    "the end |\n|---|---|---|---|\n",
	    paper->md);
	for (severity = SEVERITY_COUNT - 1; severity >= 0; severity--) {
		const char *name = words_name(WORDS_SEVERITY, severity);

		row = paper_at(paper_at(week, "by_severity"), name);
		(void)fprintf(paper->md,
		    "| %s | %" PRId64 " | %" PRId64 " | %" PRId64 " |\n", name,
		    json_number(row, "opened", 0),
		    json_number(row, "closed", 0),
		    json_number(row, "backlog", 0));
		(void)snprintf(values[count], sizeof(values[count]),
		    "%" PRId64 " opened, %" PRId64 " closed",
		    json_number(row, "opened", 0),
		    json_number(row, "closed", 0));
		bars[count] = (struct paper_bar){name, values[count],
		    json_number(row, "opened", 0),
		    json_number(row, "closed", 0)};
		count++;
	}
	(void)fputc('\n', paper->md);
	if (paper_chart(paper))
		paper_bars(paper->out, "Opened and closed by severity", bars,
		    (size_t)count);
}

static void
put_days(struct paper *paper, const cJSON *week)
{
	struct paper_bar bars[DAYS];
	char values[DAYS][32];
	int64_t count;
	int i;

	(void)fputs("## By day\n\n| Day | Opened |\n|---|---|\n", paper->md);
	for (i = 0; i < DAYS; i++) {
		count = json_number(paper_at(week, "by_day"), days[i], 0);
		put_count(paper->md, days[i], count);
		(void)snprintf(values[i], sizeof(values[i]), "%" PRId64, count);
		bars[i] = (struct paper_bar){days[i], values[i], count, -1};
	}
	(void)fputc('\n', paper->md);
	if (paper_chart(paper))
		paper_bars(paper->out, "Opened by day", bars, DAYS);
}

static void
put_times(FILE *md, const cJSON *week)
{
	char median[PAPER_SPAN_MAX], p90[PAPER_SPAN_MAX];
	int i;

	(void)fputs("## Times\n\n", md);
	if (json_number(paper_at(week, "incidents"), "closed", 0) == 0) {
		(void)fputs("No incident was closed within the week.\n\n", md);
		return;
	}
	(void)fputs("Of the incidents that were closed within the "
		    "week.\n\n| Time | Median | 90th percentile | Incidents |\n"
		    "|---|---|---|---|\n",
	    md);
	for (i = 0; i < TIMES; i++) {
		const cJSON *row = paper_at(paper_at(week, "times"), times[i]);
		bool any = paper_at(row, "median_ms") != NULL;

		(void)fprintf(md, "| %s | %s | %s | %" PRId64 " |\n", labels[i],
		    any ? paper_span(json_number(row, "median_ms", 0), median)
			: "-",
		    any ? paper_span(json_number(row, "p90_ms", 0), p90) : "-",
		    json_number(row, "count", 0));
	}
	(void)fputc('\n', md);
}

/* An object of counts as a table: its names come from outside. */
static void
put_named(FILE *md, const cJSON *counts, const char *heading)
{
	const cJSON *row;

	if (cJSON_GetArraySize(counts) == 0)
		return;
	(void)fprintf(md, "%s", heading);
	cJSON_ArrayForEach (row, counts) {
		(void)fputs("| ", md);
		paper_text(md, row->string);
		(void)fprintf(md, " | %.0f |\n", row->valuedouble);
	}
	(void)fputc('\n', md);
}

static void
put_alerts(FILE *md, const cJSON *week)
{
	const cJSON *row;

	if (cJSON_GetArraySize(paper_at(week, "alerts")) == 0)
		return;
	(void)fputs("## Alerts by source\n\n| Source | Received | Opened an "
		    "incident | Joined one | Kept | Unreadable |\n"
		    "|---|---|---|---|---|---|\n",
	    md);
	cJSON_ArrayForEach (row, paper_at(week, "alerts")) {
		(void)fputs("| ", md);
		paper_text(md, row->string);
		(void)fprintf(md,
		    " | %" PRId64 " | %" PRId64 " | %" PRId64 " | %" PRId64
		    " | %" PRId64 " |\n",
		    json_number(row, "received", 0),
		    json_number(row, "opened", 0),
		    json_number(row, "attached", 0),
		    json_number(row, "kept", 0),
		    json_number(row, "unreadable", 0));
	}
	(void)fputc('\n', md);
}

static void
put_notable(FILE *md, const cJSON *week)
{
	const cJSON *row;

	(void)fputs("## High, critical and major incidents\n\n", md);
	if (cJSON_GetArraySize(paper_at(week, "notable")) == 0) {
		(void)fputs("None.\n\n", md);
		return;
	}
	(void)fputs("| Incident | Severity | Status | What |\n"
		    "|---|---|---|---|\n",
	    md);
	cJSON_ArrayForEach (row, paper_at(week, "notable")) {
		(void)fprintf(md, "| ");
		paper_text(md, paper_text_at(row, "id"));
		(void)fputs(" | ", md);
		paper_word(md, paper_text_at(row, "severity"));
		(void)fputs(" | ", md);
		paper_word(md, paper_text_at(row, "status"));
		(void)fputs(" | ", md);
		paper_text(md, is(row, "withheld") ? "(withheld: of a higher "
						     "TLP)"
			       : json_text(row, "title") != NULL
				   ? json_text(row, "title")
				   : "(erased)");
		(void)fputs(" |\n", md);
	}
	(void)fputc('\n', md);
}

/* What is told of a week that goes on is not the last word on it. */
static void
put_unfinished(FILE *md, const cJSON *week)
{
	char now[PAPER_TIME_MAX];
	int64_t as_of = paper_time_at(paper_at(week, "as_of"), "time");

	if (as_of < paper_time_at(week, "until"))
		(void)fprintf(md,
		    "**The week is not over**, or the journal ends within it: "
		    "this is how things stood on %s.\n\n",
		    paper_time(as_of, now));
}

char *
paper_week(const cJSON *data, enum paper_format format, size_t *len)
{
	cJSON *week = paper_week_sums(data);
	char since[PAPER_TIME_MAX], until[PAPER_TIME_MAX];
	struct paper paper;
	char *text;

	if (format == PAPER_JSON) {
		text = paper_json(week, len);
		cJSON_Delete(week);
		return text;
	}
	paper_begin(&paper, format, paper_text_at(week, "week"), "TLP:AMBER");
	(void)fprintf(paper.md, "# Week ");
	paper_text(paper.md, paper_text_at(week, "week"));
	(void)fprintf(paper.md,
	    "\n\nIncident response, %.10s to %.10s (UTC, the last day not "
	    "included). **TLP:AMBER**\n\n",
	    paper_time(paper_time_at(week, "since"), since),
	    paper_time(paper_time_at(week, "until"), until));
	put_unfinished(paper.md, week);
	put_volumes(&paper, week);
	put_notable(paper.md, week);
	put_severities(&paper, week);
	put_times(paper.md, week);
	put_days(&paper, week);
	put_named(paper.md, paper_at(week, "by_verdict"),
	    "## Verdicts\n\n| Verdict | Closed |\n|---|---|\n");
	put_named(paper.md, paper_at(week, "by_source"),
	    "## Incidents by source\n\n| Source | Opened |\n|---|---|\n");
	put_alerts(paper.md, week);
	paper_origin(paper.md, paper_at(week, "as_of"));
	(void)fputs("**TLP:AMBER**\n", paper.md);
	cJSON_Delete(week);
	return paper_end(&paper, len);
}
