#include "workers/path.h"

#include <string.h>

enum step_kind { STEP_END, STEP_MEMBER, STEP_ELEMENT, STEP_EVERY, STEP_BAD };

struct step {
	enum step_kind kind;
	const char *name;
	size_t name_len;
	size_t index;
};

/* Reads what stands between brackets; p is behind the opening one. */
static const char *
step_bracket(const char *p, struct step *step)
{
	const char *end;

	step->kind = STEP_BAD;
	if (p[0] == '*' && p[1] == ']') {
		step->kind = STEP_EVERY;
		return p + 2;
	}
	if (p[0] == '"') {
		end = strchr(p + 1, '"');
		if (end == NULL || end == p + 1 || end[1] != ']')
			return p;
		step->kind = STEP_MEMBER;
		step->name = p + 1;
		step->name_len = (size_t)(end - p - 1);
		return end + 2;
	}
	for (end = p, step->index = 0; *end >= '0' && *end <= '9'; end++) {
		if (end - p == 4)
			return p;
		step->index = step->index * 10 + (size_t)(*end - '0');
	}
	if (end == p || *end != ']')
		return p;
	step->kind = STEP_ELEMENT;
	return end + 1;
}

/* Reads the step at p; returns where the next begins. */
static const char *
step_read(const char *p, bool first, struct step *step)
{
	step->kind = STEP_END;
	if (*p == '\0')
		return p;
	if (*p == '[')
		return step_bracket(p + 1, step);
	step->kind = STEP_BAD;
	if (!first) {
		if (*p != '.')
			return p;
		p++;
	}
	step->name = p;
	step->name_len = strcspn(p, ".[");
	if (step->name_len > 0)
		step->kind = STEP_MEMBER;
	return p + step->name_len;
}

bool
path_valid(const char *path)
{
	struct step step;
	int steps = 0;

	do {
		path = step_read(path, steps == 0, &step);
		if (step.kind == STEP_BAD || steps++ > PATH_STEPS_MAX)
			return false;
	} while (step.kind != STEP_END);
	return steps > 1;
}

static const cJSON *
member(const cJSON *object, const struct step *step)
{
	const cJSON *child;

	if (!cJSON_IsObject(object))
		return NULL;
	cJSON_ArrayForEach (child, object)
		if (strncmp(child->string, step->name, step->name_len) == 0 &&
		    child->string[step->name_len] == '\0')
			return child;
	return NULL;
}

/* Recursion is as deep as the path has [*]: bounded by our own tables. */
static bool
walk(const cJSON *node, const char *path, bool first,
    bool (*visit)(void *arg, const cJSON *node), void *arg)
{
	const cJSON *child;
	struct step step;

	for (; node != NULL; first = false) {
		path = step_read(path, first, &step);
		switch (step.kind) {
		case STEP_END:
			return visit(arg, node);
		case STEP_MEMBER:
			node = member(node, &step);
			break;
		case STEP_ELEMENT:
			node = cJSON_IsArray(node)
				   ? cJSON_GetArrayItem(node, (int)step.index)
				   : NULL;
			break;
		case STEP_EVERY:
			if (!cJSON_IsArray(node) && !cJSON_IsObject(node))
				return true;
			cJSON_ArrayForEach (child, node)
				if (!walk(child, path, false, visit, arg))
					return false;
			return true;
		case STEP_BAD:
			return true;
		}
	}
	return true;
}

void
path_each(const cJSON *root, const char *path,
    bool (*visit)(void *arg, const cJSON *node), void *arg)
{
	(void)walk(root, path, true, visit, arg);
}

static bool
keep_first(void *arg, const cJSON *node)
{
	const cJSON **found = arg;

	*found = node;
	return false;
}

const cJSON *
path_find(const cJSON *root, const char *path)
{
	const cJSON *found = NULL;

	path_each(root, path, keep_first, &found);
	return found;
}

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

/* p is at the opening quote; returns what follows the closing one. */
static const char *
skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p + 1 : end;
}

/* Returns what follows the value at p. */
static const char *
skip_value(const char *p, const char *end)
{
	size_t depth = 0;

	while (p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
		} else if (*p == '{' || *p == '[') {
			depth++;
			p++;
			continue;
		} else if (*p == '}' || *p == ']') {
			if (depth-- == 0)
				return p;
			p++;
		} else if (depth > 0) {
			p++;
			continue;
		} else {
			while (p < end && strchr(" \t\n\r,:]}", *p) == NULL)
				p++;
		}
		if (depth == 0)
			return p;
	}
	return end;
}

/* p is at '{'.  The value of the member, or NULL. */
static const char *
raw_member(const char *p, const char *end, const struct step *step)
{
	const char *name;
	size_t len;

	for (p = skip_space(p + 1, end); p < end && *p == '"';
	     p = skip_space(p, end)) {
		name = p + 1;
		p = skip_string(p, end);
		len = (size_t)(p - name - 1);
		p = skip_space(skip_space(p, end) + 1, end);
		if (len == step->name_len && memcmp(name, step->name, len) == 0)
			return p;
		p = skip_space(skip_value(p, end), end);
		if (p < end && *p == ',')
			p++;
	}
	return NULL;
}

/* p is at '['.  The element's value, or NULL. */
static const char *
raw_element(const char *p, const char *end, size_t index)
{
	p = skip_space(p + 1, end);
	while (p < end && *p != ']') {
		if (index-- == 0)
			return p;
		p = skip_space(skip_value(p, end), end);
		if (p < end && *p == ',')
			p = skip_space(p + 1, end);
	}
	return NULL;
}

bool
path_raw(const char *json, size_t len, const char *path, const char **value,
    size_t *value_len)
{
	const char *end = json + len, *p = skip_space(json, end);
	struct step step;
	bool first;

	for (first = true; p != NULL && p < end; first = false) {
		path = step_read(path, first, &step);
		if (step.kind == STEP_END) {
			*value = p;
			*value_len = (size_t)(skip_value(p, end) - p);
			return *value_len > 0;
		}
		if (step.kind == STEP_MEMBER && *p == '{')
			p = raw_member(p, end, &step);
		else if (step.kind == STEP_ELEMENT && *p == '[')
			p = raw_element(p, end, step.index);
		else if (step.kind == STEP_EVERY && *p == '[')
			p = raw_element(p, end, 0);
		else
			return false;
	}
	return false;
}

void
path_raw_elements(const char *json, size_t len,
    bool (*visit)(void *arg, const char *value, size_t value_len), void *arg)
{
	const char *end = json + len, *p = skip_space(json, end), *next;

	if (p == end || *p != '[')
		return;
	p = skip_space(p + 1, end);
	while (p < end && *p != ']') {
		next = skip_value(p, end);
		if (!visit(arg, p, (size_t)(next - p)))
			return;
		p = skip_space(next, end);
		if (p < end && *p == ',')
			p = skip_space(p + 1, end);
	}
}
