#include "cli/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/render.h"
#include "cli/screen.h"

enum { HERE = 1 };

static void
fill(struct fault *fault, enum err err, const char *format, va_list args)
{
	char raw[FAULT_TEXT_MAX];

	(void)vsnprintf(raw, sizeof(raw), format, args);
	fault->err = err;
	fault->told = false;
	render_copy(raw, screen_is_utf8(), fault->text, sizeof(fault->text));
}

enum err
fault_set(struct fault *fault, enum err err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fill(fault, err, format, args);
	va_end(args);
	/* Those that no answer carries can only have happened here. */
	fault->code = err < ERR_IO ? err_exit(err) : HERE;
	return err;
}

enum err
fault_here(struct fault *fault, enum err err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fill(fault, err, format, args);
	va_end(args);
	fault->code = HERE;
	return err;
}

int
fault_report(const struct fault *fault)
{
	struct screen aside;

	(void)fflush(stdout);
	screen_init(&aside, stderr, false);
	if (aside.endless) {
		(void)fprintf(stderr, "tocsin: %s\n", fault->text);
		return fault->code;
	}
	(void)fputs("tocsin: ", stderr);
	render_hanging(stderr, fault->text, strlen(fault->text), aside.utf8,
	    sizeof("tocsin: ") - 1, aside.columns);
	return fault->code;
}
