/*
 * A store in a folder of its own and a broker without sockets: commands are
 * decided, journalled and folded one after the other, reads are answered from
 * what was folded.
 *
 * JSON is written with ' for ", so that a test can be read.
 */
#ifndef TOCSIN_TESTS_HARNESS_H
#define TOCSIN_TESTS_HARNESS_H

#include "broker/decide.h"
#include "broker/read.h"
#include "store/fold.h"
#include "store/journal.h"

/* Principals, by number; the harness enrols them in this order. */
enum {
	NOBODY,
	ADMIN,
	LEAD,
	ANALYST,
	OTHER_ANALYST,
	REPORTER,
	MANAGER,
	AUDITOR,
	SENSOR, /* of the sources wazuh and probe */
	WORKER,
	OTHER_WORKER,
	PRINCIPALS
};

enum { KINDS_MAX = 4096, HARNESS_NOW_MS = 1700000000 };

struct harness {
	char path[64];
	struct journal *journal;
	struct journal_head head;
	struct state *state;
	struct state_txn *txn;
	struct config config;
	struct health health;
	uint64_t now_ms;
	uint64_t since_ms; /* when the broker began to act on timers */
	uint64_t alerts; /* last number given */
	size_t groups; /* of the journal, so far */

	/* Of the last command or read. */
	enum err err;
	struct ask_fault fault;
	cJSON *answer;
	cJSON *current;
	uint64_t repeat_of;
	uint16_t kinds[KINDS_MAX]; /* of its events */
	size_t kinds_count;
	struct attachment attachments[READING_ATTACHMENTS_MAX];
	size_t attachments_count;
	bool spent; /* what a page is told of its time */
};

/* A store with every principal enrolled; and its end. */
void harness_init(struct harness *h);
void harness_fini(struct harness *h);

/* Decides a command of a principal, and folds what came of it. */
enum err harness_do(
    struct harness *h, uint32_t who, enum verb verb, const char *body);
/* The same, and fails the test when it is refused. */
void harness_must(
    struct harness *h, uint32_t who, enum verb verb, const char *body);
/* Answers a read. */
enum err harness_ask(
    struct harness *h, uint32_t who, enum verb verb, const char *body);
/* The same, and fails the test when it is refused. */
void harness_must_ask(
    struct harness *h, uint32_t who, enum verb verb, const char *body);

/* A body from a format, ' for ".  Static memory, a few of them in turn. */
const char *body_of(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* One alert_received with count payloads; the first alert's number. */
uint64_t harness_push(struct harness *h, const char *source, size_t count);

/* Leases to the worker; the token is always of 16 bytes `token`. */
enum err harness_lease(struct harness *h, uint32_t who, enum workflow workflow,
    size_t max, unsigned char token, uint64_t *lease);
/* Lets time pass, and its timers act. */
void harness_wait(struct harness *h, uint64_t ms);
/* What decide_timers said last. */
uint64_t harness_timers(struct harness *h);

/* Folds the events of a decision that a test made itself. */
enum err harness_fold(struct harness *h, struct decision *decision);
void harness_decision(struct harness *h, struct decision *decision);

/* The events of the last command: "incident.opened alert.triaged". Static. */
const char *harness_events(const struct harness *h);

/* What stands at the path, "incidents[1].title", in the answer; NULL for
 * nothing.  harness_text gives "" where there is no string. */
const cJSON *harness_at(const struct harness *h, const char *path);
const char *harness_text(const struct harness *h, const char *path);
int64_t harness_number(const struct harness *h, const char *path);
/* The number of elements or members there. */
int harness_count(const struct harness *h, const char *path);

struct incident harness_incident(struct harness *h, uint64_t number);
struct alert_part harness_part(
    struct harness *h, uint64_t alert, uint32_t part);

/* Opens an incident as ANALYST and returns its number. */
uint64_t harness_open(struct harness *h);
/* Brings it into the status, through close where need be. */
void harness_bring(struct harness *h, uint64_t incident, enum status status);

/* The dump of the state equals that of a fold of the journal from scratch. */
void harness_expect_rebuilt(struct harness *h);

#endif
