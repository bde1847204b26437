#include "workers/yaml.h"

#include <libfyaml.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "protocol/yaml_parser.h"

struct reading {
	const char *name;
	size_t nodes;
	char *why;
	size_t size;
};

__attribute__((format(printf, 4, 5))) static enum err
refuse(struct reading *r, int line, int column, const char *form, ...)
{
	char reason[256];
	va_list args;

	va_start(args, form);
	(void)vsnprintf(reason, sizeof(reason), form, args);
	va_end(args);
	(void)snprintf(
	    r->why, r->size, "%s:%d:%d: %s", r->name, line, column, reason);
	return ERR_INVALID;
}

static void
free_node(struct yaml *node)
{
	struct yaml *next;

	for (; node != NULL; node = next) {
		next = node->next;
		free_node(node->first);
		free((char *)(size_t)node->key);
		free((char *)(size_t)node->text);
		free(node);
	}
}

void
yaml_free(struct yaml **tree)
{
	free_node(*tree);
	*tree = NULL;
}

const struct yaml *
yaml_find(const struct yaml *map, const char *key)
{
	const struct yaml *child;

	if (map == NULL || map->kind != YAML_MAP)
		return NULL;
	for (child = map->first; child != NULL; child = child->next)
		if (strcmp(child->key, key) == 0)
			return child;
	return NULL;
}

/* libfyaml's places lie behind an opening quote and behind an alias's star. */
static void
find_place(struct fy_node *from, struct yaml *node)
{
	struct fy_token *token;
	const struct fy_mark *mark;
	enum fy_node_style style;

	if (from == NULL || !fy_node_is_scalar(from))
		return;
	token = fy_node_get_scalar_token(from);
	mark = token == NULL ? NULL : fy_token_start_mark(token);
	if (mark == NULL)
		return;
	style = fy_node_get_style(from);
	node->line = mark->line + 1;
	node->column = mark->column + 1 -
		       (style == FYNS_SINGLE_QUOTED ||
			   style == FYNS_DOUBLE_QUOTED || style == FYNS_ALIAS);
}

static enum err
copy_text(
    struct reading *r, struct fy_node *from, struct yaml *at, const char **out)
{
	const char *text;
	size_t len = 0;

	text = fy_node_get_scalar(from, &len);
	if (text == NULL) {
		text = "";
		len = 0;
	}
	if (memchr(text, '\0', len) != NULL)
		return refuse(r, at->line, at->column, "a NUL in a text");
	*out = strndup(text, len);
	return *out == NULL ? ERR_MEMORY : OK;
}

/* Refuses what makes one node stand for another, or for another type. */
static enum err
check_node(struct reading *r, struct fy_node *from, const struct yaml *at)
{
	size_t len;

	if (from == NULL)
		return OK;
	if (fy_node_is_alias(from))
		return refuse(
		    r, at->line, at->column, "aliases are not accepted");
	if (fy_node_get_anchor(from) != NULL)
		return refuse(
		    r, at->line, at->column, "anchors are not accepted");
	if (fy_node_get_tag(from, &len) != NULL)
		return refuse(r, at->line, at->column, "tags are not accepted");
	return OK;
}

static enum err read_node(
    struct reading *r, struct fy_node *from, struct yaml *node, int depth);

static enum err
add_child(struct reading *r, struct yaml *parent, struct yaml **last,
    struct yaml **child)
{
	*child = calloc(1, sizeof(**child));
	if (*child == NULL)
		return ERR_MEMORY;
	(*child)->line = parent->line;
	(*child)->column = parent->column;
	if (*last == NULL)
		parent->first = *child;
	else
		(*last)->next = *child;
	*last = *child;
	parent->count++;
	if (++r->nodes > YAML_NODES_MAX) {
		(void)refuse(r, parent->line, parent->column,
		    "more than %d values in one file", YAML_NODES_MAX);
		return ERR_TOO_LARGE;
	}
	return OK;
}

static enum err
read_key(struct reading *r, struct fy_node *from, const struct yaml *parent,
    struct yaml *node)
{
	const struct yaml *other;
	enum err err;

	find_place(from, node);
	err = check_node(r, from, node);
	if (err != OK)
		return err;
	if (from == NULL || !fy_node_is_scalar(from))
		return refuse(r, node->line, node->column, "expected a name");
	err = copy_text(r, from, node, &node->key);
	if (err != OK)
		return err;
	for (other = parent->first; other != node; other = other->next)
		if (strcmp(other->key, node->key) == 0)
			return refuse(r, node->line, node->column,
			    "%.64s stands there twice", node->key);
	return OK;
}

