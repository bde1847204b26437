/* Text from outside, as Markdown and HTML that say the same and do nothing. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "cli/paper.h"
#include "cli/render.h"
#include "protocol/ask.h"
#include "protocol/json.h"
#include "protocol/words.h"

/* What begins or ends something in Markdown, wherever it stands; with '@' no
 * address becomes a link by itself. */
static const char special[] = "\\`*_{}[]<>#|~&!@$^=";

/* Writes a code point that nobody is to meet unseen. */
static void
put_hidden(FILE *out, int32_t point, unsigned char byte)
{
	if (point < 0)
		(void)fprintf(out, "\u2039%02X\u203a", byte);
	else
		(void)fprintf(
		    out, "\u2039U+%04" PRIX32 "\u203a", (uint32_t)point);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * What does something by where it stands: "- " and "1. " begin a list where a
 * line does, "http:" and "www." an address anywhere.
 */
static bool
is_special_here(const char *text, size_t len, size_t at)
{
	char next = at + 1 < len ? text[at + 1] : ' ';
	size_t i = 0;

	switch (text[at]) {
	case '-':
	case '+':
		return at == 0;
	case ':':
		return next != ' ' && !is_digit(next);
	case '.':
	case ')':
		while (i < at && is_digit(text[i]))
			i++;
		return (i == at && at > 0 && next == ' ') ||
		       (at >= 3 && (text[at - 1] | ' ') == 'w');
	default:
		return strchr(special, text[at]) != NULL;
	}
}

/* One line, without blanks around it. */
static void
put_line(FILE *md, const char *text, size_t len)
{
	size_t at, used;

	for (at = 0; at < len; at += used) {
		int32_t point = render_point(text + at, len - at, &used);

		if (point == '\t' || point == '\n' || point == '\r')
			(void)fputc(' ', md);
		else if (render_hidden(point))
			put_hidden(md, point, (unsigned char)text[at]);
		else if (point < 0x80 && is_special_here(text, len, at))
			(void)fprintf(md, "\\%c", (int)point);
		else
			(void)fwrite(text + at, 1, used, md);
	}
}

static size_t
trim(const char **text, size_t len)
{
	while (len > 0 && isspace((unsigned char)**text)) {
		++*text;
		len--;
	}
	while (len > 0 && isspace((unsigned char)(*text)[len - 1]))
		len--;
	return len;
}

void
paper_text(FILE *md, const char *text)
{
	size_t len = trim(&text, strlen(text));

	put_line(md, text, len);
}

void
paper_block(FILE *md, const char *text)
{
	bool first = true;
	size_t len;

	if (text == NULL || text[strspn(text, " \t\r\n")] == '\0') {
		(void)fprintf(md, "*Nothing was said.*\n\n");
		return;
	}
	text += strspn(text, "\r\n");
	for (;; text += len + 1) {
		const char *line = text;
		size_t line_len;

		len = strcspn(text, "\n");
		line_len = trim(&line, len);
		if (!first)
			(void)fprintf(md, line_len > 0 ? "\\\n" : "\n>\n");
		if (line_len > 0) {
			(void)fprintf(md, "> ");
			put_line(md, line, line_len);
		}
		first = line_len == 0;
		if (text[len] == '\0')
			break;
		/* Blank lines at the end, or several, are one. */
		while (text[len + 1] == '\n' && first)
			len++;
		if (text[len + strspn(text + len, " \t\r\n")] == '\0')
			break;
	}
	(void)fprintf(md, "\n\n");
}

void
paper_html(FILE *html, const char *text)
{
	size_t len = strlen(text), at, used;

	for (at = 0; at < len; at += used) {
		int32_t point = render_point(text + at, len - at, &used);

		if (render_hidden(point))
			put_hidden(html, point, (unsigned char)text[at]);
		else if (point < 0x80 && strchr("<>&\"'`", (int)point) != NULL)
			(void)fprintf(html, "&#%d;", (int)point);
		else
			(void)fwrite(text + at, 1, used, html);
	}
}

/* ---- our own ---- */

const char *
paper_span(int64_t ms, char out[PAPER_SPAN_MAX])
{
	static const struct {
		int64_t ms;
		const char *name;
	} units[] = {
	    {86400000, "d"}, {3600000, "h"}, {60000, "min"}, {1000, "s"}};
	size_t i = 0;

	if (ms < 1000) {
		(void)snprintf(out, PAPER_SPAN_MAX, "%" PRId64 " ms", ms);
		return out;
	}
	while (ms < units[i].ms)
		i++;
	if (i == 3 || ms % units[i].ms < units[i + 1].ms)
		(void)snprintf(out, PAPER_SPAN_MAX, "%" PRId64 " %s",
		    ms / units[i].ms, units[i].name);
	else
		(void)snprintf(out, PAPER_SPAN_MAX,
		    "%" PRId64 " %s %" PRId64 " %s", ms / units[i].ms,
		    units[i].name, ms % units[i].ms / units[i + 1].ms,
		    units[i + 1].name);
	return out;
}

const char *
paper_time(int64_t ms, char out[PAPER_TIME_MAX])
{
	char text[TIME_TEXT_MAX];

	out[0] = '\0';
	if (ms <= 0)
		return out;
	(void)time_format(ms, text);
	(void)snprintf(out, PAPER_TIME_MAX, "%.10s %.8s UTC", text, text + 11);
	return out;
}

const char *
paper_tlp(const cJSON *object, char out[PAPER_TLP_MAX])
{
	const char *word = json_text(object, "tlp");
	int value = word != NULL ? words_value(WORDS_TLP, word) : -1;

	(void)snprintf(out, PAPER_TLP_MAX, "%s",
	    value >= 0 ? words_help(WORDS_TLP, value) : "TLP:RED");
	return out;
}

void
paper_origin(FILE *md, const cJSON *as_of)
{
	char time[PAPER_TIME_MAX];
	const char *text = json_text(as_of, "time");
	int64_t from = json_number(as_of, "from", 0), ms = 0;

	if (text != NULL && time_parse(text, &ms) != OK)
		ms = 0;
	(void)fprintf(md,
	    "## Where this comes from\n\n"
	    "All of it was computed from the journal up to entry %" PRId64
	    " (%s), whose chain head is `%s`; nothing else went in. The same "
	    "entry gives the same report. `tocsin verify` shows whether the "
	    "journal still is what it was.\n\n",
	    json_number(as_of, "entry", 0), paper_time(ms, time),
	    json_text(as_of, "head") != NULL ? json_text(as_of, "head") : "?");
	if (from != 0)
		(void)fprintf(md,
		    "The journal grew meanwhile: its first part was computed "
		    "at entry %" PRId64 ".\n\n",
		    from);
}
