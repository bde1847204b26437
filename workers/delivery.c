#include "workers/delivery.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "protocol/json.h"
#include "workers/normal.h"
#include "workers/path.h"

static enum err __attribute__((format(printf, 2, 3)))
fault(struct delivery *delivery, const char *form, ...)
{
	va_list args;

	va_start(args, form);
	(void)vsnprintf(delivery->fault, sizeof(delivery->fault), form, args);
	va_end(args);
	normal_mend(delivery->fault);
	/* A scanner's words may quote the bytes that it refused. */
	if (!utf8_valid(delivery->fault, strlen(delivery->fault)))
		for (char *p = delivery->fault; *p != '\0'; p++)
			if ((unsigned char)*p >= 0x80)
				*p = '?';
	return ERR_INVALID;
}

static void
add_part(struct delivery *delivery, const cJSON *object, const cJSON *outer,
    const char *raw, size_t raw_len)
{
	if (delivery->count == LIMIT_ALERT_SPLIT_MAX) {
		delivery->beyond++;
		return;
	}
	delivery->parts[delivery->count++] =
	    (struct part){object, outer, raw, raw_len};
}

/* Adds what lies in an object that is of the delivery's format. */
static void
add_object(struct delivery *delivery, const cJSON *object, const char *raw,
    size_t raw_len)
{
	const struct format *format = delivery->format;
	const cJSON *inner, *alert, *alerts = NULL;

	if (format->is_other != NULL && format->is_other(object)) {
		delivery->others++;
		return;
	}
	if (format->alerts != NULL)
		alerts = path_find(object, format->alerts);
	if (alerts != NULL) {
		cJSON_ArrayForEach (alert, alerts)
			add_part(delivery, alert, object, raw, raw_len);
		return;
	}
	inner = format->inner == NULL ? NULL : path_find(object, format->inner);
	add_part(delivery, cJSON_IsObject(inner) ? inner : object, object, raw,
	    raw_len);
}

/* Says of each format why the object is none of it. */
static enum err
fault_unknown(struct delivery *delivery, const cJSON *object, const char *where)
{
	const struct format *const *format = format_all();
	char tried[DELIVERY_FAULT_BYTES / 2];
	const char *why, *what;
	size_t used = 0;

	for (tried[0] = '\0'; *format != NULL; format++) {
		(void)(*format)->is(object, &why, &what);
		if (used < sizeof(tried))
			used += (size_t)snprintf(tried + used,
			    sizeof(tried) - used, "%s%s: %s%s%.40s%s",
			    used == 0 ? "" : "; ", (*format)->name, why,
			    what == NULL ? "" : " \"", what == NULL ? "" : what,
			    what == NULL ? "" : "\"");
	}
	normal_mend(tried);
	return fault(delivery, "%sof no known format (%s)", where, tried);
}

static bool
belongs(const struct format *format, const cJSON *object, const char **why,
    const char **what)
{
	return format->is(object, why, what) ||
	       (format->is_other != NULL && format->is_other(object));
}

/* Is the object of the delivery's format?  Finds that out at the first one. */
static enum err
check_object(struct delivery *delivery, const cJSON *object, const char *where)
{
	const struct format *const *format;
	const char *why, *what;

	if (!cJSON_IsObject(object))
		return fault(delivery, "%snot a JSON object", where);
	if (delivery->format == NULL) {
		for (format = format_all(); *format != NULL; format++)
			if (belongs(*format, object, &why, &what))
				break;
		if (*format == NULL)
			return fault_unknown(delivery, object, where);
		delivery->format = *format;
		return OK;
	}
	if (belongs(delivery->format, object, &why, &what))
		return OK;
	return fault(delivery, "%snot of the format %s: %s%s%.40s%s", where,
	    delivery->format->name, why, what == NULL ? "" : " \"",
	    what == NULL ? "" : what, what == NULL ? "" : "\"");
}

struct elements {
	struct delivery *delivery;
	const cJSON *next;
	size_t number;
	enum err err;
};

/* The array's bytes and its tree are gone through side by side. */
static bool
add_element(void *arg, const char *raw, size_t raw_len)
{
	struct elements *elements = arg;
	char where[40];

	(void)snprintf(where, sizeof(where), "alert %zu: ", ++elements->number);
	elements->err = check_object(elements->delivery, elements->next, where);
	if (elements->err != OK)
		return false;
	add_object(elements->delivery, elements->next, raw, raw_len);
	elements->next = elements->next->next;
	return elements->next != NULL;
}

