/*
 * tocsin-pages: writes the manual pages of the command line and of the
 * configuration, out of the tables.
 *
 *   tocsin-pages FOLDER DATE   "November 25, 2026", as mdoc has it
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/help.h"
#include "cli/local.h"
#include "cli/mdoc.h"
#include "cli/pages.h"
#include "cli/value.h"
#include "cli/when.h"
#include "cli/where.h"
#include "protocol/err.h"

enum { PATH_BYTES = 1024, NAME_BYTES = 96, TEXT_BYTES = 2048, WORDS_MAX = 64 };

static const char *folder, *date;

struct named {
	const char *name, *argument, *help;
};

static const struct named common[] = {
#define OPTION(name, argument, help) {#name, argument, help},
#include "cli/options.def"
#undef OPTION
};

static const struct named roles[] = {
#define ROLE(name, bit, help) {#name, NULL, help},
#include "protocol/roles.def"
#undef ROLE
};

static const struct named environment[] = {
    {"TOCSIN_HOME", NULL, "The home folder, where `--home` does not say."},
    {"TOCSIN_AS", NULL, "Whose key acts, where `--as` does not say."},
    {"TZ", NULL, "The zone that times are shown and read in."},
    {"VISUAL", NULL, "The editor of `--editor`; else EDITOR, else vi."},
    {"NO_COLOR", NULL, "When set, nothing is coloured."},
    {"COLUMNS", NULL, "How wide tables are, where no terminal says."},
};

static const struct named files[] = {
    {"HOME/tocsin.yaml", NULL, "The configuration."},
    {"HOME/keys/NAME.key", NULL,
	"Keys to act with; default.key acts where nobody says."},
    {"HOME/receipts", NULL,
	"The last receipt of each broker, for `tocsin verify`."},
    {"~/.config/tocsin/filters", NULL,
	"Saved filters; below XDG_CONFIG_HOME where that is set."},
    {"~/.local/state/tocsin", NULL,
	"Where the last handover ended, and drafts of texts that could not "
	"be sent; below XDG_STATE_HOME where that is set."},
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* "alert.push", "key new" with mark between the words. */
static const char *
spelled(const char *name, char mark, char out[NAME_BYTES])
{
	size_t i;

	for (i = 0; name[i] != '\0' && i + 1 < NAME_BYTES; i++)
		out[i] = strchr(". _", name[i]) != NULL ? mark : name[i];
	out[i] = '\0';
	return out;
}

static FILE *
open_page(const char *name, const char *section)
{
	char path[PATH_BYTES];
	FILE *out;

	(void)snprintf(path, sizeof(path), "%s/%s.%s", folder, name, section);
	out = fopen(path, "we");
	if (out == NULL) {
		perror(path);
		exit(1);
	}
	return out;
}

static void
close_page(FILE *out)
{
	if (fclose(out) != 0) {
		perror(folder);
		exit(1);
	}
}

static void
write_field(FILE *out, const struct field_row *field)
{
	char spelling[ARGV_NAME_MAX + 1], form[64], text[TEXT_BYTES];
	const char *how = "";

	mdoc_option(out, args_spelling(field, spelling),
	    value_form(field, form, sizeof(form)));
	if (value_repeats(field))
		how = "; may be given again";
	else if (field->type == FIELD_TIME)
		how = value_ahead(field) ? ": " WHEN_FORMS_AHEAD
					 : ": " WHEN_FORMS;
	else if (value_from_file(field))
		how = "; `@FILE`, or `-` for standard input, has it";
	(void)snprintf(text, sizeof(text), "%c%s%s%s.",
	    toupper((unsigned char)field->help[0]), field->help + 1,
	    field->must ? " (must be given)" : "", how);
	mdoc_text(out, text);
}

