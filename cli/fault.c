#include "cli/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/render.h"
#include "cli/screen.h"

enum err
fault_set(struct fault *fault, enum err err, const char *format, ...)
{
	char raw[FAULT_TEXT_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);
	fault->err = err;
	render_copy(raw, screen_is_utf8(), fault->text, sizeof(fault->text));
	return err;
}

int
fault_report(const struct fault *fault)
{
	(void)fflush(stdout);
	(void)fprintf(stderr, "tocsin: %s\n", fault->text);
	return err_exit(fault->err);
}
