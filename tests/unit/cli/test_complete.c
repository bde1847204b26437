#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/complete.h"
#include "cli/local.h"

static struct session session;

/* What is offered for the words, which end with NULL; the caller's. */
static char *
offered(const char *const *words)
{
	char *text = NULL, *copies[8];
	int count = 0, i;
	size_t size;

	for (; words[count] != NULL; count++)
		copies[count] = strdup(words[count]);
	session_init(&session);
	session.given[OPTION_home] = "/nonexistent/tocsin";
	session.screen.out = open_memstream(&text, &size);
	cr_expect_eq(complete_run(&session, count, copies), 0);
	(void)fclose(session.screen.out);
	for (i = 0; i < count; i++)
		free(copies[i]);
	return text;
}

static void
expect_offered(const char *text, const char *word)
{
	char line[128];

	(void)snprintf(line, sizeof(line), "\n%s\t", word);
	cr_expect(strncmp(text, line + 1, strlen(line + 1)) == 0 ||
		      strstr(text, line) != NULL,
	    "%s", word);
}

Test(complete_run, offers_the_first_word_of_each_command)
{
	const char *const words[] = {"", NULL};
	char *text = offered(words), first[64];
	int i;

	for (i = 0; i < VERB_COUNT; i++) {
		if (!args_offered((enum verb)i))
			continue;
		(void)snprintf(
		    first, sizeof(first), "%s", verb_row((enum verb)i)->name);
		first[strcspn(first, ".")] = '\0';
		expect_offered(text, first);
	}
	cr_expect_null(strstr(text, "\nworker"));
	free(text);
}

Test(complete_run, offers_each_field_of_each_verb)
{
	char first[64], second[64], spelling[ARGV_NAME_MAX + 1], option[80];
	const struct field_row *rows;
	size_t count, i;
	int verb;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		const char *words[] = {first, second, "--", NULL};
		char *text, *dot;

		if (!args_offered((enum verb)verb))
			continue;
		(void)snprintf(first, sizeof(first), "%s",
		    verb_row((enum verb)verb)->name);
		dot = strchr(first, '.');
		if (dot != NULL) {
			*dot = '\0';
			(void)snprintf(second, sizeof(second), "%s", dot + 1);
		} else {
			words[1] = "--";
			words[2] = NULL;
		}
		text = offered(words);
		rows = verb_fields((enum verb)verb, &count);
		for (i = 0; i < count; i++) {
			(void)snprintf(option, sizeof(option), "--%s",
			    args_spelling(&rows[i], spelling));
			expect_offered(text, option);
		}
		free(text);
	}
}

Test(complete_run, offers_nothing_for_nothing)
{
	static const char *const none[][4] = {
	    {"nonsense", "", NULL},
	    {"show", "INC-1", "", NULL},
	    {"open", "", NULL},
	    {"list", "--since", "", NULL},
	};
	const char *const words[] = {NULL};
	size_t i;
	char *text;

	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		text = offered(none[i]);
		cr_expect_str_eq(text, "", "%s %s", none[i][0], none[i][1]);
		free(text);
	}
	/* Not even the word that is being typed: all of them. */
	text = offered(words);
	expect_offered(text, "open");
	free(text);
}