static void
write_common(FILE *out)
{
	size_t i;

	(void)fputs(".Pp\n", out);
	mdoc_text(out, "Every command takes:");
	mdoc_list(out);
	for (i = 0; i < COUNT(common); i++) {
		mdoc_option(out, common[i].name, common[i].argument);
		mdoc_text(out, common[i].help);
	}
	mdoc_end(out);
}

static void
write_extras(FILE *out, enum verb verb)
{
	size_t count, i;
	const struct extra_row *extras = extras_options(&count);
	const struct shortcut_row *shortcuts;
	char text[TEXT_BYTES];

	for (i = 0; i < count; i++)
		if (extras_takes(verb, &extras[i])) {
			mdoc_option(out, extras[i].name, extras[i].argument);
			mdoc_text(out, extras[i].help);
		}
	shortcuts = extras_shortcuts(&count);
	for (i = 0; i < count; i++)
		if (shortcuts[i].verb == verb) {
			mdoc_option(out, shortcuts[i].option, NULL);
			(void)snprintf(text, sizeof(text),
			    "Short for `--%s %s`.", shortcuts[i].field,
			    shortcuts[i].value);
			mdoc_text(out, text);
		}
}

static void
write_fields(FILE *out, enum verb verb, bool terms)
{
	size_t count, i;
	const struct field_row *rows = verb_fields(verb, &count);

	(void)fputs(".Pp\n", out);
	mdoc_text(out, "The options are:");
	mdoc_list(out);
	for (i = 0; i < count; i++)
		if (!terms || where_is_term(&rows[i]))
			write_field(out, &rows[i]);
	if (!terms)
		write_extras(out, verb);
	mdoc_end(out);
}

/* The words of each list that the verb's fields take. */
static void
write_words(FILE *out, enum verb verb)
{
	size_t count, i;
	const struct field_row *rows = verb_fields(verb, &count);
	int value;

	for (i = 0; i < count; i++) {
		enum words list = (enum words)rows[i].max;

		if (rows[i].type != FIELD_WORD)
			continue;
		(void)fprintf(out, ".Ss Words of %s\n", rows[i].name);
		mdoc_list(out);
		for (value = 0; value < WORDS_MAX; value++)
			if (words_name(list, value)[0] != '?') {
				mdoc_item(out, words_name(list, value));
				mdoc_text(out, words_help(list, value));
			}
		mdoc_end(out);
	}
	if (verb != VERB_people_enrol)
		return;
	(void)fputs(".Ss Words of roles\n", out);
	mdoc_list(out);
	for (i = 0; i < COUNT(roles); i++) {
		mdoc_item(out, roles[i].name);
		mdoc_text(out, roles[i].help);
	}
	mdoc_end(out);
}

static void
write_see(FILE *out)
{
	mdoc_section(out, "SEE ALSO");
	(void)fputs(".Xr tocsin 1\n", out);
}

static void
write_verb(enum verb verb)
{
	char name[NAME_BYTES], page[NAME_BYTES + 8], usage[HELP_USAGE_MAX];
	char who[HELP_USAGE_MAX], text[TEXT_BYTES];
	FILE *out;

	(void)snprintf(page, sizeof(page), "tocsin-%s",
	    spelled(verb_row(verb)->name, '-', name));
	out = open_page(page, "1");
	mdoc_begin(out, page, "1", date, verb_row(verb)->help);
	mdoc_section(out, "SYNOPSIS");
	(void)fputs(".Nm tocsin\n", out);
	mdoc_text(out, help_usage(verb, usage));
	(void)fputs(".Op Fl \\-option Ar value ...\n", out);
	mdoc_section(out, "DESCRIPTION");
	mdoc_text(out, verb_row(verb)->help);
	role_names(verb_row(verb)->roles, who, sizeof(who));
	(void)snprintf(text, sizeof(text), "It is for these roles: %s.", who);
	mdoc_text(out, text);
	write_fields(out, verb, false);
	write_common(out);
	write_words(out, verb);
	write_see(out);
	close_page(out);
}

