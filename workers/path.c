#include "workers/path.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* One step of a path: the bytes between two slashes. */
struct step {
	const char *text;
	size_t len;
};

static struct step
step_read(const char *path)
{
	return (struct step){path + 1, strcspn(path + 1, "/")};
}

static bool
is_every(const struct step *step)
{
	return step->len == 1 && step->text[0] == '*';
}

static bool
is_filter(const struct step *step)
{
	return step->len > 3 && step->text[0] == '[' &&
	       step->text[step->len - 1] == ']' &&
	       memchr(step->text, '=', step->len) != NULL;
}

static bool
is_index(const struct step *step, size_t *index)
{
	if (step->len == 0 || step->len > 4)
		return false;
	*index = 0;
	for (size_t i = 0; i < step->len; i++) {
		if (step->text[i] < '0' || step->text[i] > '9')
			return false;
		*index = *index * 10 + (size_t)(step->text[i] - '0');
	}
	return true;
}

bool
path_valid(const char *path)
{
	size_t steps = 0;
	struct step step;

	if (strlen(path) >= PATH_TEXT_BYTES)
		return false;
	for (; *path != '\0'; path = step.text + step.len, steps++) {
		if (*path != '/')
			return false;
		step = step_read(path);
		if (step.len == 0)
			return false;
		for (size_t i = 0; i < step.len; i++)
			if (step.text[i] == '~' && step.text[i + 1] != '0' &&
			    step.text[i + 1] != '1')
				return false;
		if (step.text[0] == '[' && !is_filter(&step))
			return false;
	}
	return steps > 0 && steps <= PATH_STEPS_MAX;
}

static bool
same_byte(char a, char b, int names)
{
	if (names & PATH_ANY_CASE) {
		a = a >= 'A' && a <= 'Z' ? (char)(a - 'A' + 'a') : a;
		b = b >= 'A' && b <= 'Z' ? (char)(b - 'A' + 'a') : b;
	}
	return a == b;
}

/*
 * Is key the name that the len bytes of a path spell?  A slash among them, of
 * several steps, stands for a dot.
 */
static bool
spells(const char *key, const char *text, size_t len, int names)
{
	for (size_t i = 0; i < len; i++, key++) {
		char c = text[i];

		if (c == '/')
			c = '.';
		else if (c == '~')
			c = text[++i] == '1' ? '/' : '~';
		if (*key == '\0' || !same_byte(*key, c, names))
			return false;
	}
	return *key == '\0';
}

static const cJSON *
member(const cJSON *object, const char *text, size_t len, int names)
{
	const cJSON *child;

	cJSON_ArrayForEach (child, object)
		if (spells(child->string, text, len, names))
			return child;
	return NULL;
}

struct walk {
	int names;
	struct path_trail *trail;
	path_visit *visit;
	void *arg;
};

static bool walk(const struct walk *w, const cJSON *node, const char *path);

/* Goes on at a child of the trail's node. */
static bool
descend(const struct walk *w, const cJSON *child, const char *name,
    size_t index, const char *rest)
{
	struct path_trail *trail = w->trail;
	bool on;

	if (trail == NULL)
		return walk(w, child, rest);
	if (trail->count == PATH_STEPS_MAX)
		return true;
	trail->steps[trail->count].name = name;
	trail->steps[trail->count++].index = index;
	on = walk(w, child, rest);
	/* What visit stopped at stays on the trail. */
	if (on)
		trail->count--;
	return on;
}

static bool
passes(const cJSON *node, const struct step *step, int names)
{
	const char *equals = memchr(step->text, '=', step->len);
	const char *value = equals + 1;
	size_t len = (size_t)(step->text + step->len - 1 - value);
	const cJSON *held;

	if (!cJSON_IsObject(node))
		return false;
	held = member(
	    node, step->text + 1, (size_t)(equals - step->text - 1), names);
	return cJSON_IsString(held) && strlen(held->valuestring) == len &&
	       strncasecmp(held->valuestring, value, len) == 0;
}

static bool
walk_children(const struct walk *w, const cJSON *node, const struct step *step)
{
	const char *rest = step->text + step->len;
	const cJSON *child;
	size_t index = 0;

	cJSON_ArrayForEach (child, node) {
		if ((is_every(step) || passes(child, step, w->names)) &&
		    !descend(w, child,
			cJSON_IsObject(node) ? child->string : NULL, index,
			rest))
			return false;
		index++;
	}
	return true;
}

