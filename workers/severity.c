#include "workers/severity.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Words that many sources share. */
static const struct severity_word words[] = {
    {"critical", SEVERITY_critical},
    {"crit", SEVERITY_critical},
    {"emergency", SEVERITY_critical},
    {"emerg", SEVERITY_critical},
    {"fatal", SEVERITY_critical},
    {"disaster", SEVERITY_critical},
    {"p0", SEVERITY_critical},
    {"p1", SEVERITY_critical},
    {"sev0", SEVERITY_critical},
    {"sev1", SEVERITY_critical},
    {"very high", SEVERITY_critical},
    {"very-high", SEVERITY_critical},
    {"extreme", SEVERITY_critical},
    {"blocker", SEVERITY_critical},
    {"alert", SEVERITY_critical},
    {"high", SEVERITY_high},
    {"important", SEVERITY_high},
    {"serious", SEVERITY_high},
    {"alarm", SEVERITY_high},
    {"alerting", SEVERITY_high},
    {"malicious", SEVERITY_high},
    {"problem", SEVERITY_high},
    {"down", SEVERITY_high},
    {"error", SEVERITY_high},
    {"err", SEVERITY_high},
    {"page", SEVERITY_high},
    {"major", SEVERITY_high},
    {"severe", SEVERITY_high},
    {"urgent", SEVERITY_high},
    {"p2", SEVERITY_high},
    {"sev2", SEVERITY_high},
    {"medium", SEVERITY_medium},
    {"average", SEVERITY_medium},
    {"elevated", SEVERITY_medium},
    {"moderate", SEVERITY_medium},
    {"suspicious", SEVERITY_medium},
    {"warning", SEVERITY_medium},
    {"warn", SEVERITY_medium},
    {"p3", SEVERITY_medium},
    {"sev3", SEVERITY_medium},
    {"low", SEVERITY_low},
    {"minor", SEVERITY_low},
    {"notice", SEVERITY_low},
    {"p4", SEVERITY_low},
    {"sev4", SEVERITY_low},
    {"very low", SEVERITY_low},
    {"info", SEVERITY_info},
    {"trivial", SEVERITY_info},
    {"negligible", SEVERITY_info},
    {"information", SEVERITY_info},
    {"informational", SEVERITY_info},
    {"none", SEVERITY_info},
    {"ok", SEVERITY_info},
    {"debug", SEVERITY_info},
    {"p5", SEVERITY_info},
    {"sev5", SEVERITY_info},
};

static bool
read_word(const struct severity_word *rows, size_t count, const char *text,
    enum severity *severity)
{
	for (size_t i = 0; i < count; i++) {
		if (strcasecmp(text, rows[i].word) == 0) {
			*severity = rows[i].severity;
			return true;
		}
	}
	return false;
}

static bool
read_number(const struct severity_scale *scale, const char *text,
    enum severity *severity)
{
	double value;
	char *end;

	/* strtod takes "inf", "nan" and hexadecimal, which are no levels. */
	if (text[strspn(text, "-0123456789.")] != '\0')
		return false;
	value = strtod(text, &end);
	if (end == text || *end != '\0' || scale->steps_count == 0 ||
	    value < scale->steps[0].from || value > scale->last)
		return false;
	for (size_t i = 0; i < scale->steps_count; i++)
		if (value >= scale->steps[i].from)
			*severity = scale->steps[i].severity;
	return true;
}

bool
severity_read(const struct severity_scale *scale, const char *raw, size_t len,
    enum severity *severity)
{
	char text[64];

	while (len > 0 && (raw[0] == ' ' || raw[0] == '\t'))
		raw++, len--;
	while (len > 0 && (raw[len - 1] == ' ' || raw[len - 1] == '\t'))
		len--;
	if (len == 0 || len >= sizeof(text))
		return false;
	memcpy(text, raw, len);
	text[len] = '\0';
	if (read_word(scale->own, scale->own_count, text, severity))
		return true;
	if (scale->words &&
	    read_word(words, sizeof(words) / sizeof(words[0]), text, severity))
		return true;
	return read_number(scale, text, severity);
}
