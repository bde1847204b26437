#include "protocol/err.h"

#include <assert.h>
#include <stddef.h>

struct err_row {
	const char *word;
	const char *meaning;
	int status;
	int exit_code;
};

static const struct err_row rows[] = {
    [OK] = {"ok", "done", 200, 0},
#define ERR(name, status, word, exit, meaning)                                 \
	[ERR_##name] = {word, meaning, status, exit},
#include "protocol/errors.def"
#undef ERR
};

static_assert(
    sizeof(rows) / sizeof(rows[0]) == ERR_COUNT, "every error has its row");

static const struct err_row *
row(enum err err)
{
	assert(err >= OK && err < ERR_COUNT);
	return &rows[err];
}

int
err_status(enum err err)
{
	return row(err)->status;
}

const char *
err_word(enum err err)
{
	return row(err)->word;
}

int
err_exit(enum err err)
{
	return row(err)->exit_code;
}

const char *
err_meaning(enum err err)
{
	return row(err)->meaning;
}

enum err
err_of_status(int status)
{
	size_t i;

	if (status >= 200 && status <= 299)
		return OK;
	/* The outward errors stand first, so the first match is the one. */
	for (i = OK + 1; i < ERR_COUNT; i++)
		if (rows[i].status == status)
			return (enum err)i;
	return ERR_INTERNAL;
}
