/* How incidents stand to each other: merge, link; and setting one aside. */
#include <inttypes.h>
#include <string.h>

#include "broker/decision.h"

static enum err
need_reason(struct decision *d, const char *why)
{
	if (!text_blank(ask_text(d->ask, "reason")))
		return OK;
	return decision_refuse(
	    d, ERR_INVALID, "reason", "reason is empty: %s", why);
}

/* ---- set aside ---- */

static enum err
emit_moved(struct decision *d, struct incident *incident, enum status to)
{
	cJSON *facts =
	    decision_emit_incident(d, EVENT_incident_moved, incident);

	put_word(facts, "from", WORDS_STATUS, (int)incident->status);
	put_word(facts, "to", WORDS_STATUS, (int)to);
	decision_copy_text(d, "reason");
	put_word(decision_answer_incident(d, incident), "status", WORDS_STATUS,
	    (int)to);
	return OK;
}

enum err
decide_hold(struct decision *d)
{
	struct incident incident;
	enum err err = decision_open_incident(d, &incident);

	if (err == OK)
		err = need_reason(d, "say what it waits for");
	if (err != OK)
		return err;
	if (incident.status != STATUS_on_hold)
		return emit_moved(d, &incident, STATUS_on_hold);
	return decision_refuse(d, ERR_CONFLICT, "incident",
	    "INC-%" PRIu64 " is on hold already: resume it, or comment on it",
	    incident.number);
}

enum err
decide_resume(struct decision *d)
{
	struct incident incident;
	enum err err = decision_open_incident(d, &incident);

	if (err != OK)
		return err;
	if (incident.status == STATUS_on_hold)
		return emit_moved(d, &incident, incident.held_from);
	return decision_refuse(d, ERR_CONFLICT, "incident",
	    "INC-%" PRIu64 " is not on hold but %s", incident.number,
	    words_name(WORDS_STATUS, (int)incident.status));
}

enum err
decide_cancel(struct decision *d)
{
	struct incident incident;
	enum err err = decision_open_incident(d, &incident);

	if (err == OK)
		err = need_reason(d, "say why it is no incident");
	if (err == OK)
		err = emit_moved(d, &incident, STATUS_cancelled);
	return err == OK ? decision_callbacks_closed(d, &incident) : err;
}

/* ---- merge ---- */

/* The other incident, that the field names; as open as the first one. */
static enum err
find_other(struct decision *d, const char *field,
    const struct incident *incident, struct incident *other)
{
	enum err err = decision_named_incident(d, field, other);

	if (err != OK || other->number != incident->number)
		return err;
	return decision_refuse(d, ERR_INVALID, field,
	    "both are INC-%" PRIu64 ": name two incidents", other->number);
}

static enum err
check_merge(struct decision *d, const struct incident *incident,
    const struct incident *into)
{
	if (!status_is_open(into->status))
		return decision_refuse(d, ERR_CONFLICT, "into",
		    "INC-%" PRIu64 " is %s: reopen it first", into->number,
		    words_name(WORDS_STATUS, (int)into->status));
	/* Whoever may see the one would see what the other holds. */
	if (incident->restricted || into->restricted)
		return decision_refuse(d, ERR_CONFLICT,
		    incident->restricted ? "incident" : "into",
		    "INC-%" PRIu64 " is restricted: a merge would show it to "
		    "others; unrestrict it first, or link the two",
		    incident->restricted ? incident->number : into->number);
	if (incident->merge_depth < LIMIT_MERGE_DEPTH_MAX)
		return OK;
	return decision_refuse(d, ERR_CONFLICT, "incident",
	    "INC-%" PRIu64 " has others merged into it, %d deep already: merge "
	    "the other one into it",
	    incident->number, LIMIT_MERGE_DEPTH_MAX);
}

