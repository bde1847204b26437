#include "broker/decide.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "broker/decision.h"
#include "protocol/json.h"

typedef enum err handler(struct decision *d);

/* A verb of effect WRITE without a handler does not link. */
#define HANDLER_WRITE(name)             [VERB_##name] = decide_##name,
#define VERB(name, roles, effect, help) HANDLER_##effect(name)
static handler *const handlers[VERB_COUNT] = {
#include "protocol/verbs.def"
};
#undef VERB
#undef HANDLER_WRITE

void
decision_init(struct decision *decision)
{
	memset(decision, 0, sizeof(*decision));
}

void
decision_drop(struct decision *d)
{
	size_t i;

	for (i = 0; i < d->events_count; i++) {
		json_give_back(d->events[i].facts);
		json_give_back(d->events[i].text);
		cJSON_free(d->events[i].printed);
	}
	d->events_count = 0;
}

void
decision_fini(struct decision *decision)
{
	decision_drop(decision);
	cJSON_Delete(decision->answer);
	cJSON_Delete(decision->current);
	decision->answer = decision->current = NULL;
}

/* The actor as it is now: it may have been revoked since it asked. */
static enum err
check_actor(struct decision *d)
{
	const struct verb_row *row = verb_row(d->verb);
	struct person self;
	char roles[128];
	enum err err;

	assert(d->actor != NULL);
	err = person_get(d->txn, d->actor->number, &self);
	if (err == ERR_MISSING || (err == OK && !self.active))
		return decision_refuse(d, ERR_DENIED, "",
		    "%s is no longer enrolled here: ask an administrator",
		    d->actor->name);
	if (err != OK)
		return err;
	d->roles = self.roles;
	if (decision_by(d, row->roles))
		return OK;
	role_names(row->roles, roles, sizeof(roles));
	return decision_refuse(d, ERR_DENIED, "",
	    "%s needs one of the roles %s, and %s has none of them", row->name,
	    roles, self.name);
}

/* if_revision means something only where the ask names what has one. */
static enum err
check_revision_field(struct decision *d)
{
	const struct field_row *fields;
	size_t i, count;

	if (!ask_has(d->ask, "if_revision"))
		return OK;
	fields = verb_fields(d->verb, &count);
	for (i = 0; i < count; i++)
		if ((fields[i].type == FIELD_INCIDENT ||
			fields[i].type == FIELD_ACTION) &&
		    ask_has(d->ask, fields[i].name))
			return OK;
	return decision_refuse(d, ERR_INVALID, "if_revision",
	    "%s names no object that has a revision: leave if_revision out",
	    verb_row(d->verb)->name);
}

enum err
decide(struct decision *decision)
{
	bool repeated = false;
	enum err err;

	assert(decision->verb < VERB_COUNT);
	assert(handlers[decision->verb] != NULL);
	err = check_actor(decision);
	if (err == OK)
		err = decision_repeat(decision, &repeated);
	if (err == OK && !repeated) {
		err = check_revision_field(decision);
		if (err == OK)
			err = handlers[decision->verb](decision);
	}
	if (err != OK) {
		decision_drop(decision);
		cJSON_Delete(decision->answer);
		decision->answer = NULL;
	}
	return err;
}

static enum err
make_record(const struct decision *d, const struct decision_event *event,
    bool more, struct record **record)
{
	char *facts = put_print(event->facts);
	char *text = event->text != NULL ? put_print(event->text) : NULL;
	struct part parts[2];
	struct entry_draft draft = {
	    .kind = event->kind,
	    .actor = d->actor != NULL ? d->actor->number : 0,
	    .subject = event->subject,
	    .more = more,
	    .facts = facts,
	    .facts_len = (uint32_t)strlen(facts),
	    .parts = parts,
	};
	enum err err;

	if (text != NULL)
		parts[draft.parts_count++] = (struct part){
		    .kind = PART_TEXT,
		    .present = true,
		    .len = (uint32_t)strlen(text),
		    .bytes = (const unsigned char *)text,
		};
	if (event->payload != NULL)
		parts[draft.parts_count++] = (struct part){
		    .kind = PART_PAYLOAD,
		    .present = true,
		    .len = (uint32_t)event->payload_len,
		    .bytes = (const unsigned char *)event->payload,
		};
	err = record_make(&draft, record);
	cJSON_free(text);
	cJSON_free(facts);
	return err;
}

enum err
decision_records(
    struct decision *decision, struct record **records, size_t *count)
{
	enum err err = OK;
	size_t i;

	*count = 0;
	if (decision->remember && decision->events_count > 0)
		decision_remember(decision, decision->events[0].facts);
	for (i = 0; i < decision->events_count && err == OK; i++) {
		err = make_record(decision, &decision->events[i],
		    i + 1 < decision->events_count, &records[i]);
		if (err == OK)
			++*count;
	}
	if (err != OK) {
		while (*count > 0)
			record_release(&records[--*count]);
	}
	decision_drop(decision);
	return err;
}