static enum err
add_tree(struct delivery *delivery, const cJSON *tree, const char *raw,
    size_t raw_len, const char *where)
{
	struct elements elements = {delivery, tree->child, 0, OK};
	enum err err;

	if (cJSON_IsArray(tree)) {
		if (tree->child == NULL)
			return fault(
			    delivery, "%san array without alerts", where);
		path_raw_elements(raw, raw_len, add_element, &elements);
		return elements.err;
	}
	err = check_object(delivery, tree, where);
	if (err == OK)
		add_object(delivery, tree, raw, raw_len);
	return err;
}

static enum err
fault_json(struct delivery *delivery, const char *where, enum err err,
    const struct json_fault *json)
{
	return fault(delivery, "%s%s: %s, at byte %zu%s%s", where,
	    err == ERR_TOO_LARGE ? "too large" : "not JSON", json->reason,
	    json->offset,
	    delivery->format != NULL ? "" : "; the known formats are JSON: ",
	    delivery->format != NULL ? "" : format_names());
}

static bool
is_blank(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r' &&
		    bytes[i] != '\n')
			return false;
	return true;
}

/* A line's tree; one that no part lies in is let go at once. */
static enum err
add_line(
    struct delivery *delivery, const char *line, size_t len, const char *where)
{
	cJSON **tree = &delivery->trees[delivery->trees_count];
	size_t count = delivery->count;
	struct json_fault json;
	enum err err;

	err = json_parse(line, len, true, tree, &json);
	if (err == ERR_MEMORY)
		return err;
	if (err != OK)
		return fault_json(delivery, where, err, &json);
	err = add_tree(delivery, *tree, line, len, where);
	if (delivery->count > count)
		delivery->trees_count++;
	else
		cJSON_Delete(*tree);
	return err;
}

/* One JSON object a line; blank lines between them are nothing. */
static enum err
read_lines(struct delivery *delivery, const char *payload, size_t len)
{
	const char *end = payload + len, *line = payload, *next;
	size_t number = 1, line_len;
	char where[40];
	enum err err = OK;

	for (; err == OK && line < end; line = next, number++) {
		next = memchr(line, '\n', (size_t)(end - line));
		line_len = (size_t)((next == NULL ? end : next) - line);
		next = next == NULL ? end : next + 1;
		if (is_blank(line, line_len))
			continue;
		if (delivery->trees_count == LIMIT_ALERT_SPLIT_MAX) {
			delivery->beyond++;
			continue;
		}
		(void)snprintf(where, sizeof(where), "line %zu: ", number);
		err = add_line(delivery, line, line_len, where);
	}
	return err;
}

/* Does the payload hold several lines, the first of which is JSON? */
static bool
is_lines(const char *payload, size_t len)
{
	const char *end = payload + len, *line = payload, *next = end;

	for (; line < end; line = next + 1) {
		next = memchr(line, '\n', (size_t)(end - line));
		if (next == NULL)
			return false;
		if (!is_blank(line, (size_t)(next - line)))
			break;
	}
	return line < end &&
	       json_scan(line, (size_t)(next - line), true, NULL) == OK &&
	       !is_blank(next, (size_t)(end - next));
}

/* Only records that are no alerts: that is no delivery of alerts. */
static enum err
check_any(struct delivery *delivery)
{
	if (delivery->count > 0)
		return OK;
	return fault(delivery,
	    "no alert among its %zu records of the format %s: only records "
	    "that are none",
	    delivery->others, delivery->format->name);
}

enum err
delivery_read(struct delivery *delivery, const char *payload, size_t len,
    const char *said)
{
	struct json_fault json;
	enum err err;

	delivery->format = NULL;
	delivery->count = delivery->beyond = delivery->trees_count = 0;
	delivery->others = 0;
	delivery->fault[0] = '\0';
	if (said != NULL) {
		delivery->format = format_find(said);
		if (delivery->format == NULL)
			return fault(delivery,
			    "the format \"%.64s\" is none of %s", said,
			    format_names());
	}
	if (is_blank(payload, len))
		return fault(delivery, "there is nothing in it");
	err = json_parse(payload, len, true, &delivery->trees[0], &json);
	if (err == OK) {
		delivery->trees_count = 1;
		err = add_tree(delivery, delivery->trees[0], payload, len, "");
		return err == OK ? check_any(delivery) : err;
	}
	if (err == ERR_MEMORY || !is_lines(payload, len))
		return err == ERR_MEMORY ? err
					 : fault_json(delivery, "", err, &json);
	err = read_lines(delivery, payload, len);
	return err == OK ? check_any(delivery) : err;
}

void
delivery_fini(struct delivery *delivery)
{
	for (size_t i = 0; i < delivery->trees_count; i++)
		cJSON_Delete(delivery->trees[i]);
	delivery->trees_count = 0;
	delivery->count = 0;
}
