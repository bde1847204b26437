#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/format_read.h"
#include "workers/formats.h"

/* Each list of a mapping: what is around it, and one element, %zu its number. */
static const struct {
	const char *before, *element, *after;
} lists[] = {
    {"envelope: [", "/a%zu", "]"},
    {"embedded: [", "/a%zu", "]"},
    {"alerts: [", "/a%zu", "]"},
    {"techniques: [", "/a%zu", "]"},
    {"groups: [", "/a%zu", "]"},
    {"external: [", "/a%zu", "]"},
    {"fingerprint: [", "/a%zu", "]"},
    {"resolved: [", "w%zu", "]"},
    {"pass_over: [", "/a%zu", "]"},
    {"pass_over: [{any: [", "/a%zu", "]}]"},
    {"pass_over: [{at: /k, is: [", "w%zu", "]}]"},
    {"observables: {text: [", "/a%zu", "]}"},
    {"severity: {numbers: {", "%zu: low", "}}"},
    {"severity: {words: {", "w%zu: low", "}}"},
    {"fields: {host: {at: /h, table: {", "w%zu: x", "}}}"},
};

static enum err
add_list(size_t list, size_t count, char *why)
{
	size_t size = count * 16 + 256, n = 0;
	char *text = malloc(size), element[32];
	struct formats *formats;
	enum err err;

	cr_assert_not_null(text);
	cr_assert_eq(formats_begin(&formats), OK);
	n += (size_t)snprintf(text, size, "format: f\nrecognise: [/r]\n%s%s",
	    strstr(lists[list].before, "fields") == NULL
		? "fields: {title: /t}\n"
		: "",
	    lists[list].before);
	for (size_t i = 0; i < count; i++) {
		char *number = strstr(lists[list].element, "%zu");

		(void)snprintf(element, sizeof(element), "%.*s%zu%s",
		    (int)(number - lists[list].element), lists[list].element, i,
		    number + 3);
		n += (size_t)snprintf(
		    text + n, size - n, "%s%s", i == 0 ? "" : ", ", element);
	}
	n += (size_t)snprintf(text + n, size - n, "%s\n", lists[list].after);
	err = formats_add(formats, text, n, "m", NULL, why);
	formats_close(&formats);
	free(text);
	return err;
}

Test(format_read, takes_256_rows_of_each_list_and_no_more)
{
	char why[FORMATS_WHY_BYTES];

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		cr_assert_eq(add_list(i, FORMAT_LIST_MAX, why), OK, "%s: %s",
		    lists[i].before, why);
		cr_assert_eq(add_list(i, FORMAT_LIST_MAX + 1, why), ERR_INVALID,
		    "%s", lists[i].before);
		cr_assert_not_null(strstr(why, "m:"), "%s", why);
	}
}
