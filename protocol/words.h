/* The words of words.def as enums, and their spelling. */
#ifndef TOCSIN_PROTOCOL_WORDS_H
#define TOCSIN_PROTOCOL_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/words.def"

#define SEVERITY_(n, w, h)     SEVERITY_##w = n,
#define STATUS_(n, w, h)       STATUS_##w = n,
#define KIND_(n, w, h)         KIND_##w = n,
#define VERDICT_(n, w, h)      VERDICT_##w = n,
#define IMPACT_(n, w, h)       IMPACT_##w = n,
#define TLP_(n, w, h)          TLP_##w = n,
#define PAP_(n, w, h)          PAP_##w = n,
#define ALERT_STATUS_(n, w, h) ALERT_STATUS_##w = n,
#define DISPOSITION_(n, w, h)  DISPOSITION_##w = n,
#define RSIT_(n, w, h)         RSIT_##w = n,
#define RELATION_(n, w, h)     RELATION_##w = n,
#define TARGET_(n, w, h)       TARGET_##w = n,
#define OCCASION_(n, w, h)     OCCASION_##w = n,
#define WORKFLOW_(n, w, h)     WORKFLOW_##w = n,
#define TASK_STATUS_(n, w, h)  TASK_STATUS_##w = n,
#define ACTION_(n, w, h)       ACTION_##w = n,
#define REVIEW_(n, w, h)       REVIEW_##w = n,
enum severity { WORDS_severity(SEVERITY_) SEVERITY_COUNT };
enum status { WORDS_status(STATUS_) STATUS_COUNT };
enum kind { WORDS_kind(KIND_) KIND_COUNT };
enum verdict { WORDS_verdict(VERDICT_) VERDICT_COUNT };
enum impact { WORDS_impact(IMPACT_) IMPACT_COUNT };
enum tlp { WORDS_tlp(TLP_) TLP_COUNT };
enum pap { WORDS_pap(PAP_) PAP_COUNT };
enum alert_status { WORDS_alert_status(ALERT_STATUS_) ALERT_STATUS_COUNT };
enum disposition { WORDS_disposition(DISPOSITION_) DISPOSITION_COUNT };
enum rsit { WORDS_rsit(RSIT_) RSIT_COUNT };
enum relation { WORDS_relation(RELATION_) RELATION_COUNT };
enum target_kind { WORDS_target(TARGET_) TARGET_COUNT };
enum occasion { WORDS_occasion(OCCASION_) OCCASION_COUNT };
enum workflow { WORDS_workflow(WORKFLOW_) WORKFLOW_COUNT };
enum task_status { WORDS_task_status(TASK_STATUS_) TASK_STATUS_COUNT };
enum action_status { WORDS_action(ACTION_) ACTION_COUNT };
enum review_state { WORDS_review(REVIEW_) REVIEW_COUNT };

#define ROLE(name, bit, help) ROLE_##name = 1u << (bit),
enum role {
#include "protocol/roles.def"
};
#undef ROLE

/* The lists of words.def, by name. */
enum words {
	WORDS_SEVERITY,
	WORDS_STATUS,
	WORDS_KIND,
	WORDS_VERDICT,
	WORDS_IMPACT,
	WORDS_TLP,
	WORDS_PAP,
	WORDS_ALERT_STATUS,
	WORDS_DISPOSITION,
	WORDS_RSIT,
	WORDS_RELATION,
	WORDS_TARGET,
	WORDS_OCCASION,
	WORDS_WORKFLOW,
	WORDS_TASK_STATUS,
	WORDS_ACTION,
	WORDS_REVIEW,
	WORDS_LIST_COUNT
};

/* The spelling of value in the list; "?" when it has no such value.  Static. */
const char *words_name(enum words list, int value);

/* The value that name spells in the list, or -1. name is a string. */
int words_value(enum words list, const char *name);

/* What the value means, for people; "" when there is none.  Static. */
const char *words_help(enum words list, int value);

/*
 * Writes the names of the list to out as "a, b, c", truncated to size.
 * out is always terminated.
 */
void words_all(enum words list, char *out, size_t size);

/* What OCSF calls it: severity_id of its events, 1 to 5. */
int severity_ocsf(enum severity severity);

/* May an incident go from one status to the other by `move`?  One table. */
bool status_may_become(enum status from, enum status to);

/* Is an incident in this status still worked (neither closed nor cancelled)? */
bool status_is_open(enum status status);

/* Is a task in this status still to be done? */
bool task_is_open(enum task_status status);

/* May a corrective action go from one status to the other?  One table. */
bool action_may_become(enum action_status from, enum action_status to);

/* Is an action in this status still to be carried out? */
bool action_is_open(enum action_status status);

/* The bit of the role that name spells; 0 when there is none. */
uint32_t role_bit(const char *name);

/* Writes the names of the set to out as "a, b", truncated to size. */
void role_names(uint32_t set, char *out, size_t size);

#endif
