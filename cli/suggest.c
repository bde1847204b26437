#include "cli/suggest.h"

#include <stdio.h>
#include <string.h>

enum { NEAR_MAX = 2, BEGINNING_MIN = 3 };

void
suggest_begin(struct suggestion *suggestion, const char *given)
{
	suggestion->given = given;
	suggestion->best[0] = '\0';
	suggestion->distance = NEAR_MAX + 1;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein's, over two rows; both words are within SUGGEST_BYTES_MAX. */
static size_t
distance(const char *a, const char *b)
{
	size_t rows[2][SUGGEST_BYTES_MAX + 1];
	size_t a_len = strlen(a), b_len = strlen(b), i, j;

	for (j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (i = 1; i <= a_len; i++) {
		size_t *now = rows[i % 2], *before = rows[(i + 1) % 2];

		now[0] = i;
		for (j = 1; j <= b_len; j++)
			now[j] = least(least(before[j], now[j - 1]) + 1,
			    before[j - 1] + (a[i - 1] != b[j - 1]));
	}
	return rows[a_len % 2][b_len];
}

void
suggest_word(struct suggestion *suggestion, const char *word)
{
	size_t len = strlen(suggestion->given), found;

	if (len < 2 || len > SUGGEST_BYTES_MAX ||
	    strlen(word) > SUGGEST_BYTES_MAX)
		return;
	found = distance(suggestion->given, word);
	/* "sev" is far from "severity", but nothing else is meant. */
	if (found > NEAR_MAX && len >= BEGINNING_MIN &&
	    strncmp(suggestion->given, word, len) == 0)
		found = NEAR_MAX;
	if (found < suggestion->distance && found < len) {
		suggestion->distance = found;
		(void)snprintf(
		    suggestion->best, sizeof(suggestion->best), "%s", word);
	}
}

void
suggest_text(const struct suggestion *suggestion, const char *prefix, char *out,
    size_t size)
{
	if (suggestion->best[0] == '\0')
		out[0] = '\0';
	else
		(void)snprintf(out, size, "; did you mean %s%s?", prefix,
		    suggestion->best);
}
