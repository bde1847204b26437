#include "workers/record.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct line {
	const char *p, *end;
};

static cJSON *
member(cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

void
record_add(cJSON *object, const char *name, const char *value, size_t len)
{
	char *copy;

	if (name[0] == '\0' || member(object, name) != NULL ||
	    cJSON_GetArraySize(object) >= RECORD_MEMBERS_MAX)
		return;
	copy = strndup(value, len);
	if (copy != NULL)
		(void)cJSON_AddStringToObject(object, name, copy);
	free(copy);
}

/* A header's field up to a bar; \| and \\ stand for what follows them. */
static bool
header_field(struct line *line, cJSON *object, const char *name)
{
	char *out, *start;

	out = start = malloc((size_t)(line->end - line->p) + 1);
	if (out == NULL)
		return false;
	while (line->p < line->end && *line->p != '|') {
		if (*line->p == '\\' && line->p + 1 < line->end &&
		    (line->p[1] == '|' || line->p[1] == '\\'))
			line->p++;
		*out++ = *line->p++;
	}
	while (out > start && out[-1] == ' ')
		out--;
	*out = '\0';
	record_add(object, name, start + strspn(start, " "),
	    strlen(start) - strspn(start, " "));
	free(start);
	if (line->p == line->end)
		return false;
	line->p++;
	return true;
}

/* The length of a key that ends at an equals sign, or 0. */
static size_t
key_length(const char *p, const char *end)
{
	const char *start = p;

	while (p < end && (isalnum((unsigned char)*p) || *p == '_' ||
			      *p == '.' || *p == '-' || *p == '[' || *p == ']'))
		p++;
	if (p == start || p == end || *p != '=' ||
	    p - start > RECORD_NAME_BYTES_MAX)
		return 0;
	return (size_t)(p - start);
}

/* Where the value at p ends: before the next " key=", or at the end. */
static const char *
cef_value_end(const char *p, const char *end)
{
	for (; p < end; p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		else if (*p == ' ' && key_length(p + 1, end) > 0)
			return p;
	}
	return end;
}

/* Undoes \=, \\, \n, \r in place; returns the new length. */
static size_t
unescape(char *text, size_t len)
{
	size_t out = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\\' && i + 1 < len) {
			i++;
			text[out++] = text[i] == 'n'   ? '\n'
				      : text[i] == 'r' ? '\r'
						       : text[i];
		} else {
			text[out++] = text[i];
		}
	}
	return out;
}

static void
add_pair(cJSON *object, const char *key, size_t key_len, const char *value,
    size_t len, bool escaped)
{
	char name[RECORD_NAME_BYTES_MAX + 1];
	char *copy = malloc(len + 1);

	if (copy == NULL)
		return;
	memcpy(name, key, key_len);
	name[key_len] = '\0';
	memcpy(copy, value, len);
	if (escaped)
		len = unescape(copy, len);
	while (len > 0 && (copy[len - 1] == ' ' || copy[len - 1] == '\r'))
		len--;
	record_add(object, name, copy, len);
	free(copy);
}

static void
cef_pairs(cJSON *ext, const char *p, const char *end)
{
	while (p < end) {
		size_t key = key_length(p, end);
		const char *stop;

		if (key == 0) {
			p++;
			continue;
		}
		stop = cef_value_end(p + key + 1, end);
		add_pair(ext, p, key, p + key + 1, (size_t)(stop - p) - key - 1,
		    true);
		p = stop + 1;
	}
}

/* "cs1Label": "Policy", "cs1": "x" says "Policy": "x". */
static void
name_customs(cJSON *ext)
{
	static const char suffix[] = "Label";
	cJSON *child, *next, *value;

	for (child = ext->child; child != NULL; child = next) {
		char name[RECORD_NAME_BYTES_MAX + 1];
		size_t len = strlen(child->string);

		next = child->next;
		if (len <= strlen(suffix) || len > RECORD_NAME_BYTES_MAX ||
		    strcmp(child->string + len - strlen(suffix), suffix) != 0)
			continue;
		memcpy(name, child->string, len - strlen(suffix));
		name[len - strlen(suffix)] = '\0';
		value = member(ext, name);
		if (cJSON_IsString(value))
			record_add(ext, child->valuestring, value->valuestring,
			    strlen(value->valuestring));
	}
}

