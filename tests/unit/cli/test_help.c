#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/help.h"
#include "cli/render.h"
#include "protocol/err.h"

static char *text;
static size_t size;
static struct screen screen;

static void
begin(void)
{
	cr_assert_not_null(setlocale(LC_ALL, "C.UTF-8"));
	screen = (struct screen){
	    .columns = 80, .utf8 = true, .out = open_memstream(&text, &size)};
}

static void
end(void)
{
	(void)fclose(screen.out);
	free(text);
}

TestSuite(help_all, .init = begin, .fini = end);
TestSuite(help_verb, .init = begin, .fini = end);
TestSuite(help_local, .init = begin, .fini = end);
TestSuite(help_group, .init = begin, .fini = end);

/* No line is wider than the screen. */
static void
expect_fits(void)
{
	char *copy = strdup(text), *rest = copy, *line;

	while ((line = strsep(&rest, "\n")) != NULL)
		cr_expect_leq(
		    render_columns(line, true), screen.columns, "%s", line);
	free(copy);
}

Test(help_all, names_every_command_and_every_exit_code)
{
	char name[64], *mark;
	int i;

	help_all(&screen);
	(void)fflush(screen.out);
	expect_fits();
	for (i = 0; i < VERB_COUNT; i++) {
		(void)snprintf(
		    name, sizeof(name), "\n  %s", verb_row((enum verb)i)->name);
		while ((mark = strchr(name, '.')) != NULL)
			*mark = ' ';
		cr_expect_eq(strstr(text, name) != NULL,
		    args_offered((enum verb)i), "%s", name);
	}
	for (i = 0; i < LOCAL_COUNT; i++)
		cr_expect_not_null(
		    strstr(text, local_row((enum local)i)->name));
	for (i = 0; i <= 7; i++) {
		(void)snprintf(name, sizeof(name), "\n  %d  ", i);
		cr_expect_not_null(strstr(text, name));
	}
}

Test(help_verb, names_every_field_word_and_role)
{
	int verb;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		char spelling[ARGV_NAME_MAX + 1], roles[256];
		size_t count, i;
		const struct field_row *rows =
		    verb_fields((enum verb)verb, &count);

		rewind(screen.out);
		help_verb(&screen, (enum verb)verb);
		(void)fflush(screen.out);
		expect_fits();
		for (i = 0; i < count; i++)
			cr_expect_not_null(
			    strstr(text, args_spelling(&rows[i], spelling)));
		role_names(
		    verb_row((enum verb)verb)->roles, roles, sizeof(roles));
		cr_expect_not_null(strstr(text, roles));
	}
}

Test(help_verb, says_what_the_words_mean)
{
	help_verb(&screen, VERB_close);
	(void)fflush(screen.out);
	cr_expect_not_null(strstr(text, "the detection was wrong"));
	cr_expect_not_null(
	    strstr(text, "usage: tocsin close INC-n VERDICT [COMMENT] ["));
	cr_expect_not_null(strstr(text, "--fp"));
}

Test(help_verb, says_how_times_and_long_texts_are_given)
{
	help_verb(&screen, VERB_open);
	(void)fflush(screen.out);
	cr_expect_not_null(strstr(text, "15m, 3h, 2d"));
	cr_expect_not_null(strstr(text, "@FILE"));
}

Test(help_verb, says_what_the_roles_are)
{
	help_verb(&screen, VERB_people_enrol);
	(void)fflush(screen.out);
	cr_expect_not_null(strstr(text, "works incidents and alerts"));
}

Test(help_usage, names_each_word_and_what_may_be_left_out)
{
	static const struct {
		enum verb verb;
		const char *usage;
	} rows[] = {
	    {VERB_list, "list [TEXT]"},
	    {VERB_mine, "mine"},
	    {VERB_show, "show INC-n"},
	    {VERB_move, "move INC-n TO [REASON]"},
	    {VERB_assign, "assign INC-n [TO] [REASON]"},
	    {VERB_alert_push, "alert push FILE..."},
	    {VERB_alert_promote, "alert promote ALR-n [INC-n]"},
	    {VERB_people_enrol, "people enrol NAME PUBLIC ROLES [SOURCES]"},
	};
	char usage[HELP_USAGE_MAX];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_str_eq(
		    help_usage(rows[i].verb, usage), rows[i].usage);
}

Test(help_local, names_the_options_of_the_command_alone)
{
	help_local(&screen, LOCAL_up);
	(void)fflush(screen.out);
	expect_fits();
	cr_expect_not_null(strstr(text, "--background"));
	cr_expect_null(strstr(text, "--recover"));
}

Test(help_group, lists_what_begins_with_a_word)
{
	cr_expect_eq(help_group(&screen, "alert"), 9);
	cr_expect_eq(help_group(&screen, "key"), 2);
	cr_expect_eq(help_group(&screen, "nonsense"), 0);
	cr_expect_eq(help_group(&screen, "al"), 0);
}
