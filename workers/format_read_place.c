/* Places, conditions, scales and observables of a mapping. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/format_read.h"

enum err
format_refuse(
    struct format_reading *r, const struct yaml *at, const char *form, ...)
{
	char reason[320];
	va_list args;

	va_start(args, form);
	(void)vsnprintf(reason, sizeof(reason), form, args);
	va_end(args);
	(void)snprintf(r->why, r->size, "%s:%d:%d: %s%s%s", r->file, at->line,
	    at->column, r->section, r->section[0] != '\0' ? ": " : "", reason);
	return ERR_INVALID;
}

enum err
format_read_text(
    struct format_reading *r, const struct yaml *node, const char **out)
{
	if (node->kind != YAML_SCALAR || node->text[0] == '\0')
		return format_refuse(r, node, "expected a text");
	*out = keep_text(r->keep, node->text);
	return *out == NULL ? ERR_MEMORY : OK;
}

enum err
format_read_path(
    struct format_reading *r, const struct yaml *node, const char **out)
{
	enum err err = format_read_text(r, node, out);

	if (err != OK)
		return err;
	if (!path_valid(*out))
		return format_refuse(r, node,
		    "\"%.80s\" is no place: expected /member/0/*/[name=value], "
		    "at most %d steps",
		    *out, PATH_STEPS_MAX);
	return OK;
}

static enum err
read_match(
    struct format_reading *r, const struct yaml *node, struct pattern **pattern)
{
	char reason[200] = "";
	const char *text = NULL;
	enum err err = format_read_text(r, node, &text);

	if (err == OK)
		err = keep_pattern(
		    r->keep, text, pattern, reason, sizeof(reason));
	if (err == ERR_INVALID)
		return format_refuse(
		    r, node, "no regular expression: %s", reason);
	return err;
}

static enum err
read_table(
    struct format_reading *r, const struct yaml *node, struct place *place)
{
	struct format_word *rows;
	const struct yaml *row;
	enum err err = OK;

	if (node->kind != YAML_MAP || node->count == 0)
		return format_refuse(r, node, "expected word: text, ...");
	if (node->count > FORMAT_LIST_MAX)
		return format_refuse(
		    r, node, "more than %d words", FORMAT_LIST_MAX);
	rows = keep_bytes(r->keep, node->count * sizeof(*rows));
	if (rows == NULL)
		return ERR_MEMORY;
	place->table = rows;
	for (row = node->first; row != NULL && err == OK; row = row->next) {
		rows[place->table_count].from = keep_text(r->keep, row->key);
		if (rows[place->table_count].from == NULL)
			return ERR_MEMORY;
		err = format_read_text(r, row, &rows[place->table_count++].to);
	}
	return err;
}

/* "/a/b" in the alert, "^/a/b" in its envelope. */
static enum err
read_at(struct format_reading *r, const struct yaml *node, struct place *place)
{
	struct yaml without = *node;

	if (node->kind == YAML_SCALAR && node->text[0] == '^') {
		place->outer = true;
		without.text++;
	}
	return format_read_path(r, &without, &place->path);
}

enum err
format_read_place(
    struct format_reading *r, const struct yaml *node, struct place *place)
{
	const struct yaml *member;
	enum err err = OK;

	memset(place, 0, sizeof(*place));
	if (node->kind == YAML_SCALAR)
		return read_at(r, node, place);
	if (node->kind != YAML_MAP)
		return format_refuse(r, node, "expected a place");
	for (member = node->first; member != NULL && err == OK;
	     member = member->next) {
		if (strcmp(member->key, "at") == 0)
			err = read_at(r, member, place);
		else if (strcmp(member->key, "text") == 0)
			err = format_read_text(r, member, &place->text);
		else if (strcmp(member->key, "match") == 0)
			err = read_match(r, member, &place->match);
		else if (strcmp(member->key, "table") == 0)
			err = read_table(r, member, place);
		else
			err = format_refuse(r, member,
			    "%.40s: a place has at, text, match, table",
			    member->key);
	}
	if (err == OK && (place->path == NULL) == (place->text == NULL))
		err =
		    format_refuse(r, node, "a place has either `at` or `text`");
	if (err == OK && place->text != NULL &&
	    (place->match != NULL || place->table != NULL))
		err = format_refuse(
		    r, node, "a `text` is taken as it is, without a match");
	return err;
}

static enum err read_condition(struct format_reading *r,
    const struct yaml *node, struct condition *condition);

static enum err
read_children(struct format_reading *r, const struct yaml *node,
    enum condition_kind kind, struct condition *condition)
{
	struct condition *children;
	const struct yaml *child;
	enum err err = OK;
	size_t i = 0;

