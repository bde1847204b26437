/* A spelling that is canonical stays as it is, whatever it was made from. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/observable.h"

static const char *const values[] = {"192[.]0.2.1", "2001:DB8::1",
    "[2001:db8::1]", "Evil[.]Example.", "hxxp://Evil[.]Example/A[.]b",
    "HXXPS[:]//x.example", "Joe[at]Evil.example", "mailto:joe@evil.example",
    "CVE-2024-3094", "Web1..", "web1 .", "[[.]]", "a[[dot]]b", "([.])",
    "[[[.].].]", "LAB\\Alice", ".", "..", "x[.", "x]"};

Test(observable_canonical, leaves_what_it_made_as_it_is)
{
	char once[OBSERVABLE_BYTES_MAX + 1], twice[OBSERVABLE_BYTES_MAX + 1];
	size_t made = 0;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		for (int type = 0; type < OBSERVABLE_COUNT; type++) {
			if (observable_canonical(
				(enum observable)type, values[i], once) != OK)
				continue;
			cr_assert_eq(observable_canonical(
					 (enum observable)type, once, twice),
			    OK, "%s %s", observable_name(type), once);
			cr_assert_str_eq(
			    once, twice, "%s", observable_name(type));
			made++;
		}
	cr_assert_gt(made, 30);
}
