/* The store itself: configuration and clock. */
#include "store/fold_entry.h"

enum err
fold_store_created(struct folding *f)
{
	(void)f;
	return OK;
}

enum err
fold_journal_cut(struct folding *f)
{
	(void)f;
	return OK;
}

enum err
fold_config_loaded(struct folding *f)
{
	(void)facts_text(&f->facts, "version", f->counters->config,
	    sizeof(f->counters->config));
	return OK;
}

enum err
fold_clock_jumped(struct folding *f)
{
	f->counters->timers_held = true;
	return OK;
}

enum err
fold_clock_confirmed(struct folding *f)
{
	f->counters->timers_held = false;
	return OK;
}
