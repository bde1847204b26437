/* What befalls the store as a whole: its beginning, its settings, its clock. */
#include <string.h>

#include "broker/decision.h"
#include "store/segment.h"

static const struct ref the_store = {SUBJECT_STORE, 0, 0};

enum err
decide_created(struct decision *decision, const unsigned char store_id[16])
{
	cJSON *facts = decision_emit(decision, EVENT_store_created, the_store);

	put_hex(facts, "store", store_id, 16);
	put_text(facts, "software", "tocsin " TOCSIN_VERSION);
	return OK;
}

enum err
decide_cut(struct decision *decision, uint64_t after, uint64_t bytes)
{
	cJSON *facts = decision_emit(decision, EVENT_journal_cut, the_store);

	put_number(facts, "after", after);
	put_number(facts, "blocks",
	    (bytes + SEGMENT_BLOCK_BYTES - 1) / SEGMENT_BLOCK_BYTES);
	put_number(facts, "bytes", bytes);
	return OK;
}

enum err
decide_config(struct decision *decision)
{
	const struct config *config = decision->config;
	struct decision_event *event;
	struct counters counters;
	enum err err = state_counters(decision->txn, &counters);

	if (err != OK || strcmp(counters.config, config->version) == 0)
		return err;
	put_text(decision_emit(decision, EVENT_config_loaded, the_store),
	    "version", config->version);
	event = &decision->events[decision->events_count - 1];
	if (config->text != NULL && config->text[0] != '\0') {
		event->payload = config->text;
		event->payload_len = strlen(config->text);
	}
	return OK;
}

enum err
decide_clock_jump(struct decision *decision, int64_t by_ms)
{
	struct counters counters;
	enum err err = state_counters(decision->txn, &counters);

	if (err != OK || counters.timers_held)
		return err;
	put_signed(decision_emit(decision, EVENT_clock_jumped, the_store),
	    "by_ms", by_ms);
	return OK;
}

enum err
decide_clock_confirm(struct decision *d)
{
	struct counters counters;
	enum err err = state_counters(d->txn, &counters);

	if (err != OK)
		return err;
	if (!counters.timers_held)
		return decision_refuse(d, ERR_CONFLICT, "",
		    "timers are not held: there is no jump to confirm");
	if (text_blank(ask_text(d->ask, "reason")))
		return decision_refuse(
		    d, ERR_INVALID, "reason", "say what was found");
	(void)decision_emit(d, EVENT_clock_confirmed, the_store);
	decision_copy_text(d, "reason");
	d->answer = put_object(NULL, NULL);
	put_flag(d->answer, "timers_held", false);
	return OK;
}
