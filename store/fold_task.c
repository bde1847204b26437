/* Tasks: added to an incident, changed, overdue. */
#include "store/fold_entry.h"

struct edit {
	struct incident before, after;
	struct incident_task task;
	bool listed; /* the incident that it leads to is worked */
};

static enum err
begin(struct folding *f, struct edit *edit)
{
	uint64_t number = f->entry->subject.number;
	struct incident root;
	enum err err = incident_get(f->txn, number, &edit->before);
	bool human;

	if (err == OK)
		err = incident_resolve(f->txn, number, &root);
	if (err == OK)
		err = person_is_human(f->txn, f->entry->actor, &human);
	if (err != OK)
		return err;
	edit->listed = status_is_open(root.status);
	edit->after = edit->before;
	edit->after.revision =
	    facts_number(&f->facts, "revision", edit->before.revision + 1);
	edit->after.updated_ms = f->entry->time_ms;
	if (human)
		edit->after.unread = false;
	return OK;
}

/* Counts the task in or out of what is to be done. */
static void
count(struct incident *incident, const struct incident_task *task, bool in)
{
	if (!task_is_open(task->status))
		return;
	incident->tasks_open += in ? 1u : UINT32_MAX;
	if (task->mandatory)
		incident->tasks_mandatory += in ? 1u : UINT32_MAX;
}

static enum err
text_write(struct folding *f, const struct incident_task *task)
{
	const cJSON *title =
	    cJSON_GetObjectItemCaseSensitive(folding_text(f), "title");
	cJSON *row;
	char *json = NULL;
	enum err err;

	if (!cJSON_IsString(title))
		return OK;
	row = cJSON_CreateObject();
	if (cJSON_AddStringToObject(row, "title", title->valuestring) != NULL)
		json = cJSON_PrintUnformatted(row);
	cJSON_Delete(row);
	if (json == NULL)
		return ERR_MEMORY;
	err = task_text_put(f->txn, task->incident, task->number, json);
	cJSON_free(json);
	return err;
}

static enum err
end(struct folding *f, struct edit *edit, const struct incident_task *before)
{
	enum err err = task_put(f->txn, before, &edit->task, edit->listed);

	if (err == OK)
		err = incident_put(f->txn, &edit->before, &edit->after);
	return err == OK ? text_write(f, &edit->task) : err;
}

enum err
fold_task_added(struct folding *f)
{
	uint64_t number = facts_number(&f->facts, "task", 0);
	struct edit edit;
	enum err err = begin(f, &edit);

	if (err != OK)
		return err;
	if (number != edit.before.tasks + 1u)
		return ERR_CORRUPT;
	edit.task = (struct incident_task){
	    .incident = edit.before.number,
	    .number = (uint32_t)number,
	    .status = TASK_STATUS_waiting,
	    .mandatory = facts_flag(&f->facts, "mandatory", false),
	    .owner = (uint32_t)facts_number(&f->facts, "owner", 0),
	    .added_by = f->entry->actor,
	    .due_ms = facts_number(&f->facts, "due", 0),
	    .added_ms = f->entry->time_ms,
	    .updated_ms = f->entry->time_ms,
	};
	edit.after.tasks = edit.task.number;
	count(&edit.after, &edit.task, true);
	return end(f, &edit, NULL);
}

enum err
fold_task_updated(struct folding *f)
{
	uint64_t number = facts_number(&f->facts, "task", 0);
	struct edit edit;
	struct incident_task before;
	enum err err = begin(f, &edit);

	if (err == OK && number > UINT32_MAX)
		return ERR_CORRUPT;
	if (err == OK)
		err = task_get(
		    f->txn, edit.before.number, (uint32_t)number, &before);
	if (err != OK)
		return err;
	edit.task = before;
	edit.task.status =
	    facts_word(&f->facts, "to", WORDS_TASK_STATUS, (int)before.status);
	edit.task.owner =
	    (uint32_t)facts_number(&f->facts, "owner", before.owner);
	edit.task.due_ms = facts_flag(&f->facts, "no_due", false)
			       ? 0
			       : facts_number(&f->facts, "due", before.due_ms);
	/* Another time can be missed anew. */
	if (edit.task.due_ms != before.due_ms)
		edit.task.overdue = false;
	edit.task.updated_ms = f->entry->time_ms;
	if (task_is_open(edit.task.status))
		edit.task.ended_ms = 0;
	else if (task_is_open(before.status))
		edit.task.ended_ms = f->entry->time_ms;
	count(&edit.after, &before, false);
	count(&edit.after, &edit.task, true);
	return end(f, &edit, &before);
}

enum err
fold_task_overdue(struct folding *f)
{
	uint64_t number = facts_number(&f->facts, "task", 0);
	struct incident_task before, after;
	struct incident root;
	enum err err =
	    incident_resolve(f->txn, f->entry->subject.number, &root);

	if (err == OK && (number == 0 || number > UINT32_MAX))
		return ERR_CORRUPT;
	if (err == OK)
		err = task_get(f->txn, f->entry->subject.number,
		    (uint32_t)number, &before);
	if (err != OK)
		return err;
	after = before;
	after.overdue = true;
	return task_put(f->txn, &before, &after, status_is_open(root.status));
}
