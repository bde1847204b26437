#include "protocol/words.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct word_row {
	int value;
	const char *name;
	const char *help;
};

struct word_list {
	const struct word_row *rows;
	size_t count;
};

#define ROW(n, w, h) {n, #w, h},
#define LIST(name)                                                             \
	static const struct word_row name##_rows[] = {WORDS_##name(ROW)};
LIST(severity)
LIST(status)
LIST(kind)
LIST(verdict)
LIST(impact)
LIST(tlp)
LIST(pap)
LIST(alert_status)
LIST(disposition)
LIST(rsit)
LIST(relation)
LIST(target)
LIST(occasion)
LIST(workflow)
LIST(task_status)
LIST(action)
LIST(review)

#define ENTRY(name)                                                            \
	{                                                                      \
		name##_rows, sizeof(name##_rows) / sizeof(name##_rows[0])      \
	}
static const struct word_list lists[] = {
    [WORDS_SEVERITY] = ENTRY(severity),
    [WORDS_STATUS] = ENTRY(status),
    [WORDS_KIND] = ENTRY(kind),
    [WORDS_VERDICT] = ENTRY(verdict),
    [WORDS_IMPACT] = ENTRY(impact),
    [WORDS_TLP] = ENTRY(tlp),
    [WORDS_PAP] = ENTRY(pap),
    [WORDS_ALERT_STATUS] = ENTRY(alert_status),
    [WORDS_DISPOSITION] = ENTRY(disposition),
    [WORDS_RSIT] = ENTRY(rsit),
    [WORDS_RELATION] = ENTRY(relation),
    [WORDS_TARGET] = ENTRY(target),
    [WORDS_OCCASION] = ENTRY(occasion),
    [WORDS_WORKFLOW] = ENTRY(workflow),
    [WORDS_TASK_STATUS] = ENTRY(task_status),
    [WORDS_ACTION] = ENTRY(action),
    [WORDS_REVIEW] = ENTRY(review),
};

static_assert(sizeof(lists) / sizeof(lists[0]) == WORDS_LIST_COUNT,
    "every list has its rows");

struct role_row {
	uint32_t bit;
	const char *name;
};

static const struct role_row roles[] = {
#define ROLE(name, bit, help) {1u << (bit), #name},
#include "protocol/roles.def"
#undef ROLE
};

enum { ROLES = sizeof(roles) / sizeof(roles[0]) };

/*
 * Where `move` may go: forwards as far as wanted, backwards one step, or to
 * triage or investigating when the picture changes.  closed, on_hold
 * and cancelled have verbs of their own.
 */
#define TO(status)          (1u << STATUS_##status)
#define AFTER_RECOVERED     TO(review)
#define AFTER_ERADICATED    (TO(recovered) | AFTER_RECOVERED)
#define AFTER_CONTAINED     (TO(eradicated) | AFTER_ERADICATED)
#define AFTER_INVESTIGATING (TO(contained) | AFTER_CONTAINED)
#define AFTER_TRIAGE        (TO(investigating) | AFTER_INVESTIGATING)
#define AGAIN               (TO(triage) | TO(investigating))
static const unsigned successors[STATUS_COUNT] = {
    [STATUS_new] = TO(triage) | AFTER_TRIAGE,
    [STATUS_triage] = AFTER_TRIAGE | TO(new),
    [STATUS_investigating] = AFTER_INVESTIGATING | TO(triage),
    [STATUS_contained] = AFTER_CONTAINED | AGAIN,
    [STATUS_eradicated] = AFTER_ERADICATED | TO(contained) | AGAIN,
    [STATUS_recovered] = AFTER_RECOVERED | TO(eradicated) | AGAIN,
    [STATUS_review] = TO(recovered) | AGAIN,
    [STATUS_closed] = 0,
    [STATUS_on_hold] = 0,
    [STATUS_cancelled] = 0,
};

