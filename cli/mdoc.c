#include "cli/mdoc.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { FILL = 64 };

/* Where a line of text stands. */
struct filling {
	FILE *out;
	size_t columns;
	bool bold;
};

static void
put(struct filling *filling, char c)
{
	if (c == '`') {
		filling->bold = !filling->bold;
		(void)fputs(filling->bold ? "\\fB" : "\\fR", filling->out);
		return;
	}
	if (c == '\\')
		(void)fputs("\\e", filling->out);
	else if (c == '-' && filling->bold)
		(void)fputs("\\-", filling->out);
	else
		(void)fputc(c, filling->out);
	filling->columns++;
}

/* Does the word end a sentence?  "e.g." does not. */
static bool
ends_sentence(const char *word, size_t len)
{
	while (len > 1 && strchr("\")`", word[len - 1]) != NULL)
		len--;
	return len > 2 && strchr(".?!", word[len - 1]) != NULL &&
	       word[len - 2] != '.' && !(len > 3 && word[len - 3] == '.');
}

static void
put_word(struct filling *filling, const char *word, size_t len)
{
	size_t i;

	if (filling->columns > 0 && filling->columns + len + 1 > FILL) {
		(void)fputc('\n', filling->out);
		filling->columns = 0;
	} else if (filling->columns > 0) {
		put(filling, ' ');
	}
	/* At the front of a line these begin a request. */
	if (filling->columns == 0 && (*word == '.' || *word == '\''))
		(void)fputs("\\&", filling->out);
	for (i = 0; i < len; i++) {
		/* "--json" is no dash. */
		if (word[i] == '-' && word[i + 1] == '-') {
			(void)fputs("\\-\\-", filling->out);
			filling->columns += 2;
			i++;
		} else {
			put(filling, word[i]);
		}
	}
	if (ends_sentence(word, len)) {
		(void)fputc('\n', filling->out);
		filling->columns = 0;
	}
}

void
mdoc_text(FILE *out, const char *text)
{
	struct filling filling = {.out = out};

	while (*(text += strspn(text, " \n")) != '\0') {
		size_t len = strcspn(text, " \n");

		put_word(&filling, text, len);
		text += len;
	}
	if (filling.columns > 0)
		(void)fputc('\n', out);
}

void
mdoc_word(FILE *out, const char *word)
{
	(void)fputs(" \"", out);
	for (; *word != '\0'; word++)
		switch (*word) {
		case '"':
			(void)fputs("\\(dq", out);
			break;
		case '\\':
			(void)fputs("\\e", out);
			break;
		case '-':
			(void)fputs("\\-", out);
			break;
		default:
			(void)fputc(*word, out);
		}
	(void)fputc('"', out);
}

/* "Open an incident by hand." as a page's name line has it. */
static void
describe(FILE *out, const char *text)
{
	size_t len = strlen(text);
	bool capital =
	    isupper((unsigned char)text[0]) && islower((unsigned char)text[1]);

	(void)fprintf(out, ".Nd %c%.*s\n",
	    capital ? tolower((unsigned char)text[0]) : text[0],
	    (int)(len - 1 - (text[len - 1] == '.')), text + 1);
}

void
mdoc_begin(FILE *out, const char *name, const char *section, const char *date,
    const char *description)
{
	const char *p;

	(void)fprintf(out, ".Dd %s\n.Dt ", date);
	for (p = name; *p != '\0'; p++)
		(void)fputc(toupper((unsigned char)*p), out);
	(void)fprintf(out, " %s\n.Os\n.Sh NAME\n.Nm %s\n", section, name);
	describe(out, description);
}

void
mdoc_section(FILE *out, const char *title)
{
	(void)fprintf(out, ".Sh %s\n", title);
}

void
mdoc_list(FILE *out)
{
	(void)fputs(".Bl -tag -width Ds\n", out);
}

void
mdoc_option(FILE *out, const char *name, const char *argument)
{
	(void)fputs(".It Fl \\-", out);
	for (; *name != '\0'; name++) {
		if (*name == '-')
			(void)fputc('\\', out);
		(void)fputc(*name, out);
	}
	if (argument != NULL && argument[0] != '\0') {
		(void)fputs(" Ar", out);
		mdoc_word(out, argument);
	}
	(void)fputc('\n', out);
}

void
mdoc_item(FILE *out, const char *word)
{
	(void)fputs(".It Cm", out);
	mdoc_word(out, word);
	(void)fputc('\n', out);
}

void
mdoc_end(FILE *out)
{
	(void)fputs(".El\n", out);
}
