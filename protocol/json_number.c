#include "protocol/json_number.h"

#include <assert.h>
#include <stdint.h>

#include "protocol/limits.h"

enum { EXPONENT_SEEN_MAX = 100000, DIGITS_SEEN_MAX = 16 };

/* cJSON copies a number to 64 bytes and reads it from there. */
static_assert(LIMIT_JSON_NUMBER_BYTES_MAX < 64, "cJSON takes no more");

static const char too_long[] = "number of too many characters";
static const char no_digit[] = "number without a digit where one is expected";

struct text {
	const char *at, *end;
};

/*
 * The size of a number without the C library, whose decimal point depends on
 * the locale: the number lies in [0.1, 1) * 10^magnitude, `first` are its
 * first 16 significant digits.
 */
struct size {
	long magnitude;
	uint64_t first;
	int digits;
};

/* The byte at hand; NUL, which is in no number, at the end. */
static char
look(const struct text *t)
{
	return t->at < t->end ? *t->at : '\0';
}

static bool
accept(struct text *t, char a, char b)
{
	if (look(t) != a && look(t) != b)
		return false;
	t->at++;
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void
take_digit(struct size *size, char c, bool whole)
{
	if (size->digits == 0 && c == '0') {
		if (!whole)
			size->magnitude--;
		return;
	}
	if (whole)
		size->magnitude++;
	if (size->digits < DIGITS_SEEN_MAX) {
		size->first = size->first * 10 + (uint64_t)(c - '0');
		size->digits++;
	}
}

static bool
take_digits(struct text *t, struct size *size, bool whole)
{
	if (!is_digit(look(t)))
		return false;
	for (; is_digit(look(t)); t->at++)
		take_digit(size, *t->at, whole);
	return true;
}

static bool
take_exponent(struct text *t, struct size *size)
{
	bool negative = look(t) == '-';
	long exponent = 0;

	(void)accept(t, '-', '+');
	if (!is_digit(look(t)))
		return false;
	for (; is_digit(look(t)); t->at++)
		if (exponent < EXPONENT_SEEN_MAX)
			exponent = exponent * 10 + (*t->at - '0');
	size->magnitude += negative ? -exponent : exponent;
	return true;
}

/* Is the number beyond 2^53-1 either side of zero? */
static bool
is_beyond_whole(struct size size)
{
	if (size.digits == 0 || size.magnitude < DIGITS_SEEN_MAX)
		return false;
	for (; size.digits < DIGITS_SEEN_MAX; size.digits++)
		size.first *= 10;
	return size.magnitude > DIGITS_SEEN_MAX ||
	       size.first > UINT64_C(9007199254740991);
}

static enum err
check(size_t len, struct size size, bool big, const char **reason)
{
	*reason = too_long;
	if (len > LIMIT_JSON_NUMBER_BYTES_MAX)
		return ERR_TOO_LARGE;
	*reason = "number of 1e308 or beyond";
	if (size.digits > 0 && size.magnitude > 308)
		return ERR_INVALID;
	*reason = "number beyond 9007199254740991";
	return !big && is_beyond_whole(size) ? ERR_INVALID : OK;
}

enum err
json_number_scan(
    const char *text, size_t len, bool big, size_t *used, const char **reason)
{
	struct text t = {text, text + len};
	struct size size = {0, 0, 0};

	(void)accept(&t, '-', '-');
	*reason = "number with a leading zero";
	if (look(&t) == '0' && t.at + 1 < t.end && is_digit(t.at[1]))
		return ERR_INVALID;
	*reason = no_digit;
	if (!take_digits(&t, &size, true))
		return ERR_INVALID;
	if (accept(&t, '.', '.') && !take_digits(&t, &size, false))
		return ERR_INVALID;
	if (accept(&t, 'e', 'E') && !take_exponent(&t, &size))
		return ERR_INVALID;
	*used = (size_t)(t.at - text);
	return check(*used, size, big, reason);
}
