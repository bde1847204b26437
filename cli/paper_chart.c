/* Charts as inline SVG: bars, and moments on a line. */
#include <inttypes.h>
#include <string.h>

#include "cli/paper.h"

enum {
	WIDTH = 720,
	LABEL = 150, /* where bars begin */
	VALUE = 150, /* room for what stands beside them */
	BAR = 14,
	SECOND = 7,
	STEP = 26,
	LEVELS = 8, /* rows of labels above the line, at most */
	LEVEL = 17,
	MARGIN = 12,
	LETTER = 7 /* a label's width, about */
};

static int64_t
largest(const struct paper_bar *bars, size_t count)
{
	int64_t max = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (bars[i].size > max)
			max = bars[i].size;
		if (bars[i].other > max)
			max = bars[i].other;
	}
	return max;
}

static int
scaled(int64_t size, int64_t max, int room)
{
	int width = (int)((double)size / (double)max * room);

	return size > 0 && width < 2 ? 2 : width;
}

void
paper_bars(
    FILE *svg, const char *title, const struct paper_bar *bars, size_t count)
{
	int64_t max = largest(bars, count);
	int room = WIDTH - LABEL - VALUE, y = 4, width, other;
	size_t i;

	/* Where nothing is, a table says so better. */
	if (max <= 0)
		return;
	(void)fprintf(svg, "<svg viewBox=\"0 0 %d %d\" role=\"img\"><title>",
	    WIDTH, (int)count * STEP + 8);
	paper_html(svg, title);
	(void)fputs("</title>\n", svg);
	for (i = 0; i < count; i++, y += STEP) {
		width = scaled(bars[i].size, max, room);
		other =
		    bars[i].other < 0 ? 0 : scaled(bars[i].other, max, room);
		(void)fprintf(svg,
		    "<text x=\"%d\" y=\"%d\" "
		    "text-anchor=\"end\">",
		    LABEL - 10, y + 13);
		paper_html(svg, bars[i].label);
		(void)fprintf(svg,
		    "</text><rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"%d\" "
		    "height=\"%d\"/>",
		    LABEL, y + 2, width, BAR);
		if (bars[i].other >= 0)
			(void)fprintf(svg,
			    "<rect class=\"bar2\" x=\"%d\" y=\"%d\" "
			    "width=\"%d\" height=\"%d\"/>",
			    LABEL, y + 2 + BAR, other, SECOND);
		(void)fprintf(svg, "<text class=\"dim\" x=\"%d\" y=\"%d\">",
		    LABEL + (width > other ? width : other) + 8, y + 13);
		paper_html(svg, bars[i].value);
		(void)fputs("</text>\n", svg);
	}
	(void)fputs("</svg>\n", svg);
}

/* ---- moments ---- */

/* The lowest row of labels that has room left of x. */
static int
level_for(int ends[LEVELS], int x, int width)
{
	int level = 0, i;

	for (i = 0; i < LEVELS; i++)
		if (ends[i] < x) {
			level = i;
			break;
		} else if (ends[i] < ends[level]) {
			level = i;
		}
	ends[level] = x + width;
	return level;
}

struct line {
	int64_t first, last;
	int ends[LEVELS];
	int y; /* where it is; 0 while room for its labels is counted */
	int levels;
};

static int
place(const struct line *line, int64_t at_ms)
{
	if (line->last <= line->first)
		return MARGIN;
	return MARGIN +
	       (int)((double)(at_ms - line->first) /
		     (double)(line->last - line->first) * (WIDTH - 2 * MARGIN));
}

static void
put_mark(FILE *svg, struct line *line, int x, const char *label)
{
	int width = (int)strlen(label) * LETTER;
	bool left = x + width + 6 > WIDTH;
	int level = level_for(line->ends, left ? x - width - 6 : x, width + 10);
	int y = line->y - 12 - level * LEVEL;

	if (level >= line->levels)
		line->levels = level + 1;
	if (line->y == 0)
		return;
	(void)fprintf(svg,
	    "<line class=\"mark\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
	    "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">",
	    x, y - 9, x, line->y + 5, left ? x - 4 : x + 4, y,
	    left ? "end" : "start");
	paper_html(svg, label);
	(void)fputs("</text>\n", svg);
}

static void
put_moments(FILE *svg, struct line *line, const struct paper_moment *moments,
    size_t count)
{
	size_t i;

	for (i = 0; i < LEVELS; i++)
		line->ends[i] = -WIDTH;
	for (i = 0; i < count; i++) {
		int x = place(line, moments[i].at_ms);

		if (moments[i].label != NULL)
			put_mark(svg, line, x, moments[i].label);
		else if (line->y != 0)
			(void)fprintf(svg,
			    "<circle class=\"dot\" cx=\"%d\" cy=\"%d\" "
			    "r=\"4\"/>\n",
			    x, line->y);
	}
}

void
paper_timeline(FILE *svg, const struct paper_moment *moments, size_t count)
{
	struct line line = {.y = 0};
	char begin[PAPER_TIME_MAX], end[PAPER_TIME_MAX];

	if (count == 0)
		return;
	line.first = moments[0].at_ms;
	line.last = moments[count - 1].at_ms;
	put_moments(svg, &line, moments, count);
	line.y = line.levels * LEVEL + 14;
	(void)fprintf(svg,
	    "<svg viewBox=\"0 0 %d %d\" role=\"img\"><title>Timeline</title>\n"
	    "<line class=\"rule\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" "
	    "stroke-width=\"2\"/>\n",
	    WIDTH, line.y + 34, MARGIN, line.y, WIDTH - MARGIN, line.y);
	put_moments(svg, &line, moments, count);
	(void)fprintf(svg,
	    "<text class=\"dim\" x=\"%d\" y=\"%d\">%s</text>\n"
	    "<text class=\"dim\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s"
	    "</text>\n</svg>\n",
	    MARGIN, line.y + 26, paper_time(line.first, begin), WIDTH - MARGIN,
	    line.y + 26, paper_time(line.last, end));
}
