#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/args.h"
#include "protocol/json.h"

/* 2026-01-31T12:00:00Z */
#define NOW INT64_C(1769860800000)

enum { WORDS_MAX = 16 };

static struct session session;
static struct fault fault;
static struct args args;

static void
begin(void)
{
	cr_assert_not_null(setlocale(LC_ALL, "C.UTF-8"));
	session_init(&session);
	session.screen.now_ms = NOW;
	session.utc = true;
	session.interactive = false;
}

/* Reads "show INC-1 --limit 3" as if typed, split at single blanks. */
static enum err
read_line(enum verb verb, const char *line)
{
	static char copy[512];
	char *words[WORDS_MAX], *rest = copy;
	int count = 0;

	(void)snprintf(copy, sizeof(copy), "%s", line);
	args_fini(&args);
	args_init(&args, verb);
	while (*line != '\0' && count < WORDS_MAX && rest != NULL)
		words[count++] = strsep(&rest, " ");
	return args_read(&args, &session, count, words, &fault);
}

/* The body that the line makes, as JSON. */
static const char *
body_of(enum verb verb, const char *line)
{
	static char *text;

	cr_expect_eq(read_line(verb, line), OK, "%s: %s", line, fault.text);
	free(text);
	text = cJSON_PrintUnformatted(args.body);
	return text;
}

TestSuite(args_verb, .init = begin);
TestSuite(args_read, .init = begin);
TestSuite(args_missing, .init = begin);
TestSuite(args_check, .init = begin);
TestSuite(args_spelling, .init = begin);

Test(args_verb, is_the_longest_that_the_words_spell)
{
	char jobs[] = "jobs", retry[] = "retry", triage[] = "triage";
	char alert[] = "alert", verb[] = "push", file[] = "x";
	char *const words[] = {jobs, retry, triage};
	char *const push[] = {alert, verb, file};
	int used;

	cr_expect_eq(args_verb(3, words, &used), VERB_jobs_retry);
	cr_expect_eq(used, 2);
	cr_expect_eq(args_verb(1, words, &used), VERB_jobs);
	cr_expect_eq(used, 1);
	cr_expect_eq(args_verb(3, push, &used), VERB_alert_push);
	cr_expect_eq(args_verb(1, push, &used), VERB_NONE);
}

Test(args_verb, is_none_for_what_no_verb_is_called)
{
	char shows[] = "shows";
	char *const words[] = {shows};
	int used;

	cr_expect_eq(args_verb(1, words, &used), VERB_NONE);
	cr_expect_eq(args_verb(0, words, &used), VERB_NONE);
}

Test(args_verb, offers_every_verb_but_those_of_programs)
{
	int verb, used;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		char name[LIMIT_VERB_BYTES_MAX + 1];
		char *words[4], *rest = name;
		int count = 0;
		bool hidden;

		(void)snprintf(
		    name, sizeof(name), "%s", verb_row((enum verb)verb)->name);
		hidden = strncmp(name, "worker.", 7) == 0 ||
			 strcmp(name, "watch.credit") == 0 ||
			 strcmp(name, "file.put") == 0 ||
			 strcmp(name, "file.read") == 0;
		while (rest != NULL)
			words[count++] = strsep(&rest, ".");
		cr_expect_eq(args_offered((enum verb)verb), !hidden);
		if (!hidden)
			cr_expect_eq(args_verb(count, words, &used),
			    (enum verb)verb, "verb %d", verb);
	}
}

Test(args_verb, knows_the_commands_that_say_a_field_already)
{
	char task[] = "task", done[] = "done", incident[] = "3";
	char *const words[] = {task, done, incident};
	const struct alias_row *alias;
	int used;

	cr_expect_eq(args_command(1, words, &used, &alias), VERB_NONE);
	cr_expect_null(alias);
	cr_assert_eq(args_command(3, words, &used, &alias), VERB_task_update);
	cr_expect_eq(used, 2);
	args_fini(&args);
	args_begin(&args, &session, VERB_task_update, alias);
	cr_assert_eq(args_read(&args, &session, 1, words + 2, &fault), OK);
	cr_expect_str_eq(json_text(args.body, "status"), "done");
	cr_expect_str_eq(json_text(args.body, "incident"), "INC-3");
}