static enum err
read_map(struct reading *r, struct fy_node *from, struct yaml *node, int depth)
{
	struct yaml *last = NULL, *child;
	struct fy_node_pair *pair;
	void *at = NULL;
	enum err err = OK;

	while (
	    err == OK && (pair = fy_node_mapping_iterate(from, &at)) != NULL) {
		err = add_child(r, node, &last, &child);
		if (err == OK)
			err = read_key(r, fy_node_pair_key(pair), node, child);
		if (err == OK)
			err = read_node(
			    r, fy_node_pair_value(pair), child, depth + 1);
	}
	return err;
}

static enum err
read_list(struct reading *r, struct fy_node *from, struct yaml *node, int depth)
{
	struct yaml *last = NULL, *child;
	struct fy_node *item;
	void *at = NULL;
	enum err err = OK;

	while (
	    err == OK && (item = fy_node_sequence_iterate(from, &at)) != NULL) {
		err = add_child(r, node, &last, &child);
		if (err == OK)
			err = read_node(r, item, child, depth + 1);
	}
	return err;
}

/* Recursion ends at YAML_DEPTH_MAX. */
static enum err
read_node(struct reading *r, struct fy_node *from, struct yaml *node, int depth)
{
	enum fy_node_style style;
	enum err err;

	if (node->key == NULL)
		find_place(from, node);
	err = check_node(r, from, node);
	if (err != OK)
		return err;
	if (depth > YAML_DEPTH_MAX)
		return refuse(r, node->line, node->column,
		    "more than %d levels", YAML_DEPTH_MAX);
	if (from != NULL && fy_node_is_mapping(from)) {
		node->kind = YAML_MAP;
		return read_map(r, from, node, depth);
	}
	if (from != NULL && fy_node_is_sequence(from)) {
		node->kind = YAML_LIST;
		return read_list(r, from, node, depth);
	}
	node->kind = YAML_SCALAR;
	if (from == NULL) {
		node->text = strdup("");
		return node->text == NULL ? ERR_MEMORY : OK;
	}
	style = fy_node_get_style(from);
	node->quoted = style == FYNS_SINGLE_QUOTED ||
		       style == FYNS_DOUBLE_QUOTED || style == FYNS_LITERAL ||
		       style == FYNS_FOLDED;
	return copy_text(r, from, node, &node->text);
}

/* Tells what libfyaml did not understand. */
static enum err
refuse_syntax(struct reading *r, struct fy_diag *diag)
{
	const struct fy_diag_error *error;
	void *at = NULL;
	char message[192] = "";

	error = fy_diag_errors_iterate(diag, &at);
	if (error != NULL && error->msg != NULL)
		(void)snprintf(message, sizeof(message), ": %s", error->msg);
	/* The message may quote the file. */
	for (char *p = message; *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return refuse(r, error != NULL && error->line > 0 ? error->line : 1,
	    error != NULL && error->line > 0 ? error->column : 1, "not YAML%s",
	    message);
}

static enum err
read_document(struct reading *r, struct fy_parser *parser, struct fy_diag *diag,
    struct yaml *root)
{
	struct fy_document *document = fy_parse_load_document(parser);
	enum err err = OK;

	if (document == NULL && !fy_parser_get_stream_error(parser))
		return refuse(r, 1, 1, "there is nothing in it");
	if (document != NULL) {
		err = read_node(r, fy_document_root(document), root, 0);
		fy_parse_document_destroy(parser, document);
	}
	if (err != OK)
		return err;
	document = fy_parse_load_document(parser);
	if (document != NULL) {
		fy_parse_document_destroy(parser, document);
		return refuse(r, 1, 1, "more than one document");
	}
	return fy_parser_get_stream_error(parser) ? refuse_syntax(r, diag) : OK;
}

static enum err
parse(struct reading *r, const char *text, size_t len, struct yaml *root)
{
	struct yaml_parser yaml;
	enum err err = yaml_parser_open(&yaml, text, len);

	if (err == OK)
		err = read_document(r, yaml.parser, yaml.diag, root);
	yaml_parser_close(&yaml);
	return err;
}

enum err
yaml_parse(const char *text, size_t len, const char *name, struct yaml **tree,
    char *why, size_t size)
{
	struct reading r = {.name = name, .why = why, .size = size};
	enum err err;

	*tree = NULL;
	(void)snprintf(why, size, "%s: out of memory", name);
	if (len > YAML_FILE_BYTES_MAX) {
		(void)snprintf(why, size, "%s: more than %d bytes", name,
		    YAML_FILE_BYTES_MAX);
		return ERR_TOO_LARGE;
	}
	if (!utf8_valid(text, len))
		return refuse(&r, 1, 1, "not UTF-8 text");
	*tree = calloc(1, sizeof(**tree));
	if (*tree == NULL)
		return ERR_MEMORY;
	(*tree)->line = (*tree)->column = 1;
	err = parse(&r, text, len, *tree);
	if (err != OK)
		yaml_free(tree);
	else
		why[0] = '\0';
	return err;
}
