#include "workers/guess_value.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "workers/normal.h"
#include "workers/severity.h"
#include "workers/stamp.h"

enum {
	ADDRESS = 6, /* of a host, where a name would say more */
	DOUBTFUL = 20, /* names that a value which only may be it is worth */
	NAME_BYTES_MAX = 255,
	TITLE_BYTES_MAX = 1024,
	SEVERITY_BYTES_MAX = 32
};

/* "organizations/1/sources/2" is where something is, not what happened. */
static bool
is_path(const char *text)
{
	const char *slash = strchr(text, '/');

	return slash != NULL && strchr(text, ' ') == NULL &&
	       (slash == text || strchr(slash + 1, '/') != NULL);
}

static bool
is_digits(const char *text)
{
	return text[strspn(text, "0123456789")] == '\0';
}

static bool
is_word_of(const char *const *words, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(words[i], text) == 0)
			return true;
	return false;
}

/* Says that something happened, and not what. */
static bool
says_nothing(const char *text)
{
	static const char *const words[] = {"alert", "alerts", "event",
	    "events", "incident", "notification", "finding", "detection",
	    "signal", "log", "logs", "audit", "security", "threat", "record",
	    "trigger", "triggered", "firing", "resolved", "open", "new",
	    "create", "created", "update", "updated", "default", "unknown",
	    "other", "true", "false", "yes", "no", "issue", "case", "ticket",
	    "added", "removed", "snapshot", "success", "failure", "allow",
	    "deny", "block", "drop", "dropped", "blocked", "denied", "allowed",
	    "detected", "detect", "accept", "accepted", "permit", "permitted",
	    "reset", "reset-both", "quarantined", "active", "closed", "none",
	    "test"};
	static const struct severity_scale bad = {.words = true};
	enum severity severity;

	return is_word_of(words, sizeof(words) / sizeof(words[0]), text) ||
	       severity_read(&bad, text, strlen(text), &severity);
}

bool
guess_value_is_ip(const char *text)
{
	unsigned char room[16];
	char host[64];
	const char *colon = strrchr(text, ':');
	size_t len = colon == NULL ? 0 : (size_t)(colon - text);

	if (inet_pton(AF_INET, text, room) == 1 ||
	    inet_pton(AF_INET6, text, room) == 1)
		return true;
	if (colon == NULL || len >= sizeof(host) || colon[1] == '\0' ||
	    !is_digits(colon + 1))
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	return inet_pton(AF_INET, host, room) == 1;
}

static bool
is_digest(const char *text)
{
	size_t len = strspn(text, "0123456789abcdefABCDEF");
	const char first[] = {text[0], '\0'};

	return text[len] == '\0' && strspn(text, first) < len &&
	       (len == 32 || len == 40 || len == 64 || len == 128);
}

/* "SHA256=...", "md5:...": digests after the names of what made them. */
static bool
is_digest_list(const char *text)
{
	static const char hex[] = "0123456789abcdefABCDEF";
	size_t run;

	for (; *text != '\0'; text += run > 0 ? run : 1) {
		run = strspn(text, hex);
		if (run == 32 || run == 40 || run == 64)
			return true;
	}
	return false;
}

static int
hash_value(const char *text, const char *name)
{
	size_t len = strlen(text);

	if (is_digest(text))
		return 0;
	if (strstr(name, "hash") == NULL && strstr(name, "sha") == NULL &&
	    strstr(name, "md5") == NULL)
		return GUESS_NOTHING;
	if (is_digest_list(text))
		return 1;
	/* A digest of a kind of its own, or one in base64. */
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)text[i]) &&
		    strchr("+/=:-_", text[i]) == NULL)
			return GUESS_NOTHING;
	return len >= 16 && len <= 128 ? DOUBTFUL : GUESS_NOTHING;
}

static int
technique_value(const char *text, const char *name)
{
	for (const char *p = text; (p = strchr(p, 'T')) != NULL; p++)
		if ((p == text || !isalnum((unsigned char)p[-1])) &&
		    strspn(p + 1, "0123456789") == 4)
			return 0;
	return strstr(name, "technique") != NULL && !is_digits(text) &&
		       strlen(text) <= NAME_BYTES_MAX
		   ? DOUBTFUL
		   : GUESS_NOTHING;
}