/* A command that is shadowed by a verb, or stands for none, is a mistake. */
Test(args_verb, lists_every_alias_once)
{
	size_t i, count;
	const struct alias_row *rows = extras_aliases(&count);

	cr_expect_gt(count, 0);
	for (i = 0; i < count; i++)
		cr_expect_eq(
		    verb_find(rows[i].name, strlen(rows[i].name)), VERB_NONE);
}

/* A value that the field takes, as a person would type it. */
static const char *
good_value(const struct field_row *field)
{
	static const char *const values[] = {
	    [FIELD_TEXT] = "words",
	    [FIELD_NAME] = "wazuh-prod",
	    [FIELD_NAMES] = "a,b",
	    [FIELD_INCIDENT] = "INC-3",
	    [FIELD_ALERT] = "ALR-7/2",
	    [FIELD_ALERTS] = "ALR-7/2,8",
	    [FIELD_ACTION] = "ACT-4",
	    [FIELD_NUMBER] = "1",
	    [FIELD_FLAG] = "true",
	    [FIELD_TIME] = "2026-01-31T12:00:00Z",
	    [FIELD_DURATION] = "90m",
	    [FIELD_CURSOR] = "c1",
	    [FIELD_LIST] = "ipv4=192.0.2.1",
	    [FIELD_OBJECT] = "{}",
	};

	if (field->type == FIELD_WORD)
		return words_name((enum words)field->max, 1);
	return values[field->type];
}

/* A value that it refuses; NULL where it takes any text. */
static const char *
bad_value(const struct field_row *field)
{
	static const char *const values[] = {
	    [FIELD_NAME] = "no name!",
	    [FIELD_NAMES] = "a,no name!",
	    [FIELD_WORD] = "nonsense",
	    [FIELD_INCIDENT] = "INC-0",
	    [FIELD_ALERT] = "INC-3",
	    [FIELD_ALERTS] = "ALR-7,INC-3",
	    [FIELD_ACTION] = "ALR-4",
	    [FIELD_NUMBER] = "-1",
	    [FIELD_FLAG] = "perhaps",
	    [FIELD_TIME] = "soon",
	    [FIELD_DURATION] = "an hour",
	    [FIELD_LIST] = "nothing",
	    [FIELD_OBJECT] = NULL,
	};

	return values[field->type];
}

static enum err
read_one(enum verb verb, const struct field_row *field, const char *value)
{
	char option[ARGV_NAME_MAX + 3] = "--";
	char *words[] = {option, (char *)(uintptr_t)value};

	(void)args_spelling(field, option + 2);
	args_fini(&args);
	args_init(&args, verb);
	if (field->type == FIELD_FLAG) {
		static char joined[ARGV_NAME_MAX + 64];

		(void)snprintf(joined, sizeof(joined), "%s=%s", option, value);
		words[0] = joined;
		return args_read(&args, &session, 1, words, &fault);
	}
	return args_read(&args, &session, 2, words, &fault);
}

Test(args_read, takes_every_field_of_every_verb_by_its_name)
{
	size_t count, i;
	int verb;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		const struct field_row *rows =
		    verb_fields((enum verb)verb, &count);

		for (i = 0; i < count; i++) {
			enum err err = read_one(
			    (enum verb)verb, &rows[i], good_value(&rows[i]));

			cr_expect_eq(err, OK, "%s %s: %s",
			    verb_row((enum verb)verb)->name, rows[i].name,
			    fault.text);
			cr_expect_not_null(cJSON_GetObjectItemCaseSensitive(
			    args.body, rows[i].name));
		}
	}
}

Test(args_read, refuses_a_bad_value_of_every_field_and_names_it)
{
	size_t count, i;
	int verb;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		const struct field_row *rows =
		    verb_fields((enum verb)verb, &count);

		for (i = 0; i < count; i++) {
			char spelling[ARGV_NAME_MAX + 1];
			const char *value = bad_value(&rows[i]);

			if (value == NULL)
				continue;
			cr_expect_eq(read_one((enum verb)verb, &rows[i], value),
			    ERR_INVALID, "%s %s",
			    verb_row((enum verb)verb)->name, rows[i].name);
			cr_expect_not_null(strstr(
			    fault.text, args_spelling(&rows[i], spelling)));
		}
	}
}

