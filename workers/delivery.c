#include "workers/delivery.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "workers/delivery_add.h"
#include "workers/text.h"

struct elements {
	struct delivery *delivery;
	cJSON *next;
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
	elements->err = delivery_add(
	    elements->delivery, elements->next, raw, raw_len, where);
	if (elements->err != OK)
		return false;
	elements->next = elements->next->next;
	return elements->next != NULL;
}

static enum err
add_tree(struct delivery *delivery, cJSON *tree, const char *raw,
    size_t raw_len, const char *where)
{
	struct elements elements = {delivery, tree->child, 0, OK};

	if (cJSON_IsArray(tree)) {
		if (tree->child == NULL)
			return delivery_fault(
			    delivery, "%san array without alerts", where);
		path_raw_elements(raw, raw_len, add_element, &elements);
		return elements.err;
	}
	return delivery_add(delivery, tree, raw, raw_len, where);
}

static enum err
fault_json(struct delivery *delivery, const char *where, enum err err,
    const struct json_fault *json)
{
	return delivery_fault(delivery, "%s%s: %s, at byte %zu", where,
	    err == ERR_TOO_LARGE ? "too large" : "not JSON", json->reason,
	    json->offset);
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
	const struct delivery_tree *mark = delivery->trees;
	size_t count = delivery->count;
	struct json_fault json;
	cJSON *tree;
	enum err err;

	err = json_parse(line, len, true, &tree, &json);
	if (err == ERR_MEMORY)
		return err;
	if (err != OK)
		return fault_json(delivery, where, err, &json);
	err = delivery_keep(delivery, tree, NULL);
	if (err == OK)
		err = add_tree(delivery, tree, line, len, where);
	if (delivery->count > count)
		delivery->lines++;
	else
		delivery_drop(delivery, mark);
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
		if (delivery->lines == LIMIT_ALERT_SPLIT_MAX) {
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
	return delivery_fault(delivery,
	    "no alert among its %zu records of the format %s: only records "
	    "that are none",
	    delivery->others,
	    delivery->format == NULL ? "unknown" : delivery->format->name);
}

/* Text of some other kind than JSON. */
static enum err
read_text(struct delivery *delivery, const char *payload, size_t len,
    enum err json_err, const struct json_fault *json)
{
	char *text = text_copy(payload, len);
	const char *fault;
	enum err err;

	if (text == NULL)
		return ERR_MEMORY;
	err = delivery_add_text(delivery, text, len, "");
	fault = err == ERR_INVALID ? text_xml_fault(text, len) : NULL;
	free(text);
	if (err != ERR_INVALID)
		return err;
	if (fault != NULL)
		return delivery_fault(
		    delivery, "XML that cannot be read: %s", fault);
	(void)fault_json(delivery, "", json_err, json);
	return delivery_fault(delivery,
	    "not JSON: %s, at byte %zu; nor text of any format (tried: %s)",
	    json->reason, json->offset, formats_names(delivery->formats));
}

/* Does it begin as JSON does? */
static bool
begins_as_json(const char *payload, size_t len)
{
	size_t at = 0;

	while (at < len && strchr(" \t\r\n", payload[at]) != NULL &&
	       payload[at] != '\0')
		at++;
	return at < len && payload[at] != '\0' &&
	       strchr("{[\"", payload[at]) != NULL;
}

static enum err
read_payload(struct delivery *delivery, const char *payload, size_t len)
{
	struct json_fault json;
	cJSON *tree;
	enum err err;

	if (is_blank(payload, len))
		return delivery_fault(delivery, "there is nothing in it");
	err = json_parse(payload, len, true, &tree, &json);
	if (err == OK) {
		err = delivery_keep(delivery, tree, NULL);
		return err == OK ? add_tree(delivery, tree, payload, len, "")
				 : err;
	}
	if (err == ERR_MEMORY)
		return err;
	if (is_lines(payload, len))
		return read_lines(delivery, payload, len);
	if (begins_as_json(payload, len) || len > LIMIT_JSON_BYTES_MAX)
		return fault_json(delivery, "", err, &json);
	return read_text(delivery, payload, len, err, &json);
}

enum err
delivery_read(struct delivery *delivery, const struct formats *formats,
    const char *payload, size_t len, const char *said)
{
	enum err err;

	delivery->formats = formats;
	delivery->format = NULL;
	delivery->count = delivery->beyond = delivery->others = 0;
	delivery->lines = delivery->looks = 0;
	delivery->trees = NULL;
	delivery->fault[0] = '\0';
	if (said != NULL) {
		delivery->format = formats_find(formats, said);
		if (delivery->format == NULL)
			return delivery_fault(delivery,
			    "the format \"%.64s\" is none of %s", said,
			    formats_names(formats));
	}
	err = read_payload(delivery, payload, len);
	if (err == OK)
		err = check_any(delivery);
	/* What was found out of half of it is not known. */
	if (err != OK && said == NULL && delivery->count == 0 &&
	    delivery->others == 0)
		delivery->format = NULL;
	return err;
}

void
delivery_fini(struct delivery *delivery)
{
	delivery_drop(delivery, NULL);
	delivery->count = 0;
}
