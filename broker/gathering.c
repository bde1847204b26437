#include "broker/gathering.h"

enum { SMOOTH = 8 };

uint64_t
gathering_wait_us(struct gathering *gathering, size_t waiting)
{
	if (waiting == 0 || waiting >= gathering->expected)
		return 0;
	if (gathering->skips > 0) {
		gathering->skips--;
		return 0;
	}
	return gathering->sync_us < GATHERING_US_MAX ? gathering->sync_us
						     : GATHERING_US_MAX;
}

void
gathering_waited(struct gathering *gathering, size_t waiting)
{
	if (waiting >= gathering->expected / 4 * 3) {
		gathering->skips_next = 1;
		return;
	}
	gathering->skips = gathering->skips_next;
	if (gathering->skips_next < GATHERING_SKIPS_MAX)
		gathering->skips_next =
		    gathering->skips_next == 0 ? 1 : gathering->skips_next * 2;
}

void
gathering_appended(struct gathering *gathering, size_t records, size_t bytes,
    uint64_t took_us, size_t waiting)
{
	gathering->expected =
	    bytes < GATHERING_BYTES_MAX ? records + waiting : 0;
	gathering->sync_us += took_us / SMOOTH - gathering->sync_us / SMOOTH;
}
