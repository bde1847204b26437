/*
 * Prints the tables of docs/PROTOCOL.md out of the .def tables.
 *
 *   tocsin-manual               the tables
 *   tocsin-manual FILE          the file with the tables between its marks
 *   tocsin-manual --check FILE  exits with 1 when the file's tables are others
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/verb.h"

enum { TEXT_MAX = 1048576, NAMES_MAX = 256 };

static const char begin_mark[] = "<!-- tables: begin -->\n";
static const char end_mark[] = "<!-- tables: end -->\n";

static const char *const effects[] = {
    [EFFECT_READ] = "read",
    [EFFECT_WRITE] = "write",
    [EFFECT_INTAKE] = "intake",
    [EFFECT_STREAM] = "stream",
};

/* The lists of words.def by the name that fields.def's rows point to. */
static const char *const lists[] = {
    [WORDS_SEVERITY] = "severity",
    [WORDS_STATUS] = "status",
    [WORDS_KIND] = "kind",
    [WORDS_VERDICT] = "verdict",
    [WORDS_IMPACT] = "impact",
    [WORDS_TLP] = "tlp",
    [WORDS_PAP] = "pap",
    [WORDS_ALERT_STATUS] = "alert_status",
    [WORDS_DISPOSITION] = "disposition",
    [WORDS_RSIT] = "rsit",
    [WORDS_RELATION] = "relation",
    [WORDS_TARGET] = "target",
    [WORDS_OCCASION] = "occasion",
    [WORDS_WORKFLOW] = "workflow",
    [WORDS_TASK_STATUS] = "task_status",
    [WORDS_ACTION] = "action",
    [WORDS_REVIEW] = "review",
};

static_assert(sizeof(lists) / sizeof(lists[0]) == WORDS_LIST_COUNT,
    "every list has its name");

struct limit_row {
	const char *name;
	long long value;
	const char *help;
};

static const struct limit_row limits[] = {
#define LIMIT(name, value, help) {#name, value, help},
#include "protocol/limits.def"
#undef LIMIT
};

struct error_row {
	const char *name;
	const char *word;
	const char *meaning;
	int status;
	int exit_code;
};

static const struct error_row errors[] = {
#define ERR(name, status, word, exit, meaning)                                 \
	{#name, word, meaning, status, exit},
#include "protocol/errors.def"
#undef ERR
};

struct role_row {
	const char *name;
	const char *help;
};

static const struct role_row roles[] = {
#define ROLE(name, bit, help) {#name, help},
#include "protocol/roles.def"
#undef ROLE
};

/* What a type of field takes; %lld is the row's max. */
static const char *const types[] = {
    [FIELD_TEXT] = "text, at most %lld bytes",
    [FIELD_NAME] = "name",
    [FIELD_NAMES] = "array of at most %lld names",
    [FIELD_WORD] = "word of ",
    [FIELD_INCIDENT] = "incident",
    [FIELD_ALERT] = "alert",
    [FIELD_ALERTS] = "array of at most %lld alerts",
    [FIELD_ACTION] = "action",
    [FIELD_NUMBER] = "number, at most %lld",
    [FIELD_FLAG] = "flag",
    [FIELD_TIME] = "time",
    [FIELD_DURATION] = "duration, at most %lld ms",
    [FIELD_CURSOR] = "cursor",
    [FIELD_LIST] = "array of at most %lld",
    [FIELD_OBJECT] = "object",
};

static void
print_who(FILE *out, uint32_t set)
{
	char names[NAMES_MAX];

	role_names(set, names, sizeof(names));
	(void)fprintf(out, "%s", set == UINT32_MAX ? "anyone" : names);
}

static void
print_verbs(FILE *out)
{
	int i;

	(void)fprintf(out, "### Verbs\n\n"
			   "| verb | effect | who may | what it does |\n"
			   "|---|---|---|---|\n");
	for (i = 0; i < VERB_COUNT; i++) {
		const struct verb_row *row = verb_row((enum verb)i);

		(void)fprintf(
		    out, "| `%s` | %s | ", row->name, effects[row->effect]);
		print_who(out, row->roles);
		(void)fprintf(out, " | %s |\n", row->help);
	}
}

static void
print_type(FILE *out, const struct field_row *row)
{
	const char *type = types[row->type];
	const char *number = strstr(type, "%lld");

	if (row->type == FIELD_WORD)
		(void)fprintf(out, "%s`%s`", type, lists[row->max]);
	else if (number != NULL)
		(void)fprintf(out, "%.*s%lld%s", (int)(number - type), type,
		    (long long)row->max, number + strlen("%lld"));
	else
		(void)fprintf(out, "%s", type);
}

static void
print_fields(FILE *out)
{
	int verb;
	size_t count, i;

	(void)fprintf(out, "\n### Fields\n\n"
			   "Fields in bold must be there.\n\n"
			   "| verb | field | type | meaning |\n"
			   "|---|---|---|---|\n");
	for (verb = 0; verb < VERB_COUNT; verb++) {
		const char *name = verb_row((enum verb)verb)->name;
		const struct field_row *rows =
		    verb_fields((enum verb)verb, &count);

		for (i = 0; i < count; i++) {
			const char *bold = rows[i].must ? "**" : "";

			(void)fprintf(out, "| `%s` | %s`%s`%s | ", name, bold,
			    rows[i].name, bold);
			print_type(out, &rows[i]);
			(void)fprintf(out, " | %s |\n", rows[i].help);
		}
		if (count == 0)
			(void)fprintf(out, "| `%s` | none | | |\n", name);
	}
}

static void
print_errors(FILE *out)
{
	size_t i, j;

	(void)fprintf(out,
	    "\n### Refusals\n\n"
	    "| status | `error` | meaning | exit code of `tocsin` |\n"
	    "|---|---|---|---|\n");
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		/* What shows as an earlier row is an inside matter. */
		for (j = 0; errors[j].status != errors[i].status; j++)
			;
		if (j == i)
			(void)fprintf(out, "| %d | `%s` | %s | %d |\n",
			    errors[i].status, errors[i].word, errors[i].meaning,
			    errors[i].exit_code);
	}
}

