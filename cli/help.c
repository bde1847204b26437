#include "cli/help.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/render.h"
#include "cli/value.h"
#include "cli/when.h"
#include "cli/where.h"
#include "protocol/err.h"

enum { LEFT = 30, WORDS_TEXT_MAX = 512 };

struct help_row {
	const char *left, *argument, *help;
};

static const struct help_row common[] = {
#define OPTION(name, argument, help) {#name, argument, help},
#include "cli/options.def"
#undef OPTION
};

static const struct help_row roles[] = {
#define ROLE(name, bit, help) {#name, NULL, help},
#include "protocol/roles.def"
#undef ROLE
};

struct exit_row {
	int code;
	const char *meaning;
};

/* The rows that an answer can carry stand before IO. */
static const struct exit_row exits[] = {
#define ERR(name, status, word, exit, meaning) {exit, meaning},
#include "protocol/errors.def"
#undef ERR
};

static void
draw_row(const struct screen *screen, const char *left, const char *right)
{
	int written = fprintf(screen->out, "  %s", left);

	if (written >= LEFT) {
		(void)fputc('\n', screen->out);
		written = 0;
	}
	(void)fprintf(screen->out, "%*s", LEFT - written, "");
	render_hanging(screen->out, right, strlen(right), screen->utf8, LEFT,
	    screen->columns);
}

/* What a command is for, below its usage. */
static void
draw_sentence(const struct screen *screen, const char *sentence)
{
	(void)fputc('\n', screen->out);
	render_hanging(screen->out, sentence, strlen(sentence), screen->utf8, 0,
	    screen->columns);
}

static void
draw_option(const struct screen *screen, const char *name, const char *argument,
    const char *help)
{
	char left[HELP_USAGE_MAX];

	(void)snprintf(left, sizeof(left), "--%s%s%s", name,
	    argument != NULL && *argument != '\0' ? " " : "",
	    argument != NULL ? argument : "");
	draw_row(screen, left, help);
}

/* "alert close": the name as it is typed. */
static const char *
command_of(const char *name, char out[LIMIT_VERB_BYTES_MAX + 1])
{
	char *dot;

	(void)snprintf(out, LIMIT_VERB_BYTES_MAX + 1, "%s", name);
	while ((dot = strchr(out, '.')) != NULL)
		*dot = ' ';
	return out;
}

/* Appends " NAME", or " [NAME]" for what may be left out. */
static void
append_word(char out[HELP_USAGE_MAX], const struct field_row *field)
{
	size_t len = strlen(out), i;
	char form[64];

	if (field->type == FIELD_INCIDENT || field->type == FIELD_ALERT ||
	    field->type == FIELD_ACTION) {
		(void)value_form(field, form, sizeof(form));
	} else {
		for (i = 0; field->name[i] != '\0' && i + 1 < sizeof(form); i++)
			form[i] = (char)toupper((unsigned char)field->name[i]);
		form[i] = '\0';
	}
	(void)snprintf(out + len, HELP_USAGE_MAX - len,
	    field->must ? " %s" : " [%s]", form);
}

/* The verb's words behind the name that it goes by. */
static const char *
usage_of(const char *name, enum verb verb, char out[HELP_USAGE_MAX])
{
	char command[LIMIT_VERB_BYTES_MAX + 1];
	size_t count, positions_count, i, row, len;
	const struct field_row *rows = verb_fields(verb, &count);
	const struct position_row *positions =
	    extras_positions(&positions_count);

	(void)snprintf(out, HELP_USAGE_MAX, "%s", command_of(name, command));
	for (i = 0; i < count; i++)
		if (rows[i].must)
			append_word(out, &rows[i]);
	for (i = 0; i < positions_count; i++)
		for (row = 0; row < count && positions[i].verb == verb; row++)
			if (strcmp(rows[row].name, positions[i].field) == 0)
				append_word(out, &rows[row]);
	len = strlen(out);
	if (args_takes_files(verb))
		(void)snprintf(out + len, HELP_USAGE_MAX - len, " FILE...");
	return out;
}

const char *
help_usage(enum verb verb, char out[HELP_USAGE_MAX])
{
	return usage_of(verb_row(verb)->name, verb, out);
}

/* The first word of a name that is written with dots or blanks. */
static bool
begins_with(const char *name, const char *word)
{
	size_t len = strcspn(name, ". ");

	return word == NULL ||
	       (strlen(word) == len && memcmp(name, word, len) == 0);
}

