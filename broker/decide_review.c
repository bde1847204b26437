/* Reviews of incidents: drafted at close, filled in, approved. */
#include <inttypes.h>

#include "broker/decision.h"

void
decision_draft_review(struct decision *d, uint64_t incident)
{
	(void)decision_emit(d, EVENT_review_drafted,
	    (struct ref){SUBJECT_INCIDENT, 0, incident});
}

/* The text fields, in the order in which the fold counts them. */
static const char *const fields[] = {
    "summary", "root_cause", "went_well", "went_badly", "to_improve"};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

static bool
any_text(const struct decision *d)
{
	size_t i;

	for (i = 0; i < FIELDS; i++)
		if (ask_text(d->ask, fields[i]) != NULL)
			return true;
	return false;
}

static enum err
check_approval(struct decision *d, const struct incident *incident,
    const struct review *review)
{
	if (!decision_by(d, ROLE_lead | ROLE_manager))
		return decision_refuse(d, ERR_DENIED, "approve",
		    "a review is for a lead or a manager to approve");
	if (status_is_open(incident->status))
		return decision_refuse(d, ERR_CONFLICT, "approve",
		    "INC-%" PRIu64 " is %s: its review can be approved once it "
		    "is closed",
		    incident->number,
		    words_name(WORDS_STATUS, (int)incident->status));
	if (review->texts == 0 && !any_text(d))
		return decision_refuse(d, ERR_CONFLICT, "approve",
		    "nothing was filled in: say at least what went well, what "
		    "went badly or what is to be done better");
	return OK;
}

static void
emit_updated(struct decision *d, struct incident *incident, bool approved)
{
	cJSON *facts =
	    decision_emit_incident(d, EVENT_review_updated, incident);
	cJSON *names = NULL;
	size_t i;

	for (i = 0; i < FIELDS; i++) {
		if (ask_text(d->ask, fields[i]) == NULL)
			continue;
		if (names == NULL)
			names = put_array(facts, "text");
		put_text(names, NULL, fields[i]);
		decision_copy_text(d, fields[i]);
	}
	if (ask_has(d->ask, "cost"))
		put_signed(facts, "cost", ask_number(d->ask, "cost", 0));
	if (approved)
		put_flag(facts, "approved", true);
}

enum err
decide_review_update(struct decision *d)
{
	bool approve = ask_flag(d->ask, "approve", false);
	struct incident incident;
	struct review review;
	enum err err;

	err = decision_incident(d, &incident);
	if (err != OK)
		return err;
	err = review_get(d->txn, incident.number, &review);
	if (err != OK && err != ERR_MISSING)
		return err;
	err = approve ? check_approval(d, &incident, &review) : OK;
	if (err != OK)
		return err;
	if (any_text(d) || ask_has(d->ask, "cost") ||
	    (approve && review.state != REVIEW_approved)) {
		emit_updated(d, &incident, approve);
		review.state = approve ? REVIEW_approved : REVIEW_draft;
	}
	put_word(decision_answer_incident(d, &incident), "review", WORDS_REVIEW,
	    (int)review.state);
	return OK;
}
