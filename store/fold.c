#include "store/fold.h"

#include "store/fold_entry.h"

struct handler {
	enum err (*fold)(struct folding *f);
	enum subject_type subject;
};

/* Every kind of events.def: one without a handler does not link. */
static const struct handler HANDLERS[EVENT_NUMBER_MAX + 1] = {
#define EVENT(number, name, about) [number] = {fold_##name, SUBJECT_##about},
#include "store/events.def"
#undef EVENT
};

/* ERR_CORRUPT when it is no object. */
static enum err
read_object(struct json_doc *doc, const char *json, size_t len)
{
	enum err err = json_doc_read(doc, json, len);

	if (err != OK)
		return err == ERR_INVALID ? ERR_CORRUPT : err;
	if (cJSON_IsObject(doc->root))
		return OK;
	json_doc_end(doc);
	return ERR_CORRUPT;
}

enum err
folding_facts(struct folding *f)
{
	enum err err;

	if (f->facts_tree.root != NULL)
		return OK;
	err = read_object(&f->facts_tree, f->entry->facts, f->entry->facts_len);
	f->facts.json = f->facts_tree.root;
	return err;
}

const cJSON *
folding_text(struct folding *f)
{
	struct part part;

	if (!f->text_read && entry_text(f->entry, &part) &&
	    read_object(&f->text_tree, (const char *)part.bytes, part.len) ==
		ERR_MEMORY)
		f->no_memory = true;
	f->text_read = true;
	return f->text_tree.root;
}

enum err
folding_touch(struct folding *f, uint64_t number)
{
	struct incident before, after;
	enum err err = incident_get(f->txn, number, &before);

	if (err != OK)
		return err;
	after = before;
	after.revision =
	    facts_number(&f->facts, "revision", before.revision + 1);
	after.updated_ms = f->entry->time_ms;
	after.unread = false;
	return incident_put(f->txn, &before, &after);
}

/*
 * Deliveries and what triage made of them say themselves where they stand, and
 * jobs come and go: a row of history for each would double what an alert
 * costs.
 */
static bool
is_history(const struct entry *entry)
{
	return entry->kind != EVENT_alert_received &&
	       entry->kind != EVENT_alert_triaged &&
	       entry->subject.type != SUBJECT_JOB;
}

static enum err
history_write(struct folding *f)
{
	const struct entry *entry = f->entry;
	const struct history_row row = {
	    .seq = entry->seq,
	    .time_ms = entry->time_ms,
	    .kind = entry->kind,
	    .actor = entry->actor,
	    .part = entry->subject.part,
	};
	uint64_t incident;
	enum err err;

	if (!is_history(entry))
		return OK;
	err = history_put(
	    f->txn, entry->subject.type, entry->subject.number, &row);
	if (err != OK)
		return err;
	/* What names another incident belongs to that one's story too. */
	incident = facts_ref(&f->facts,
	    entry->subject.type == SUBJECT_INCIDENT ? "other" : "incident",
	    SUBJECT_INCIDENT, 0);
	if (incident == 0)
		return OK;
	return history_put(f->txn, SUBJECT_INCIDENT, incident, &row);
}

static enum err
answer_remember(struct folding *f)
{
	unsigned char key[HASH16];
	struct remembered row = {
	    .time_ms = f->entry->time_ms,
	    .seq = f->entry->seq,
	};
	char *answer = NULL;
	enum err err;

	if (!facts_hex(&f->facts, "idem", key, sizeof(key)))
		return OK;
	(void)facts_hex(&f->facts, "ask", row.ask, sizeof(row.ask));
	if (facts_has(&f->facts, "answer")) {
		answer = cJSON_PrintUnformatted(
		    cJSON_GetObjectItemCaseSensitive(f->facts.json, "answer"));
		if (answer == NULL)
			return ERR_MEMORY;
		row.answer = answer;
		row.answer_len = strlen(answer);
	}
	err = idempotency_put(f->txn, f->entry->actor, key, &row);
	cJSON_free(answer);
	return err;
}

static enum err
entry_fold(struct folding *f, const struct handler *handler)
{
	enum err err = OK;

	if (f->entry->kind != EVENT_alert_received)
		err = folding_facts(f);
	if (err == OK)
		err = handler->fold(f);
	if (err == OK)
		err = history_write(f);
	if (err == OK)
		err = answer_remember(f);
	if (err == OK)
		err = idempotency_prune(f->txn, f->entry->time_ms);
	/* What was written without its text is not what a rebuild writes. */
	if (err == OK && f->no_memory)
		err = ERR_MEMORY;
	/* A row that should be there and is not. */
	if (err == ERR_MISSING || (err == OK && f->facts.bad))
		err = ERR_CORRUPT;
	return err;
}

enum err
fold_apply(struct state_txn *txn, const struct entry *entry)
{
	struct folding f = {.txn = txn, .entry = entry};
	const struct handler *handler;
	enum err err = counters_edit(txn, &f.counters);

	if (err != OK)
		return err;
	if (entry->seq != f.counters->folded_seq + 1 ||
	    entry->kind > EVENT_NUMBER_MAX)
		return ERR_CORRUPT;
	handler = &HANDLERS[entry->kind];
	if (handler->fold == NULL || entry->subject.type != handler->subject)
		return ERR_CORRUPT;
	err = entry_fold(&f, handler);
	json_doc_end(&f.facts_tree);
	json_doc_end(&f.text_tree);
	if (err != OK)
		return err;
	if (entry->actor != 0)
		err = acted_note(txn,
		    &(struct acted){entry->actor, entry->seq, entry->time_ms});
	if (err != OK)
		return err;
	f.counters->folded_seq = entry->seq;
	f.counters->time_ms = entry->time_ms;
	return OK;
}
