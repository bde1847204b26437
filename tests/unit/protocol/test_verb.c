#include "protocol/verb.h"

#include <criterion/criterion.h>
#include <string.h>

Test(verb, is_found_by_its_name_on_the_wire)
{
	int i;

	for (i = 0; i < VERB_COUNT; i++) {
		const struct verb_row *row = verb_row((enum verb)i);

		cr_assert_null(strchr(row->name, '_'), "%s", row->name);
		cr_assert_leq(strlen(row->name), LIMIT_VERB_BYTES_MAX);
		cr_assert_eq(
		    verb_find(row->name, strlen(row->name)), (enum verb)i);
		cr_assert_neq(row->roles, 0);
		cr_assert_gt(strlen(row->help), 0);
	}
	cr_assert_str_eq(verb_row(VERB_alert_push)->name, "alert.push");
	cr_assert_str_eq(verb_row(VERB_open)->name, "open");
}

Test(verb_find, refuses_names_that_are_nearly_right)
{
	static const char *const bad[] = {"", "ope", "openx", "OPEN", "open ",
	    "alert_push", "alert", "alert.", ".push", "alert.push.x"};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(
		    verb_find(bad[i], strlen(bad[i])), VERB_NONE, "%s", bad[i]);
	cr_assert_eq(verb_find("open\0", 5), VERB_NONE);
	cr_assert_eq(verb_find("opening", 4), VERB_open);
}

static const struct field_row *
field(enum verb verb, const char *name)
{
	size_t count, i;
	const struct field_row *rows = verb_fields(verb, &count);

	for (i = 0; i < count; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

Test(verb_fields, are_named_once_and_explained)
{
	int verb;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		size_t count, i, j;
		const struct field_row *rows =
		    verb_fields((enum verb)verb, &count);

		for (i = 0; i < count; i++) {
			cr_assert_gt(strlen(rows[i].help), 0);
			cr_assert_leq(
			    strlen(rows[i].name), LIMIT_NAME_BYTES_MAX);
			for (j = 0; j < i; j++)
				cr_assert_str_neq(rows[i].name, rows[j].name,
				    "%s", verb_row((enum verb)verb)->name);
		}
	}
}

Test(verb_fields, hold_the_table_s_rows_in_order)
{
	size_t count;
	const struct field_row *rows = verb_fields(VERB_open, &count);

	cr_assert_str_eq(rows[0].name, "title");
	cr_assert_eq(rows[0].type, FIELD_TEXT);
	cr_assert(rows[0].must);
	cr_assert_eq(rows[0].max, LIMIT_TITLE_BYTES_MAX);
	cr_assert_str_eq(rows[1].name, "description");
	cr_assert_not(rows[1].must);
}

Test(verb_fields, hold_the_common_rows_of_the_verb_s_effect)
{
	int i;

	for (i = 0; i < VERB_COUNT; i++) {
		enum verb verb = (enum verb)i;
		enum effect effect = verb_row(verb)->effect;

		cr_assert_eq(
		    field(verb, "min_seq") != NULL, effect == EFFECT_READ);
		cr_assert_eq(
		    field(verb, "key") != NULL, effect == EFFECT_WRITE);
		cr_assert_eq(
		    field(verb, "if_revision") != NULL, effect == EFFECT_WRITE);
	}
}