	condition->kind = kind;
	if (node->kind == YAML_SCALAR) {
		children = keep_bytes(r->keep, sizeof(*children));
		condition->children = children;
		condition->children_count = 1;
		return children == NULL ? ERR_MEMORY
					: read_condition(r, node, children);
	}
	if (node->kind != YAML_LIST || node->count == 0 ||
	    node->count > FORMAT_LIST_MAX)
		return format_refuse(r, node, "expected a list of conditions");
	children = keep_bytes(r->keep, node->count * sizeof(*children));
	if (children == NULL)
		return ERR_MEMORY;
	condition->children = children;
	condition->children_count = node->count;
	for (child = node->first; child != NULL && err == OK;
	     child = child->next)
		err = read_condition(r, child, &children[i++]);
	return err;
}

/* A text, or several of them. */
static enum err
read_values(struct format_reading *r, const struct yaml *node,
    struct condition *condition)
{
	const struct yaml *item = node->kind == YAML_LIST ? node->first : node;
	size_t count = node->kind == YAML_LIST ? node->count : 1;
	const char **values;
	enum err err = OK;

	condition->kind = CONDITION_is;
	if (count == 0 || count > FORMAT_LIST_MAX)
		return format_refuse(r, node, "expected texts");
	values = keep_bytes(r->keep, count * sizeof(*values));
	if (values == NULL)
		return ERR_MEMORY;
	condition->values = values;
	while (err == OK && condition->values_count < count) {
		err = format_read_text(
		    r, item, &values[condition->values_count++]);
		item = item->next;
	}
	return err;
}

static enum err
read_kind(struct format_reading *r, const struct yaml *node,
    struct condition *condition)
{
	static const struct {
		const char *name;
		enum condition_kind kind;
	} kinds[] = {
	    {"array", CONDITION_array},
	    {"object", CONDITION_object},
	    {"string", CONDITION_string},
	    {"number", CONDITION_number},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (node->kind == YAML_SCALAR &&
		    strcmp(kinds[i].name, node->text) == 0) {
			condition->kind = kinds[i].kind;
			return OK;
		}
	return format_refuse(r, node, "expected array, object, string, number");
}

static enum err
read_condition(struct format_reading *r, const struct yaml *node,
    struct condition *condition)
{
	const struct yaml *member;
	enum err err = OK;

	if (node->kind == YAML_SCALAR)
		return format_read_path(r, node, &condition->path);
	if (node->kind != YAML_MAP)
		return format_refuse(r, node, "expected a condition");
	for (member = node->first; member != NULL && err == OK;
	     member = member->next) {
		if (strcmp(member->key, "at") == 0)
			err = format_read_path(r, member, &condition->path);
		else if (strcmp(member->key, "is") == 0)
			err = read_values(r, member, condition);
		else if (strcmp(member->key, "kind") == 0)
			err = read_kind(r, member, condition);
		else if (strcmp(member->key, "matches") == 0) {
			condition->kind = CONDITION_matches;
			err = read_match(r, member, &condition->pattern);
		} else if (strcmp(member->key, "any") == 0)
			err =
			    read_children(r, member, CONDITION_any, condition);
		else if (strcmp(member->key, "all") == 0)
			err =
			    read_children(r, member, CONDITION_all, condition);
		else if (strcmp(member->key, "none") == 0)
			err =
			    read_children(r, member, CONDITION_none, condition);
		else
			err = format_refuse(r, member,
			    "%.40s: a condition has at with is, matches or "
			    "kind, "
			    "or any, all, none",
			    member->key);
	}
	if (err == OK &&
	    (condition->path == NULL) == (condition->children == NULL))
		err = format_refuse(r, node, "a condition has a place in `at`");
	return err;
}

enum err
format_read_conditions(struct format_reading *r, const struct yaml *node,
    struct condition *condition)
{
	return read_children(r, node, CONDITION_all, condition);
}

static enum err
read_severity(
    struct format_reading *r, const struct yaml *node, enum severity *severity)
{
	int value = node->kind == YAML_SCALAR
			? words_value(WORDS_SEVERITY, node->text)
			: -1;

