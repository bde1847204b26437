/*
 * The harness that a test works on, h, new for each test:
 *
 *	TestSuite(decide_task, .init = fresh_begin, .fini = fresh_end);
 *
 * A suite whose tests begin with more has a begin of its own, which calls
 * fresh_begin first.
 */
#ifndef TOCSIN_TESTS_FRESH_HARNESS_H
#define TOCSIN_TESTS_FRESH_HARNESS_H

#include "tests/unit/broker/harness.h"

extern struct harness h;

void fresh_begin(void);
void fresh_end(void);
/* The same, once what the test left equals a fold from scratch. */
void fresh_end_rebuilt(void);

#endif
