/* Silences: what people do not want to hear of for a while. */
#include "store/fold_entry.h"

enum err
fold_silence_added(struct folding *f)
{
	struct silence silence = {
	    .number = f->entry->subject.number,
	    .seq = f->entry->seq,
	    .by = f->entry->actor,
	    .since_ms = f->entry->time_ms,
	    .until_ms = facts_number(&f->facts, "until", 0),
	};

	if (silence.number != f->counters->silences + 1)
		return ERR_CORRUPT;
	f->counters->silences = silence.number;
	(void)facts_text(
	    &f->facts, "source", silence.source, sizeof(silence.source));
	silence.has_rule =
	    facts_hex(&f->facts, "rule", silence.rule, sizeof(silence.rule));
	silence.has_host =
	    facts_hex(&f->facts, "host", silence.host, sizeof(silence.host));
	return silence_put(f->txn, NULL, &silence);
}

enum err
fold_silence_ended(struct folding *f)
{
	struct silence before, after;
	enum err err = silence_get(f->txn, f->entry->subject.number, &before);

	if (err != OK)
		return err;
	after = before;
	after.ended = true;
	/* What came until now stays silenced, triaged or not. */
	after.until_ms = f->entry->time_ms;
	return silence_put(f->txn, &before, &after);
}
