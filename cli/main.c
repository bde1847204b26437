/* tocsin, the command line: a thin client, and what runs the rest. */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/command.h"
#include "cli/complete.h"
#include "cli/extras.h"
#include "cli/help.h"
#include "cli/local.h"
#include "cli/report.h"
#include "cli/session.h"
#include "cli/suggest.h"

enum { BUFFER_BYTES = 65536 };

/* Options before the command; *at moves to its first word. */
static enum err
read_leading(struct session *session, int count, char *const *words, int *at,
    struct fault *fault)
{
	struct argument argument;
	struct argv argv;
	bool taken = true;
	enum err err = OK;

	argv_init(&argv, count, words);
	*at = 0;
	while (err == OK && argv_next(&argv, &argument) && argument.option) {
		if (strcmp(argument.name, "version") == 0)
			return OK;
		err = session_option(session, &argv, &argument, &taken, fault);
		if (err == OK && !taken)
			err = fault_set(fault, ERR_INVALID,
			    "--%s: there is no such option; `tocsin --help` "
			    "lists them",
			    argument.name);
		*at = argv.at;
	}
	return err;
}

/* What was mistyped: one word, or two where the first begins a group. */
struct mistyped {
	char text[128];
	bool group;
};

static void
suggest_name(struct suggestion *suggestion, const struct mistyped *mistyped,
    const char *command)
{
	char name[LIMIT_VERB_BYTES_MAX + 1];
	char *mark;

	(void)snprintf(name, sizeof(name), "%s", command);
	while ((mark = strchr(name, '.')) != NULL)
		*mark = ' ';
	if (!mistyped->group)
		name[strcspn(name, " ")] = '\0';
	suggest_word(suggestion, name);
}

static int
refuse_command(const struct session *session, int count, char *const *words)
{
	struct mistyped mistyped;
	struct suggestion suggestion;
	struct screen aside;
	char hint[128];
	struct fault fault;
	size_t aliases_count;
	const struct alias_row *aliases = extras_aliases(&aliases_count);
	int i;

	screen_init(&aside, stderr, false);
	mistyped.group = help_group(&aside, words[0]) > 0;
	if (mistyped.group && (count < 2 || words[1][0] == '-')) {
		(void)fault_set(&fault, ERR_INVALID,
		    "\"%s\" needs one word more: one of those above", words[0]);
		return report_fail(session, &fault);
	}
	(void)snprintf(mistyped.text, sizeof(mistyped.text), "%s%s%s", words[0],
	    mistyped.group ? " " : "", mistyped.group ? words[1] : "");
	suggest_begin(&suggestion, mistyped.text);
	for (i = 0; i < VERB_COUNT; i++)
		if (args_offered((enum verb)i))
			suggest_name(&suggestion, &mistyped,
			    verb_row((enum verb)i)->name);
	for (i = 0; i < (int)aliases_count; i++)
		suggest_name(&suggestion, &mistyped, aliases[i].name);
	for (i = 0; i < LOCAL_COUNT; i++)
		suggest_name(
		    &suggestion, &mistyped, local_row((enum local)i)->name);
	suggest_text(&suggestion, "", hint, sizeof(hint));
	(void)fault_set(&fault, ERR_INVALID,
	    "there is no command \"%s\"%s (%s)", mistyped.text, hint,
	    mistyped.group ? "those above begin so"
			   : "`tocsin --help` lists them");
	return report_fail(session, &fault);
}

static int
run(struct session *session, int count, char *const *words)
{
	const struct alias_row *alias;
	enum local local;
	enum verb verb;
	int used;

	if (strcmp(words[0], "--version") == 0)
		return local_version(session, NULL);
	if (strcmp(words[0], COMPLETE_WORD) == 0)
		return complete_run(session, count - 1, words + 1);
	local = local_find(count, words, &used);
	if (local != LOCAL_NONE)
		return local_run(session, local, count - used, words + used);
	verb = args_command(count, words, &used, &alias);
	if (verb != VERB_NONE) {
		verb = extras_switch(verb, count - used, words + used);
		return command_run(
		    session, verb, alias, count - used, words + used);
	}
	return refuse_command(session, count, words);
}

/*
 * Did all of the answer get out?  Who left a pipe has read what was wanted; a
 * disk that is full is another matter.
 */
static int
end_output(int code)
{
	struct fault fault;

	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return code;
	(void)fault_here(&fault, ERR_IO,
	    "the answer could not be written to standard output: %s",
	    strerror(errno));
	return code == 0 ? fault_report(&fault) : code;
}

int
main(int argc, char **argv)
{
	static char buffer[BUFFER_BYTES];
	struct session session;
	struct fault fault;
	int at, code;

	(void)setlocale(LC_ALL, "");
	/* An answer goes into a pipe whole, so that `| grep -q` ends well. */
	if (!isatty(STDOUT_FILENO))
		(void)setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	session_init(&session);
	session_expect(&session, argc - 1, argv + 1);
	if (read_leading(&session, argc - 1, argv + 1, &at, &fault) != OK) {
		code = report_fail(&session, &fault);
	} else if (at + 1 < argc) {
		code = run(&session, argc - 1 - at, argv + 1 + at);
	} else if (session.help) {
		help_all(&session.screen);
		code = 0;
	} else {
		screen_init(&session.screen, stderr, false);
		help_all(&session.screen);
		code = err_exit(ERR_INVALID);
	}
	session_fini(&session);
	return end_output(code);
}
