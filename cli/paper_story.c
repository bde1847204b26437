#include "cli/paper_story.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/claim.h"
#include "cli/paper_cell.h"
#include "cli/view.h"
#include "protocol/json.h"

enum { WORDS_MAX = 2048, WHO_MAX = 64, TEXTS_MAX = 8 };

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* ---- who did what ---- */

struct who {
	const char *name;
	unsigned entries;
	int64_t first_ms, last_ms;
};

static void
count_who(struct who *all, size_t *count, const cJSON *event)
{
	const char *name = paper_text_at(event, "actor");
	int64_t ms = paper_time_at(event, "time");
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

void
paper_people(FILE *md, const cJSON *data)
{
	struct who all[WHO_MAX];
	const cJSON *event;
	size_t count = 0, i;

	cJSON_ArrayForEach (event, paper_at(data, "timeline"))
		count_who(all, &count, event);
	(void)fputs("## Who took part\n\n| Who | Entries | First | Last |\n"
		    "|---|---|---|---|\n",
	    md);
	for (i = 0; i < count; i++) {
		(void)fputs("|", md);
		paper_cell(md, all[i].name);
		(void)fprintf(md, " %u |", all[i].entries);
		paper_time_cell(md, all[i].first_ms);
		paper_time_cell(md, all[i].last_ms);
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
	const cJSON *events = paper_at(data, "timeline"), *event;
	struct paper_moment *moments =
	    claim(calloc((size_t)cJSON_GetArraySize(events) + COUNT(marks),
		sizeof(*moments)));
	size_t count = 0, i;

	cJSON_ArrayForEach (event, events)
		moments[count++].at_ms = paper_time_at(event, "time");
	for (i = 0; i < COUNT(marks); i++)
		if (paper_time_at(data, marks[i]) != 0)
			moments[count++] = (struct paper_moment){
			    paper_time_at(data, marks[i]), marks[i]};
	qsort(moments, count, sizeof(*moments), compare_moments);
	paper_timeline(svg, moments, count);
	free(moments);
}

static void
put_event(FILE *md, const cJSON *event, const char *id)
{
	const char *subject = paper_text_at(event, "subject");
	const char *texts[TEXTS_MAX];
	char words[WORDS_MAX];
	size_t count, i;

	(void)fputs("|", md);
	paper_time_cell(md, paper_time_at(event, "time"));
	(void)fprintf(md, " %" PRId64 " |", json_number(event, "seq", 0));
	paper_cell(md, paper_text_at(event, "actor"));
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
	if (cJSON_IsTrue(paper_at(event, "erased")))
		(void)fputs(" (text erased)", md);
	(void)fputs(" |\n", md);
}

void
paper_story(struct paper *paper, const cJSON *data)
{
	const cJSON *event;

	(void)fputs("## Timeline\n\n", paper->md);
	if (paper_chart(paper))
		draw_timeline(paper->out, data);
	(void)fputs(
	    "| When | Entry | Who | What |\n|---|---|---|---|\n", paper->md);
	cJSON_ArrayForEach (event, paper_at(data, "timeline"))
		put_event(paper->md, event, paper_text_at(data, "id"));
	(void)fputc('\n', paper->md);
}
