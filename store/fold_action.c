/* Corrective actions: proposed, moved on, overdue. */
#include "store/fold_entry.h"

static const char *const TEXTS[] = {"title", "description", "comment"};

static enum err
texts_write(struct folding *f)
{
	return fold_texts_merge(
	    f, TABLE_action_text, TEXTS, sizeof(TEXTS) / sizeof(TEXTS[0]));
}

enum err
fold_action_added(struct folding *f)
{
	struct action action = {
	    .number = f->entry->subject.number,
	    .revision = facts_number(&f->facts, "revision", 1),
	    .incident = facts_ref(&f->facts, "incident", SUBJECT_INCIDENT, 0),
	    .owner = (uint32_t)facts_number(&f->facts, "owner", 0),
	    .due_ms = facts_number(&f->facts, "due", 0),
	    .added_by = f->entry->actor,
	    .added_ms = f->entry->time_ms,
	    .updated_ms = f->entry->time_ms,
	    .seq = f->entry->seq,
	    .status = ACTION_proposed,
	};
	uint64_t last;
	enum err err = action_last(f->txn, &last);

	if (err != OK)
		return err;
	if (action.number <= last || action.incident == 0)
		return ERR_CORRUPT;
	err = action_put(f->txn, NULL, &action);
	return err == OK ? texts_write(f) : err;
}

enum err
fold_action_updated(struct folding *f)
{
	struct action before, after;
	enum err err = action_get(f->txn, f->entry->subject.number, &before);

	if (err != OK)
		return err;
	after = before;
	after.revision =
	    facts_number(&f->facts, "revision", before.revision + 1);
	after.status =
	    facts_word(&f->facts, "to", WORDS_ACTION, (int)before.status);
	after.owner = (uint32_t)facts_number(&f->facts, "owner", before.owner);
	after.due_ms = facts_number(&f->facts, "due", before.due_ms);
	/* Another time can be missed anew. */
	if (after.due_ms != before.due_ms)
		after.overdue = false;
	if (action_is_open(after.status))
		after.finished_ms = 0;
	else if (after.finished_ms == 0)
		after.finished_ms = f->entry->time_ms;
	after.updated_ms = f->entry->time_ms;
	after.seq = f->entry->seq;
	err = action_put(f->txn, &before, &after);
	return err == OK ? texts_write(f) : err;
}

enum err
fold_action_overdue(struct folding *f)
{
	struct action before, after;
	enum err err = action_get(f->txn, f->entry->subject.number, &before);

	if (err != OK)
		return err;
	after = before;
	after.overdue = true;
	after.seq = f->entry->seq;
	return action_put(f->txn, &before, &after);
}