Test(args_read, takes_what_must_be_there_without_its_name)
{
	cr_expect_str_eq(
	    body_of(VERB_show, "INC-3"), "{\"incident\":\"INC-3\"}");
	cr_expect_str_eq(body_of(VERB_comment, "INC-3 blocked"),
	    "{\"incident\":\"INC-3\",\"text\":\"blocked\"}");
	cr_expect_str_eq(body_of(VERB_close, "INC-3 false_positive noise"),
	    "{\"incident\":\"INC-3\",\"verdict\":\"false_positive\","
	    "\"comment\":\"noise\"}");
	cr_expect_str_eq(body_of(VERB_assign, "INC-3 ada"),
	    "{\"incident\":\"INC-3\",\"to\":\"ada\"}");
	cr_expect_str_eq(body_of(VERB_alert_close, "ALR-7 noise"),
	    "{\"alert\":\"ALR-7\",\"reason\":\"noise\"}");
	cr_expect_str_eq(body_of(VERB_jobs_retry, "triage 7"),
	    "{\"workflow\":\"triage\",\"item\":7}");
}

Test(args_read, refuses_a_word_too_many)
{
	cr_expect_eq(read_line(VERB_show, "INC-3 INC-4"), ERR_INVALID);
	cr_expect_not_null(strstr(fault.text, "INC-4"));
	cr_expect_eq(read_line(VERB_comment, "INC-3 no quotes"), ERR_INVALID);
}

Test(args_read, knows_a_verdict_by_its_shortcut_wherever_it_stands)
{
	const char *expected = "{\"verdict\":\"false_positive\","
			       "\"incident\":\"INC-3\",\"comment\":\"noise\"}";

	cr_expect_str_eq(body_of(VERB_close, "INC-3 noise --fp"), expected);
	cr_expect_str_eq(body_of(VERB_close, "--fp INC-3 noise"), expected);
	cr_expect_str_eq(
	    body_of(VERB_close, "INC-3 --false-positive noise"), expected);
	cr_expect_eq(read_line(VERB_close, "INC-3 --fp --tp"), ERR_INVALID);
	cr_expect_eq(read_line(VERB_show, "INC-3 --fp"), ERR_INVALID);
}

Test(args_read, is_forgiving_with_words_and_references)
{
	cr_expect_str_eq(body_of(VERB_show, "3"), "{\"incident\":\"INC-3\"}");
	cr_expect_str_eq(
	    body_of(VERB_show, "inc-3"), "{\"incident\":\"INC-3\"}");
	cr_expect_str_eq(
	    body_of(VERB_alert_show, "7/2"), "{\"alert\":\"ALR-7/2\"}");
	cr_expect_str_eq(body_of(VERB_close, "3 False-Positive"),
	    "{\"incident\":\"INC-3\",\"verdict\":\"false_positive\"}");
	cr_expect_str_eq(body_of(VERB_update, "3 --tlp AMBER+STRICT"),
	    "{\"tlp\":\"amber_strict\",\"incident\":\"INC-3\"}");
	cr_expect_str_eq(body_of(VERB_open, "--technique T1059.001"),
	    "{\"techniques\":[\"t1059.001\"]}");
}

Test(args_read, collects_lists_from_commas_and_from_repeats)
{
	cr_expect_str_eq(body_of(VERB_open, "--tag a,b --tags c"),
	    "{\"tags\":[\"a\",\"b\",\"c\"]}");
	cr_expect_str_eq(
	    body_of(VERB_open,
		"--observable ipv4=192.0.2.1 --observable url=http://a/?b=c"),
	    "{\"observables\":[{\"type\":\"ipv4\",\"value\":\"192.0.2.1\"},"
	    "{\"type\":\"url\",\"value\":\"http://a/?b=c\"}]}");
	cr_expect_str_eq(
	    body_of(VERB_open,
		"--observables=[{\"type\":\"host\",\"value\":\"web1\"}]"),
	    "{\"observables\":[{\"type\":\"host\",\"value\":\"web1\"}]}");
}

