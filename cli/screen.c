#include "cli/screen.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/render.h"

enum { COLUMNS_DEFAULT = 80, COLUMNS_MAX = 1000 };

static const char *const styles[STYLE_COUNT] = {
    [STYLE_PLAIN] = "",
    [STYLE_BOLD] = "\033[1m",
    [STYLE_DIM] = "\033[2m",
    [STYLE_GOOD] = "\033[32m",
    [STYLE_NOTICE] = "\033[36m",
    [STYLE_WARN] = "\033[33m",
    [STYLE_BAD] = "\033[31m",
    [STYLE_ALARM] = "\033[1;31m",
};

/* The width of the terminal, or what COLUMNS says; 0 where nothing does. */
static size_t
columns_of(int fd)
{
	const char *given = getenv("COLUMNS");
	struct winsize size;
	unsigned long columns = 0;

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	if (given != NULL)
		columns = strtoul(given, NULL, 10);
	return columns <= COLUMNS_MAX ? columns : 0;
}

static bool
wants_colour(int fd)
{
	const char *none = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return isatty(fd) && (none == NULL || *none == '\0') &&
	       terminal != NULL && strcmp(terminal, "dumb") != 0;
}

bool
screen_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void
screen_init(struct screen *screen, FILE *out, bool utc)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	screen->out = out;
	screen->columns = columns_of(fileno(out));
	screen->endless = screen->columns == 0 && !isatty(fileno(out));
	if (screen->columns == 0)
		screen->columns = COLUMNS_DEFAULT;
	screen->utf8 = screen_is_utf8();
	screen->colour = wants_colour(fileno(out));
	screen->utc = utc;
	screen->now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *
screen_style(const struct screen *screen, enum style style)
{
	return screen->colour ? styles[style] : "";
}

const char *
screen_plain(const struct screen *screen, enum style style)
{
	return screen->colour && style != STYLE_PLAIN ? "\033[0m" : "";
}

void
screen_text(const struct screen *screen, enum style style, const char *text,
    size_t columns)
{
	(void)fputs(screen_style(screen, style), screen->out);
	(void)render_line(screen->out, text, screen->utf8, columns);
	(void)fputs(screen_plain(screen, style), screen->out);
}

void
screen_heading(const struct screen *screen, const char *heading)
{
	(void)fprintf(screen->out, "\n%s%s%s\n",
	    screen_style(screen, STYLE_BOLD), heading,
	    screen_plain(screen, STYLE_BOLD));
}

void
screen_say(const struct screen *screen, const char *sentence)
{
	render_hanging(screen->out, sentence, strlen(sentence), screen->utf8, 0,
	    screen->columns);
}
