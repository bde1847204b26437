#include "protocol/ask.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum amount { AT_MOST, BEYOND };

static cJSON *
text_of(size_t len)
{
	char *text = malloc(len + 1);
	cJSON *item;

	cr_assert_not_null(text);
	memset(text, 'x', len);
	text[len] = '\0';
	item = cJSON_CreateString(text);
	free(text);
	return item;
}

static cJSON *
list_of(size_t count, bool names)
{
	cJSON *list = cJSON_CreateArray();
	char name[32];
	size_t i;

	for (i = 0; i < count; i++) {
		(void)snprintf(name, sizeof(name), "n%zu", i);
		cJSON_AddItemToArray(list,
		    names ? cJSON_CreateString(name) : cJSON_CreateNumber(1));
	}
	return list;
}

static cJSON *
number_of(int64_t number)
{
	char digits[24];

	(void)snprintf(digits, sizeof(digits), "%lld", (long long)number);
	return cJSON_CreateRaw(digits);
}

static cJSON *
alerts_of(size_t count)
{
	cJSON *list = cJSON_CreateArray();
	char text[REF_TEXT_MAX];

	for (size_t i = 1; i <= count; i++)
		cJSON_AddItemToArray(list,
		    cJSON_CreateString(
			ref_format((struct ref){SUBJECT_ALERT, 0, i}, text)));
	return list;
}

/* A value for the row: the largest that it takes, or one just beyond. */
static cJSON *
value_for(const struct field_row *row, enum amount amount)
{
	size_t more = amount == BEYOND ? 1 : 0;
	char text[32];

	switch (row->type) {
	case FIELD_TEXT:
	case FIELD_CURSOR:
		return text_of((size_t)row->max + more);
	case FIELD_NAME:
		return text_of(LIMIT_NAME_BYTES_MAX + more);
	case FIELD_NAMES:
		return list_of((size_t)row->max + more, true);
	case FIELD_LIST:
		return list_of((size_t)row->max + more, false);
	case FIELD_WORD:
		return cJSON_CreateString(
		    more > 0 ? "no_such_word"
			     : words_name((enum words)row->max, 1));
	case FIELD_INCIDENT:
		return cJSON_CreateString(more > 0 ? "ALR-1" : "INC-1");
	case FIELD_ALERT:
		return cJSON_CreateString(more > 0 ? "INC-1" : "ALR-1/2");
	case FIELD_ACTION:
		return cJSON_CreateString(more > 0 ? "INC-1" : "ACT-1");
	case FIELD_ALERTS:
		return alerts_of((size_t)row->max + more);
	case FIELD_NUMBER:
		return number_of(row->max + (int64_t)more);
	case FIELD_FLAG:
		return more > 0 ? cJSON_CreateNumber(1) : cJSON_CreateTrue();
	case FIELD_TIME:
		return cJSON_CreateString(more > 0 ? "10000-01-01T00:00:00Z"
						   : "9999-12-31T23:59:59Z");
	case FIELD_DURATION:
		(void)snprintf(text, sizeof(text), "%lldms",
		    (long long)row->max + (long long)more);
		return cJSON_CreateString(text);
	case FIELD_OBJECT:
		return more > 0 ? cJSON_CreateArray() : cJSON_CreateObject();
	}
	return NULL;
}

/* The fields that the verb must have, but the one called `without`. */
static cJSON *
needed(enum verb verb, const char *without)
{
	cJSON *body = cJSON_CreateObject();
	size_t count, i;
	const struct field_row *rows = verb_fields(verb, &count);

	for (i = 0; i < count; i++)
		if (rows[i].must && strcmp(rows[i].name, without) != 0)
			cJSON_AddItemToObject(
			    body, rows[i].name, value_for(&rows[i], AT_MOST));
	return body;
}

/* Reads body, and deletes it. */
static enum err
read_json(
    enum verb verb, cJSON *body, struct ask **ask, struct ask_fault *fault)
{
	char *text = cJSON_PrintUnformatted(body);
	enum err err;

	cr_assert_not_null(text);
	err = ask_read(verb, text, strlen(text), ask, fault);
	cJSON_free(text);
	cJSON_Delete(body);
	return err;
}

static enum err
read_text(
    enum verb verb, const char *body, struct ask **ask, struct ask_fault *fault)
{
	return ask_read(verb, body, strlen(body), ask, fault);
}

Test(ask_read, takes_every_field_of_every_verb_at_its_limit)
{
	int verb;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		size_t count, i;
		const struct field_row *rows =
		    verb_fields((enum verb)verb, &count);

		for (i = 0; i < count; i++) {
			cJSON *body = needed((enum verb)verb, rows[i].name);
			struct ask_fault fault;
			struct ask *ask;

			cJSON_AddItemToObject(
			    body, rows[i].name, value_for(&rows[i], AT_MOST));
			cr_assert_eq(
			    read_json((enum verb)verb, body, &ask, &fault), OK,
			    "%s %s: %s", verb_row((enum verb)verb)->name,
			    rows[i].name, fault.message);
			cr_assert(ask_has(ask, rows[i].name));
			ask_free(&ask);
			cr_assert_null(ask);
		}
	}
}

