/*
 * Documents of XML as trees that places lead into.  What a document could make
 * of little is not made: declarations of its own (entities among them) are
 * refused before anything of them is read, nothing outside is looked at, and
 * depth, elements and names have their bounds.
 */
#include <ctype.h>
#include <expat.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "workers/record.h"

/* An element that is not over yet. */
struct element {
	cJSON *object; /* its attributes and children */
	char name[RECORD_NAME_BYTES_MAX + 2];
	char *text;
	size_t len, room, members;
};

struct reading {
	XML_Parser parser;
	struct element open[RECORD_XML_DEPTH_MAX];
	size_t depth, nodes;
	cJSON *root; /* {"name": {...}}, once it is over */
	const char *why; /* it was stopped; NULL: it was not */
};

/* What is wrong with it ends the reading. */
static void
stop(struct reading *r, const char *why)
{
	r->why = why;
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static bool
count_node(struct reading *r)
{
	if (++r->nodes <= RECORD_XML_NODES_MAX)
		return true;
	stop(r, "too many elements and attributes");
	return false;
}

/* The name without what stands before its colon. */
static const char *
local(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon == NULL || colon[1] == '\0' ? name : colon + 1;
}

/* False when it is one too many, or too long: it is left out. */
static bool
has_room(struct element *element, const char *name)
{
	return strlen(name) <= RECORD_NAME_BYTES_MAX &&
	       element->members < RECORD_MEMBERS_MAX;
}

static void
add_attribute(struct element *element, const char *name, const char *value)
{
	char key[RECORD_NAME_BYTES_MAX + 2] = "@";

	if (!has_room(element, name))
		return;
	memcpy(key + 1, name, strlen(name) + 1);
	if (cJSON_GetObjectItemCaseSensitive(element->object, key) != NULL)
		return;
	element->members++;
	(void)cJSON_AddStringToObject(element->object, key, value);
}

static void XMLCALL
begin(void *arg, const char *name, const char **attributes)
{
	struct reading *r = arg;
	struct element *element;

	if (r->depth == RECORD_XML_DEPTH_MAX) {
		stop(r, "elements too deep inside of each other");
		return;
	}
	if (!count_node(r))
		return;
	element = &r->open[r->depth];
	memset(element, 0, sizeof(*element));
	name = local(name);
	(void)strncpy(element->name, name, sizeof(element->name) - 1);
	element->object = cJSON_CreateObject();
	if (element->object == NULL) {
		stop(r, "out of memory");
		return;
	}
	r->depth++;
	for (; *attributes != NULL; attributes += 2) {
		if (!count_node(r))
			return;
		if (strncmp(attributes[0], "xmlns", 5) != 0)
			add_attribute(
			    element, local(attributes[0]), attributes[1]);
	}
}

static void XMLCALL
characters(void *arg, const char *text, int len)
{
	struct reading *r = arg;
	struct element *element;
	size_t needed;
	char *grown;

	if (r->depth == 0)
		return;
	element = &r->open[r->depth - 1];
	needed = element->len + (size_t)len + 1;
	if (needed > element->room) {
		grown = realloc(element->text, needed * 2);
		if (grown == NULL) {
			stop(r, "out of memory");
			return;
		}
		element->text = grown;
		element->room = needed * 2;
	}
	memcpy(element->text + element->len, text, (size_t)len);
	element->len += (size_t)len;
}

/* Its text, without the blanks around it; "" for none. */
static const char *
trimmed(struct element *element)
{
	char *text = element->text;
	size_t len = element->len;

	if (text == NULL)
		return "";
	while (len > 0 && isspace((unsigned char)text[len - 1]))
		len--;
	text[len] = '\0';
	while (isspace((unsigned char)*text))
		text++;
	return text;
}

/* Of text alone it is that text; else the text is a member. */
static cJSON *
close_element(struct element *element)
{
	const char *text = trimmed(element);
	cJSON *value = element->object;

	if (value->child == NULL) {
		cJSON_Delete(value);
		value = cJSON_CreateString(text);
	} else if (*text != '\0') {
		(void)cJSON_AddStringToObject(value, "#text", text);
	}
	element->object = NULL;
	free(element->text);
	element->text = NULL;
	return value;
}

/* Children of one name are an array, also where there is but one. */
static bool
add_child(struct element *parent, const char *name, cJSON *child)
{
	cJSON *array = cJSON_GetObjectItemCaseSensitive(parent->object, name);

	if (array == NULL) {
		if (!has_room(parent, name))
			return false;
		array = cJSON_AddArrayToObject(parent->object, name);
		parent->members++;
	}
	return cJSON_AddItemToArray(array, child);
}

static void XMLCALL
end(void *arg, const char *name)
{
	struct reading *r = arg;
	struct element *element = &r->open[r->depth - 1];
	cJSON *value = close_element(element);

	(void)name;
	r->depth--;
	if (r->depth > 0) {
		if (!add_child(&r->open[r->depth - 1], element->name, value))
			cJSON_Delete(value);
		return;
	}
	r->root = cJSON_CreateObject();
	if (!cJSON_AddItemToObject(r->root, element->name, value))
		cJSON_Delete(value);
}

/* A document type by name is harmless; one that declares things is not. */
static void XMLCALL
document_type(void *arg, const char *name, const char *system_id,
    const char *public_id, int has_internal_subset)
{
	(void)name;
	(void)system_id;
	(void)public_id;
	if (has_internal_subset != 0)
		stop(arg, "declarations of its own, which are refused");
}

cJSON *
record_xml(const char *text, size_t len, const char **why)
{
	struct reading *r = calloc(1, sizeof(*r));
	enum XML_Status status = XML_STATUS_ERROR;
	cJSON *root;

	*why = "out of memory";
	if (r == NULL)
		return NULL;
	/* It is UTF-8 by now, whatever it says. */
	r->parser = XML_ParserCreate("UTF-8");
	if (r->parser != NULL) {
		XML_SetUserData(r->parser, r);
		XML_SetElementHandler(r->parser, begin, end);
		XML_SetCharacterDataHandler(r->parser, characters);
		XML_SetStartDoctypeDeclHandler(r->parser, document_type);
		status = XML_Parse(r->parser, text, (int)len, XML_TRUE);
		*why = r->why != NULL
			   ? r->why
			   : XML_ErrorString(XML_GetErrorCode(r->parser));
		XML_ParserFree(r->parser);
	}
	while (r->depth > 0) {
		struct element *element = &r->open[--r->depth];

		cJSON_Delete(element->object);
		free(element->text);
	}
	root = r->root;
	free(r);
	if (status == XML_STATUS_OK)
		return root;
	cJSON_Delete(root);
	return NULL;
}