Test(args_read, refuses_a_list_that_is_no_json_array)
{
	cr_expect_eq(
	    read_line(VERB_open, "--observables=[{\"type\":}]"), ERR_INVALID);
	cr_expect_not_null(strstr(fault.text, "at byte"));
}

Test(args_read, refuses_what_is_said_twice)
{
	cr_expect_eq(read_line(VERB_open, "--title a --title b"), ERR_INVALID);
	cr_expect_not_null(strstr(fault.text, "--title"));
}

Test(args_read, turns_flags_on_and_off)
{
	cr_expect_str_eq(body_of(VERB_update, "--major"), "{\"major\":true}");
	cr_expect_str_eq(
	    body_of(VERB_update, "--no-major"), "{\"major\":false}");
	cr_expect_str_eq(
	    body_of(VERB_update, "--major=false"), "{\"major\":false}");
	cr_expect_eq(read_line(VERB_update, "--no-title"), ERR_INVALID);
}

Test(args_read, reads_times_as_people_write_them)
{
	cr_expect_str_eq(body_of(VERB_list, "--since 2h"),
	    "{\"since\":\"2026-01-31T10:00:00.000Z\"}");
	cr_expect_str_eq(body_of(VERB_list, "--since 2026-01-30"),
	    "{\"since\":\"2026-01-30T00:00:00.000Z\"}");
}

Test(args_read, holds_numbers_to_their_limit)
{
	cr_expect_str_eq(body_of(VERB_list, "--limit 500"), "{\"limit\":500}");
	cr_expect_eq(read_line(VERB_list, "--limit 501"), ERR_INVALID);
	cr_expect_str_eq(body_of(VERB_watch, "--from 9007199254740991"),
	    "{\"from\":9007199254740991}");
	cr_expect_eq(
	    read_line(VERB_watch, "--from 9007199254740992"), ERR_INVALID);
	cr_expect_eq(
	    read_line(VERB_watch, "--from 99999999999999999999"), ERR_INVALID);
	cr_expect_eq(read_line(VERB_list, "--limit 1e2"), ERR_INVALID);
}

Test(args_read, takes_options_of_every_command_along)
{
	cr_expect_str_eq(body_of(VERB_show, "INC-3 --json --timeout 2.5"),
	    "{\"incident\":\"INC-3\"}");
	cr_expect(session.json);
	cr_expect_eq(session.timeout_ms, 2500);
	cr_expect_eq(read_line(VERB_show, "INC-3 --timeout 0"), ERR_INVALID);
	cr_expect_eq(read_line(VERB_show, "INC-3 --timeout 3601"), ERR_INVALID);
	cr_expect_eq(read_line(VERB_show, "INC-3 --timeout"), ERR_INVALID);
}

Test(args_read, suggests_what_may_have_been_meant)
{
	cr_expect_eq(read_line(VERB_close, "INC-3 --verdct x"), ERR_INVALID);
	cr_expect_not_null(strstr(fault.text, "did you mean --verdict?"));
	cr_expect_eq(read_line(VERB_open, "--severity hihg"), ERR_INVALID);
	cr_expect_not_null(strstr(fault.text, "did you mean high?"));
}

Test(args_read, takes_text_that_begins_with_a_dash_behind_two)
{
	cr_expect_str_eq(body_of(VERB_comment, "INC-3 -- --odd"),
	    "{\"incident\":\"INC-3\",\"text\":\"--odd\"}");
	cr_expect_eq(read_line(VERB_comment, "INC-3 --odd"), ERR_INVALID);
	cr_expect_eq(
	    read_line(VERB_comment, "INC-3 --text --odd"), ERR_INVALID);
	cr_expect_str_eq(body_of(VERB_comment, "INC-3 --text=--odd"),
	    "{\"text\":\"--odd\",\"incident\":\"INC-3\"}");
}

