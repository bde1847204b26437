/* tocsin.yaml(5), out of the rows of config.def. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/mdoc.h"
#include "cli/pages.h"

enum { TEXT_BYTES = 2048 };

struct form {
	const char *type, *help;
};

static const struct form forms[] = {
    {"TEXT", "text"},
    {"PATH", "path, from the home folder on"},
    {"SOCKET", "path of a local socket, \"\" for none"},
    {"TCP", "tcp://address:port, \"\" for none"},
    {"SMTP", "smtp://host:port or smtps://host:port"},
    {"COUNT", "whole number"},
    {"DURATION", "time such as 250ms, 30s, 15m, 24h, 7d"},
    {"SEVERITY", "severity"},
    {"TLP", "TLP word"},
    {"OCCASIONS", "occasions, with commas between them"},
    {"COMMAND", "absolute path of a program"},
};

static const char *
form_of(const char *type)
{
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(forms[i].type, type) == 0)
			return forms[i].help;
	return type;
}

/* A duration's bounds are milliseconds, a text's are bytes. */
static void
write_setting(FILE *out, const char *path, const char *type, long long min,
    long long max, const char *otherwise, const char *help)
{
	char text[TEXT_BYTES];

	mdoc_item(out, path);
	(void)snprintf(text, sizeof(text), "%c%s.",
	    toupper((unsigned char)help[0]), help + 1);
	mdoc_text(out, text);
	if (strcmp(type, "COUNT") == 0)
		(void)snprintf(text, sizeof(text),
		    "A %s from %lld to %lld; %s when not set.", form_of(type),
		    min, max, otherwise);
	else
		(void)snprintf(text, sizeof(text), "A %s; %s when not set.",
		    form_of(type),
		    otherwise[0] != '\0' ? otherwise : "nothing");
	mdoc_text(out, text);
}

void
pages_configuration(FILE *out, const char *date)
{
	mdoc_begin(out, "tocsin.yaml", "5", date, "configuration of Tocsin");
	mdoc_section(out, "DESCRIPTION");
	mdoc_text(out,
	    "One YAML file in the home folder, read by the broker at its "
	    "start and by `tocsin up`. What is not set is as below. A key that "
	    "is not here is refused with file, line and column; `tocsin config "
	    "check` says what is wrong. Dots stand for mappings, `[]` for "
	    "the elements of a sequence.");
	mdoc_list(out);
#define SETTING(field, path, type, min, max, otherwise, help)                  \
	write_setting(out, path, #type, min, max, otherwise, help);
#define MEMBER(owner, field, path, type, min, max, otherwise, help)            \
	SETTING(field, path, type, min, max, otherwise, help)
#define LIST(field, path, max, help)                                           \
	mdoc_item(out, path);                                                  \
	mdoc_text(out, help);
#include "protocol/config.def"
#undef SETTING
#undef MEMBER
#undef LIST
	mdoc_end(out);
	mdoc_section(out, "FILES");
	mdoc_list(out);
	(void)fputs(".It Pa /etc/tocsin/tocsin.yaml\n"
		    "Where the Debian package has it.\n",
	    out);
	mdoc_end(out);
	mdoc_section(out, "EXAMPLES");
	(void)fputs(".Bd -literal\n"
		    "triage: {open: medium, attach: low}\n"
		    "notify:\n"
		    "  hooks:\n"
		    "    - {name: mail, on: opened, severity: high,\n"
		    "       mail_to: soc@example.org}\n"
		    "mail: {server: \"smtp://127.0.0.1:25\"}\n"
		    ".Ed\n",
	    out);
	mdoc_section(out, "SEE ALSO");
	(void)fputs(".Xr tocsin 1 ,\n.Xr tocsind 8\n", out);
}
