#include "protocol/words.h"

#include <criterion/criterion.h>
#include <string.h>

struct known_list {
	enum words list;
	int from, to; /* values from `from` to below `to` */
};

static const struct known_list known[] = {
    {WORDS_SEVERITY, 0, SEVERITY_COUNT},
    {WORDS_STATUS, 0, STATUS_COUNT},
    {WORDS_KIND, 0, KIND_COUNT},
    {WORDS_VERDICT, 0, VERDICT_COUNT},
    {WORDS_IMPACT, 0, IMPACT_COUNT},
    {WORDS_TLP, 0, TLP_COUNT},
    {WORDS_PAP, 0, PAP_COUNT},
    {WORDS_ALERT_STATUS, 0, ALERT_STATUS_COUNT},
    {WORDS_DISPOSITION, 0, DISPOSITION_COUNT},
    {WORDS_RSIT, 0, RSIT_COUNT},
    {WORDS_RELATION, 0, RELATION_COUNT},
    {WORDS_TARGET, 0, TARGET_COUNT},
    {WORDS_OCCASION, 0, OCCASION_COUNT},
    {WORDS_WORKFLOW, 1, WORKFLOW_COUNT},
    {WORDS_TASK_STATUS, 0, TASK_STATUS_COUNT},
    {WORDS_ACTION, 0, ACTION_COUNT},
    {WORDS_REVIEW, 1, REVIEW_COUNT},
};

enum { KNOWN = sizeof(known) / sizeof(known[0]) };

Test(words, spell_and_read_every_value_of_every_list)
{
	size_t i;
	int value;

	cr_assert_eq(KNOWN, WORDS_LIST_COUNT);
	for (i = 0; i < KNOWN; i++)
		for (value = known[i].from; value < known[i].to; value++) {
			const char *name = words_name(known[i].list, value);

			cr_assert_str_neq(name, "?");
			cr_assert_eq(words_value(known[i].list, name), value);
			cr_assert_gt(
			    strlen(words_help(known[i].list, value)), 0);
		}
}

Test(words, have_no_value_outside_of_their_list)
{
	size_t i;

	for (i = 0; i < KNOWN; i++) {
		cr_assert_str_eq(words_name(known[i].list, known[i].to), "?");
		cr_assert_str_eq(words_name(known[i].list, -1), "?");
		cr_assert_str_eq(words_help(known[i].list, known[i].to), "");
		cr_assert_eq(words_value(known[i].list, "no such word"), -1);
		cr_assert_eq(words_value(known[i].list, ""), -1);
		cr_assert_eq(words_value(known[i].list, "?"), -1);
	}
	cr_assert_eq(words_value(WORDS_SEVERITY, "High"), -1);
	cr_assert_eq(words_value(WORDS_SEVERITY, "high "), -1);
}

Test(severity_ocsf, is_one_to_five)
{
	int severity;

	for (severity = 0; severity < SEVERITY_COUNT; severity++)
		cr_assert_eq(
		    severity_ocsf((enum severity)severity), severity + 1);
}

Test(words_all, lists_the_names_and_cuts_to_size)
{
	char out[64];

	words_all(WORDS_SEVERITY, out, sizeof(out));
	cr_assert_str_eq(out, "info, low, medium, high, critical");
	words_all(WORDS_SEVERITY, out, 8);
	cr_assert_str_eq(out, "info, l");
	words_all(WORDS_SEVERITY, out, 1);
	cr_assert_str_eq(out, "");
}

Test(status_may_become, goes_forwards_as_far_as_wanted)
{
	int from, to;

	for (from = STATUS_new; from <= STATUS_review; from++)
		for (to = from + 1; to <= STATUS_review; to++)
			cr_assert(status_may_become(
				      (enum status)from, (enum status)to),
			    "%s to %s", words_name(WORDS_STATUS, from),
			    words_name(WORDS_STATUS, to));
}

