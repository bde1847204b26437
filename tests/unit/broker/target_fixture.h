/* Incidents with targets, and what their history tells of them. */
#ifndef TOCSIN_TESTS_TARGET_FIXTURE_H
#define TOCSIN_TESTS_TARGET_FIXTURE_H

#include "broker/decision.h"
#include "tests/unit/broker/triage_fixture.h"

/* What severities have; critical ones a tenth of it, info ones no target. */
#define ACKNOWLEDGE_MS UINT64_C(100000)
#define RESOLVE_MS     UINT64_C(1000000)
enum { FACTOR = 10 };

extern struct harness targets_h;

/* A store without a chain, where nothing is repeated; and its end. */
void targets_begin(void);
void targets_end(void);

/* Adds a level to the chain; "" for neither person nor hook. */
void targets_chain(const char *name, const char *assign, const char *hook);
/* Adds a hook that is told of one occasion. */
void targets_hook(const char *name, enum occasion on, enum severity severity);

/* Opens an incident that nobody has taken up. */
void open_one(const char *severity);
/* As ANALYST; more is the body behind the incident. */
void do_to(uint64_t incident, enum verb verb, const char *more);
/* Moves it by an event alone, as verbs of their own do. */
void put_into(uint64_t number, enum status status);

/* Lets the timers act at a moment until nothing is left for them. */
void act_at(uint64_t now_ms);

/*
 * What the incident's history tells of targets: " acknowledge 50 late; 1 boss;
 * lena; page escalated".  Static memory.
 */
const char *told(uint64_t incident);

struct incident_target target_of(uint64_t incident, enum target_kind kind);

#endif