Test(ask_read, refuses_every_field_just_beyond_its_limit_and_names_it)
{
	int verb;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		size_t count, i;
		const struct field_row *rows =
		    verb_fields((enum verb)verb, &count);

		for (i = 0; i < count; i++) {
			cJSON *body = needed((enum verb)verb, rows[i].name);
			struct ask_fault fault;
			struct ask *ask;
			enum err err;

			/* What no double holds the scanner refuses. */
			if (rows[i].type == FIELD_NUMBER &&
			    rows[i].max == INT64_C(9007199254740991)) {
				cJSON_Delete(body);
				continue;
			}
			cJSON_AddItemToObject(
			    body, rows[i].name, value_for(&rows[i], BEYOND));
			err = read_json((enum verb)verb, body, &ask, &fault);
			cr_assert(err == ERR_INVALID || err == ERR_TOO_LARGE,
			    "%s %s", verb_row((enum verb)verb)->name,
			    rows[i].name);
			cr_assert_null(ask);
			cr_assert_str_eq(fault.field, rows[i].name);
			cr_assert_eq(strncmp(fault.message, rows[i].name,
					 strlen(rows[i].name)),
			    0, "%s", fault.message);
		}
	}
}

Test(ask_read, refuses_every_field_of_another_type)
{
	int verb;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		size_t count, i;
		const struct field_row *rows =
		    verb_fields((enum verb)verb, &count);

		for (i = 0; i < 2 * count; i++) {
			const struct field_row *row = &rows[i / 2];
			cJSON *body = needed((enum verb)verb, row->name);
			struct ask_fault fault;
			struct ask *ask;

			if (i % 2 == 0)
				cJSON_AddNullToObject(body, row->name);
			else if (row->type == FIELD_LIST ||
				 row->type == FIELD_NAMES ||
				 row->type == FIELD_ALERTS)
				cJSON_AddObjectToObject(body, row->name);
			else
				cJSON_AddArrayToObject(body, row->name);
			cr_assert_eq(
			    read_json((enum verb)verb, body, &ask, &fault),
			    ERR_INVALID);
			cr_assert_str_eq(fault.field, row->name);
		}
	}
}

Test(ask_read, refuses_a_body_that_lacks_a_field_it_must_have)
{
	int verb;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		size_t count, i;
		const struct field_row *rows =
		    verb_fields((enum verb)verb, &count);

		for (i = 0; i < count; i++) {
			struct ask_fault fault;
			struct ask *ask;

			if (!rows[i].must)
				continue;
			cr_assert_eq(read_json((enum verb)verb,
					 needed((enum verb)verb, rows[i].name),
					 &ask, &fault),
			    ERR_INVALID);
			cr_assert_str_eq(fault.field, rows[i].name);
			cr_assert_not_null(strstr(fault.message, "is needed"));
		}
	}
}

Test(ask_read, refuses_a_field_that_the_verb_does_not_have)
{
	int verb;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		cJSON *body = needed((enum verb)verb, "");
		struct ask_fault fault;
		struct ask *ask;

		cJSON_AddTrueToObject(body, "no_such_field");
		cr_assert_eq(read_json((enum verb)verb, body, &ask, &fault),
		    ERR_INVALID);
		cr_assert_str_eq(fault.field, "no_such_field");
		cr_assert_str_eq(fault.message, "no_such_field: no such field");
	}
}

Test(ask_read, tells_fields_apart_by_case)
{
	struct ask_fault fault;
	struct ask *ask;

	cr_assert_eq(read_text(VERB_open, "{\"Title\":\"a\"}", &ask, &fault),
	    ERR_INVALID);
	cr_assert_str_eq(fault.field, "Title");
}

Test(ask_read, does_not_repeat_a_field_s_name_that_is_not_fit_to_be_shown)
{
	static const char *const bodies[] = {"{\"\\u001b[31m\":1}",
	    "{\"a b\":1}",
	    ("{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	     "aaaaaaaaaaaaaaaa\":1}")};
	size_t i;

	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct ask_fault fault;
		struct ask *ask;

		cr_assert_eq(read_text(VERB_whoami, bodies[i], &ask, &fault),
		    ERR_INVALID);
		cr_assert_str_eq(fault.field, "");
		cr_assert_str_eq(fault.message, "no such field");
	}
}

