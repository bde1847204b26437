#include "broker/hints.h"

#include <string.h>

/* A walk over the retries that looks for the first of each workflow. */
struct walk {
	struct work *work;
	unsigned wanted; /* set of workflows that have retries */
};

static bool
timer_row(void *arg, const struct timer_row *row)
{
	struct walk *walk = arg;

	if (row->a < WORKFLOW_COUNT && (walk->wanted & 1u << row->a) != 0) {
		walk->work[row->a].retry_ms = row->due_ms;
		walk->wanted &= ~(1u << row->a);
	}
	return walk->wanted != 0;
}

enum err
hints_read(struct state_txn *txn, struct progress *progress)
{
	struct work *work = progress->work;
	struct walk walk = {work, 0};
	enum err err = OK;
	int workflow;

	progress->looked++;
	memset(work, 0, sizeof(progress->work));
	for (workflow = 1; err == OK && workflow < WORKFLOW_COUNT; workflow++) {
		struct workflow_row row;

		err = workflow_get(txn, (enum workflow)workflow, &row);
		if (err != OK)
			break;
		if (row.frontier <= row.last)
			work[workflow].fresh = row.last - row.frontier + 1;
		work[workflow].retrying = row.retrying;
		if (row.retrying > 0)
			walk.wanted |= 1u << workflow;
	}
	if (err == OK && walk.wanted != 0)
		err = timer_each(txn, TIMER_RETRY, timer_row, &walk);
	return err;
}

enum err
hints_tell(struct folding *folding, struct progress *progress)
{
	enum err err = folding_begin(folding);

	if (err == OK)
		err = hints_read(folding->txn, progress);
	if (err == OK)
		mailbox_publish(folding->mailbox, progress);
	return err;
}
