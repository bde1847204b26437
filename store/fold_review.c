/* Reviews: drafted when an incident is closed, filled in, approved. */
#include <string.h>

#include "store/fold_entry.h"

/* A bit of struct review's texts each, in this order. */
static const char *const TEXTS[] = {
    "summary", "root_cause", "went_well", "went_badly", "to_improve"};

enum { TEXTS_COUNT = sizeof(TEXTS) / sizeof(TEXTS[0]) };

/* The review as it is, or the one that begins now. */
static enum err
review_edit(struct folding *f, struct review *review)
{
	enum err err = review_get(f->txn, f->entry->subject.number, review);

	review->seq = f->entry->seq;
	if (err == ERR_MISSING)
		review->drafted_ms = f->entry->time_ms;
	return err == ERR_MISSING ? OK : err;
}

static void
reopen_draft(struct review *review)
{
	review->state = REVIEW_draft;
	review->approved_ms = 0;
	review->approved_by = 0;
}

enum err
fold_review_drafted(struct folding *f)
{
	struct review review;
	enum err err = review_edit(f, &review);

	if (err != OK)
		return err;
	reopen_draft(&review);
	review.drafted_ms = f->entry->time_ms;
	return review_put(f->txn, &review);
}

/* Which of the texts have been filled in, by their names in the facts. */
static void
texts_mark(struct folding *f, struct review *review)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, facts_array(&f->facts, "text")) {
		const char *name = cJSON_GetStringValue(item);

		for (unsigned i = 0; name != NULL && i < TEXTS_COUNT; i++)
			if (strcmp(name, TEXTS[i]) == 0)
				review->texts |= 1u << i;
	}
}

enum err
fold_review_updated(struct folding *f)
{
	struct review review;
	enum err err = review_edit(f, &review);

	if (err != OK)
		return err;
	reopen_draft(&review);
	texts_mark(f, &review);
	if (facts_has(&f->facts, "cost")) {
		review.cost = facts_number(&f->facts, "cost", 0);
		review.costed = true;
	}
	if (facts_flag(&f->facts, "approved", false)) {
		review.state = REVIEW_approved;
		review.approved_ms = f->entry->time_ms;
		review.approved_by = f->entry->actor;
	}
	review.updated_ms = f->entry->time_ms;
	err = folding_touch(f, f->entry->subject.number);
	if (err == OK)
		err = review_put(f->txn, &review);
	return err == OK
		   ? fold_texts_merge(f, TABLE_review_text, TEXTS, TEXTS_COUNT)
		   : err;
}