/* "Short for `tocsin task update --status done`." */
static const char *
alias_help(const struct alias_row *row, char text[TEXT_BYTES])
{
	char name[NAME_BYTES];

	(void)snprintf(text, TEXT_BYTES, "Short for `tocsin %s --%s %s`.",
	    spelled(verb_row(row->verb)->name, ' ', name), row->field,
	    row->value);
	return text;
}

/* A command that is another one with a field said already. */
static void
write_alias(const struct alias_row *row)
{
	char name[NAME_BYTES], page[NAME_BYTES + 8], text[TEXT_BYTES];
	FILE *out;

	(void)snprintf(
	    page, sizeof(page), "tocsin-%s", spelled(row->name, '-', name));
	out = open_page(page, "1");
	mdoc_begin(out, page, "1", date, verb_row(row->verb)->help);
	mdoc_section(out, "SYNOPSIS");
	(void)fputs(".Nm tocsin\n", out);
	mdoc_text(out, spelled(row->name, ' ', name));
	(void)fputs(".Op Ar word ...\n.Op Fl \\-option Ar value ...\n", out);
	mdoc_section(out, "DESCRIPTION");
	mdoc_text(out, alias_help(row, text));
	(void)fprintf(out, "Its options are those of\n.Xr tocsin-%s 1 .\n",
	    spelled(verb_row(row->verb)->name, '-', name));
	write_see(out);
	close_page(out);
}

static void
write_local(enum local local)
{
	const struct local_row *row = local_row(local);
	char name[NAME_BYTES], page[NAME_BYTES + 8];
	bool listed = false;
	FILE *out;
	int i;

	(void)snprintf(
	    page, sizeof(page), "tocsin-%s", spelled(row->name, '-', name));
	out = open_page(page, "1");
	mdoc_begin(out, page, "1", date, row->help);
	mdoc_section(out, "SYNOPSIS");
	(void)fputs(".Nm tocsin\n", out);
	mdoc_text(out, row->name);
	mdoc_text(out, row->usage);
	mdoc_section(out, "DESCRIPTION");
	mdoc_text(out, row->help);
	for (i = 0; i < LOCAL_OPTION_COUNT; i++) {
		const struct local_option_row *option =
		    local_option_row((enum local_option)i);

		if (option->command != local)
			continue;
		if (!listed) {
			(void)fputs(".Pp\n", out);
			mdoc_text(out, "The options are:");
			mdoc_list(out);
		}
		listed = true;
		mdoc_option(out, option->name, option->argument);
		mdoc_text(out, option->help);
	}
	if (listed)
		mdoc_end(out);
	if (local_fields(local) != VERB_NONE)
		write_fields(out, local_fields(local), true);
	write_common(out);
	write_see(out);
	close_page(out);
}

static void
write_reference(FILE *out, const char *name, const char *help)
{
	char page[NAME_BYTES];

	(void)fprintf(out, ".It Xr tocsin-%s 1\n", spelled(name, '-', page));
	mdoc_text(out, help);
}

static void
write_named(FILE *out, const struct named *rows, size_t count, const char *as)
{
	size_t i;

	mdoc_list(out);
	for (i = 0; i < count; i++) {
		(void)fprintf(out, ".It %s", as);
		mdoc_word(out, rows[i].name);
		(void)fputc('\n', out);
		mdoc_text(out, rows[i].help);
	}
	mdoc_end(out);
}

/* What an answer can carry: the rows of errors.def before IO, by exit code. */
static void
write_exits(FILE *out)
{
	char text[TEXT_BYTES];
	int code, err;

	mdoc_section(out, "EXIT STATUS");
	mdoc_list(out);
	(void)fputs(".It 0\nIt is done.\n", out);
	(void)fputs(".It 1\nSomething on this machine failed.\n", out);
	for (code = 2; code <= 7; code++) {
		size_t len = 0;

		text[0] = '\0';
		for (err = ERR_INVALID; err < ERR_IO; err++)
			if (err_exit((enum err)err) == code)
				len += (size_t)snprintf(text + len,
				    sizeof(text) - len, "%s%s",
				    len > 0 ? "; or " : "",
				    err_meaning((enum err)err));
		(void)fprintf(
		    out, ".It %d\n%c", code, toupper((unsigned char)text[0]));
		mdoc_text(out, text + 1);
	}
	mdoc_end(out);
}