Test(status_may_become, goes_back_one_step_or_to_triage_or_investigating)
{
	int from, to;

	for (from = STATUS_new; from <= STATUS_review; from++)
		for (to = STATUS_new; to < from; to++) {
			bool allowed = to == from - 1 || to == STATUS_triage ||
				       to == STATUS_investigating;

			cr_assert_eq(status_may_become(
					 (enum status)from, (enum status)to),
			    allowed, "%s to %s", words_name(WORDS_STATUS, from),
			    words_name(WORDS_STATUS, to));
		}
}

Test(status_may_become, never_stays_where_it_is)
{
	int status;

	for (status = 0; status < STATUS_COUNT; status++)
		cr_assert_not(status_may_become(
		    (enum status)status, (enum status)status));
}

Test(status_may_become, leaves_closing_holding_and_cancelling_to_their_verbs)
{
	static const enum status apart[] = {
	    STATUS_closed, STATUS_on_hold, STATUS_cancelled};
	size_t i;
	int other;

	for (i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
		for (other = 0; other < STATUS_COUNT; other++) {
			cr_assert_not(
			    status_may_become((enum status)other, apart[i]));
			cr_assert_not(
			    status_may_become(apart[i], (enum status)other));
		}
}

Test(status_is_open, is_true_of_all_but_closed_and_cancelled)
{
	int status;

	for (status = 0; status < STATUS_COUNT; status++)
		cr_assert_eq(status_is_open((enum status)status),
		    status != STATUS_closed && status != STATUS_cancelled);
}

Test(role, comes_back_from_its_name)
{
	static const struct {
		const char *name;
		enum role role;
	} roles[] = {
#define ROLE(name, bit, help) {#name, ROLE_##name},
#include "protocol/roles.def"
#undef ROLE
	};
	char out[64];
	size_t i;

	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		cr_assert_eq(role_bit(roles[i].name), roles[i].role);
		role_names(roles[i].role, out, sizeof(out));
		cr_assert_str_eq(out, roles[i].name);
	}
	cr_assert_eq(role_bit("root"), 0);
	cr_assert_eq(role_bit(""), 0);
	cr_assert_eq(role_bit("Admin"), 0);
}

Test(role_names, lists_a_set_and_cuts_to_size)
{
	char out[64];

	role_names(ROLE_analyst | ROLE_lead, out, sizeof(out));
	cr_assert_str_eq(out, "analyst, lead");
	role_names(0, out, sizeof(out));
	cr_assert_str_eq(out, "");
	role_names(ROLE_analyst | ROLE_lead, out, 10);
	cr_assert_str_eq(out, "analyst, ");
}

Test(action_may_become, goes_on_by_a_step_and_judges_what_was_done)
{
	cr_assert(action_may_become(ACTION_proposed, ACTION_approved));
	cr_assert_not(action_may_become(ACTION_proposed, ACTION_in_progress));
	cr_assert_not(action_may_become(ACTION_proposed, ACTION_done));
	cr_assert(action_may_become(ACTION_approved, ACTION_done));
	cr_assert_not(action_may_become(ACTION_in_progress, ACTION_effective));
	cr_assert(action_may_become(ACTION_done, ACTION_not_effective));
	cr_assert(action_may_become(ACTION_not_effective, ACTION_in_progress));
	cr_assert_not(action_may_become(ACTION_effective, ACTION_proposed));
}

Test(action_may_become, leaves_no_status_without_a_way_on_or_to_itself)
{
	int from, to;

	for (from = 0; from < ACTION_COUNT; from++) {
		int ways = 0;

		for (to = 0; to < ACTION_COUNT; to++)
			ways += action_may_become(
			    (enum action_status)from, (enum action_status)to);
		cr_assert_gt(ways, 0);
		cr_assert_not(action_may_become(
		    (enum action_status)from, (enum action_status)from));
	}
}

Test(action_is_open, until_it_was_carried_out)
{
	cr_assert(action_is_open(ACTION_proposed));
	cr_assert(action_is_open(ACTION_in_progress));
	cr_assert_not(action_is_open(ACTION_done));
	cr_assert_not(action_is_open(ACTION_not_effective));
}