	if (value < 0)
		return format_refuse(r, node,
		    "expected a severity: info, low, medium, high, critical");
	*severity = (enum severity)value;
	return OK;
}

static bool
read_double(const char *text, double *value)
{
	char *end;

	*value = strtod(text, &end);
	return end != text && *end == '\0' && isfinite(*value);
}

static enum err
read_steps(struct format_reading *r, const struct yaml *node)
{
	struct severity_scale *scale = &r->format->scale;
	struct severity_step *steps;
	const struct yaml *row;
	enum err err = OK;

	if (node->kind != YAML_MAP || node->count > FORMAT_LIST_MAX)
		return format_refuse(r, node, "expected number: severity, ...");
	steps = keep_bytes(r->keep, node->count * sizeof(*steps));
	if (steps == NULL)
		return ERR_MEMORY;
	scale->steps = steps;
	for (row = node->first; row != NULL && err == OK; row = row->next) {
		size_t i = scale->steps_count++;

		if (!read_double(row->key, &steps[i].from))
			return format_refuse(r, row, "expected a number");
		if (i > 0 && steps[i].from <= steps[i - 1].from)
			return format_refuse(r, row,
			    "numbers have to rise: each counts up to the next");
		err = read_severity(r, row, &steps[i].severity);
	}
	scale->last = HUGE_VAL;
	return err;
}

static enum err
read_own_words(struct format_reading *r, const struct yaml *node)
{
	struct severity_scale *scale = &r->format->scale;
	struct severity_word *words;
	const struct yaml *row;
	enum err err = OK;

	if (node->kind != YAML_MAP || node->count > FORMAT_LIST_MAX)
		return format_refuse(r, node, "expected word: severity, ...");
	words = keep_bytes(r->keep, node->count * sizeof(*words));
	if (words == NULL)
		return ERR_MEMORY;
	scale->own = words;
	for (row = node->first; row != NULL && err == OK; row = row->next) {
		struct severity_word *word = &words[scale->own_count++];

		word->word = keep_text(r->keep, row->key);
		if (word->word == NULL)
			return ERR_MEMORY;
		err = read_severity(r, row, &word->severity);
	}
	return err;
}

enum err
format_read_severity(struct format_reading *r, const struct yaml *node)
{
	struct severity_scale *scale = &r->format->scale;
	const struct yaml *member, *last = NULL;
	enum err err = OK;

	if (node->kind != YAML_MAP)
		return format_refuse(
		    r, node, "expected numbers, last, words, common");
	for (member = node->first; member != NULL && err == OK;
	     member = member->next) {
		if (strcmp(member->key, "numbers") == 0)
			err = read_steps(r, member);
		else if (strcmp(member->key, "words") == 0)
			err = read_own_words(r, member);
		else if (strcmp(member->key, "last") == 0)
			last = member;
		else if (strcmp(member->key, "common") == 0 &&
			 member->kind == YAML_SCALAR)
			scale->words = strcmp(member->text, "no") != 0;
		else
			err = format_refuse(r, member,
			    "%.40s: severity has numbers, last, words, common",
			    member->key);
	}
	if (err == OK && last != NULL &&
	    (last->kind != YAML_SCALAR ||
		!read_double(last->text, &scale->last)))
		err = format_refuse(r, last, "last: expected a number");
	return err;
}

size_t
format_count_places(const struct yaml *node)
{
	const struct yaml *field;
	size_t count = 0;

	for (field = node->first; field != NULL; field = field->next)
		count += field->kind == YAML_LIST ? field->count : 1;
	return count;
}

static int
mark_of(const char *name)
{
	static const char *const names[] = {[MARK_text] = "text",
	    [MARK_ip] = "ip",
	    [MARK_host] = "host",
	    [MARK_user] = "user",
	    [MARK_domain] = "domain",
	    [MARK_url] = "url",
	    [MARK_hash] = "hash",
	    [MARK_email] = "email",
	    [MARK_cve] = "cve"};

	for (int i = MARK_text; i <= MARK_cve; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

enum err
format_read_observables(struct format_reading *r, const struct yaml *node)
{
	size_t count = format_count_places(node);
	const struct yaml *mark, *place;
	struct format_mark *marks;
	enum err err = OK;

	if (node->kind != YAML_MAP || count > FORMAT_LIST_MAX)
		return format_refuse(r, node, "expected type: places, ...");
	marks = keep_bytes(r->keep, count * sizeof(*marks));
	if (marks == NULL)
		return ERR_MEMORY;
	r->format->marks = marks;
	r->format->marks_given = true;
	for (mark = node->first; mark != NULL && err == OK; mark = mark->next) {
		int number = mark_of(mark->key);

		if (strcmp(mark->key, "typed") == 0) {
			err = format_read_path(r, mark, &r->format->typed);
			continue;
		}
		if (number < 0)
			return format_refuse(r, mark,
			    "%.40s: expected text, ip, host, user, domain, "
			    "url, "
			    "hash, email, cve",
			    mark->key);
		place = mark->kind == YAML_LIST ? mark->first : mark;
		for (; place != NULL && err == OK;
		     place = mark->kind == YAML_LIST ? place->next : NULL) {
			marks->mark = (enum mark)number;
			err = format_read_path(r, place, &marks->path);
			marks++;
			r->format->marks_count++;
		}
	}
	return err;
}
