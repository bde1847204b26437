#include "workers/format_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/normal.h"

typedef enum err reader(struct format_reading *r, const struct yaml *node);

static enum err
read_name(struct format_reading *r, const struct yaml *node)
{
	static const char shown[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	enum err err = format_read_text(r, node, &r->format->name);

	if (err != OK)
		return err;
	if (strlen(r->format->name) > FORMAT_NAME_BYTES_MAX ||
	    r->format->name[strspn(r->format->name, shown)] != '\0')
		return format_refuse(
		    r, node, "expected a name of a-z, 0-9, - and _");
	return OK;
}

static enum err
read_about(struct format_reading *r, const struct yaml *node)
{
	return format_read_text(r, node, &r->format->about);
}

static enum err
read_order(struct format_reading *r, const struct yaml *node)
{
	char *end = NULL;

	if (node->kind == YAML_SCALAR)
		r->format->order = strtol(node->text, &end, 10);
	if (end == NULL || end == node->text || *end != '\0' ||
	    r->format->order < 0 || r->format->order > 999)
		return format_refuse(
		    r, node, "expected a whole number from 0 to 999");
	return OK;
}

static enum err
read_names(struct format_reading *r, const struct yaml *node)
{
	const struct yaml *item = node->kind == YAML_LIST ? node->first : node;

	for (; item != NULL; item = item->next) {
		if (item->kind == YAML_SCALAR &&
		    strcmp(item->text, "any_case") == 0)
			r->format->names |= PATH_ANY_CASE;
		else if (item->kind == YAML_SCALAR &&
			 strcmp(item->text, "dotted") == 0)
			r->format->names |= PATH_DOTTED;
		else
			return format_refuse(
			    r, item, "expected any_case, dotted, or both");
		if (node->kind != YAML_LIST)
			break;
	}
	return OK;
}

static enum err
read_recognise(struct format_reading *r, const struct yaml *node)
{
	return format_read_conditions(r, node, &r->format->recognise);
}

static enum err
read_others(struct format_reading *r, const struct yaml *node)
{
	return format_read_conditions(r, node, &r->format->others);
}

static enum err
read_pattern(struct format_reading *r, const struct yaml *node)
{
	char reason[200] = "";
	const char *text = NULL;
	enum err err = format_read_text(r, node, &text);

	if (err == OK)
		err = keep_pattern(
		    r->keep, text, &r->format->pattern, reason, sizeof(reason));
	return err == ERR_INVALID
		   ? format_refuse(r, node, "no regular expression: %s", reason)
		   : err;
}

static enum err
read_text(struct format_reading *r, const struct yaml *node)
{
	static const char *const kinds[] = {[TEXT_cef] = "cef",
	    [TEXT_leef] = "leef",
	    [TEXT_syslog] = "syslog",
	    [TEXT_zeek] = "zeek",
	    [TEXT_xml] = "xml"};
	const struct yaml *pattern = yaml_find(node, "pattern");
	const struct yaml *records = yaml_find(node, "records");

	if (node->kind == YAML_SCALAR)
		for (int i = TEXT_cef; i <= TEXT_xml; i++)
			if (strcmp(kinds[i], node->text) == 0) {
				r->format->text = (enum format_text)i;
				return OK;
			}
	if (pattern == NULL || node->count != 1 + (size_t)(records != NULL))
		return format_refuse(r, node,
		    "expected cef, leef, syslog, zeek, xml, or pattern and "
		    "records");
	r->format->text = TEXT_pattern;
	if (records != NULL &&
	    format_read_text(r, records, &r->format->records) != OK)
		return format_refuse(r, records, "expected a text");
	return read_pattern(r, pattern);
}

static enum err
read_paths(
    struct format_reading *r, const struct yaml *node, struct paths *paths)
{
	const struct yaml *item = node->kind == YAML_LIST ? node->first : node;
	size_t count = node->kind == YAML_LIST ? node->count : 1;
	const char **out;
	enum err err = OK;

	if (node->kind == YAML_MAP || count > FORMAT_LIST_MAX)
		return format_refuse(
		    r, node, "expected at most %d places", FORMAT_LIST_MAX);
	out = keep_bytes(r->keep, count * sizeof(*out));
	if (out == NULL)
		return ERR_MEMORY;
	paths->paths = out;
	while (err == OK && paths->count < count) {
		err = format_read_path(r, item, &out[paths->count++]);
		item = item->next;
	}
	return err;
}

static enum err
read_envelope(struct format_reading *r, const struct yaml *node)
{
	return read_paths(r, node, &r->format->envelope);
}

static enum err
read_embedded(struct format_reading *r, const struct yaml *node)
{
	return read_paths(r, node, &r->format->embedded);
}

static enum err
read_alerts(struct format_reading *r, const struct yaml *node)
{
	return read_paths(r, node, &r->format->alerts);
}

static enum err
read_left_out(struct format_reading *r, const struct yaml *node)
{
	return format_read_path(r, node, &r->format->left_out);
}

static enum err
read_techniques(struct format_reading *r, const struct yaml *node)
{
	return read_paths(r, node, &r->format->techniques);
}

static enum err
read_groups(struct format_reading *r, const struct yaml *node)
{
	return read_paths(r, node, &r->format->groups);
}

static int
field_of(const char *name)
{
	int field;

	for (field = 0; field < NORMAL_COUNT; field++)
		if (strcmp(normal_name((enum normal_field)field), name) == 0)
			break;
	return field;
}

static enum err
read_fields(struct format_reading *r, const struct yaml *node)
{
	const struct yaml *field, *place;
	size_t count = format_count_places(node);
	struct format_row *rows;
	enum err err = OK;

	if (node->kind != YAML_MAP)
		return format_refuse(r, node, "expected field: places, ...");
	if (count > FORMAT_PLACES_MAX)
		return format_refuse(
		    r, node, "more than %d places", FORMAT_PLACES_MAX);
	rows = keep_bytes(r->keep, count * sizeof(*rows));
	if (rows == NULL)
		return ERR_MEMORY;
	r->format->rows = rows;
	for (field = node->first; field != NULL && err == OK;
	     field = field->next) {
		int number = field_of(field->key);

		if (number == NORMAL_COUNT)
			return format_refuse(
			    r, field, "%.40s is no field", field->key);
		place = field->kind == YAML_LIST ? field->first : field;
		for (; place != NULL && err == OK;
		     place = field->kind == YAML_LIST ? place->next : NULL) {
			rows->field = number;
			err = format_read_place(r, place, &rows->place);
			rows++;
			r->format->rows_count++;
		}
	}
	return err;
}

/* "rule_id|title", "host", "/labels/cluster" */
static enum err
read_print(struct format_reading *r, const struct yaml *node,
    struct format_print *print)
{
	char name[FORMAT_NAME_BYTES_MAX + 1];
	size_t len;

	print->field = print->otherwise = NORMAL_NONE;
	if (node->kind == YAML_SCALAR && node->text[0] == '/')
		return format_read_path(r, node, &print->path);
	if (node->kind != YAML_SCALAR || strlen(node->text) >= sizeof(name))
		return format_refuse(r, node, "expected a field or a place");
	len = strcspn(node->text, "|");
	memcpy(name, node->text, len);
	name[len] = '\0';
	print->field = field_of(name);
	if (node->text[len] == '|')
		print->otherwise = field_of(node->text + len + 1);
	if (print->field == NORMAL_NONE ||
	    (node->text[len] == '|' && print->otherwise == NORMAL_NONE))
		return format_refuse(
		    r, node, "\"%.60s\" is no field", node->text);
	return OK;
}

static enum err
read_fingerprint(struct format_reading *r, const struct yaml *node)
{
	struct format_print *prints;
	const struct yaml *item;
	enum err err = OK;

	if (node->kind != YAML_LIST || node->count == 0 ||
	    node->count > FORMAT_LIST_MAX)
		return format_refuse(r, node, "expected a list of fields");
	prints = keep_bytes(r->keep, node->count * sizeof(*prints));
	if (prints == NULL)
		return ERR_MEMORY;
	r->format->prints = prints;
	r->format->prints_count = 0;
	for (item = node->first; item != NULL && err == OK; item = item->next)
		err = read_print(r, item, &prints[r->format->prints_count++]);
	return err;
}

static enum err
read_fingerprint_own(struct format_reading *r, const struct yaml *node)
{
	return format_read_path(r, node, &r->format->prints_own);
}

static enum err
read_external(struct format_reading *r, const struct yaml *node)
{
	const struct yaml *item = node->kind == YAML_LIST ? node->first : node;
	size_t count = node->kind == YAML_LIST ? node->count : 1;
	struct place *places;
	enum err err = OK;

	if (count > FORMAT_LIST_MAX)
		return format_refuse(r, node, "too many places");
	places = keep_bytes(r->keep, count * sizeof(*places));
	if (places == NULL)
		return ERR_MEMORY;
	r->format->external = places;
	while (err == OK && r->format->external_count < count) {
		err = format_read_place(
		    r, item, &places[r->format->external_count++]);
		item = item->next;
	}
	return err;
}

static enum err
read_external_all(struct format_reading *r, const struct yaml *node)
{
	return format_read_path(r, node, &r->format->external_all);
}

static enum err
read_words(
    struct format_reading *r, const struct yaml *node, struct format_words *out)
{
	const char **words;
	const struct yaml *item;
	enum err err = OK;

	if (node->kind != YAML_LIST || node->count == 0 ||
	    node->count > FORMAT_LIST_MAX)
		return format_refuse(r, node, "expected a list of words");
	words = keep_bytes(r->keep, node->count * sizeof(*words));
	if (words == NULL)
		return ERR_MEMORY;
	out->words = words;
	out->count = 0;
	for (item = node->first; item != NULL && err == OK; item = item->next)
		err = format_read_text(r, item, &words[out->count++]);
	return err;
}

static enum err
read_resolved(struct format_reading *r, const struct yaml *node)
{
	return read_words(r, node, &r->format->resolved);
}

static enum err
read_acknowledged(struct format_reading *r, const struct yaml *node)
{
	return read_words(r, node, &r->format->acknowledged);
}

static enum err
read_sensor(struct format_reading *r, const struct yaml *node)
{
	r->format->host_is_sensor =
	    node->kind == YAML_SCALAR && strcmp(node->text, "yes") == 0;
	return OK;
}

static enum err
read_guess(struct format_reading *r, const struct yaml *node)
{
	bool scalar = node->kind == YAML_SCALAR;

	r->format->guesses = scalar && strcmp(node->text, "yes") == 0;
	r->format->known_inside = scalar && strcmp(node->text, "no") == 0;
	r->format->guesses_missing =
	    scalar && strcmp(node->text, "missing") == 0;
	if (!r->format->guesses && !r->format->known_inside &&
	    !r->format->guesses_missing)
		return format_refuse(r, node, "expected yes, no or missing");
	return OK;
}

static const struct {
	const char *key;
	reader *read;
} sections[] = {
    {"format", read_name},
    {"about", read_about},
    {"order", read_order},
    {"names", read_names},
    {"recognise", read_recognise},
    {"pass_over", read_others},
    {"text", read_text},
    {"envelope", read_envelope},
    {"embedded", read_embedded},
    {"alerts", read_alerts},
    {"left_out", read_left_out},
    {"fields", read_fields},
    {"severity", format_read_severity},
    {"resolved", read_resolved},
    {"acknowledged", read_acknowledged},
    {"techniques", read_techniques},
    {"groups", read_groups},
    {"observables", format_read_observables},
    {"fingerprint", read_fingerprint},
    {"fingerprint_own", read_fingerprint_own},
    {"external", read_external},
    {"external_all", read_external_all},
    {"host_is_sensor", read_sensor},
    {"guess", read_guess},
};

static enum err
read_section(struct format_reading *r, const struct yaml *node)
{
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if (strcmp(sections[i].key, node->key) == 0) {
			r->section = sections[i].key;
			return sections[i].read(r, node);
		}
	r->section = "";
	return format_refuse(
	    r, node, "a mapping has no section \"%.40s\"", node->key);
}

/* Where a mapping does not say: what most products need. */
static void
begin(struct format *format, const char *file)
{
	static const char *const resolved[] = {"resolved"};
	static const struct format_print prints[] = {
	    {NORMAL_rule_id, NORMAL_title, NULL},
	    {NORMAL_host, NORMAL_src_ip, NULL},
	    {NORMAL_user, NORMAL_NONE, NULL},
	};

	memset(format, 0, sizeof(*format));
	format->about = "";
	format->file = file;
	format->order = 500;
	format->scale.words = true;
	format->resolved.words = resolved;
	format->resolved.count = 1;
	format->prints = prints;
	format->prints_count = sizeof(prints) / sizeof(prints[0]);
	format->recognise.kind = format->others.kind = CONDITION_all;
}

enum err
format_read(const struct yaml *tree, const char *file, struct keep *keep,
    struct format *format, char *why, size_t size)
{
	struct format_reading r = {.file = file,
	    .keep = keep,
	    .format = format,
	    .section = "",
	    .why = why,
	    .size = size};
	const struct yaml *section;
	const char *kept = keep_text(keep, file);
	enum err err = OK;

	if (kept == NULL)
		return ERR_MEMORY;
	begin(format, kept);
	if (tree->kind != YAML_MAP)
		return format_refuse(&r, tree, "expected section: ...");
	for (section = tree->first; section != NULL && err == OK;
	     section = section->next)
		err = read_section(&r, section);
	if (err != OK)
		return err;
	r.section = "";
	if (format->name == NULL)
		return format_refuse(
		    &r, tree, "a mapping needs `format: NAME`");
	if (format->recognise.children_count == 0 &&
	    format->text == TEXT_none && !format->guesses)
		return format_refuse(&r, tree,
		    "a mapping needs `recognise`, or `text`: how is an alert "
		    "of "
		    "it told from another's?");
	if (format->rows_count == 0 && format->envelope.count == 0 &&
	    !format->guesses)
		return format_refuse(
		    &r, tree, "a mapping needs `fields`, or an `envelope`");
	return OK;
}