/* What stands before the format's own mark may be a syslog header. */
static void
add_header(cJSON *object, const char *line, size_t len)
{
	cJSON *header = len == 0 ? NULL : record_syslog(line, len);

	if (header != NULL)
		(void)cJSON_AddItemToObject(object, "syslog", header);
}

static const char *
find_mark(const char *line, size_t len, const char *mark)
{
	return memmem(line, len, mark, strlen(mark));
}

cJSON *
record_cef(const char *line, size_t len)
{
	static const char *const names[] = {"version", "vendor", "product",
	    "device_version", "signature_id", "name", "severity"};
	const char *start = find_mark(line, len, "CEF:");
	cJSON *object, *ext;
	struct line rest;
	size_t i;

	if (start == NULL || start + 4 >= line + len ||
	    !isdigit((unsigned char)start[4]))
		return NULL;
	object = cJSON_CreateObject();
	ext = cJSON_AddObjectToObject(object, "ext");
	if (ext == NULL) {
		cJSON_Delete(object);
		return NULL;
	}
	rest = (struct line){start + 4, line + len};
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!header_field(&rest, object, names[i]))
			break;
	cef_pairs(ext, rest.p, rest.end);
	name_customs(ext);
	add_header(object, line, (size_t)(start - line));
	return object;
}

/* LEEF 2.0 says what stands between pairs: "^", "x5E", "0x5E". */
static char
read_delimiter(const char *text)
{
	char *end;
	long value;

	if (text[0] != '\0' && text[1] == '\0')
		return text[0];
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text++;
	if (text[0] != 'x' && text[0] != 'X')
		return '\t';
	value = strtol(text + 1, &end, 16);
	return *end == '\0' && value > 0 && value < 127 ? (char)value : '\t';
}

static void
leef_pairs(cJSON *ext, const char *p, const char *end, char delimiter)
{
	while (p < end) {
		const char *stop = memchr(p, delimiter, (size_t)(end - p));
		size_t key;

		if (stop == NULL)
			stop = end;
		p += strspn(p, " ") < (size_t)(stop - p) ? strspn(p, " ") : 0;
		key = key_length(p, stop);
		if (key > 0)
			add_pair(ext, p, key, p + key + 1,
			    (size_t)(stop - p) - key - 1, false);
		p = stop + 1;
	}
}

cJSON *
record_leef(const char *line, size_t len)
{
	static const char *const names[] = {
	    "version", "vendor", "product", "device_version", "event_id"};
	const char *start = find_mark(line, len, "LEEF:");
	cJSON *object, *ext, *delimiter;
	struct line rest;
	char by = '\t';
	size_t i;

	if (start == NULL || start + 5 >= line + len ||
	    !isdigit((unsigned char)start[5]))
		return NULL;
	object = cJSON_CreateObject();
	ext = cJSON_AddObjectToObject(object, "ext");
	if (ext == NULL) {
		cJSON_Delete(object);
		return NULL;
	}
	rest = (struct line){start + 5, line + len};
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!header_field(&rest, object, names[i]))
			break;
	if (start[5] == '2' && i == sizeof(names) / sizeof(names[0]) &&
	    memchr(rest.p, '|', (size_t)(rest.end - rest.p)) != NULL) {
		(void)header_field(&rest, object, "delimiter");
		delimiter = member(object, "delimiter");
		if (delimiter != NULL)
			by = read_delimiter(delimiter->valuestring);
	}
	if (by == '\t' &&
	    memchr(rest.p, '\t', (size_t)(rest.end - rest.p)) == NULL)
		cef_pairs(ext, rest.p, rest.end);
	else
		leef_pairs(ext, rest.p, rest.end, by);
	add_header(object, line, (size_t)(start - line));
	return object;
}