static int
time_value(const cJSON *node)
{
	char number[32];
	const char *text = number;
	int64_t ms;
	bool zoned;

	if (cJSON_IsNumber(node))
		(void)snprintf(
		    number, sizeof(number), "%.0f", node->valuedouble);
	else
		text = node->valuestring;
	/* A year or a duration is a number too. */
	if (strspn(text, "0123456789.") == strlen(text) && strlen(text) < 9)
		return GUESS_NOTHING;
	return strlen(text) < 64 &&
		       stamp_parse(text, strlen(text), 0, &ms, &zoned) == OK
		   ? 0
		   : GUESS_NOTHING;
}

/* Does the name itself say that its value is how bad it is? */
static bool
names_severity(const char *name)
{
	static const char *const words[] = {
	    "severity", "priority", "criticality", "urgency"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(name, words[i]) != NULL)
			return true;
	return false;
}

static int
severity_value(const char *text, const char *name)
{
	static const struct severity_scale words = {.words = true};
	enum severity severity;
	size_t len = strlen(text);

	if (strspn(text, "0123456789.") == len ||
	    severity_read(&words, text, len, &severity))
		return 0;
	return names_severity(name) && len <= SEVERITY_BYTES_MAX &&
		       isalnum((unsigned char)text[0]) &&
		       strchr(text, '\n') == NULL
		   ? DOUBTFUL
		   : GUESS_NOTHING;
}

static int
title_value(const char *text)
{
	if (guess_value_is_ip(text) || is_path(text) || is_digits(text) ||
	    is_digest(text) || strlen(text) > TITLE_BYTES_MAX ||
	    text[0] == '{' ||
	    (text[0] == '[' && (text[1] == '{' || text[1] == '"')))
		return GUESS_NOTHING;
	return says_nothing(text) ? DOUBTFUL * 2 : 0;
}

/* A name or an id: one line, and not a document. */
static int
name_value(int field, const char *text, const char *name)
{
	if (strlen(text) > NAME_BYTES_MAX || strchr(text, '\n') != NULL ||
	    text[0] == '{')
		return GUESS_NOTHING;
	/* A name that is a path is what the interfaces of clouds tell things
	 * apart by; other names are names. */
	if (field == NORMAL_dedup && strcmp(name, "name") == 0 &&
	    (!is_path(text) || text[0] == '/'))
		return GUESS_NOTHING;
	if (field == NORMAL_rule_id && says_nothing(text))
		return GUESS_NOTHING;
	/* Windows numbers its kinds of events; others tell each one apart. */
	if (field == NORMAL_rule_id && strstr(name, "eventid") != NULL &&
	    !is_digits(text))
		return GUESS_NOTHING;
	if (field == NORMAL_host && strncmp(text, "http", 4) == 0)
		return DOUBTFUL;
	if (field == NORMAL_host && guess_value_is_ip(text))
		return ADDRESS;
	return 0;
}

int
guess_value(int field, const cJSON *node, const char *name)
{
	const char *text = node->valuestring;

	if (field == NORMAL_time && cJSON_IsNumber(node))
		return time_value(node);
	if (cJSON_IsNumber(node))
		return field == NORMAL_severity || field == NORMAL_rule_id ||
			       (field == NORMAL_dedup &&
				   strcmp(name, "name") != 0)
			   ? 0
			   : GUESS_NOTHING;
	if (normal_is_nothing((enum normal_field)field, text))
		return GUESS_NOTHING;
	switch (field) {
	case NORMAL_severity:
		return severity_value(text, name);
	case NORMAL_time:
		return time_value(node);
	case NORMAL_src_ip:
	case NORMAL_dst_ip:
		return guess_value_is_ip(text) ? 0 : GUESS_NOTHING;
	case NORMAL_hash:
		return hash_value(text, name);
	case NORMAL_mitre:
		return technique_value(text, name);
	case NORMAL_title:
		return title_value(text);
	case NORMAL_host:
	case NORMAL_user:
	case NORMAL_dedup:
	case NORMAL_rule_id:
		return name_value(field, text, name);
	default:
		return 0;
	}
}
