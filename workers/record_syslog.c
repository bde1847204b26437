/* Lines of syslog, as RFC 5424 and RFC 3164 write them. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/record.h"

struct line {
	const char *p, *end;
};

static const char *const severities[] = {"emergency", "alert", "critical",
    "error", "warning", "notice", "informational", "debug"};

/* "<134>"; *priority is -1 where there is none. */
static bool
read_priority(struct line *line, int *priority)
{
	const char *p = line->p + 1;
	int value = 0, digits = 0;

	*priority = -1;
	if (line->p == line->end || *line->p != '<')
		return true;
	for (; p < line->end && isdigit((unsigned char)*p) && digits < 4;
	     p++, digits++)
		value = value * 10 + (*p - '0');
	if (digits == 0 || p == line->end || *p != '>' || value > 191)
		return false;
	line->p = p + 1;
	*priority = value;
	return true;
}

static void
add_priority(cJSON *object, int priority)
{
	char number[16];

	if (priority < 0)
		return;
	(void)snprintf(number, sizeof(number), "%d", priority);
	record_add(object, "priority", number, strlen(number));
	(void)snprintf(number, sizeof(number), "%d", priority / 8);
	record_add(object, "facility", number, strlen(number));
	record_add(object, "severity", severities[priority % 8],
	    strlen(severities[priority % 8]));
}

/* A word up to a space; "-" stands for none. */
static void
take_word(struct line *line, cJSON *object, const char *name)
{
	const char *start = line->p;

	while (line->p < line->end && *line->p != ' ')
		line->p++;
	if (line->p - start != 1 || *start != '-')
		record_add(object, name, start, (size_t)(line->p - start));
	if (line->p < line->end)
		line->p++;
}

/* name="value", with \" \\ \] within it. */
static void
take_parameter(struct line *line, cJSON *element)
{
	char name[RECORD_NAME_BYTES_MAX + 1];
	const char *start = line->p;
	char *value, *out;
	size_t len;

	while (line->p < line->end && *line->p != '=' && *line->p != ']' &&
	       *line->p != ' ')
		line->p++;
	len = (size_t)(line->p - start);
	if (line->end - line->p < 2 || line->p[0] != '=' || line->p[1] != '"' ||
	    len > RECORD_NAME_BYTES_MAX) {
		/* Malformed: no endless turn on the same byte. */
		if (line->p < line->end && *line->p != ']')
			line->p++;
		return;
	}
	memcpy(name, start, len);
	name[len] = '\0';
	value = out = malloc((size_t)(line->end - line->p) + 1);
	if (value == NULL) {
		line->p = line->end;
		return;
	}
	for (line->p += 2; line->p < line->end && *line->p != '"'; line->p++) {
		if (*line->p == '\\' && line->p + 1 < line->end)
			line->p++;
		*out++ = *line->p;
	}
	if (line->p < line->end)
		line->p++;
	record_add(element, name, value, (size_t)(out - value));
	free(value);
}

/* [id name="value" ...][...], or "-". */
static void
take_data(struct line *line, cJSON *object)
{
	cJSON *data, *element;
	char id[RECORD_NAME_BYTES_MAX + 1];
	size_t len;

	if (line->p < line->end && *line->p == '-') {
		line->p++;
		return;
	}
	data = cJSON_AddObjectToObject(object, "data");
	while (data != NULL && line->p < line->end && *line->p == '[') {
		const char *start = ++line->p;

		while (
		    line->p < line->end && *line->p != ' ' && *line->p != ']')
			line->p++;
		len = (size_t)(line->p - start);
		if (len > RECORD_NAME_BYTES_MAX)
			len = RECORD_NAME_BYTES_MAX;
		memcpy(id, start, len);
		id[len] = '\0';
		element = cJSON_GetArraySize(data) < RECORD_MEMBERS_MAX
			      ? cJSON_AddObjectToObject(data, id)
			      : NULL;
		while (line->p < line->end && *line->p != ']') {
			if (*line->p == ' ')
				line->p++;
			else if (element != NULL)
				take_parameter(line, element);
			else
				line->p++;
		}
		if (line->p < line->end)
			line->p++;
	}
}