/* By one name, or by the name that several steps with dots between make. */
static bool
walk_member(const struct walk *w, const cJSON *node, const struct step *first)
{
	struct step step = *first;
	const cJSON *child;

	for (;;) {
		child = member(node, step.text, step.len, w->names);
		if (child != NULL &&
		    !descend(w, child, child->string, 0, step.text + step.len))
			return false;
		if (!(w->names & PATH_DOTTED) || step.text[step.len] == '\0')
			return true;
		step.len += 1 + strcspn(step.text + step.len + 1, "/");
	}
}

/* Recursion is as deep as the path has steps. */
static bool
walk(const struct walk *w, const cJSON *node, const char *path)
{
	struct step step;
	size_t index;

	if (*path == '\0')
		return w->visit(w->arg, node);
	step = step_read(path);
	if (is_every(&step) || is_filter(&step)) {
		if (!cJSON_IsArray(node) && !cJSON_IsObject(node))
			return true;
		return walk_children(w, node, &step);
	}
	if (cJSON_IsObject(node))
		return walk_member(w, node, &step);
	if (!cJSON_IsArray(node) || !is_index(&step, &index))
		return true;
	node = cJSON_GetArrayItem(node, (int)index);
	return node == NULL ||
	       descend(w, node, NULL, index, step.text + step.len);
}

bool
path_each(const cJSON *root, const char *path, int names,
    struct path_trail *trail, path_visit *visit, void *arg)
{
	const struct walk w = {names, trail, visit, arg};

	if (trail != NULL)
		trail->count = 0;
	return root == NULL || walk(&w, root, path);
}

static bool
keep_first(void *arg, const cJSON *node)
{
	const cJSON **found = arg;

	*found = node;
	return false;
}

const cJSON *
path_find(const cJSON *root, const char *path, int names)
{
	const cJSON *found = NULL;

	(void)path_each(root, path, names, NULL, keep_first, &found);
	return found;
}

/* Writes a name with ~ and / escaped; NULL when it does not fit. */
static char *
write_name(char *out, const char *end, const char *name)
{
	for (; *name != '\0'; name++) {
		if (end - out < 3)
			return NULL;
		if (*name == '~' || *name == '/') {
			*out++ = '~';
			*out++ = *name == '~' ? '0' : '1';
		} else {
			*out++ = *name;
		}
	}
	return out;
}

/* NULL when it does not fit; what it returns has room for the end. */
static char *
write_step(const struct path_trail *trail, size_t i, char *p, const char *end)
{
	char index[24];

	if (end - p < 2)
		return NULL;
	*p++ = '/';
	if (trail->steps[i].name != NULL)
		return write_name(p, end, trail->steps[i].name);
	(void)snprintf(index, sizeof(index), "%zu", trail->steps[i].index);
	return write_name(p, end, index);
}

bool
path_write(const struct path_trail *trail, char out[PATH_TEXT_BYTES])
{
	const char *end = out + PATH_TEXT_BYTES;
	char *p = out;

	for (size_t i = 0; i < trail->count; i++) {
		p = write_step(trail, i, p, end);
		if (p == NULL) {
			out[0] = '\0';
			return false;
		}
	}
	*p = '\0';
	return true;
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

/* Is the name of len bytes the one that the step spells? */
static bool
same_name(const char *name, size_t len, const struct step *step)
{
	size_t at = 0;

	for (size_t i = 0; i < step->len; i++, at++) {
		char c = step->text[i];

		if (c == '~')
			c = step->text[++i] == '1' ? '/' : '~';
		if (at == len || name[at] != c)
			return false;
	}
	return at == len;
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
		if (same_name(name, len, step))
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
	size_t index;

	while (p != NULL && p < end && *path != '\0') {
		step = step_read(path);
		path = step.text + step.len;
		if (*p == '{')
			p = raw_member(p, end, &step);
		else if (*p == '[' && is_index(&step, &index))
			p = raw_element(p, end, index);
		else
			return false;
	}
	if (p == NULL || p >= end)
		return false;
	*value = p;
	*value_len = (size_t)(skip_value(p, end) - p);
	return *value_len > 0;
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