static void
write_overview(void)
{
	FILE *out = open_page("tocsin", "1");
	char text[TEXT_BYTES];
	size_t count, row;
	const struct alias_row *aliases = extras_aliases(&count);
	int i;

	mdoc_begin(out, "tocsin", "1", date,
	    "incident response and ticketing from the keyboard");
	mdoc_section(out, "SYNOPSIS");
	(void)fputs(".Nm\n.Ar command\n.Op Ar word ...\n"
		    ".Op Fl \\-option Ar value ...\n",
	    out);
	mdoc_section(out, "DESCRIPTION");
	mdoc_text(out,
	    "The command line of Tocsin: alerts and people's reports come in, "
	    "triage makes incidents of them, analysts work them, and what "
	    "happened can be proved afterwards. An answer of success means "
	    "that what was asked is on the broker's disk.");
	(void)fputs(".Pp\n", out);
	mdoc_text(out,
	    "On a terminal a table fits its width; in a pipe nothing of it is "
	    "cut. With `--json` each command answers with one line of JSON, a "
	    "failure with `error` and `message`. Times are read as RFC 3339, "
	    "as a clock's (`23:59`), or as an age (`15m`, `3h`, `2d`). "
	    "`tocsin COMMAND --help` says on the screen what its page says.");
	write_common(out);
	(void)fputs(".Ss Commands that ask the broker\n", out);
	mdoc_list(out);
	for (i = 0; i < VERB_COUNT; i++)
		if (args_offered((enum verb)i))
			write_reference(out, verb_row((enum verb)i)->name,
			    verb_row((enum verb)i)->help);
	for (row = 0; row < count; row++)
		write_reference(
		    out, aliases[row].name, alias_help(&aliases[row], text));
	mdoc_end(out);
	(void)fputs(".Ss Commands on this machine\n", out);
	mdoc_list(out);
	for (i = 0; i < LOCAL_COUNT; i++)
		write_reference(out, local_row((enum local)i)->name,
		    local_row((enum local)i)->help);
	mdoc_end(out);
	mdoc_section(out, "ENVIRONMENT");
	write_named(out, environment, COUNT(environment), "Ev");
	mdoc_section(out, "FILES");
	write_named(out, files, COUNT(files), "Pa");
	write_exits(out);
	mdoc_section(out, "SEE ALSO");
	(void)fputs(".Xr tocsin-verify 1 ,\n.Xr tocsin.yaml 5 ,\n"
		    ".Xr tocsin-worker 8 ,\n.Xr tocsind 8\n",
	    out);
	close_page(out);
}

int
main(int argc, char **argv)
{
	size_t count, row;
	const struct alias_row *aliases = extras_aliases(&count);
	FILE *out;
	int i;

	if (argc != 3) {
		(void)fputs("usage: tocsin-pages FOLDER DATE\n", stderr);
		return 2;
	}
	folder = argv[1];
	date = argv[2];
	write_overview();
	out = open_page("tocsin.yaml", "5");
	pages_configuration(out, date);
	close_page(out);
	for (i = 0; i < VERB_COUNT; i++)
		if (args_offered((enum verb)i))
			write_verb((enum verb)i);
	for (row = 0; row < count; row++)
		write_alias(&aliases[row]);
	/* tocsin-verify(1) is of the program, and tells of the command too. */
	for (i = 0; i < LOCAL_COUNT; i++)
		if (i != LOCAL_verify)
			write_local((enum local)i);
	return 0;
}