static size_t
draw_verbs(const struct screen *screen, const char *word)
{
	char usage[HELP_USAGE_MAX];
	size_t drawn = 0;
	int verb;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		const struct verb_row *row = verb_row((enum verb)verb);

		if (!args_offered((enum verb)verb) ||
		    !begins_with(row->name, word))
			continue;
		(void)help_usage((enum verb)verb, usage);
		draw_row(screen, usage, row->help);
		drawn++;
	}
	return drawn;
}

static size_t
draw_aliases(const struct screen *screen, const char *word)
{
	char usage[HELP_USAGE_MAX], help[HELP_USAGE_MAX];
	char command[LIMIT_VERB_BYTES_MAX + 1];
	size_t i, count, drawn = 0;
	const struct alias_row *rows = extras_aliases(&count);

	for (i = 0; i < count; i++) {
		const struct alias_row *row = &rows[i];

		if (!begins_with(row->name, word))
			continue;
		(void)usage_of(row->name, row->verb, usage);
		(void)snprintf(help, sizeof(help), "Short for %s --%s %s.",
		    command_of(verb_row(row->verb)->name, command), row->field,
		    row->value);
		draw_row(screen, usage, help);
		drawn++;
	}
	return drawn;
}

static size_t
draw_locals(const struct screen *screen, const char *word)
{
	char usage[HELP_USAGE_MAX];
	size_t drawn = 0;
	int local;

	for (local = 0; local < LOCAL_COUNT; local++) {
		const struct local_row *row = local_row((enum local)local);

		if (!begins_with(row->name, word))
			continue;
		(void)snprintf(usage, sizeof(usage), "%s%s%s", row->name,
		    row->usage[0] != '\0' ? " " : "", row->usage);
		draw_row(screen, usage, row->help);
		drawn++;
	}
	return drawn;
}

