#include "workers/keep.h"

#include <stdlib.h>
#include <string.h>

#include "workers/pattern.h"

struct block {
	struct block *next;
	struct pattern *pattern; /* instead of bytes */
	max_align_t bytes[];
};

struct keep {
	struct block *blocks;
};

struct keep *
keep_open(void)
{
	return calloc(1, sizeof(struct keep));
}

void
keep_close(struct keep **keep)
{
	struct block *block, *next;

	if (*keep == NULL)
		return;
	for (block = (*keep)->blocks; block != NULL; block = next) {
		next = block->next;
		pattern_free(&block->pattern);
		free(block);
	}
	free(*keep);
	*keep = NULL;
}

static struct block *
add(struct keep *keep, size_t size)
{
	struct block *block = calloc(1, sizeof(*block) + size);

	if (block == NULL)
		return NULL;
	block->next = keep->blocks;
	keep->blocks = block;
	return block;
}

void *
keep_bytes(struct keep *keep, size_t size)
{
	struct block *block = add(keep, size);

	return block == NULL ? NULL : block->bytes;
}

char *
keep_text(struct keep *keep, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = keep_bytes(keep, size);

	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}

enum err
keep_pattern(struct keep *keep, const char *text, struct pattern **pattern,
    char *why, size_t size)
{
	struct block *block = add(keep, 0);
	enum err err;

	*pattern = NULL;
	if (block == NULL)
		return ERR_MEMORY;
	err = pattern_compile(text, &block->pattern, why, size);
	*pattern = block->pattern;
	return err;
}
