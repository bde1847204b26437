/*
 * The world that a test works on, world, new for each test and with its people
 * enrolled:
 *
 *	TestSuite(fold_task, .init = fresh_begin, .fini = fresh_end);
 *
 * A suite whose tests begin with more has a begin of its own, which calls
 * fresh_begin first.
 */
#ifndef TOCSIN_TESTS_FRESH_WORLD_H
#define TOCSIN_TESTS_FRESH_WORLD_H

#include "tests/unit/store/fold_world.h"

extern struct world world;

void fresh_begin(void);
void fresh_end(void);

#endif
