#include "cli/report.h"

#include <stdarg.h>
#include <stdio.h>

#include "cli/claim.h"
#include "cli/command.h"
#include "cli/render.h"
#include "protocol/json.h"

enum { SENTENCE_MAX = 4096 };

cJSON *
report_new(void)
{
	return claim(cJSON_CreateObject());
}

void
report_text(cJSON *body, const char *key, const char *text)
{
	(void)claim(cJSON_AddStringToObject(body, key, text));
}

void
report_number(cJSON *body, const char *key, int64_t number)
{
	if (!json_add_number(body, key, number))
		(void)claim(NULL);
}

void
report_member(cJSON *body, const char *key, cJSON *member)
{
	if (!cJSON_AddItemToObject(body, key, member))
		(void)claim(NULL);
}

void
report_done(const struct session *session, cJSON *body, const char *format, ...)
{
	const struct screen *screen = &session->screen;
	char line[SENTENCE_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (session->json) {
		command_json(session, body);
	} else {
		screen_text(screen, STYLE_PLAIN, line, RENDER_NO_LIMIT);
		(void)fputc('\n', screen->out);
	}
	cJSON_Delete(body);
}

int
report_fail(const struct session *session, const struct fault *fault)
{
	cJSON *body;

	if (session->json && !fault->told) {
		body = report_new();
		report_text(body, "error", err_word(fault->err));
		report_text(body, "message", fault->text);
		command_json(session, body);
		cJSON_Delete(body);
	}
	return fault_report(fault);
}