static void
take_message(struct line *line, cJSON *object)
{
	static const char mark[] = "\xef\xbb\xbf";

	while (line->p < line->end && *line->p == ' ')
		line->p++;
	if (line->end - line->p >= 3 && memcmp(line->p, mark, 3) == 0)
		line->p += 3;
	if (line->p < line->end)
		record_add(
		    object, "message", line->p, (size_t)(line->end - line->p));
}

/* "1 2003-10-11T22:14:15.003Z host app procid msgid [data] message" */
static bool
read_5424(struct line *line, cJSON *object)
{
	static const char *const names[] = {
	    "time", "host", "app", "procid", "msgid"};
	const char *p = line->p;

	if (line->end - p < 3 || !isdigit((unsigned char)*p) || *p == '0')
		return false;
	while (p < line->end && isdigit((unsigned char)*p) && p - line->p < 3)
		p++;
	if (line->end - p < 2 || *p != ' ' ||
	    !(p[1] == '-' || isdigit((unsigned char)p[1])))
		return false;
	line->p = p + 1;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		take_word(line, object, names[i]);
	take_data(line, object);
	take_message(line, object);
	return true;
}

/* "Oct 11 22:14:15", also with a year before or behind it; its length or 0. */
static size_t
stamp_length(const char *p, size_t len)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	static const char form[] = "Mmm dd 00:00:00";
	bool month = false;

	if (len < sizeof(form) - 1)
		return 0;
	for (size_t i = 0; i < sizeof(months) - 1; i += 3)
		month = month || memcmp(p, months + i, 3) == 0;
	for (size_t i = 3; i < sizeof(form) - 1 && month; i++)
		if (form[i] == '0' ? !isdigit((unsigned char)p[i])
		    : form[i] == 'd'
			? !isdigit((unsigned char)p[i]) && p[i] != ' '
			: p[i] != form[i])
			return 0;
	if (!month)
		return 0;
	if (len > 20 && p[15] == ' ' && strspn(p + 16, "0123456789") == 4 &&
	    (p[20] == ' ' || p[20] == ':'))
		return 20;
	return sizeof(form) - 1;
}

/* Newer senders write RFC 3339 where RFC 3164 has its own. */
static size_t
modern_length(const char *p, size_t len)
{
	size_t n;

	if (len < 19 || !isdigit((unsigned char)p[0]) || p[4] != '-' ||
	    p[7] != '-' || p[10] != 'T')
		return 0;
	for (n = 0; n < len && p[n] != ' '; n++)
		;
	return n;
}

/* "app[17]: message" */
static void
take_tag(struct line *line, cJSON *object)
{
	const char *start = line->p, *p = start, *number;

	while (p < line->end && *p != ' ' && *p != ':' && *p != '[' &&
	       p - start < RECORD_NAME_BYTES_MAX)
		p++;
	if (p == start || p == line->end || *p == ' ')
		return;
	record_add(object, "app", start, (size_t)(p - start));
	if (*p == '[') {
		number = ++p;
		while (p < line->end && *p != ']')
			p++;
		record_add(object, "procid", number, (size_t)(p - number));
		if (p < line->end)
			p++;
	}
	if (p < line->end && *p == ':')
		p++;
	line->p = p;
}

static bool
read_3164(struct line *line, cJSON *object)
{
	size_t len = (size_t)(line->end - line->p);
	size_t stamp = stamp_length(line->p, len);

	if (stamp == 0)
		stamp = modern_length(line->p, len);
	if (stamp == 0)
		return false;
	record_add(object, "time", line->p, stamp);
	line->p += stamp;
	while (line->p < line->end && (*line->p == ' ' || *line->p == ':'))
		line->p++;
	take_word(line, object, "host");
	take_tag(line, object);
	take_message(line, object);
	return true;
}

cJSON *
record_syslog(const char *text, size_t len)
{
	struct line line = {text, text + len};
	cJSON *object;
	int priority;
	bool read;

	while (line.p < line.end && *line.p == ' ')
		line.p++;
	if (!read_priority(&line, &priority))
		return NULL;
	object = cJSON_CreateObject();
	if (object == NULL)
		return NULL;
	add_priority(object, priority);
	read = priority >= 0 && read_5424(&line, object);
	if (!read)
		read = read_3164(&line, object);
	if (!read && priority >= 0) {
		/* Devices that leave the header out. */
		take_message(&line, object);
		read = true;
	}
	if (!read) {
		cJSON_Delete(object);
		return NULL;
	}
	return object;
}
