/* tocsin, the command line: a thin client, and what runs the rest. */
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/local.h"
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

static int
refuse_command(const char *word)
{
	struct screen aside;
	struct suggestion suggestion;
	char hint[128], name[LIMIT_VERB_BYTES_MAX + 1];
	struct fault fault;
	int i;

	screen_init(&aside, stderr, false);
	if (help_group(&aside, word) > 0) {
		(void)fault_set(&fault, ERR_INVALID,
		    "\"%s\" needs one word more: one of those above", word);
		return fault_report(&fault);
	}
	suggest_begin(&suggestion, word);
	for (i = 0; i < VERB_COUNT; i++)
		if (args_offered((enum verb)i)) {
			(void)snprintf(name, sizeof(name), "%s",
			    verb_row((enum verb)i)->name);
			name[strcspn(name, ".")] = '\0';
			suggest_word(&suggestion, name);
		}
	for (i = 0; i < LOCAL_COUNT; i++)
		suggest_word(&suggestion, local_row((enum local)i)->name);
	suggest_text(&suggestion, "", hint, sizeof(hint));
	(void)fault_set(&fault, ERR_INVALID,
	    "there is no command \"%s\"%s (`tocsin --help` lists them)", word,
	    hint);
	return fault_report(&fault);
}

static int
run(struct session *session, int count, char *const *words)
{
	enum local local;
	enum verb verb;
	int used;

	if (strcmp(words[0], "--version") == 0)
		return local_version(session, NULL);
	local = local_find(count, words, &used);
	if (local != LOCAL_NONE)
		return local_run(session, local, count - used, words + used);
	verb = args_verb(count, words, &used);
	if (verb != VERB_NONE)
		return command_run(session, verb, count - used, words + used);
	return refuse_command(words[0]);
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
	if (read_leading(&session, argc - 1, argv + 1, &at, &fault) != OK) {
		code = fault_report(&fault);
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
	if (fflush(stdout) != 0 && code == 0)
		code = 1;
	return code;
}
