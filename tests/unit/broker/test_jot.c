#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#include "broker/jot.h"

Test(jot, writes_what_printf_would)
{
	static const uint64_t numbers[] = {
	    0, 1, 9, 10, 99, 100, 4294967296, UINT64_MAX - 1, UINT64_MAX};
	char jotted[64], printed[64];
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		char *at = jot_text(jotted, "<");

		at = jot_number(at, numbers[i]);
		at = jot_text(at, "|");
		at = jot_hex64(at, numbers[i]);
		at = jot_text(at, "");
		*jot_text(at, ">") = '\0';
		(void)snprintf(printed, sizeof(printed),
		    "<%" PRIu64 "|%016" PRIx64 ">", numbers[i], numbers[i]);
		cr_assert_str_eq(jotted, printed);
	}
}
