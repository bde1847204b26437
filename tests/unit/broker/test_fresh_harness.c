#include "tests/unit/broker/fresh_harness.h"

struct harness h;

void
fresh_begin(void)
{
	harness_init(&h);
}

void
fresh_end(void)
{
	harness_fini(&h);
}

void
fresh_end_rebuilt(void)
{
	harness_expect_rebuilt(&h);
	harness_fini(&h);
}
