#include "gateway/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "protocol/ask.h"

__attribute__((format(printf, 2, 0))) static void
write_line(const char *level, const char *format, va_list args)
{
	char text[1024], at[TIME_TEXT_MAX];
	struct timespec now;

	(void)vsnprintf(text, sizeof(text), format, args);
	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)time_format(
	    (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000, at);
	(void)fprintf(stderr, "%s %-7s gateway: %s\n", at, level, text);
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
