#include "cli/filter.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/claim.h"
#include "cli/command.h"
#include "cli/local.h"
#include "cli/own.h"
#include "cli/report.h"
#include "cli/shape.h"
#include "cli/suggest.h"
#include "cli/where.h"
#include "protocol/ask.h"

/* ---- loading ---- */

static void
suggest_name(void *arg, const char *name)
{
	suggest_word(arg, name);
}

static enum err
refuse_name(const char *name, struct fault *fault)
{
	struct suggestion suggestion;
	char hint[128];

	suggest_begin(&suggestion, name);
	filter_each(suggest_name, &suggestion);
	suggest_text(&suggestion, "@", hint, sizeof(hint));
	return fault_set(fault, ERR_MISSING,
	    "there is no saved filter \"%s\"%s (`tocsin filter list` has all)",
	    name, hint);
}

enum err
filter_load(const char *name, const struct session *session, struct args *list,
    struct fault *fault)
{
	char path[OWN_PATH_MAX], *text, *rest, *line;
	struct fault why;
	int number = 0;
	enum err err;

	if (!name_valid(name))
		return refuse_name(name, fault);
	err = own_read(OWN_FILTERS, name, &text, fault);
	if (err == ERR_MISSING)
		return refuse_name(name, fault);
	rest = text;
	while (err == OK && (line = strsep(&rest, "\n")) != NULL) {
		number++;
		if (line[0] == '\0' || line[0] == '#')
			continue;
		/* One that led to others could lead back to itself. */
		err = line[0] == '@'
			  ? fault_set(&why, ERR_INVALID,
				"a saved filter holds no other (%s)", line)
			  : where_add(list, session, line, &why);
		if (err != OK && own_path(OWN_FILTERS, name, path, fault) == OK)
			(void)fault_set(fault, err, "%s:%d: %.500s", path,
			    number, why.text);
	}
	free(text);
	return err;
}

static int
is_filter(const struct dirent *entry)
{
	return name_valid(entry->d_name);
}

void
filter_each(void (*each)(void *arg, const char *name), void *arg)
{
	struct dirent **names = NULL;
	char folder[OWN_PATH_MAX];
	struct fault ignored;
	int count = -1, i;

	if (own_path(OWN_FILTERS, NULL, folder, &ignored) == OK)
		count = scandir(folder, &names, is_filter, alphasort);
	for (i = 0; i < count; i++) {
		each(arg, names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

/* ---- the commands ---- */

static enum err
check_name(const struct local_args *args, struct fault *fault)
{
	if (args->words_count == 1 && name_valid(args->words[0]))
		return OK;
	return fault_set(fault, ERR_INVALID,
	    "say one name of small letters, digits and . _ : @ - for the "
	    "filter, such as night");
}

/* The terms that were given, a line each; the caller's. */
static enum err
spell_terms(const struct session *session, const struct local_args *args,
    char **text, struct fault *fault)
{
	struct args list;
	char *term;
	size_t size, i;
	FILE *out = claim(open_memstream(text, &size));
	enum err err = OK;

	args_init(&list, VERB_list);
	for (i = 0; err == OK && i < args->terms_count; i++) {
		const struct local_term *given = &args->terms[i];

		if (asprintf(&term, "%s%s%s", given->field->name,
			given->value[0] != '\0' ? "=" : "", given->value) < 0)
			(void)claim(NULL);
		if (strchr(term, '\n') != NULL)
			err = fault_set(fault, ERR_INVALID,
			    "--%s: a saved term has one line",
			    given->field->name);
		else
			err = where_add(&list, session, term, fault);
		(void)fprintf(out, "%s\n", term);
		free(term);
	}
	if (err == OK)
		err = args_check(&list, fault);
	(void)fclose(out);
	args_fini(&list);
	return err;
}

int
local_filter_save(struct session *session, const struct local_args *args)
{
	const char *name = args->words_count > 0 ? args->words[0] : "";
	char *text = NULL;
	struct fault fault;
	cJSON *body;
	enum err err = check_name(args, &fault);

	if (err == OK && args->terms_count == 0)
		err = fault_set(&fault, ERR_INVALID,
		    "say what to filter by, such as --severity high (`tocsin "
		    "list --help` has all)");
	if (err == OK)
		err = spell_terms(session, args, &text, &fault);
	if (err == OK)
		err = own_write(OWN_FILTERS, name, text, &fault);
	free(text);
	if (err != OK)
		return report_fail(session, &fault);
	body = report_new();
	report_text(body, "name", name);
	report_done(
	    session, body, "@%s is saved: `tocsin list @%s`", name, name);
	return 0;
}

struct listing {
	cJSON *rows;
};

/* Adds a filter with its terms, as they stand in its file. */
static void
add_filter(void *arg, const char *name)
{
	struct listing *listing = arg;
	cJSON *row = report_new(), *terms = claim(cJSON_CreateArray());
	char *text, *rest, *line;
	struct fault fault;

	report_text(row, "name", name);
	rest = own_read(OWN_FILTERS, name, &text, &fault) == OK ? text : NULL;
	while ((line = strsep(&rest, "\n")) != NULL)
		if (line[0] != '\0' && line[0] != '#' &&
		    !cJSON_AddItemToArray(
			terms, claim(cJSON_CreateString(line))))
			(void)claim(NULL);
	free(text);
	report_member(row, "terms", terms);
	if (!cJSON_AddItemToArray(listing->rows, row))
		(void)claim(NULL);
}

int
local_filter_list(struct session *session, const struct local_args *args)
{
	static const struct shown shown[] = {
	    {"name", SHAPE_TEXT, {"FILTER", 0, 0, false}},
	    {"terms", SHAPE_NAMES, {"TERMS", 0, 28, false}},
	};
	struct listing listing = {claim(cJSON_CreateArray())};
	cJSON *body = report_new();

	(void)args;
	filter_each(add_filter, &listing);
	report_member(body, "filters", listing.rows);
	if (session->json)
		command_json(session, body);
	else if (shape_table(&session->screen, listing.rows, shown, 2) == 0)
		(void)fputs("No filter is saved. `tocsin filter save night "
			    "--severity high` saves one.\n",
		    session->screen.out);
	cJSON_Delete(body);
	return 0;
}

int
local_filter_remove(struct session *session, const struct local_args *args)
{
	const char *name = args->words_count > 0 ? args->words[0] : "";
	char path[OWN_PATH_MAX];
	struct fault fault;
	cJSON *body;
	enum err err = check_name(args, &fault);

	if (err == OK)
		err = own_path(OWN_FILTERS, name, path, &fault);
	if (err == OK && unlink(path) != 0)
		err = errno == ENOENT ? refuse_name(name, &fault)
				      : fault_here(&fault, ERR_IO,
					    "%s: cannot be removed: %s", path,
					    strerror(errno));
	if (err != OK)
		return report_fail(session, &fault);
	body = report_new();
	report_text(body, "name", name);
	report_done(session, body, "@%s is removed", name);
	return 0;
}
