/* Text from outside in reports, and charts. */
#include "cli/paper.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const char *
written(void (*put)(FILE *out, const char *text), const char *text)
{
	static char *made;
	size_t len;
	FILE *out;

	free(made);
	out = open_memstream(&made, &len);
	put(out, text);
	(void)fclose(out);
	return made;
}

Test(paper_text, lets_nothing_begin_in_markdown)
{
	static const struct {
		const char *text, *markdown;
	} rows[] = {
	    {"plain words, 10:15, 203.0.113.7.", NULL},
	    {"<b>x</b>", "\\<b\\>x\\</b\\>"},
	    {"[a](http://b)", "\\[a\\](http\\://b)"},
	    {"![i](x)", "\\!\\[i\\](x)"},
	    {"a | b", "a \\| b"},
	    {"**b** _i_ `c`", "\\*\\*b\\*\\* \\_i\\_ \\`c\\`"},
	    {"- item", "\\- item"},
	    {"12. item", "12\\. item"},
	    {"12) item", "12\\) item"},
	    {"# head", "\\# head"},
	    {"www.example", "www\\.example"},
	    {"WWW.example", "WWW\\.example"},
	    {"me@there", "me\\@there"},
	    {"&lt;", "\\&lt;"},
	    {"a\nb", "a b"},
	    {"  a  ", "a"},
	    {"a\x1b[0m", "a‹U+001B›\\[0m"},
	    {"\u202ea", "‹U+202E›a"},
	    {"a\xff", "a‹FF›"},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_assert_str_eq(written(paper_text, rows[i].text),
		    rows[i].markdown != NULL ? rows[i].markdown : rows[i].text);
}

Test(paper_block, quotes_each_line_and_keeps_paragraphs)
{
	cr_assert_str_eq(written(paper_block, "a\n    b\n\n\n- c\n\n"),
	    "> a\\\n> b\n>\n> \\- c\n\n");
	cr_assert_str_eq(
	    written(paper_block, " \n"), "*Nothing was said.*\n\n");
}

Test(paper_html, escapes_what_html_means)
{
	cr_assert_str_eq(written(paper_html, "<a href='x'>&\"\u2066"),
	    "&#60;a href=&#39;x&#39;&#62;&#38;&#34;‹U+2066›");
}

Test(paper_span, says_two_units_at_most)
{
	static const struct {
		int64_t ms;
		const char *text;
	} rows[] = {
	    {0, "0 ms"},
	    {999, "999 ms"},
	    {1000, "1 s"},
	    {61000, "1 min 1 s"},
	    {3600000, "1 h"},
	    {90000000, "1 d 1 h"},
	};
	char out[PAPER_SPAN_MAX];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_assert_str_eq(paper_span(rows[i].ms, out), rows[i].text);
}

Test(paper_incident, is_made_of_data_that_hold_nothing)
{
	cJSON *data = cJSON_CreateObject();
	int format;
	size_t len;

	for (format = 0; format < PAPER_FORMATS; format++) {
		char *text =
		    paper_incident(data, (enum paper_format)format, &len);

		cr_assert_eq(strlen(text), len);
		/* What bears no TLP is as if it bore the highest. */
		cr_assert_eq(
		    strstr(text, "TLP:RED") != NULL, format != PAPER_JSON);
		free(text);
	}
	cJSON_Delete(data);
}