static void
draw_common(const struct screen *screen)
{
	size_t i;

	screen_heading(screen, "Options of every command");
	for (i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		draw_option(
		    screen, common[i].left, common[i].argument, common[i].help);
}

static void
draw_exits(const struct screen *screen)
{
	char left[16];
	int code, last = 0;
	size_t i;

	for (i = 0; i < sizeof(exits) / sizeof(exits[0]); i++)
		if (exits[i].code > last)
			last = exits[i].code;
	screen_heading(screen, "Exit codes");
	draw_row(screen, "0", "done");
	draw_row(screen, "1", "something on this machine failed");
	for (code = 2; code <= last; code++) {
		(void)snprintf(left, sizeof(left), "%d", code);
		for (i = 0; i < ERR_IO - 1; i++)
			if (exits[i].code == code) {
				draw_row(screen, left, exits[i].meaning);
				left[0] = '\0';
			}
	}
}

/* What every page would say again. */
static void
draw_where_more(const struct screen *screen)
{
	(void)fprintf(screen->out,
	    "\n`tocsin --help` has the options of every command and the exit "
	    "codes.\n");
}

void
help_all(const struct screen *screen)
{
	(void)fprintf(
	    screen->out, "usage: tocsin COMMAND [WORDS] [--option value]\n");
	screen_heading(screen, "Commands that ask the broker");
	(void)draw_verbs(screen, NULL);
	(void)draw_aliases(screen, NULL);
	screen_heading(screen, "Commands on this machine");
	(void)draw_locals(screen, NULL);
	draw_common(screen);
	draw_exits(screen);
	(void)fprintf(
	    screen->out, "\n`tocsin COMMAND --help` says more on one.\n");
}

size_t
help_group(const struct screen *screen, const char *word)
{
	return draw_verbs(screen, word) + draw_aliases(screen, word) +
	       draw_locals(screen, word);
}

static void
draw_field(const struct screen *screen, const struct field_row *field)
{
	char spelling[ARGV_NAME_MAX + 1], form[64], help[WORDS_TEXT_MAX * 2];
	char words[WORDS_TEXT_MAX] = "";
	const char *how = "";

	if (field->type == FIELD_WORD)
		words_all((enum words)field->max, words, sizeof(words));
	if (value_repeats(field))
		how = "; may be given again";
	else if (field->type == FIELD_TIME)
		how = value_ahead(field) ? " (" WHEN_FORMS_AHEAD ")"
					 : " (" WHEN_FORMS ")";
	else if (value_from_file(field))
		how = "; @FILE, or - for standard input, has it";
	(void)snprintf(help, sizeof(help), "%s%s%s%s%s", field->help,
	    field->must ? " (must be given)" : "", words[0] != '\0' ? ": " : "",
	    words, how);
	draw_option(screen, args_spelling(field, spelling),
	    value_form(field, form, sizeof(form)), help);
}

static void
draw_fields(const struct screen *screen, enum verb verb)
{
	char text[HELP_USAGE_MAX];
	size_t count, extras_count, shortcuts_count, i;
	const struct field_row *rows = verb_fields(verb, &count);
	const struct extra_row *extras = extras_options(&extras_count);
	const struct shortcut_row *shortcuts =
	    extras_shortcuts(&shortcuts_count);

	screen_heading(screen, "Options");
	for (i = 0; i < count; i++)
		draw_field(screen, &rows[i]);
	for (i = 0; i < extras_count; i++)
		if (extras_takes(verb, &extras[i]))
			draw_option(screen, extras[i].name, extras[i].argument,
			    extras[i].help);
	for (i = 0; i < shortcuts_count; i++)
		if (shortcuts[i].verb == verb) {
			(void)snprintf(text, sizeof(text), "short for --%s %s",
			    shortcuts[i].field, shortcuts[i].value);
			draw_option(screen, shortcuts[i].option, NULL, text);
		}
}

/* The fields of a verb that a local command takes: those of filters. */
static void
draw_terms(const struct screen *screen, enum verb verb)
{
	size_t count, i;
	const struct field_row *rows;

	if (verb == VERB_NONE)
		return;
	screen_heading(screen, "Options");
	rows = verb_fields(verb, &count);
	for (i = 0; i < count; i++)
		if (where_is_term(&rows[i]))
			draw_field(screen, &rows[i]);
}

/* What each word of the verb's lists means, where a list says so. */
static void
draw_words(const struct screen *screen, enum verb verb)
{
	size_t count, i;
	const struct field_row *rows = verb_fields(verb, &count);
	int value;

	for (i = 0; i < count; i++) {
		if (rows[i].type != FIELD_WORD)
			continue;
		screen_heading(screen, rows[i].name);
		for (value = 0; value < 64; value++)
			if (*words_help((enum words)rows[i].max, value) != '\0')
				draw_row(screen,
				    words_name((enum words)rows[i].max, value),
				    words_help((enum words)rows[i].max, value));
	}
}

/* What the roles are that a person is enrolled with. */
static void
draw_roles(const struct screen *screen)
{
	size_t i;

	screen_heading(screen, "roles");
	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		draw_row(screen, roles[i].left, roles[i].help);
}

void
help_verb(const struct screen *screen, enum verb verb)
{
	char usage[HELP_USAGE_MAX], who[HELP_USAGE_MAX];

	(void)help_usage(verb, usage);
	role_names(verb_row(verb)->roles, who, sizeof(who));
	(void)fprintf(
	    screen->out, "usage: tocsin %s [--option value]\n", usage);
	if (extras_bulk(verb))
		(void)fprintf(screen->out,
		    "       tocsin %s --where FILTER [--option value]\n",
		    verb_row(verb)->name);
	draw_sentence(screen, verb_row(verb)->help);
	(void)fprintf(screen->out, "For: %s.\n", who);
	draw_fields(screen, verb);
	draw_words(screen, verb);
	if (verb == VERB_people_enrol)
		draw_roles(screen);
	draw_where_more(screen);
}

void
help_local(const struct screen *screen, enum local local)
{
	const struct local_row *row = local_row(local);
	bool headed = false;
	int i;

	(void)fprintf(screen->out, "usage: tocsin %s%s%s\n", row->name,
	    row->usage[0] != '\0' ? " " : "", row->usage);
	draw_sentence(screen, row->help);
	for (i = 0; i < LOCAL_OPTION_COUNT; i++) {
		const struct local_option_row *option =
		    local_option_row((enum local_option)i);

		if (option->command != local)
			continue;
		if (!headed)
			screen_heading(screen, "Options");
		headed = true;
		draw_option(
		    screen, option->name, option->argument, option->help);
	}
	draw_terms(screen, local_fields(local));
	draw_common(screen);
}
