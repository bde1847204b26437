#include "protocol/heap.h"

#include <malloc.h>

enum { KEPT_BYTES = 8 << 20, MAPPED_BYTES_MIN = 4 << 20 };

void
heap_keep(void)
{
	/* Where malloc knows no such options it is as it was. */
	(void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
	(void)mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES_MIN);
}
