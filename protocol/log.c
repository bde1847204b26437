#include "protocol/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "protocol/ask.h"

enum { LINE_BYTES = 2048 };

static const char *speaker = "";

void
log_as(const char *name)
{
	speaker = name;
}

static uint64_t
wall_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void
write_line(const char *level, const char *format, va_list args)
{
	char line[LINE_BYTES], at[TIME_TEXT_MAX];
	size_t len, from;
	int n;

	n = snprintf(line, sizeof(line), "%s %-7s %s",
	    time_format((int64_t)wall_ms(), at), level, speaker);
	if (n < 0)
		return;
	from = (size_t)n;
	/* One byte stays for the newline. */
	n = vsnprintf(line + from, sizeof(line) - from - 1, format, args);
	if (n < 0)
		return;
	len = strlen(line);
	for (; from < len; from++)
		if ((unsigned char)line[from] < 0x20 || line[from] == 0x7f)
			line[from] = '?';
	line[len] = '\n';
	/* One write, so that lines of threads do not mix. */
	if (write(STDERR_FILENO, line, len + 1) < 0)
		return;
}

void
log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line("error", format, args);
	va_end(args);
}

void
log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line("warning", format, args);
	va_end(args);
}

void
log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line("info", format, args);
	va_end(args);
}
