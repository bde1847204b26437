#include "workers/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_LIMIT = 250, HEAP_LIMIT_KIB = 256 };

struct pattern {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
	uint32_t names_count, name_size;
	PCRE2_SPTR names;
	int value; /* the number of the group that is the value */
};

static void
find_names(struct pattern *pattern)
{
	uint32_t groups = 0;

	(void)pcre2_pattern_info(
	    pattern->code, PCRE2_INFO_NAMECOUNT, &pattern->names_count);
	(void)pcre2_pattern_info(
	    pattern->code, PCRE2_INFO_NAMEENTRYSIZE, &pattern->name_size);
	(void)pcre2_pattern_info(
	    pattern->code, PCRE2_INFO_NAMETABLE, &pattern->names);
	(void)pcre2_pattern_info(
	    pattern->code, PCRE2_INFO_CAPTURECOUNT, &groups);
	pattern->value = pcre2_substring_number_from_name(
	    pattern->code, (PCRE2_SPTR) "value");
	if (pattern->value < 0)
		pattern->value = groups > 0 ? 1 : 0;
}

enum err
pattern_compile(
    const char *text, struct pattern **pattern, char *why, size_t size)
{
	struct pattern *p = calloc(1, sizeof(*p));
	PCRE2_UCHAR message[128];
	PCRE2_SIZE at;
	int code;

	*pattern = NULL;
	if (p == NULL)
		return ERR_MEMORY;
	if (strlen(text) > PATTERN_BYTES_MAX) {
		(void)snprintf(
		    why, size, "more than %d bytes", PATTERN_BYTES_MAX);
		pattern_free(&p);
		return ERR_INVALID;
	}
	p->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
	    PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DUPNAMES, &code, &at,
	    NULL);
	if (p->code == NULL) {
		(void)pcre2_get_error_message(code, message, sizeof(message));
		(void)snprintf(why, size, "%s, at its byte %zu",
		    (const char *)message, (size_t)at);
		pattern_free(&p);
		return ERR_INVALID;
	}
	p->data = pcre2_match_data_create_from_pattern(p->code, NULL);
	p->context = pcre2_match_context_create(NULL);
	if (p->data == NULL || p->context == NULL) {
		pattern_free(&p);
		return ERR_MEMORY;
	}
	(void)pcre2_set_match_limit(p->context, PATTERN_STEPS_MAX);
	(void)pcre2_set_depth_limit(p->context, DEPTH_LIMIT);
	(void)pcre2_set_heap_limit(p->context, HEAP_LIMIT_KIB);
	find_names(p);
	*pattern = p;
	return OK;
}

void
pattern_free(struct pattern **pattern)
{
	if (*pattern == NULL)
		return;
	pcre2_match_context_free((*pattern)->context);
	pcre2_match_data_free((*pattern)->data);
	pcre2_code_free((*pattern)->code);
	free(*pattern);
	*pattern = NULL;
}

/* The beginning of text that is looked at, cut at a character. */
static size_t
subject(const char *text, size_t len)
{
	if (len <= PATTERN_SUBJECT_BYTES_MAX)
		return len;
	len = PATTERN_SUBJECT_BYTES_MAX;
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

static bool
match(const struct pattern *pattern, const char *text, size_t len)
{
	return pcre2_match(pattern->code, (PCRE2_SPTR)text, subject(text, len),
		   0, PCRE2_NO_UTF_CHECK, pattern->data, pattern->context) > 0;
}

bool
pattern_take(const struct pattern *pattern, const char *text, size_t len,
    const char **value, size_t *value_len)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(pattern->data);
	size_t group = (size_t)pattern->value;

	if (!match(pattern, text, len) ||
	    group >= pcre2_get_ovector_count(pattern->data) ||
	    at[2 * group] == PCRE2_UNSET)
		return false;
	*value = text + at[2 * group];
	*value_len = at[2 * group + 1] - at[2 * group];
	return true;
}

bool
pattern_groups(const struct pattern *pattern, const char *text, size_t len,
    void (*show)(
	void *arg, const char *name, const char *value, size_t value_len),
    void *arg)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(pattern->data);
	PCRE2_SPTR entry = pattern->names;
	uint32_t i;

	if (!match(pattern, text, len))
		return false;
	for (i = 0; i < pattern->names_count; i++) {
		size_t group = ((size_t)entry[0] << 8) | entry[1];

		if (at[2 * group] != PCRE2_UNSET &&
		    at[2 * group + 1] > at[2 * group])
			show(arg, (const char *)entry + 2, text + at[2 * group],
			    at[2 * group + 1] - at[2 * group]);
		entry += pattern->name_size;
	}
	return true;
}
