#include "workers/delivery_add.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "workers/normal.h"
#include "workers/text.h"

enum err
delivery_fault(struct delivery *delivery, const char *form, ...)
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

enum err
delivery_keep(struct delivery *delivery, cJSON *tree, char *text)
{
	struct delivery_tree *kept = malloc(sizeof(*kept));

	if (kept == NULL) {
		cJSON_Delete(tree);
		free(text);
		return ERR_MEMORY;
	}
	*kept = (struct delivery_tree){delivery->trees, tree, text};
	delivery->trees = kept;
	return OK;
}

void
delivery_drop(struct delivery *delivery, const struct delivery_tree *mark)
{
	struct delivery_tree *tree;

	while (delivery->trees != mark) {
		tree = delivery->trees;
		delivery->trees = tree->next;
		json_give_back(tree->tree);
		free(tree->text);
		free(tree);
	}
}

/* An object on its way to be alerts. */
struct adding {
	struct delivery *delivery;
	const char *raw; /* of the document that it lies in */
	size_t raw_len;
	const char *at; /* where in it */
	const char *where; /* for people */
	const struct format *format; /* that it is of, once that is known */
	cJSON *object;
	int depth; /* envelopes around it */
	bool guess; /* formats that guess are taken too */
	size_t added; /* by what looks into envelopes */
	enum err err;
	struct path_trail trail;
};

static enum err add_object(struct adding *a);

/* Puts the JSON that the text holds in its place. */
static bool
embed(void *arg, const cJSON *node)
{
	cJSON *text = (cJSON *)(size_t)node, *tree = NULL;

	(void)arg;
	if (!cJSON_IsString(node) ||
	    (node->valuestring[0] != '{' && node->valuestring[0] != '['))
		return true;
	if (json_parse(node->valuestring, strlen(node->valuestring), true,
		&tree, NULL) != OK)
		return true;
	cJSON_free(text->valuestring);
	text->valuestring = NULL;
	text->type = tree->type;
	text->child = tree->child;
	tree->child = NULL;
	cJSON_Delete(tree);
	return true;
}

static void
add_part(struct adding *a, const cJSON *alert, const char *within)
{
	struct delivery *delivery = a->delivery;
	const struct format *format = a->format;
	struct part *part;

	if (delivery->count == LIMIT_ALERT_SPLIT_MAX) {
		delivery->beyond++;
		return;
	}
	for (size_t i = 0; i < format->embedded.count; i++)
		(void)path_each(alert, format->embedded.paths[i], format->names,
		    NULL, embed, NULL);
	part = &delivery->parts[delivery->count++];
	part->object = alert;
	part->outer = a->object;
	part->raw = a->raw;
	part->raw_len = a->raw_len;
	(void)snprintf(part->at, sizeof(part->at), "%s", a->at);
	(void)snprintf(part->within, sizeof(part->within), "%s", within);
}

static bool
add_alert(void *arg, const cJSON *node)
{
	struct adding *a = arg;
	char within[PATH_TEXT_BYTES];

	if (!cJSON_IsObject(node))
		return true;
	(void)path_write(&a->trail, within);
	add_part(a, node, within);
	a->added++;
	return true;
}

/* The object is of a->format: its alerts become parts. */
static void
add_alerts(struct adding *a)
{
	const struct format *format = a->format;

	a->added = 0;
	if (format_passes_over(format, a->object)) {
		a->delivery->others++;
		return;
	}
	for (size_t i = 0; i < format->alerts.count && a->added == 0; i++)
		(void)path_each(a->object, format->alerts.paths[i],
		    format->names, &a->trail, add_alert, a);
	if (a->added == 0)
		add_part(a, a->object, "");
}

/* A text of JSON, which stays where it is as long as the delivery. */
static enum err
add_json(const struct adding *a, const char *text)
{
	struct delivery *delivery = a->delivery;
	const struct delivery_tree *mark = delivery->trees;
	struct adding inner = {.delivery = delivery,
	    .at = "",
	    .where = a->where,
	    .depth = a->depth + 1,
	    .guess = a->guess,
	    .raw = text,
	    .raw_len = strlen(text)};
	enum err err;

	err = json_parse(text, strlen(text), true, &inner.object, NULL);
	if (err != OK)
		return err == ERR_MEMORY ? err : ERR_INVALID;
	err = delivery_keep(delivery, inner.object, NULL);
	if (err == OK)
		err = add_object(&inner);
	if (err == ERR_INVALID)
		delivery_drop(delivery, mark);
	return err;
}