Test(ask_read, takes_no_body_for_an_empty_one)
{
	struct ask_fault fault;
	struct ask *ask;

	cr_assert_eq(ask_read(VERB_whoami, NULL, 0, &ask, &fault), OK);
	cr_assert(cJSON_IsObject(ask_body(ask)));
	cr_assert_not(ask_has(ask, "min_seq"));
	ask_free(&ask);
	cr_assert_eq(ask_read(VERB_open, NULL, 0, &ask, &fault), ERR_INVALID);
	cr_assert_str_eq(fault.field, "title");
}

Test(ask_read, refuses_what_is_no_json_object)
{
	static const char *const bodies[] = {"[]", "1", "null", "\"a\"", "{",
	    "{\"min_seq\":1,\"min_seq\":2}", "{} x", "\xff"};
	struct ask_fault fault;
	struct ask *ask;
	size_t i;

	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		cr_assert_eq(read_text(VERB_whoami, bodies[i], &ask, &fault),
		    ERR_INVALID, "%s", bodies[i]);
		cr_assert_str_eq(fault.field, "");
		cr_assert_eq(strncmp(fault.message, "body", 4), 0);
	}
}

Test(ask_read, says_when_a_body_is_over_a_limit_of_json)
{
	char body[LIMIT_JSON_DEPTH_MAX + 2];
	struct ask_fault fault;
	struct ask *ask;

	memset(body, '[', sizeof(body));
	cr_assert_eq(ask_read(VERB_whoami, body, sizeof(body), &ask, &fault),
	    ERR_TOO_LARGE);
	cr_assert_not_null(strstr(fault.message, "levels"));
}

Test(ask_read, refuses_a_needed_text_of_blanks)
{
	struct ask_fault fault;
	struct ask *ask;

	cr_assert_eq(read_text(VERB_open, "{\"title\":\" \\t\"}", &ask, &fault),
	    ERR_INVALID);
	cr_assert_str_eq(fault.message, "title: must not be empty");
	cr_assert_eq(
	    read_text(VERB_open, "{\"title\":\"a\",\"description\":\"\"}", &ask,
		&fault),
	    OK);
	ask_free(&ask);
}

Test(ask_read, refuses_numbers_that_are_not_whole_or_below_zero)
{
	static const char *const bodies[] = {
	    "{\"min_seq\":1.5}", "{\"min_seq\":-1}", "{\"min_seq\":\"1\"}"};
	struct ask_fault fault;
	struct ask *ask;
	size_t i;

	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		cr_assert_eq(read_text(VERB_whoami, bodies[i], &ask, &fault),
		    ERR_INVALID, "%s", bodies[i]);
		cr_assert_str_eq(fault.field, "min_seq");
	}
	cr_assert_eq(
	    read_text(VERB_whoami, "{\"min_seq\":1e3}", &ask, &fault), OK);
	cr_assert_eq(ask_number(ask, "min_seq", -1), 1000);
	ask_free(&ask);
}

Test(ask_read, refuses_names_that_stand_there_twice_or_are_none)
{
	struct ask_fault fault;
	struct ask *ask;

	cr_assert_eq(
	    read_text(VERB_open,
		"{\"title\":\"a\",\"tags\":[\"x\",\"y\",\"x\"]}", &ask, &fault),
	    ERR_INVALID);
	cr_assert_str_eq(fault.message, "tags: \"x\" stands there twice");
	cr_assert_eq(
	    read_text(VERB_open, "{\"title\":\"a\",\"tags\":[\"x\",\"Y\"]}",
		&ask, &fault),
	    ERR_INVALID);
	cr_assert_str_eq(fault.field, "tags");
	cr_assert_eq(read_text(VERB_open, "{\"title\":\"a\",\"tags\":[1]}",
			 &ask, &fault),
	    ERR_INVALID);
	cr_assert_eq(
	    read_text(VERB_open, "{\"title\":\"a\",\"tags\":[\"x\",\"y\"]}",
		&ask, &fault),
	    OK);
	cr_assert_eq(cJSON_GetArraySize(ask_json(ask, "tags")), 2);
	ask_free(&ask);
}

Test(ask_read, lists_the_words_when_it_refuses_one)
{
	struct ask_fault fault;
	struct ask *ask;

	cr_assert_eq(
	    read_text(VERB_open, "{\"title\":\"a\",\"severity\":\"High\"}",
		&ask, &fault),
	    ERR_INVALID);
	cr_assert_str_eq(fault.message,
	    "severity: expected one of info, low, medium, high, critical");
}

Test(ask_read, refuses_a_cursor_of_anything_but_print)
{
	struct ask_fault fault;
	struct ask *ask;

	cr_assert_eq(read_text(VERB_list, "{\"cursor\":\"a b\"}", &ask, &fault),
	    ERR_INVALID);
	cr_assert_str_eq(fault.field, "cursor");
	cr_assert_eq(
	    read_text(VERB_list, "{\"cursor\":\"0a:3/+=\"}", &ask, &fault), OK);
	cr_assert_str_eq(ask_text(ask, "cursor"), "0a:3/+=");
	ask_free(&ask);
}
