/* Tasks: of one incident, of one person. */
#include <string.h>

#include "broker/reading.h"

void
reading_task(struct reading *r, cJSON *row, const struct incident_task *task)
{
	char title[LIMIT_TITLE_BYTES_MAX + 1];

	put_incident(row, "incident", task->incident);
	put_number(row, "task", task->number);
	if (task_title(r->txn, task->incident, task->number, title) == OK)
		put_text(row, "title", title);
	else
		put_flag(row, "erased", true);
	put_word(row, "status", WORDS_TASK_STATUS, (int)task->status);
	put_flag(row, "mandatory", task->mandatory);
	view_person(row, "owner", r->txn, task->owner);
	view_person(row, "added_by", r->txn, task->added_by);
	put_time(row, "added", task->added_ms);
	put_time(row, "updated", task->updated_ms);
	put_time(row, "ended", task->ended_ms);
	if (task->due_ms != 0) {
		put_time(row, "due", task->due_ms);
		put_flag(row, "overdue",
		    task_is_open(task->status) &&
			task->due_ms < r->health->now_ms);
	}
}

static cJSON *
make_row(struct reading *r, const struct incident_task *task)
{
	cJSON *row = put_object(NULL, NULL);

	reading_task(r, row, task);
	return row;
}

/* ---- of an incident ---- */

struct rows {
	struct reading *r;
	cJSON *out;
	int64_t owner; /* -1: anybody's */
	size_t count, limit;
	bool more;
	enum err err;
};

static bool
add_task(void *arg, const struct incident_task *task)
{
	struct rows *rows = arg;
	cJSON *row;

	if (rows->owner >= 0 && task->owner != rows->owner)
		return true;
	row = make_row(rows->r, task);
	rows->more = !reading_fits(rows->r, row, rows->count);
	if (rows->more) {
		cJSON_Delete(row);
		return false;
	}
	put_item(rows->out, NULL, row);
	rows->count++;
	return true;
}

static bool
add_tasks(void *arg, const struct incident *incident)
{
	struct rows *rows = arg;

	if (rows->limit-- == 0) {
		rows->more = true;
		return false;
	}
	if (incident->tasks > 0)
		rows->err =
		    task_each(rows->r->txn, incident->number, add_task, rows);
	return rows->err == OK && !rows->more;
}

static enum err
put_tasks(struct reading *r, cJSON *out, const struct incident *incident,
    int64_t owner, bool own)
{
	struct rows rows = {
	    .r = r,
	    .out = put_array(out, "tasks"),
	    .owner = owner,
	    .limit = INCIDENTS_COUNTED_MAX,
	};
	enum err err = OK;

	if (own)
		(void)add_tasks(&rows, incident);
	else
		err = incident_tree_each(r->txn, incident, add_tasks, &rows);
	if (rows.more)
		put_flag(out, "tasks_more", true);
	return err == OK ? rows.err : err;
}

enum err
reading_tasks(struct reading *r, cJSON *out, const struct incident *incident)
{
	return put_tasks(r, out, incident, -1, incident->merged_into != 0);
}

static enum err
list_of_incident(struct reading *r, int64_t owner)
{
	struct ref ref = ask_ref(r->ask, "incident");
	bool own = ask_flag(r->ask, "own", false);
	struct incident incident;
	char text[REF_TEXT_MAX];
	enum err err;

	err = own ? incident_get(r->txn, ref.number, &incident)
		  : incident_resolve(r->txn, ref.number, &incident);
	if (err == ERR_MISSING || (err == OK && !reading_shows(r, &incident)))
		return reading_refuse(r, ERR_MISSING, "incident",
		    "there is no %s, or you may not know of it",
		    ref_format(ref, text));
	if (err != OK)
		return err;
	put_incident(r->answer, "id", incident.number);
	return put_tasks(r, r->answer, &incident, owner, own);
}

/* ---- of a person ---- */

static bool
add_open(void *arg, const struct incident_task *task)
{
	struct rows *rows = arg;
	struct incident root;

	if (rows->count == rows->limit)
		return false;
	if (incident_resolve(rows->r->txn, task->incident, &root) != OK ||
	    !reading_shows(rows->r, &root) ||
	    !reading_shows_number(rows->r, task->incident))
		return true;
	return add_task(rows, task);
}

static enum err
list_of_owner(struct reading *r, uint32_t owner)
{
	struct rows rows = {
	    .r = r,
	    .out = put_array(r->answer, "tasks"),
	    .owner = -1,
	    .limit = reading_limit(r),
	};
	char next[CURSOR_TEXT_MAX];
	size_t visited;
	enum err err = task_open_each(r->txn, owner, reading_cursor(r),
	    LIMIT_LIST_VISIT_MAX, add_open, &rows, next, &visited);

	if (err == ERR_INVALID)
		return reading_refuse(r, ERR_INVALID, "cursor",
		    "this cursor is not of this list: begin without one");
	if (err == OK)
		reading_page_end(r, next, visited);
	return err;
}

/* -1 where nobody is named. */
static enum err
read_owner(struct reading *r, int64_t *owner)
{
	const char *name = ask_text(r->ask, "owner");
	struct person person;
	enum err err;

	*owner = -1;
	if (name == NULL)
		return OK;
	*owner = strcmp(name, "me") == 0 ? r->actor->number : 0;
	if (*owner != 0 || strcmp(name, "none") == 0)
		return OK;
	err = person_by_name(r->txn, name, &person);
	if (err == ERR_MISSING)
		return reading_refuse(r, ERR_INVALID, "owner",
		    "nobody called %s was ever enrolled", name);
	*owner = person.number;
	return err;
}

enum err
read_task_list(struct reading *r)
{
	int64_t owner;
	enum err err = read_owner(r, &owner);

	if (err != OK)
		return err;
	if (ask_has(r->ask, "incident"))
		return list_of_incident(r, owner);
	return list_of_owner(r, owner < 0 ? r->actor->number : (uint32_t)owner);
}
