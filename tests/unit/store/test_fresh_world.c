#include "tests/unit/store/fresh_world.h"

struct world world;

void
fresh_begin(void)
{
	world_init(&world);
	world_people(&world);
}

void
fresh_end(void)
{
	world_fini(&world);
}
