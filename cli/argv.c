#include "cli/argv.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

void
argv_init(struct argv *argv, int count, char *const *words)
{
	argv->count = count;
	argv->words = words;
	argv->at = 0;
	argv->ended = false;
}

static void
read_option(const char *word, struct argument *argument)
{
	const char *value = strchr(word, '=');
	size_t len = value != NULL ? (size_t)(value - word) : strlen(word);
	size_t i;

	for (i = 0; i < len && i < ARGV_NAME_MAX; i++) {
		char c = word[i];

		argument->name[i] =
		    (char)(c == '-' ? '_' : tolower((unsigned char)c));
	}
	argument->name[i] = '\0';
	argument->value = value != NULL ? value + 1 : NULL;
	argument->option = true;
}

bool
argv_next(struct argv *argv, struct argument *argument)
{
	const char *word;

	if (argv->at < argv->count && !argv->ended &&
	    strcmp(argv->words[argv->at], "--") == 0) {
		argv->ended = true;
		argv->at++;
	}
	if (argv->at >= argv->count)
		return false;
	word = argv->words[argv->at++];
	if (argv->ended || word[0] != '-' || word[1] == '\0') {
		argument->option = false;
		argument->name[0] = '\0';
		argument->value = word;
		return true;
	}
	if (strcmp(word, "-h") == 0)
		word = "--help";
	read_option(word + (word[1] == '-' ? 2 : 1), argument);
	return true;
}

const char *
argv_value(struct argv *argv, const struct argument *argument)
{
	const char *word;

	if (argument->value != NULL)
		return argument->value;
	if (argv->at >= argv->count)
		return NULL;
	word = argv->words[argv->at];
	if (word[0] == '-' && word[1] == '-')
		return NULL;
	argv->at++;
	return word;
}