/* The JSON that text is in base64; for free(), or NULL. */
static char *
unpack(const char *text)
{
	size_t len = strlen(text), used = 0;
	char *out;

	/* "ey" and "ew" are how an object begins. */
	if (len < 4 || text[0] != 'e' || (text[1] != 'y' && text[1] != 'w'))
		return NULL;
	out = malloc(len);
	if (out == NULL ||
	    sodium_base642bin((unsigned char *)out, len - 1, text, len, "\r\n",
		&used, NULL, sodium_base64_VARIANT_ORIGINAL) != 0) {
		free(out);
		return NULL;
	}
	out[used] = '\0';
	return out;
}

/* A text of an envelope: JSON, as it is or packed, or a line of text. */
static enum err
add_inner_text(const struct adding *a, const char *text)
{
	char *unpacked = unpack(text);
	enum err err;

	if (unpacked != NULL) {
		err = delivery_keep(a->delivery, NULL, unpacked);
		return err == OK ? add_json(a, unpacked) : err;
	}
	if (text[0] == '{')
		return add_json(a, text);
	return delivery_add_text(a->delivery, text, strlen(text), a->where);
}

/* Nowhere, where it does not fit. */
static void
join(const char *at, const char *rest, char out[PATH_TEXT_BYTES])
{
	size_t len = strlen(at), more = strlen(rest);

	out[0] = '\0';
	if (len + more >= PATH_TEXT_BYTES)
		return;
	memcpy(out, at, len);
	memcpy(out + len, rest, more + 1);
}

static bool
add_inner(void *arg, const cJSON *node)
{
	struct adding *a = arg;
	char at[PATH_TEXT_BYTES], rest[PATH_TEXT_BYTES];
	struct adding inner = *a;
	enum err err = ERR_INVALID;

	if (cJSON_IsString(node)) {
		err = add_inner_text(a, node->valuestring);
	} else if (cJSON_IsObject(node)) {
		(void)path_write(&a->trail, rest);
		join(a->at, rest, at);
		inner.object = (cJSON *)(size_t)node;
		inner.at = at;
		inner.depth++;
		err = add_object(&inner);
	}
	if (err == ERR_MEMORY)
		a->err = err;
	if (err == OK)
		a->added++;
	return err != ERR_MEMORY;
}

/* How many of what lies in the envelope are alerts of some format. */
static size_t
look_inside(struct adding *a, const struct format *envelope, bool guess)
{
	struct adding look = *a;

	look.added = 0;
	look.guess = guess;
	if (a->depth >= DELIVERY_ENVELOPES_MAX ||
	    a->delivery->looks >= DELIVERY_LOOKS_MAX)
		return 0;
	a->delivery->looks += envelope->envelope.count > 0;
	for (size_t i = 0; i < envelope->envelope.count && look.added == 0; i++)
		(void)path_each(a->object, envelope->envelope.paths[i],
		    envelope->names, &look.trail, add_inner, &look);
	a->err = look.err;
	return look.added;
}

/* why: of DELIVERY_FAULT_BYTES / 2, or NULL. */
static bool
belongs(const struct format *format, const cJSON *object, char *why)
{
	return format_is(format, object, why,
		   why == NULL ? 0 : DELIVERY_FAULT_BYTES / 2) ||
	       format_passes_over(format, object);
}

/* Finds the format of the first object, or an envelope around it. */
static enum err
settle(struct adding *a)
{
	struct delivery *delivery = a->delivery;
	const struct format *const *format = formats_all(delivery->formats);

	for (; *format != NULL; format++) {
		if ((*format)->text != TEXT_none ||
		    ((*format)->guesses && !a->guess) ||
		    !belongs(*format, a->object, NULL))
			continue;
		/* What is known inside, what looks like an alert, itself. */
		if (look_inside(a, *format, false) > 0 || a->err != OK ||
		    (a->guess && !(*format)->known_inside &&
			look_inside(a, *format, true) > 0) ||
		    a->err != OK)
			return a->err;
		if ((*format)->rows_count == 0 && !(*format)->guesses)
			continue;
		delivery->format = a->format = *format;
		add_alerts(a);
		return OK;
	}
	return delivery_fault(delivery,
	    "%sof no known format, and it does not look like an alert: nothing "
	    "says what happened and how bad it is, where, to whom or by which "
	    "rule (tried: %s)",
	    a->where, formats_names(delivery->formats));
}

