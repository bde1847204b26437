/*
 * Reports for people who have no key of their own: written once, as Markdown,
 * from which HTML is made, with charts between.  Text from outside goes through
 * paper_text, paper_block (Markdown) or paper_html (SVG), and nowhere else.
 *
 * The same data give the same bytes.
 */
#ifndef TOCSIN_CLI_PAPER_H
#define TOCSIN_CLI_PAPER_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum paper_format { PAPER_MD, PAPER_JSON, PAPER_HTML, PAPER_FORMATS };

/* The format that the word names, or PAPER_FORMATS. */
enum paper_format paper_format_of(const char *word);

/* The report on an incident, from what `report` answered, its timeline whole.
 * The caller's to free. */
char *paper_incident(const cJSON *data, enum paper_format format, size_t *len);

/* The report on a week, from all pages of what `report weekly` answered, put
 * behind each other.  The caller's to free. */
char *paper_week(const cJSON *data, enum paper_format format, size_t *len);

/* What was added up for it, as JSON has it; the caller's. */
cJSON *paper_week_sums(const cJSON *data);

/* ---- for the paper_*.c files ---- */

struct paper {
	FILE *md; /* where Markdown is written */
	FILE *
	    out; /* where SVG is, behind the Markdown so far; NULL without HTML */
	char *md_text, *out_text;
	size_t md_len, out_len;
};

/* Begins a report; title and tlp go into the head of an HTML file. */
void paper_begin(struct paper *paper, enum paper_format format,
    const char *title, const char *tlp);
/* Ends it; the whole, the caller's to free. */
char *paper_end(struct paper *paper, size_t *len);
/* The data themselves; the caller's to free. */
char *paper_json(const cJSON *data, size_t *len);
/* Makes HTML of the Markdown so far, so that a chart can follow.  False where
 * there are no charts. */
bool paper_chart(struct paper *paper);

/* Text on one line of Markdown, as it is meant to be read. */
void paper_text(FILE *md, const char *text);
/* Text of several lines as a quotation; "Nothing was said." where there is
 * none. */
void paper_block(FILE *md, const char *text);
/* Text within HTML or SVG. */
void paper_html(FILE *html, const char *text);

enum { PAPER_SPAN_MAX = 32, PAPER_TIME_MAX = 32, PAPER_TLP_MAX = 24 };

/* "2 h 5 min", "40 s", "3 d 4 h".  Returns out. */
const char *paper_span(int64_t ms, char out[PAPER_SPAN_MAX]);
/* "2026-11-25 10:15:02 UTC"; "" for none.  Returns out. */
const char *paper_time(int64_t ms, char out[PAPER_TIME_MAX]);
/* "TLP:AMBER+STRICT" of the object's tlp.  Returns out. */
const char *paper_tlp(const cJSON *object, char out[PAPER_TLP_MAX]);
/* Where all of it comes from. */
void paper_origin(FILE *md, const cJSON *as_of);

/* ---- charts (paper_chart.c) ---- */

struct paper_bar {
	const char *label, *value; /* what stands beside it */
	int64_t size, other; /* a second bar below it; -1 for none */
};

/* Bars one below the other, as long as they are large. */
void paper_bars(
    FILE *svg, const char *title, const struct paper_bar *bars, size_t count);

struct paper_moment {
	int64_t at_ms;
	const char *label; /* NULL for one event among others */
};

/* Moments on a line, in order of time. */
void paper_timeline(
    FILE *svg, const struct paper_moment *moments, size_t count);

#endif