enum err
decide_merge(struct decision *d)
{
	struct incident incident, into;
	cJSON *facts;
	enum err err = decision_open_incident(d, &incident);

	if (err == OK)
		err = find_other(d, "into", &incident, &into);
	if (err == OK)
		err = check_merge(d, &incident, &into);
	if (err != OK)
		return err;
	facts = decision_emit_incident(d, EVENT_incident_merged, &incident);
	put_word(facts, "from", WORDS_STATUS, (int)incident.status);
	put_incident(facts, "other", into.number);
	decision_copy_text(d, "reason");
	put_incident(
	    decision_answer_incident(d, &incident), "into", into.number);
	return OK;
}

enum err
decide_unmerge(struct decision *d)
{
	struct incident incident;
	cJSON *facts;
	enum err err = decision_own_incident(d, &incident);

	if (err == OK && incident.merged_into == 0)
		err = decision_refuse(d, ERR_CONFLICT, "incident",
		    "INC-%" PRIu64 " is merged into no other", incident.number);
	if (err == OK)
		err = need_reason(d, "say why it stands for itself again");
	if (err != OK)
		return err;
	facts = decision_emit_incident(d, EVENT_incident_unmerged, &incident);
	put_word(facts, "to", WORDS_STATUS, (int)incident.merged_from);
	put_incident(facts, "other", incident.merged_into);
	decision_copy_text(d, "reason");
	put_word(decision_answer_incident(d, &incident), "status", WORDS_STATUS,
	    (int)incident.merged_from);
	return OK;
}

/* ---- link ---- */

static bool
count_link(void *arg, const struct incident_link *link)
{
	size_t *count = arg;

	(void)link;
	++*count;
	return true;
}

static enum err
check_links(struct decision *d, const struct incident *incident)
{
	size_t count = 0;
	enum err err =
	    incident_link_each(d->txn, incident->number, count_link, &count);

	if (err != OK || count < LIMIT_LINKS_MAX)
		return err;
	return decision_refuse(d, ERR_CONFLICT, "incident",
	    "INC-%" PRIu64 " has %d links, which is as many as there may be: "
	    "unlink one first",
	    incident->number, LIMIT_LINKS_MAX);
}

/* *linked: there is one already, of which *link tells. */
static enum err
find_link(struct decision *d, struct incident *incident, struct incident *other,
    struct incident_link *link, bool *linked)
{
	enum err err = decision_incident(d, incident);

	*linked = false;
	if (err == OK)
		err = find_other(d, "to", incident, other);
	if (err != OK)
		return err;
	err = incident_link_get(d->txn, incident->number, other->number, link);
	*linked = err == OK;
	return err == ERR_MISSING ? OK : err;
}

enum err
decide_link(struct decision *d)
{
	enum relation relation =
	    (enum relation)ask_word(d->ask, "relation", RELATION_relates_to);
	struct incident incident, other;
	struct incident_link link;
	bool linked;
	cJSON *facts;
	enum err err = find_link(d, &incident, &other, &link, &linked);

	if (err == OK && !linked)
		err = check_links(d, &incident);
	if (err == OK && !linked)
		err = check_links(d, &other);
	if (err != OK)
		return err;
	if (linked && link.relation == relation && !link.inverse) {
		(void)decision_answer_incident(d, &incident);
		return OK;
	}
	facts = decision_emit_incident(d, EVENT_incident_linked, &incident);
	put_incident(facts, "other", other.number);
	put_word(facts, "relation", WORDS_RELATION, (int)relation);
	decision_copy_text(d, "reason");
	(void)decision_answer_incident(d, &incident);
	return OK;
}

enum err
decide_unlink(struct decision *d)
{
	struct incident incident, other;
	struct incident_link link;
	bool linked;
	enum err err = find_link(d, &incident, &other, &link, &linked);

	if (err == OK && !linked)
		err = decision_refuse(d, ERR_MISSING, "to",
		    "INC-%" PRIu64 " and INC-%" PRIu64 " are not linked",
		    incident.number, other.number);
	if (err != OK)
		return err;
	put_incident(
	    decision_emit_incident(d, EVENT_incident_unlinked, &incident),
	    "other", other.number);
	decision_copy_text(d, "reason");
	(void)decision_answer_incident(d, &incident);
	return OK;
}