/* Of the settled format, bare or in an envelope. */
static enum err
add_settled(struct adding *a)
{
	struct delivery *delivery = a->delivery;
	const struct format *const *envelope = formats_all(delivery->formats);
	char why[DELIVERY_FAULT_BYTES / 2];

	a->format = delivery->format;
	if (belongs(a->format, a->object, why)) {
		add_alerts(a);
		return OK;
	}
	for (; *envelope != NULL; envelope++)
		if ((*envelope)->envelope.count > 0 &&
		    (*envelope)->text == TEXT_none &&
		    belongs(*envelope, a->object, NULL) &&
		    (look_inside(a, *envelope, false) > 0 || a->err != OK))
			return a->err;
	return delivery_fault(delivery, "%snot of the format %s: %s", a->where,
	    a->format->name, why);
}

static enum err
add_object(struct adding *a)
{
	if (!cJSON_IsObject(a->object))
		return delivery_fault(
		    a->delivery, "%snot a JSON object", a->where);
	return a->delivery->format == NULL ? settle(a) : add_settled(a);
}

enum err
delivery_add(struct delivery *delivery, cJSON *object, const char *raw,
    size_t raw_len, const char *where)
{
	struct adding a = {.delivery = delivery,
	    .raw = raw,
	    .raw_len = raw_len,
	    .at = "",
	    .where = where,
	    .object = object,
	    .guess = true};

	return add_object(&a);
}

/* A record of a text format: what lies inside, or itself. */
static enum err
add_record(struct adding *a, const struct format *format)
{
	struct delivery *delivery = a->delivery;
	char why[DELIVERY_FAULT_BYTES / 2];

	if ((delivery->format == NULL || delivery->format != format) &&
	    (look_inside(a, format, false) > 0 || a->err != OK ||
		(a->guess && look_inside(a, format, true) > 0) || a->err != OK))
		return a->err;
	if (delivery->format != NULL && delivery->format != format)
		return delivery_fault(delivery, "%snot of the format %s",
		    a->where, delivery->format->name);
	if (!belongs(format, a->object, why))
		return delivery_fault(delivery, "%snot of the format %s: %s",
		    a->where, format->name, why);
	delivery->format = a->format = format;
	add_alerts(a);
	return OK;
}

static enum err
add_records(struct delivery *delivery, const struct format *format,
    cJSON *array, size_t others, const char *where)
{
	struct adding a = {
	    .delivery = delivery, .at = "", .where = where, .guess = true};
	enum err err = OK;

	for (a.object = array->child; a.object != NULL;
	     a.object = a.object->next) {
		err = add_record(&a, format);
		if (err == ERR_INVALID && a.object != array->child) {
			others++;
			err = OK;
		}
		if (err != OK)
			return err;
	}
	delivery->others += others;
	return err;
}

enum err
delivery_add_text(
    struct delivery *delivery, const char *text, size_t len, const char *where)
{
	const struct format *const *format = formats_all(delivery->formats);
	const struct delivery_tree *mark = delivery->trees;
	cJSON *array;
	size_t others;
	enum err err;

	for (; *format != NULL; format++) {
		if ((*format)->text == TEXT_none ||
		    (delivery->format != NULL &&
			delivery->format->text != TEXT_none &&
			delivery->format != *format))
			continue;
		array = text_read(*format, text, len, &others);
		if (array == NULL)
			continue;
		err = delivery_keep(delivery, array, NULL);
		if (err == OK)
			err = add_records(
			    delivery, *format, array, others, where);
		if (err != ERR_INVALID)
			return err;
		delivery_drop(delivery, mark);
	}
	return delivery_fault(delivery, "%sno line of any text format", where);
}
