#include "cli/paper.h"

#include <md4c-html.h>
#include <stdlib.h>
#include <string.h>

#include "cli/claim.h"

enum paper_format
paper_format_of(const char *word)
{
	static const char *const words[PAPER_FORMATS] = {
	    [PAPER_MD] = "md", [PAPER_JSON] = "json", [PAPER_HTML] = "html"};
	int format;

	for (format = 0; format < PAPER_FORMATS; format++)
		if (strcmp(words[format], word) == 0)
			break;
	return (enum paper_format)format;
}

/* Everything that the file needs is in it: no font, no script, no picture from
 * elsewhere; the policy says so to browsers too. */
static const char head_begin[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
    "'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, "
    "initial-scale=1\">\n<title>";

static const char head_end[] =
    "</title>\n<style>\n"
    ":root { color: #1d2733; background: #eef1f4; }\n"
    "body { font: 15px/1.5 system-ui, \"Liberation Sans\", Arial, "
    "sans-serif; margin: 0; }\n"
    "main { max-width: 54rem; margin: 1.5rem auto; padding: 1.5rem 2.5rem "
    "2.5rem; background: #fff; box-shadow: 0 1px 6px #0002; }\n"
    ".tlp { font-weight: 700; letter-spacing: .04em; text-align: right; "
    "margin: 0; }\n"
    ".tlp span { background: #111; color: #ffc000; padding: .15rem .6rem; "
    "}\n"
    ".tlp .red { color: #ff2b2b; } .tlp .green { color: #33ff00; } "
    ".tlp .clear { color: #fff; }\n"
    "h1 { font-size: 1.7rem; line-height: 1.25; margin: .3rem 0 1rem; "
    "overflow-wrap: anywhere; }\n"
    "h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; padding-bottom: .2rem; "
    "border-bottom: 2px solid #24527a; color: #24527a; }\n"
    "h3 { font-size: 1rem; margin: 1.1rem 0 .3rem; }\n"
    "table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; "
    "font-size: .88rem; }\n"
    "th, td { text-align: left; vertical-align: top; padding: .3rem .55rem; "
    "border-bottom: 1px solid #d8dee5; overflow-wrap: break-word; }\n"
    "th { background: #f1f4f7; font-weight: 600; } th:empty { padding: 0; "
    "border: 0; }\n"
    "thead:not(:has(th:not(:empty))) { display: none; }\n"
    "td:first-child { width: 1%; white-space: nowrap; }\n"
    "td:last-child { overflow-wrap: anywhere; }\n"
    "td:nth-child(2):not(:last-child), tr:has(td:nth-child(5)) "
    "td:nth-child(3) { white-space: nowrap; }\n"
    "blockquote { margin: .4rem 0 1rem; padding: .1rem .9rem; border-left: "
    "3px solid #9db4c8; background: #f7f9fb; overflow-wrap: anywhere; }\n"
    "code { font-size: .85em; overflow-wrap: anywhere; }\n"
    "svg { display: block; width: 100%; height: auto; margin: .5rem 0 1rem; "
    "}\n"
    "svg text { font: 12px system-ui, \"Liberation Sans\", Arial, "
    "sans-serif; fill: #1d2733; }\n"
    "svg .dim { fill: #5d6b7a; } svg .bar { fill: #2f6f9f; } "
    "svg .bar2 { fill: #9dbdd6; } svg .rule { stroke: #b6c2ce; } "
    "svg .mark { stroke: #c2410c; stroke-width: 1.5; } "
    "svg .dot { fill: #2f6f9f; fill-opacity: .55; }\n"
    "@page { size: A4; margin: 16mm 14mm; }\n"
    "@media print { :root { background: #fff; } main { max-width: none; "
    "margin: 0; padding: 0; box-shadow: none; } body { font-size: 10pt; } "
    "h2, h3 { break-after: avoid; } tr, svg, blockquote p { break-inside: "
    "avoid; } table:not(:has(tr:nth-child(16))) { break-inside: avoid; } "
    "thead { display: table-header-group; } * { "
    "-webkit-print-color-adjust: exact; print-color-adjust: exact; } }\n"
    "</style>\n</head>\n<body>\n<main>\n";

static void
put_tlp(FILE *out, const char *tlp)
{
	const char *colour = strstr(tlp, "RED") != NULL     ? "red"
			     : strstr(tlp, "GREEN") != NULL ? "green"
			     : strstr(tlp, "CLEAR") != NULL ? "clear"
							    : "amber";

	(void)fprintf(out,
	    "<p class=\"tlp\"><span class=\"%s\">%s</span></p>\n", colour, tlp);
}

void
paper_begin(struct paper *paper, enum paper_format format, const char *title,
    const char *tlp)
{
	*paper = (struct paper){0};
	paper->md = claim(open_memstream(&paper->md_text, &paper->md_len));
	if (format != PAPER_HTML)
		return;
	paper->out = claim(open_memstream(&paper->out_text, &paper->out_len));
	(void)fputs(head_begin, paper->out);
	paper_html(paper->out, title);
	(void)fputs(head_end, paper->out);
	put_tlp(paper->out, tlp);
}

static void
take_html(const MD_CHAR *text, MD_SIZE len, void *arg)
{
	(void)fwrite(text, 1, len, arg);
}

bool
paper_chart(struct paper *paper)
{
	if (paper->out == NULL)
		return false;
	(void)fflush(paper->md);
	/* Nothing in it is HTML, whatever it looks like. */
	if (md_html(paper->md_text, (MD_SIZE)paper->md_len, take_html,
		paper->out, MD_FLAG_TABLES | MD_FLAG_NOHTML, 0) != 0)
		(void)claim(NULL);
	(void)fclose(paper->md);
	free(paper->md_text);
	paper->md = claim(open_memstream(&paper->md_text, &paper->md_len));
	return true;
}

char *
paper_end(struct paper *paper, size_t *len)
{
	if (paper_chart(paper)) {
		(void)fputs("</main>\n</body>\n</html>\n", paper->out);
		(void)fclose(paper->out);
		(void)fclose(paper->md);
		free(paper->md_text);
		*len = paper->out_len;
		return claim(paper->out_text);
	}
	(void)fclose(paper->md);
	*len = paper->md_len;
	return claim(paper->md_text);
}

char *
paper_json(const cJSON *data, size_t *len)
{
	char *printed = claim(cJSON_Print(data)), *text = NULL;
	FILE *out = claim(open_memstream(&text, len));

	(void)fprintf(out, "%s\n", printed);
	(void)fclose(out);
	cJSON_free(printed);
	return claim(text);
}