static void
print_roles(FILE *out)
{
	size_t i;

	(void)fprintf(out, "\n### Roles\n\n"
			   "| role | what it is for |\n"
			   "|---|---|\n");
	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		(void)fprintf(
		    out, "| `%s` | %s |\n", roles[i].name, roles[i].help);
}

static void
print_words(FILE *out)
{
	enum { VALUES_MAX = 64 };
	int list, value;

	(void)fprintf(out, "\n### Words\n\n"
			   "| list | word | meaning |\n"
			   "|---|---|---|\n");
	for (list = 0; list < WORDS_LIST_COUNT; list++)
		for (value = 0; value < VALUES_MAX; value++) {
			const char *name = words_name((enum words)list, value);

			if (strcmp(name, "?") != 0)
				(void)fprintf(out, "| `%s` | `%s` | %s |\n",
				    lists[list], name,
				    words_help((enum words)list, value));
		}
}

static void
print_moves(FILE *out)
{
	int from, to;

	(void)fprintf(out, "\n### Moves\n\n"
			   "| an incident in | may `move` to |\n"
			   "|---|---|\n");
	for (from = 0; from < STATUS_COUNT; from++) {
		const char *before = "";

		(void)fprintf(out, "| `%s` | ", words_name(WORDS_STATUS, from));
		for (to = 0; to < STATUS_COUNT; to++)
			if (status_may_become(
				(enum status)from, (enum status)to)) {
				(void)fprintf(out, "%s`%s`", before,
				    words_name(WORDS_STATUS, to));
				before = ", ";
			}
		(void)fprintf(
		    out, "%s |\n", before[0] == '\0' ? "nothing" : "");
	}
}

static void
print_limits(FILE *out)
{
	size_t i;

	(void)fprintf(out, "\n### Limits\n\n"
			   "| limit | value | unit and what it bounds |\n"
			   "|---|---|---|\n");
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		(void)fprintf(out, "| `%s` | %lld | %s |\n", limits[i].name,
		    limits[i].value, limits[i].help);
}

static void
print_tables(FILE *out)
{
	print_verbs(out);
	print_fields(out);
	print_errors(out);
	print_roles(out);
	print_words(out);
	print_moves(out);
	print_limits(out);
}

/* The file's text, for free(); NULL when it cannot be read. */
static char *
slurp(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text;
	size_t len;

	if (file == NULL)
		return NULL;
	text = malloc(TEXT_MAX + 1);
	if (text == NULL)
		abort();
	len = fread(text, 1, TEXT_MAX, file);
	text[len] = '\0';
	(void)fclose(file);
	return text;
}

/* The document with its tables made anew, for free(); NULL without marks. */
static char *
renew(const char *text)
{
	const char *begin = strstr(text, begin_mark);
	const char *end = strstr(text, end_mark);
	char *renewed = NULL;
	size_t size;
	FILE *out;

	if (begin == NULL || end == NULL || end < begin)
		return NULL;
	begin += strlen(begin_mark);
	out = open_memstream(&renewed, &size);
	if (out == NULL)
		abort();
	(void)fwrite(text, 1, (size_t)(begin - text), out);
	(void)fputc('\n', out);
	print_tables(out);
	(void)fprintf(out, "\n%s", end);
	if (fclose(out) != 0)
		abort();
	return renewed;
}

int
main(int argc, char **argv)
{
	int check = argc == 3 && strcmp(argv[1], "--check") == 0;
	char *text, *renewed;
	int result = 0;

	if (argc == 1) {
		print_tables(stdout);
		return 0;
	}
	if (argc != 2 && !check) {
		(void)fprintf(
		    stderr, "usage: tocsin-manual [[--check] FILE]\n");
		return 2;
	}
	text = slurp(argv[argc - 1]);
	renewed = text != NULL ? renew(text) : NULL;
	if (renewed == NULL) {
		(void)fprintf(stderr,
		    "%s: cannot be read, or lacks the marks of the tables\n",
		    argv[argc - 1]);
		result = 2;
	} else if (!check) {
		(void)fputs(renewed, stdout);
	} else if (strcmp(text, renewed) != 0) {
		(void)fprintf(stderr,
		    "%s: its tables are not those of protocol/*.def; "
		    "run deploy/generate-protocol\n",
		    argv[argc - 1]);
		result = 1;
	}
	free(text);
	free(renewed);
	return result;
}
