#include "cli/prompt.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/help.h"
#include "cli/render.h"
#include "protocol/json.h"

enum { CHOICES_MAX = 64 };

/* What a menu offers: the words' values, in order. */
struct menu {
	int values[CHOICES_MAX];
	int count;
};

static void
read_menu(const struct field_row *field, struct menu *menu)
{
	enum words list = (enum words)field->max;
	int value;

	menu->count = 0;
	if (field->type != FIELD_WORD)
		return;
	for (value = 0; value < CHOICES_MAX; value++)
		/* Nobody closes with the verdict of what is open. */
		if (words_name(list, value)[0] != '?' &&
		    (list != WORDS_VERDICT || value != VERDICT_none))
			menu->values[menu->count++] = value;
}

static void
draw_menu(const struct screen *aside, const struct field_row *field,
    const struct menu *menu)
{
	enum words list = (enum words)field->max;
	int i, width = 0;

	for (i = 0; i < menu->count; i++) {
		int len = (int)strlen(words_name(list, menu->values[i]));

		width = len > width ? len : width;
	}
	for (i = 0; i < menu->count; i++) {
		const char *help = words_help(list, menu->values[i]);

		(void)fprintf(aside->out, "  %2d  %-*s  ", i + 1, width,
		    words_name(list, menu->values[i]));
		screen_text(aside, STYLE_DIM, help,
		    aside->columns > (size_t)width + 8
			? aside->columns - (size_t)width - 8
			: 1);
		(void)fputc('\n', aside->out);
	}
}

static void
draw_question(const struct screen *aside, const struct field_row *field,
    const struct menu *menu, bool needed)
{
	char spelling[ARGV_NAME_MAX + 1];

	(void)args_spelling(field, spelling);
	if (menu->count > 0) {
		screen_text(aside, STYLE_BOLD, spelling, RENDER_NO_LIMIT);
		(void)fprintf(aside->out, ": %s\n", field->help);
		draw_menu(aside, field, menu);
	}
	screen_text(aside, STYLE_BOLD, spelling, RENDER_NO_LIMIT);
	if (menu->count > 0)
		(void)fprintf(aside->out,
		    " (1-%d, or the word%s): ", menu->count,
		    needed ? "" : "; Enter to leave it");
	else
		(void)fprintf(aside->out, " (%s%s): ", field->help,
		    needed ? "" : "; Enter to leave it");
	(void)fflush(aside->out);
}

/* The number of a line of the menu is its word. */
static const char *
chosen(const struct field_row *field, const struct menu *menu, const char *line)
{
	char *end;
	long number = strtol(line, &end, 10);

	if (!isdigit((unsigned char)line[0]) || *end != '\0' || number < 1 ||
	    number > menu->count)
		return line;
	return words_name((enum words)field->max, menu->values[number - 1]);
}

static bool
read_line(char **line, size_t *size)
{
	if (getline(line, size, stdin) < 0) {
		(void)fputc('\n', stderr);
		return false;
	}
	(*line)[strcspn(*line, "\r\n")] = '\0';
	return (*line)[0] != '\0';
}

/*
 * Asks until there is a value.  ERR_MISSING: nothing was said, which is no
 * failure where it is not needed.
 */
static enum err
ask(struct args *args, const struct session *session,
    const struct field_row *field, bool needed)
{
	struct screen aside;
	struct menu menu;
	struct fault fault;
	char *line = NULL;
	size_t size = 0;
	enum err err = ERR_INVALID;

	screen_init(&aside, stderr, false);
	read_menu(field, &menu);
	while (err == ERR_INVALID || err == ERR_TOO_LARGE) {
		draw_question(&aside, field, &menu, needed);
		if (!read_line(&line, &size)) {
			err = ERR_MISSING;
			break;
		}
		err = args_set(args, session, field,
		    menu.count > 0 ? chosen(field, &menu, line) : line, &fault);
		if (err != OK)
			(void)fault_report(&fault);
	}
	free(line);
	return err;
}

static enum err
refuse_missing(
    enum verb verb, const struct field_row *field, struct fault *fault)
{
	char spelling[ARGV_NAME_MAX + 1], usage[HELP_USAGE_MAX];

	return fault_set(fault, ERR_INVALID,
	    "--%s: is missing: %s (usage: tocsin %s)",
	    args_spelling(field, spelling), field->help,
	    help_usage(verb, usage));
}

/* Fields that must be there; *asked tells whether any had to be asked for. */
static enum err
ask_needed(struct args *args, const struct session *session,
    const struct field_row *skip, bool *asked, struct fault *fault)
{
	size_t count, i;
	const struct field_row *rows = verb_fields(args->verb, &count);

	for (i = 0; i < count; i++) {
		if (!args_lacks(args, &rows[i]) || &rows[i] == skip)
			continue;
		if (!session->interactive || rows[i].type == FIELD_LIST ||
		    ask(args, session, &rows[i], true) != OK)
			return refuse_missing(args->verb, &rows[i], fault);
		*asked = true;
	}
	return OK;
}

/* Is it asked, as things are?  *needed: it cannot be left away. */
static bool
is_asked(const struct args *args, const struct ask_row *row, bool guided,
    bool *needed)
{
	const char *is;

	*needed = row->when != NULL;
	if (!*needed)
		return guided;
	is = json_text(args->body, row->when);
	return is != NULL && strcmp(is, row->is) == 0;
}

enum err
prompt_missing(struct args *args, const struct session *session,
    const struct field_row *skip, struct fault *fault)
{
	size_t count, i;
	const struct ask_row *rows = extras_asked(&count);
	bool guided = false, needed;
	enum err err = ask_needed(args, session, skip, &guided, fault);

	for (i = 0; err == OK && session->interactive && i < count; i++) {
		const struct field_row *field;

		if (rows[i].verb != args->verb ||
		    !is_asked(args, &rows[i], guided, &needed))
			continue;
		field = args_field(args->verb, rows[i].field);
		if (field == skip ||
		    cJSON_HasObjectItem(args->body, field->name))
			continue;
		if (ask(args, session, field, needed) != OK && needed)
			err = refuse_missing(args->verb, field, fault);
	}
	return err;
}

bool
prompt_agrees(const char *what)
{
	struct screen aside;
	char *line = NULL;
	size_t size = 0;
	bool yes;

	screen_init(&aside, stderr, false);
	(void)fputc('\n', stderr);
	screen_text(&aside, STYLE_BOLD, what, RENDER_NO_LIMIT);
	(void)fputs("? [y/N] ", stderr);
	(void)fflush(stderr);
	if (getline(&line, &size, stdin) < 0) {
		(void)fputc('\n', stderr);
		free(line);
		return false;
	}
	line[strcspn(line, "\r\n")] = '\0';
	yes = strcmp(line, "y") == 0 || strcmp(line, "yes") == 0 ||
	      strcmp(line, "Y") == 0;
	free(line);
	return yes;
}
