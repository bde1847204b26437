#include "protocol/config.h"

#include <assert.h>
#include <libfyaml.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/ask.h"
#include "protocol/config_check.h"
#include "protocol/json.h"
#include "protocol/setting.h"
#include "protocol/yaml_parser.h"

enum {
	KEY_MAX = 64,
	PATH_TEXT_MAX = 160,
	KEYS_OF_A_MAPPING_MAX = 32,
	REASON_MAX = 256,
	HASH_BYTES = 32,
};

struct place {
	int line, column; /* from 1 */
};

struct reading {
	const char *file;
	const char *home;
	struct config *config;
	void *row; /* of the list that is being read; NULL outside of one */
	char *why;
	size_t size;
};

/* The keys of one mapping so far.  Each is known, so they are few. */
struct keys {
	const char *names[KEYS_OF_A_MAPPING_MAX];
	size_t lens[KEYS_OF_A_MAPPING_MAX];
	size_t count;
};

static enum err read_mapping(struct reading *r, struct fy_node *node,
    const char *path, struct place place);

__attribute__((format(printf, 4, 5))) static enum err
refuse(struct reading *r, struct place place, const char *path,
    const char *format, ...)
{
	char reason[REASON_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	(void)snprintf(r->why, r->size, "%s:%d:%d: %s%s%s", r->file, place.line,
	    place.column, path, path[0] != '\0' ? ": " : "", reason);
	return ERR_INVALID;
}

/* libfyaml's places lie behind an opening quote and behind an alias's star. */
static int
mark_length(struct fy_node *node)
{
	enum fy_node_style style = fy_node_get_style(node);

	return style == FYNS_SINGLE_QUOTED || style == FYNS_DOUBLE_QUOTED ||
	       style == FYNS_ALIAS;
}

/* Where the scalar stands; a mapping or sequence is found by its key. */
static struct place
place_of(struct fy_node *node, struct place otherwise)
{
	struct fy_token *token = NULL;
	const struct fy_mark *mark = NULL;
	struct place place = otherwise;

	if (node != NULL && fy_node_is_scalar(node))
		token = fy_node_get_scalar_token(node);
	if (token != NULL)
		mark = fy_token_start_mark(token);
	if (mark != NULL) {
		place.line = mark->line + 1;
		place.column = mark->column + 1 - mark_length(node);
	}
	return place;
}

static bool
is_null(struct fy_node *node)
{
	const char *text;
	size_t len;

	if (node == NULL)
		return true;
	if (!fy_node_is_scalar(node) || fy_node_get_style(node) != FYNS_PLAIN)
		return false;
	text = fy_node_get_scalar(node, &len);
	return text == NULL || len == 0 || (len == 1 && text[0] == '~') ||
	       (len == 4 && memcmp(text, "null", 4) == 0);
}

/* Refuses what makes one node stand for another, or for another type. */
static enum err
check_node(struct reading *r, struct fy_node *node, const char *path,
    struct place place)
{
	size_t len;

	place = place_of(node, place);
	if (node == NULL)
		return OK;
	if (fy_node_is_alias(node))
		return refuse(r, place, path, "aliases are not accepted");
	if (fy_node_get_anchor(node) != NULL)
		return refuse(r, place, path, "anchors are not accepted");
	if (fy_node_get_tag(node, &len) != NULL)
		return refuse(r, place, path, "tags are not accepted");
	return OK;
}

static enum err
read_value(struct reading *r, const struct setting *setting,
    struct fy_node *node, struct place place)
{
	char reason[REASON_MAX];
	const char *text;
	size_t len;
	enum err err;

	place = place_of(node, place);
	if (is_null(node))
		return refuse(r, place, setting->path, "expected a value");
	if (!fy_node_is_scalar(node))
		return refuse(r, place, setting->path,
		    "expected one value, not a list or further settings");
	if (setting->type == SETTING_IS_COUNT &&
	    fy_node_get_style(node) != FYNS_PLAIN)
		return refuse(r, place, setting->path,
		    "expected a number, not a text in quotes");
	text = fy_node_get_scalar(node, &len);
	if (text == NULL)
		return ERR_MEMORY;
	err = setting_set(setting, text, len, r->home,
	    setting->owner == OWNER_config ? (void *)r->config : r->row, reason,
	    sizeof(reason));
	if (err != OK)
		return refuse(r, place, setting->path, "%s", reason);
	return OK;
}

/* ---- lists ---- */

/* A list of config.def: where its rows go, and what each of them needs. */
struct list {
	const char *path, *row_path;
	enum setting_owner owner;
	size_t rows, row_size, max, count; /* rows, count: offsets */
	enum err (*check)(const void *row, char *reason, size_t size);
};

/* Every row begins with its name. */
static_assert(offsetof(struct config_hook, name) == 0 &&
		  offsetof(struct config_level, name) == 0 &&
		  offsetof(struct config_signature, name) == 0 &&
		  offsetof(struct config_callback, name) == 0 &&
		  offsetof(struct config_source, name) == 0,
    "the name comes first");

static enum err
check_name(struct reading *r, struct place place, const struct list *list,
    const char *rows, size_t count)
{
	const char *name = r->row;
	size_t i;

	if (name[0] == '\0')
		return refuse(r, place, list->row_path, "name is needed");
	if (!name_valid(name))
		return refuse(r, place, list->row_path,
		    "name: expected a-z, 0-9 and . _ : @ -, beginning with a "
		    "letter or a digit");
	for (i = 0; i < count; i++)
		if (strcmp(rows + i * list->row_size, name) == 0)
			return refuse(r, place, list->row_path,
			    "name: another one is called %s", name);
	return OK;
}

static const struct list lists[] = {
    {"notify.hooks", "notify.hooks[]", OWNER_hook,
	offsetof(struct config, hooks), sizeof(struct config_hook),
	CONFIG_HOOKS_MAX, offsetof(struct config, hooks_count),
	config_check_hook},
    {"escalation.chain", "escalation.chain[]", OWNER_level,
	offsetof(struct config, chain), sizeof(struct config_level),
	CONFIG_LEVELS_MAX, offsetof(struct config, chain_count),
	config_check_level},
    {"notify.callbacks", "notify.callbacks[]", OWNER_callback,
	offsetof(struct config, callbacks), sizeof(struct config_callback),
	CONFIG_CALLBACKS_MAX, offsetof(struct config, callbacks_count),
	config_check_callback},
    {"gateway.signatures", "gateway.signatures[]", OWNER_signature,
	offsetof(struct config, signatures), sizeof(struct config_signature),
	CONFIG_SIGNATURES_MAX, offsetof(struct config, signatures_count),
	config_check_signature},
    {"intake.sources", "intake.sources[]", OWNER_source,
	offsetof(struct config, sources), sizeof(struct config_source),
	CONFIG_SOURCES_MAX, offsetof(struct config, sources_count),
	config_check_source},
};

/* The place of a row: that of its first key. */
static struct place
first_place(struct fy_node *node, struct place otherwise)
{
	void *at = NULL;
	struct fy_node_pair *pair = NULL;

	if (node != NULL && fy_node_is_mapping(node))
		pair = fy_node_mapping_iterate(node, &at);
	if (pair == NULL)
		return place_of(node, otherwise);
	return place_of(fy_node_pair_key(pair), otherwise);
}

static enum err
read_row(struct reading *r, const struct list *list, struct fy_node *node,
    struct place place)
{
	char *rows = (char *)r->config + list->rows;
	size_t *count = (size_t *)(void *)((char *)r->config + list->count);
	char reason[REASON_MAX];
	enum err err;

	place = first_place(node, place);
	if (*count == list->max)
		return refuse(
		    r, place, list->path, "more than %zu rows", list->max);
	r->row = rows + *count * list->row_size;
	err = setting_defaults(
	    r->home, list->owner, r->row, reason, sizeof(reason));
	if (err != OK)
		return refuse(r, place, list->row_path, "%s", reason);
	err = read_mapping(r, node, list->row_path, place);
	if (err == OK)
		err = check_name(r, place, list, rows, *count);
	if (err == OK)
		err = list->check(r->row, reason, sizeof(reason)) != OK
			  ? refuse(r, place, list->row_path, "%s", reason)
			  : OK;
	++*count;
	return err;
}

static enum err
read_list(struct reading *r, const char *path, struct fy_node *node,
    struct place place)
{
	const struct list *list = lists;
	struct fy_node *item;
	void *at = NULL;
	enum err err;

	if (is_null(node))
		return OK;
	while (strcmp(list->path, path) != 0)
		list++;
	if (!fy_node_is_sequence(node))
		return refuse(
		    r, place_of(node, place), path, "expected a list");
	while ((item = fy_node_sequence_iterate(node, &at)) != NULL) {
		err = read_row(r, list, item, place);
		if (err != OK)
			return err;
	}
	return OK;
}

static enum err
read_pair(struct reading *r, const char *path, struct fy_node *value,
    struct place place)
{
	const struct setting *setting;
	enum err err = check_node(r, value, path, place);

	if (err != OK)
		return err;
	switch (setting_find(path, &setting)) {
	case SETTING_VALUE:
		return read_value(r, setting, value, place);
	case SETTING_LIST:
		return read_list(r, path, value, place);
	case SETTING_FOLDER:
		return read_mapping(r, value, path, place);
	case SETTING_UNKNOWN:
		break;
	}
	return refuse(r, place, path, "no such setting");
}

/* Takes a key's text; one that could not be a setting's is refused here. */
static enum err
read_key(struct reading *r, struct fy_node *node, const char *path,
    struct place place, struct keys *keys, char name[KEY_MAX + 1])
{
	static const char shown[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	const char *text = NULL;
	size_t len = 0, i;
	enum err err = check_node(r, node, path, place);

	if (err != OK)
		return err;
	if (node != NULL && fy_node_is_scalar(node))
		text = fy_node_get_scalar(node, &len);
	if (text == NULL || len == 0 || len > KEY_MAX)
		return refuse(r, place, path, "expected the name of a setting");
	memcpy(name, text, len);
	name[len] = '\0';
	if (strspn(name, shown) != len)
		return refuse(r, place, path, "expected the name of a setting");
	for (i = 0; i < keys->count; i++)
		if (keys->lens[i] == len &&
		    memcmp(keys->names[i], text, len) == 0)
			return refuse(
			    r, place, path, "%s stands there twice", name);
	assert(keys->count < KEYS_OF_A_MAPPING_MAX);
	keys->names[keys->count] = text;
	keys->lens[keys->count++] = len;
	return OK;
}

static enum err
read_mapping(struct reading *r, struct fy_node *node, const char *path,
    struct place place)
{
	struct keys keys = {.count = 0};
	struct fy_node_pair *pair;
	void *at = NULL;
	enum err err = check_node(r, node, path, place);

	if (err != OK || is_null(node))
		return err;
	if (!fy_node_is_mapping(node))
		return refuse(r, place_of(node, place), path,
		    "expected settings, each with a name and a colon");
	while ((pair = fy_node_mapping_iterate(node, &at)) != NULL) {
		struct fy_node *key = fy_node_pair_key(pair);
		struct place here = place_of(key, place);
		char name[KEY_MAX + 1];
		char whole[PATH_TEXT_MAX];

		err = read_key(r, key, path, here, &keys, name);
		if (err != OK)
			return err;
		(void)snprintf(whole, sizeof(whole), "%s%s%s", path,
		    path[0] != '\0' ? "." : "", name);
		err = read_pair(r, whole, fy_node_pair_value(pair), here);
		if (err != OK)
			return err;
	}
	return OK;
}

static enum err
check_whole(struct reading *r)
{
	struct place start = {1, 1};
	char reason[REASON_MAX];
	const char *path;
	enum err err = config_check(r->config, &path, reason, sizeof(reason));

	return err != OK ? refuse(r, start, path, "%s", reason) : OK;
}

/* Tells what libfyaml did not understand. */
static enum err
refuse_syntax(struct reading *r, struct fy_diag *diag)
{
	struct place place = {1, 1};
	const struct fy_diag_error *error;
	void *at = NULL;
	char message[REASON_MAX] = "not YAML, or there is no memory to read it";
	char *p;

	error = fy_diag_errors_iterate(diag, &at);
	if (error != NULL && error->line > 0) {
		place.line = error->line;
		place.column = error->column;
	}
	if (error != NULL && error->msg != NULL)
		(void)snprintf(
		    message, sizeof(message), "not YAML: %s", error->msg);
	/* The message may quote the file. */
	for (p = message; *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return refuse(r, place, "", "%s", message);
}

/* The file's one document; none at all leaves every default as it is. */
static enum err
read_documents(
    struct reading *r, struct fy_parser *parser, struct fy_diag *diag)
{
	struct fy_document *document = fy_parse_load_document(parser);
	struct place start = {1, 1};
	struct fy_node *root;
	enum err err = OK;

	if (document != NULL) {
		err = read_mapping(r, fy_document_root(document), "", start);
		fy_parse_document_destroy(parser, document);
	}
	if (err != OK)
		return err;
	document = fy_parse_load_document(parser);
	if (document != NULL) {
		root = fy_document_root(document);
		err = refuse(r, first_place(root, start), "",
		    "expected one document, not another one after it");
		fy_parse_document_destroy(parser, document);
	} else if (fy_parser_get_stream_error(parser)) {
		err = refuse_syntax(r, diag);
	}
	return err;
}

static enum err
read_yaml(struct reading *r, const char *text, size_t len)
{
	struct yaml_parser yaml;
	enum err err = yaml_parser_open(&yaml, text, len);

	if (err == OK)
		err = read_documents(r, yaml.parser, yaml.diag);
	yaml_parser_close(&yaml);
	return err == OK ? check_whole(r) : err;
}

static void
name_version(const char *text, size_t len, char out[CONFIG_VERSION_TEXT])
{
	unsigned char hash[HASH_BYTES];

	(void)crypto_generichash(
	    hash, sizeof(hash), (const unsigned char *)text, len, NULL, 0);
	sodium_bin2hex(
	    out, CONFIG_VERSION_TEXT, hash, (CONFIG_VERSION_TEXT - 1) / 2);
}

enum err
config_parse(const char *text, size_t len, const char *path, const char *home,
    struct config *config, char *why, size_t size)
{
	struct reading r = {.file = path,
	    .home = home,
	    .config = config,
	    .why = why,
	    .size = size};
	struct place start = {1, 1};
	enum err err;

	(void)snprintf(why, size, "%s: out of memory", path);
	memset(config, 0, sizeof(*config));
	if (len > CONFIG_FILE_MAX) {
		(void)snprintf(
		    why, size, "%s: more than %d bytes", path, CONFIG_FILE_MAX);
		return ERR_TOO_LARGE;
	}
	if (!utf8_valid(text, len))
		return refuse(&r, start, "", "not UTF-8 text");
	err = config_default(home, config);
	if (err == ERR_INVALID)
		return refuse(
		    &r, start, "", "the path of the home folder is too long");
	if (err != OK)
		return err;
	free(config->text);
	config->text = strndup(text, len);
	err = config->text != NULL ? read_yaml(&r, text, len) : ERR_MEMORY;
	if (err != OK) {
		config_fini(config);
		return err;
	}
	name_version(text, len, config->version);
	why[0] = '\0';
	return OK;
}
