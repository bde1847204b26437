/* list and mine. */
#include <string.h>

#include "broker/reading.h"

/* ---- rows ---- */

struct rows {
	struct reading *r;
	cJSON *out;
	size_t count, limit;
};

static void
put_tags(cJSON *out, const struct incident *incident)
{
	cJSON *tags = put_array(out, "tags");
	size_t i;

	for (i = 0; i < incident->tags_count; i++)
		put_text(tags, NULL, incident->tags[i]);
}

static void
put_age(const struct reading *r, cJSON *out, const struct incident *incident)
{
	uint64_t now_ms = r->health->now_ms;

	put_number(out, "age_ms",
	    now_ms > incident->opened_ms ? now_ms - incident->opened_ms : 0);
}

cJSON *
reading_incident_row(struct reading *r, const struct incident *incident)
{
	char title[LIMIT_TITLE_BYTES_MAX + 1];
	cJSON *row = put_object(NULL, NULL);

	put_incident(row, "id", incident->number);
	put_number(row, "revision", incident->revision);
	if (reading_title(r, incident->number, title))
		put_text(row, "title", title);
	else
		put_flag(row, "erased", true);
	put_word(row, "severity", WORDS_SEVERITY, (int)incident->severity);
	put_word(row, "status", WORDS_STATUS, (int)incident->status);
	put_word(row, "kind", WORDS_KIND, (int)incident->kind);
	view_person(row, "assignee", r->txn, incident->assignee);
	put_time(row, "opened", incident->opened_ms);
	put_time(row, "updated", incident->updated_ms);
	put_age(r, row, incident);
	view_alerts(row, r->txn, incident);
	put_number(row, "level", incident->level);
	reading_due(r, row, incident);
	put_tags(row, incident);
	put_flag(row, "unread", incident->unread);
	put_flag(row, "major", incident->major);
	put_flag(row, "umbrella", incident->umbrella);
	put_flag(row, "restricted", incident->restricted);
	return row;
}

static bool
add_row(void *arg, const struct incident *incident)
{
	struct rows *rows = arg;
	cJSON *row;

	if (rows->count == rows->limit)
		return false;
	row = reading_incident_row(rows->r, incident);
	if (!reading_fits(rows->r, row, rows->count)) {
		cJSON_Delete(row);
		return false;
	}
	put_item(rows->out, NULL, row);
	rows->count++;
	return true;
}

/* ---- filters ---- */

static enum err
read_sort(struct reading *r, struct incident_filter *filter)
{
	static const struct {
		const char *name;
		enum incident_sort sort;
	} sorts[] = {{"severity", SORT_SEVERITY}, {"age", SORT_AGE},
	    {"newest", SORT_NEWEST}};
	const char *asked = ask_text(r->ask, "sort");
	size_t i;

	if (asked == NULL)
		return OK;
	for (i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++) {
		if (strcmp(asked, sorts[i].name) != 0)
			continue;
		filter->sort = sorts[i].sort;
		return OK;
	}
	return reading_refuse(r, ERR_INVALID, "sort",
	    "%.16s is no order: severity, age or newest", asked);
}

static enum err
read_assignee(struct reading *r, struct incident_filter *filter)
{
	const char *name = ask_text(r->ask, "assignee");
	struct person person;
	enum err err;

	if (name == NULL)
		return OK;
	if (strcmp(name, "me") == 0) {
		filter->assignee = r->actor->number;
		return OK;
	}
	filter->assignee = 0;
	if (strcmp(name, "none") == 0)
		return OK;
	err = person_by_name(r->txn, name, &person);
	if (err == ERR_MISSING)
		return reading_refuse(r, ERR_INVALID, "assignee",
		    "nobody called %s was ever enrolled", name);
	filter->assignee = person.number;
	return err;
}

static enum err
read_source(struct reading *r, struct incident_filter *filter)
{
	const char *name = ask_text(r->ask, "source");
	enum err err;

	if (name == NULL)
		return OK;
	err = source_by_name(r->txn, name, &filter->source);
	if (err == ERR_MISSING)
		return reading_refuse(r, ERR_INVALID, "source",
		    "nothing was ever received from %s: `tocsin source list` "
		    "has those that were heard",
		    name);
	return err;
}

static enum err
answer_list(struct reading *r, const struct incident_filter *filter)
{
	struct rows rows = {
	    .r = r,
	    .out = put_array(r->answer, "incidents"),
	    .limit = reading_limit(r),
	};
	char next[CURSOR_TEXT_MAX] = "";
	size_t visited = 0;
	enum err err;

	err = incident_list(
	    r->txn, filter, reading_cursor(r), add_row, &rows, next, &visited);
	if (err == ERR_INVALID)
		return reading_refuse(r, ERR_INVALID, "cursor",
		    "this cursor is not of this list: begin without one");
	if (err == OK)
		reading_page_end(r, next, visited);
	return err;
}

static const struct incident_filter everything = {
    .status = -1,
    .severity = -1,
    .assignee = -1,
    .opened_by = -1,
    .sort = SORT_SEVERITY,
    .visit_max = LIMIT_LIST_VISIT_MAX,
};

enum err
read_list(struct reading *r)
{
	struct incident_filter filter = everything;
	enum err err;

	filter.status = ask_word(r->ask, "status", -1);
	filter.severity = ask_word(r->ask, "severity", -1);
	filter.closed_too =
	    ask_flag(r->ask, "all", false) ||
	    (filter.status >= 0 && !status_is_open((enum status)filter.status));
	filter.overdue = ask_flag(r->ask, "overdue", false);
	filter.tag = ask_text(r->ask, "tag");
	filter.text = ask_text(r->ask, "text");
	filter.since_ms = (uint64_t)ask_time_ms(r->ask, "since", 0);
	filter.until_ms = (uint64_t)ask_time_ms(r->ask, "until", 0);
	filter.viewer = r->actor->number;
	if (reading_only_reports(r))
		filter.opened_by = r->actor->number;
	err = read_sort(r, &filter);
	if (err == OK)
		err = read_assignee(r, &filter);
	if (err == OK)
		err = read_source(r, &filter);
	return err == OK ? answer_list(r, &filter) : err;
}

enum err
read_mine(struct reading *r)
{
	struct incident_filter filter = everything;
	enum err err;

	filter.assignee = filter.viewer = r->actor->number;
	err = read_sort(r, &filter);
	return err == OK ? answer_list(r, &filter) : err;
}