/*
 * Where a corrective action may go: on by a step, or past in_progress where it
 * was quickly done; back by a step; and whether it helped can turn out anew.
 */
#define TO_ACTION(status) (1u << ACTION_##status)
static const unsigned action_successors[ACTION_COUNT] = {
    [ACTION_proposed] = TO_ACTION(approved),
    [ACTION_approved] =
	TO_ACTION(in_progress) | TO_ACTION(done) | TO_ACTION(proposed),
    [ACTION_in_progress] = TO_ACTION(done) | TO_ACTION(approved),
    [ACTION_done] = TO_ACTION(effective) | TO_ACTION(not_effective) |
		    TO_ACTION(in_progress),
    [ACTION_effective] = TO_ACTION(not_effective),
    [ACTION_not_effective] = TO_ACTION(in_progress) | TO_ACTION(effective),
};

static const struct word_row *
find(enum words list, int value)
{
	size_t i;

	assert(list < WORDS_LIST_COUNT);
	for (i = 0; i < lists[list].count; i++)
		if (lists[list].rows[i].value == value)
			return &lists[list].rows[i];
	return NULL;
}

/* Appends ", name" to out, as much as fits. */
static void
append(char *out, size_t size, const char *name)
{
	size_t len = strlen(out);

	if (len + 1 < size)
		(void)snprintf(
		    out + len, size - len, "%s%s", len > 0 ? ", " : "", name);
}

const char *
words_name(enum words list, int value)
{
	const struct word_row *word = find(list, value);

	return word != NULL ? word->name : "?";
}

const char *
words_help(enum words list, int value)
{
	const struct word_row *word = find(list, value);

	return word != NULL ? word->help : "";
}

int
words_value(enum words list, const char *name)
{
	size_t i;

	assert(list < WORDS_LIST_COUNT);
	for (i = 0; i < lists[list].count; i++)
		if (strcmp(lists[list].rows[i].name, name) == 0)
			return lists[list].rows[i].value;
	return -1;
}

void
words_all(enum words list, char *out, size_t size)
{
	size_t i;

	assert(list < WORDS_LIST_COUNT && size > 0);
	out[0] = '\0';
	for (i = 0; i < lists[list].count; i++)
		append(out, size, lists[list].rows[i].name);
}

int
severity_ocsf(enum severity severity)
{
	static const int ids[SEVERITY_COUNT] = {
	    [SEVERITY_info] = 1,
	    [SEVERITY_low] = 2,
	    [SEVERITY_medium] = 3,
	    [SEVERITY_high] = 4,
	    [SEVERITY_critical] = 5,
	};

	assert(severity < SEVERITY_COUNT);
	return ids[severity];
}

bool
status_may_become(enum status from, enum status to)
{
	assert(from < STATUS_COUNT && to < STATUS_COUNT);
	return (successors[from] & 1u << to) != 0;
}

bool
status_is_open(enum status status)
{
	return status != STATUS_closed && status != STATUS_cancelled;
}

bool
task_is_open(enum task_status status)
{
	return status != TASK_STATUS_done && status != TASK_STATUS_cancelled;
}

bool
action_may_become(enum action_status from, enum action_status to)
{
	assert(from < ACTION_COUNT && to < ACTION_COUNT);
	return (action_successors[from] & 1u << to) != 0;
}

bool
action_is_open(enum action_status status)
{
	return status == ACTION_proposed || status == ACTION_approved ||
	       status == ACTION_in_progress;
}

uint32_t
role_bit(const char *name)
{
	size_t i;

	for (i = 0; i < ROLES; i++)
		if (strcmp(roles[i].name, name) == 0)
			return roles[i].bit;
	return 0;
}

void
role_names(uint32_t set, char *out, size_t size)
{
	size_t i;

	assert(size > 0);
	out[0] = '\0';
	for (i = 0; i < ROLES; i++)
		if ((set & roles[i].bit) != 0)
			append(out, size, roles[i].name);
}
