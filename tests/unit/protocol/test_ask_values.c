#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#include "protocol/ask.h"
#include "protocol/json.h"

static enum err
read_text(
    enum verb verb, const char *body, struct ask **ask, struct ask_fault *fault)
{
	return ask_read(verb, body, strlen(body), ask, fault);
}

Test(ask, gives_back_what_stood_in_the_body)
{
	static const char body[] =
	    "{\"title\":\"Odd log-in\",\"severity\":\"high\",\"major\":true,"
	    "\"occurred\":\"1970-01-01T00:00:01Z\",\"tags\":[\"vpn\"],"
	    "\"observables\":[{\"type\":\"ipv4\",\"value\":\"192.0.2.1\"}],"
	    "\"if_revision\":0,\"key\":\"k\"}";
	struct ask_fault fault;
	struct ask *ask;

	cr_assert_eq(
	    read_text(VERB_open, body, &ask, &fault), OK, "%s", fault.message);
	cr_assert_str_eq(ask_text(ask, "title"), "Odd log-in");
	cr_assert_null(ask_text(ask, "description"));
	cr_assert_eq(ask_word(ask, "severity", -1), SEVERITY_high);
	cr_assert_eq(ask_word(ask, "kind", KIND_incident), KIND_incident);
	cr_assert(ask_flag(ask, "major", false));
	cr_assert_eq(ask_time_ms(ask, "occurred", -1), 1000);
	cr_assert_eq(ask_time_ms(ask, "detected", -1), -1);
	cr_assert_eq(ask_number(ask, "if_revision", -1), 0);
	cr_assert_eq(cJSON_GetArraySize(ask_json(ask, "observables")), 1);
	cr_assert_null(ask_json(ask, "techniques"));
	cr_assert_str_eq(json_text(ask_body(ask), "title"), "Odd log-in");
	ask_free(&ask);
	ask_free(&ask);
}

Test(ask, gives_back_references)
{
	struct ask_fault fault;
	struct ask *ask;
	struct ref ref;

	cr_assert_eq(read_text(VERB_alert_promote, "{\"alert\":\"ALR-7/3\"}",
			 &ask, &fault),
	    OK);
	ref = ask_ref(ask, "alert");
	cr_assert(
	    ref.type == SUBJECT_ALERT && ref.number == 7 && ref.part == 3);
	cr_assert_eq(ask_ref(ask, "incident").type, SUBJECT_NONE);
	cr_assert_not(ask_has(ask, "incident"));
	ask_free(&ask);
}

static struct ask *
some_ask(void)
{
	struct ask_fault fault;
	struct ask *ask;

	cr_assert_eq(
	    read_text(VERB_open, "{\"title\":\"a\"}", &ask, &fault), OK);
	return ask;
}

Test(ask, stops_the_program_when_asked_for_a_field_that_is_not_there,
    .signal = SIGABRT)
{
	(void)ask_text(some_ask(), "verdict");
}

Test(ask, stops_the_program_when_asked_for_another_type, .signal = SIGABRT)
{
	(void)ask_number(some_ask(), "title", 0);
}

Test(name_valid, takes_names_of_the_form_alone)
{
	char name[LIMIT_NAME_BYTES_MAX + 2];

	cr_assert(name_valid("a"));
	cr_assert(name_valid("0"));
	cr_assert(name_valid("siem-1.example:prod@eu_x"));
	cr_assert_not(name_valid(""));
	cr_assert_not(name_valid("-a"));
	cr_assert_not(name_valid(".a"));
	cr_assert_not(name_valid("A"));
	cr_assert_not(name_valid("a b"));
	cr_assert_not(name_valid("\xc3\xa9"));
	memset(name, 'a', sizeof(name));
	name[LIMIT_NAME_BYTES_MAX] = '\0';
	cr_assert(name_valid(name));
	name[LIMIT_NAME_BYTES_MAX] = 'a';
	name[LIMIT_NAME_BYTES_MAX + 1] = '\0';
	cr_assert_not(name_valid(name));
}
