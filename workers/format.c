#include "workers/format.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "workers/guess.h"
#include "workers/normal.h"
#include "workers/pattern.h"

struct check {
	const struct condition *condition;
	const struct format *format;
	bool any; /* something lay there */
	bool holds;
	const char *found; /* a text that was not the right one */
};

static bool
is_value(const struct condition *condition, const char *text)
{
	for (size_t i = 0; i < condition->values_count; i++)
		if (strcasecmp(condition->values[i], text) == 0)
			return true;
	return false;
}

static bool
holds_text(const struct condition *condition, const char *text)
{
	const char *value;
	size_t len;

	if (condition->kind == CONDITION_is)
		return is_value(condition, text);
	return pattern_take(
	    condition->pattern, text, strlen(text), &value, &len);
}

static bool
look(void *arg, const cJSON *node)
{
	struct check *check = arg;
	char number[64];

	check->any = true;
	switch (check->condition->kind) {
	case CONDITION_is:
	case CONDITION_matches:
		if (cJSON_IsString(node)) {
			check->found = node->valuestring;
		} else if (cJSON_IsNumber(node)) {
			(void)snprintf(
			    number, sizeof(number), "%.15g", node->valuedouble);
			check->holds = holds_text(check->condition, number);
			break;
		} else if (cJSON_IsBool(node)) {
			check->found = cJSON_IsTrue(node) ? "true" : "false";
		} else {
			break;
		}
		check->holds = holds_text(check->condition, check->found);
		break;
	case CONDITION_array:
		check->holds = cJSON_IsArray(node);
		break;
	case CONDITION_object:
		check->holds = cJSON_IsObject(node);
		break;
	case CONDITION_string:
		check->holds = cJSON_IsString(node);
		break;
	case CONDITION_number:
		check->holds = cJSON_IsNumber(node);
		break;
	case CONDITION_there:
		check->holds = true;
		break;
	case CONDITION_all:
	case CONDITION_any:
	case CONDITION_none:
		break;
	}
	return !check->holds;
}

static void
excuse(const struct check *check, char *why, size_t size)
{
	static const char *const kinds[] = {
	    [CONDITION_array] = "no array",
	    [CONDITION_object] = "no object",
	    [CONDITION_string] = "no text",
	    [CONDITION_number] = "no number",
	};
	const struct condition *c = check->condition;

	if (size == 0)
		return;
	if (!check->any)
		(void)snprintf(why, size, "nothing at %s", c->path);
	else if (c->kind != CONDITION_is && c->kind != CONDITION_matches)
		(void)snprintf(why, size, "%s at %s", kinds[c->kind], c->path);
	else if (c->kind == CONDITION_is && c->values_count == 1)
		(void)snprintf(why, size, "%s is not \"%s\"%s%.40s%s", c->path,
		    c->values[0], check->found == NULL ? "" : " but \"",
		    check->found == NULL ? "" : check->found,
		    check->found == NULL ? "" : "\"");
	else
		(void)snprintf(why, size,
		    "%s is not what it should be: \"%.40s\"", c->path,
		    check->found == NULL ? "" : check->found);
	normal_mend(why);
}

/*
 * size 0: nobody asks why not.  Recursion is as deep as the file had levels:
 * YAML_DEPTH_MAX.
 */
static bool
holds(const struct format *format, const struct condition *condition,
    const cJSON *object, char *why, size_t size)
{
	struct check check = {condition, format, false, false, NULL};
	char first[128];
	size_t first_size = size == 0 ? 0 : sizeof(first), i;

	first[0] = '\0';

	switch (condition->kind) {
	case CONDITION_all:
		for (i = 0; i < condition->children_count; i++)
			if (!holds(format, &condition->children[i], object, why,
				size))
				return false;
		return true;
	case CONDITION_any:
		for (i = 0; i < condition->children_count; i++)
			if (holds(format, &condition->children[i], object,
				i == 0 ? first : why,
				i == 0 ? first_size : size))
				return true;
		if (size > 0) {
			(void)snprintf(why, size, "%s", first);
			normal_mend(why);
		}
		return false;
	case CONDITION_none:
		for (i = 0; i < condition->children_count; i++)
			if (holds(format, &condition->children[i], object,
				first, 0)) {
				(void)snprintf(why, size,
				    "something at %s, which is another "
				    "format's",
				    condition->children[i].path == NULL
					? "it"
					: condition->children[i].path);
				return false;
			}
		return true;
	default:
		(void)path_each(
		    object, condition->path, format->names, NULL, look, &check);
		if (!check.holds)
			excuse(&check, why, size);
		return check.holds;
	}
}

bool
format_is(
    const struct format *format, const cJSON *object, char *why, size_t size)
{
	const char *reason, *what;

	if (size > 0)
		why[0] = '\0';
	if (!holds(format, &format->recognise, object, why, size))
		return false;
	if (format->guesses && !guess_is(object)) {
		(void)snprintf(
		    why, size, "nothing in it looks like what an alert says");
		return false;
	}
	if (format->strict == NULL || format->strict(object, &reason, &what))
		return true;
	if (size == 0)
		return false;
	(void)snprintf(why, size, "%s%s%.40s%s", reason,
	    what == NULL ? "" : " \"", what == NULL ? "" : what,
	    what == NULL ? "" : "\"");
	normal_mend(why);
	return false;
}

bool
format_passes_over(const struct format *format, const cJSON *object)
{
	return format->others.children_count > 0 &&
	       holds(format, &format->others, object, NULL, 0);
}

static bool
is_one_of(const struct format_words *words, const char *status, size_t len)
{
	for (size_t i = 0; i < words->count; i++)
		if (strlen(words->words[i]) == len &&
		    strncasecmp(words->words[i], status, len) == 0)
			return true;
	return false;
}

bool
format_resolves(const struct format *format, const char *status, size_t len)
{
	return is_one_of(&format->resolved, status, len);
}

bool
format_acknowledges(const struct format *format, const char *status, size_t len)
{
	return is_one_of(&format->acknowledged, status, len);
}