Test(args_read, takes_long_texts_from_files)
{
	char path[] = "/tmp/tocsin-args-XXXXXX", line[64];
	int fd = mkstemp(path);

	cr_assert_eq(write(fd, "first\nsecond\n\n", 14), 14);
	(void)close(fd);
	(void)snprintf(line, sizeof(line), "INC-3 @%s", path);
	cr_expect_str_eq(body_of(VERB_comment, line),
	    "{\"incident\":\"INC-3\",\"text\":\"first\\nsecond\"}");
	(void)unlink(path);
	cr_expect_eq(read_line(VERB_comment, line), ERR_MISSING);
	cr_expect_not_null(strstr(fault.text, path));
	/* Two of them are one that is meant; a title is never a file. */
	cr_expect_str_eq(body_of(VERB_comment, "INC-3 @@ada"),
	    "{\"incident\":\"INC-3\",\"text\":\"@ada\"}");
	cr_expect_str_eq(body_of(VERB_open, "@all"), "{\"title\":\"@all\"}");
}

Test(args_read, refuses_text_that_is_not_utf8)
{
	cr_expect_eq(read_line(VERB_comment, "INC-3 a\xff"), ERR_INVALID);
	cr_expect_not_null(strstr(fault.text, "UTF-8"));
	cr_expect_eq(
	    read_line(VERB_open, "--observable host=\xff"), ERR_INVALID);
}

Test(args_read, takes_files_and_extras_of_alert_push)
{
	cr_assert_eq(read_line(VERB_alert_push,
			 "a.json b.json --ndjson --source wazuh --batch 8"),
	    OK);
	cr_expect_eq(args.files_count, 2);
	cr_expect_str_eq(args.files[1], "b.json");
	cr_expect_not_null(args.extras[EXTRA_ndjson]);
	cr_expect_str_eq(args.extras[EXTRA_batch], "8");
	cr_expect_null(args.extras[EXTRA_confirm]);
	cr_expect_eq(read_line(VERB_show, "INC-3 --ndjson"), ERR_INVALID);
}

Test(args_missing, is_the_first_field_that_has_to_be_there)
{
	cr_assert_eq(read_line(VERB_comment, "--text x"), OK);
	cr_expect_str_eq(args_missing(&args)->name, "incident");
	cr_assert_eq(read_line(VERB_comment, "INC-3"), OK);
	cr_expect_str_eq(args_missing(&args)->name, "text");
	cr_assert_eq(read_line(VERB_comment, "INC-3 x"), OK);
	cr_expect_null(args_missing(&args));
}

Test(args_check, holds_to_the_brokers_own_rules)
{
	char title[LIMIT_TITLE_BYTES_MAX + 2];

	memset(title, 'a', sizeof(title) - 1);
	title[LIMIT_TITLE_BYTES_MAX] = '\0';
	cr_assert_eq(read_line(VERB_open, title), OK);
	cr_expect_eq(args_check(&args, &fault), OK);
	title[LIMIT_TITLE_BYTES_MAX] = 'a';
	title[LIMIT_TITLE_BYTES_MAX + 1] = '\0';
	args_fini(&args);
	args_init(&args, VERB_open);
	(void)cJSON_AddStringToObject(args.body, "title", title);
	cr_expect_eq(args_check(&args, &fault), ERR_TOO_LARGE);
	cr_expect_not_null(strstr(fault.text, "--title: "));
	cr_expect_null(strstr(fault.text, "--title: title:"));
}

/* An option is one thing: a field, or what every command takes. */
Test(args_spelling, never_collides_with_an_option_of_every_command)
{
	static const char *const common[] = {
#define OPTION(name, argument, help) #name,
#include "cli/options.def"
#undef OPTION
	};
	char spelling[ARGV_NAME_MAX + 1];
	size_t count, i, j;
	int verb;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		const struct field_row *rows =
		    verb_fields((enum verb)verb, &count);

		for (i = 0; i < count; i++)
			for (j = 0; j < OPTION_COUNT; j++)
				cr_expect_str_neq(
				    args_spelling(&rows[i], spelling),
				    common[j]);
	}
}
