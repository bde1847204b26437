/*
 * Preloaded into a broker: makes allocations fail.
 *
 * FAIL_ALLOC is "SEED AFTER RATE ALL": the first AFTER allocations succeed, of
 * those that follow one in RATE fails, chosen by SEED.  Unless ALL is 1, those
 * that libzmq and the C++ library ask for are spared: libzmq ends the program
 * when it gets none, and what our own code does would be seldom seen.
 */
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

enum { SPARED_MAX = 8 };

static struct {
	uintptr_t from, to;
} spared[SPARED_MAX];
static size_t spared_count;
static atomic_bool armed;
static atomic_ulong count;
static unsigned long seed, after, rate;

static int
look_at(struct dl_phdr_info *info, size_t size, void *arg)
{
	uintptr_t from, to;

	(void)size;
	(void)arg;
	if (strstr(info->dlpi_name, "libzmq") == NULL &&
	    strstr(info->dlpi_name, "libstdc++") == NULL)
		return 0;
	for (int i = 0; i < info->dlpi_phnum && spared_count < SPARED_MAX;
	     i++) {
		if (info->dlpi_phdr[i].p_type != PT_LOAD ||
		    (info->dlpi_phdr[i].p_flags & PF_X) == 0)
			continue;
		from = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
		to = from + info->dlpi_phdr[i].p_memsz;
		spared[spared_count].from = from;
		spared[spared_count++].to = to;
	}
	return 0;
}

__attribute__((constructor)) static void
arm(void)
{
	const char *text = getenv("FAIL_ALLOC");
	unsigned long all = 0;

	if (text == NULL ||
	    sscanf(text, "%lu %lu %lu %lu", &seed, &after, &rate, &all) != 4)
		return;
	if (all == 0)
		dl_iterate_phdr(look_at, NULL);
	armed = rate != 0;
}

/* The n-th number of the seed's series. */
static uint64_t
chance(uint64_t n)
{
	uint64_t x = n * 0x9e3779b97f4a7c15u + seed * 0xbf58476d1ce4e5b9u;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static bool
fails(const void *caller)
{
	uintptr_t at = (uintptr_t)caller;
	unsigned long n;

	if (!armed)
		return false;
	for (size_t i = 0; i < spared_count; i++)
		if (at >= spared[i].from && at < spared[i].to)
			return false;
	n = atomic_fetch_add(&count, 1);
	if (n < after || chance(n) % rate != 0)
		return false;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *
calloc(size_t members, size_t size)
{
	return fails(__builtin_return_address(0))
		   ? NULL
		   : __libc_calloc(members, size);
}

void *
realloc(void *old, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL
						  : __libc_realloc(old, size);
}
