#include "workers/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "workers/pattern.h"
#include "workers/record.h"

enum { ZEEK_FIELDS_MAX = 128 };

struct lines {
	const char *p, *end;
};

/* The next line that is not blank, without its end. */
static bool
next_line(struct lines *lines, const char **line, size_t *len)
{
	while (lines->p < lines->end) {
		const char *stop =
		    memchr(lines->p, '\n', (size_t)(lines->end - lines->p));

		*line = lines->p;
		lines->p = stop == NULL ? lines->end : stop + 1;
		*len = (size_t)((stop == NULL ? lines->end : stop) - *line);
		while (*len > 0 &&
		       ((*line)[*len - 1] == '\r' || (*line)[*len - 1] == ' '))
			(*len)--;
		if (*len > 0)
			return true;
	}
	return false;
}

/* Up to the line that begins the next record. */
static void
extend(struct lines *lines, const char *mark, const char *record, size_t *len)
{
	size_t mark_len = strlen(mark), n;
	struct lines ahead = *lines;
	const char *line;

	while (next_line(&ahead, &line, &n)) {
		if (n >= mark_len && memcmp(line, mark, mark_len) == 0)
			return;
		*len = (size_t)(line + n - record);
		*lines = ahead;
	}
}

static void
add_group(void *arg, const char *name, const char *value, size_t len)
{
	record_add(arg, name, value, len);
}

static cJSON *
read_pattern(const struct format *format, const char *record, size_t len)
{
	cJSON *object = cJSON_CreateObject();

	if (object != NULL &&
	    pattern_groups(format->pattern, record, len, add_group, object)) {
		record_add(object, "text", record, len);
		return object;
	}
	cJSON_Delete(object);
	return NULL;
}

static cJSON *
read_record(const struct format *format, const char *record, size_t len)
{
	switch (format->text) {
	case TEXT_cef:
		return record_cef(record, len);
	case TEXT_leef:
		return record_leef(record, len);
	case TEXT_syslog:
		return record_syslog(record, len);
	case TEXT_pattern:
		return read_pattern(format, record, len);
	case TEXT_zeek:
	case TEXT_xml:
	case TEXT_none:
		break;
	}
	return NULL;
}

/* The columns of a Zeek log, as its header names them. */
struct zeek {
	char path[64];
	char separator;
	size_t count;
	char names[ZEEK_FIELDS_MAX][64];
};

static void
copy_word(char *out, size_t size, const char *text, size_t len)
{
	if (len >= size)
		len = size - 1;
	memcpy(out, text, len);
	out[len] = '\0';
}

static void
read_header(struct zeek *zeek, const char *line, size_t len)
{
	static const char fields[] = "#fields", path[] = "#path";
	const char *end = line + len, *p, *stop;

	if (len > strlen(path) && memcmp(line, path, strlen(path)) == 0)
		copy_word(zeek->path, sizeof(zeek->path),
		    line + strlen(path) + 1, len - strlen(path) - 1);
	if (len <= strlen(fields) || memcmp(line, fields, strlen(fields)) != 0)
		return;
	zeek->separator = line[strlen(fields)];
	zeek->count = 0;
	for (p = line + strlen(fields) + 1;
	     p < end && zeek->count < ZEEK_FIELDS_MAX; p = stop + 1) {
		stop = memchr(p, zeek->separator, (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		copy_word(zeek->names[zeek->count++], sizeof(zeek->names[0]), p,
		    (size_t)(stop - p));
	}
}

static cJSON *
read_row(const struct zeek *zeek, const char *line, size_t len)
{
	cJSON *object = cJSON_CreateObject();
	const char *p = line, *end = line + len, *stop;

	for (size_t i = 0; object != NULL && i < zeek->count && p <= end; i++) {
		stop = memchr(p, zeek->separator, (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		len = (size_t)(stop - p);
		if (!(len == 1 && *p == '-') &&
		    !(len == 7 && memcmp(p, "(empty)", 7) == 0))
			record_add(object, zeek->names[i], p, len);
		p = stop + 1;
	}
	if (object != NULL)
		record_add(object, "_path", zeek->path, strlen(zeek->path));
	return object;
}

static cJSON *
read_zeek(const char *text, size_t len)
{
	struct zeek *zeek = calloc(1, sizeof(*zeek));
	cJSON *array = cJSON_CreateArray(), *row;
	struct lines lines = {text, text + len};
	const char *line;
	size_t n;

	while (zeek != NULL && array != NULL && next_line(&lines, &line, &n)) {
		if (*line == '#') {
			read_header(zeek, line, n);
			continue;
		}
		if (zeek->count == 0)
			break;
		row = read_row(zeek, line, n);
		if (row != NULL)
			(void)cJSON_AddItemToArray(array, row);
	}
	if (zeek == NULL || zeek->count == 0 || array == NULL ||
	    array->child == NULL) {
		cJSON_Delete(array);
		array = NULL;
	}
	free(zeek);
	return array;
}

/* Begins as XML does: lines of syslog have a digit there. */
static bool
begins_as_xml(const char *text, size_t len)
{
	while (len > 0 && strchr(" \t\r\n", *text) != NULL && *text != '\0')
		text++, len--;
	return len > 1 && *text == '<' &&
	       (isalpha((unsigned char)text[1]) || text[1] == '?' ||
		   text[1] == '!' || text[1] == '_');
}

static cJSON *
read_document(const char *text, size_t len, const char **why)
{
	const char *first = text;

	/* A declaration is one only where nothing is before it. */
	while (isspace((unsigned char)*first))
		first++;
	return record_xml(first, len - (size_t)(first - text), why);
}

const char *
text_xml_fault(const char *text, size_t len)
{
	const char *why = NULL;
	cJSON *object;

	if (!begins_as_xml(text, len))
		return NULL;
	object = read_document(text, len, &why);
	if (object == NULL)
		return why;
	cJSON_Delete(object);
	return NULL;
}

static cJSON *
read_xml(const char *text, size_t len)
{
	cJSON *object, *array;
	const char *why;

	if (!begins_as_xml(text, len))
		return NULL;
	object = read_document(text, len, &why);
	if (object == NULL)
		return NULL;
	array = cJSON_CreateArray();
	if (!cJSON_AddItemToArray(array, object))
		cJSON_Delete(object);
	return array;
}

cJSON *
text_read(
    const struct format *format, const char *text, size_t len, size_t *others)
{
	struct lines lines = {text, text + len};
	cJSON *array, *object;
	const char *record;
	size_t n;

	*others = 0;
	if (format->text == TEXT_zeek)
		return read_zeek(text, len);
	if (format->text == TEXT_xml)
		return read_xml(text, len);
	array = cJSON_CreateArray();
	while (array != NULL && next_line(&lines, &record, &n)) {
		if (format->records != NULL)
			extend(&lines, format->records, record, &n);
		object = read_record(format, record, n);
		if (object != NULL)
			(void)cJSON_AddItemToArray(array, object);
		else if (array->child == NULL)
			break;
		else
			++*others;
	}
	if (array != NULL && array->child == NULL) {
		cJSON_Delete(array);
		array = NULL;
	}
	return array;
}

char *
text_copy(const char *bytes, size_t len)
{
	char *text = malloc(len + 1);

	if (text == NULL)
		return NULL;
	memcpy(text, bytes, len);
	text[len] = '\0';
	if (!utf8_valid(text, len))
		for (size_t i = 0; i < len; i++)
			if (text[i] == '\0' || (unsigned char)text[i] >= 0x80)
				text[i] = '?';
	return text;
}
