#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "broker/offline.h"
#include "protocol/words.h"

/* Z85 has ':' and '+' among its characters. */
#define KEY "a:b+c:d+e:f+g:h+i:j+k:l+m:n+o:p+q:r+s:t+"

static enum err
read_it(const char *text, struct offline_enrolment *enrolment)
{
	char why[256] = "";
	enum err err =
	    offline_read_enrolment(text, enrolment, why, sizeof(why));

	cr_assert_eq(err == OK, why[0] == '\0', "%s: %s", text, why);
	return err;
}

Test(offline_read_enrolment, takes_the_key_by_its_length)
{
	struct offline_enrolment enrolment;

	cr_assert_eq(strlen(KEY), 40);
	cr_assert_eq(read_it("ada:analyst+lead:" KEY, &enrolment), OK);
	cr_assert_str_eq(enrolment.name, "ada");
	cr_assert_eq(enrolment.roles, ROLE_analyst | ROLE_lead);
	cr_assert_str_eq(enrolment.public_z85, KEY);
	cr_assert_eq(enrolment.sources_count, 0);
}

Test(offline_read_enrolment, takes_sources)
{
	struct offline_enrolment enrolment;

	cr_assert_eq(
	    read_it("probe:sensor:" KEY ":wazuh+eve-1", &enrolment), OK);
	cr_assert_eq(enrolment.sources_count, 2);
	cr_assert_str_eq(enrolment.sources[0], "wazuh");
	cr_assert_str_eq(enrolment.sources[1], "eve-1");
}

Test(offline_read_enrolment, refuses_what_is_none)
{
	static const char *const bad[] = {"", "ada", "ada:admin",
	    "ada:admin:short", "ada::" KEY, "ada:king:" KEY,
	    "Ada Lovelace:admin:" KEY, "ada:admin:" KEY "x",
	    "ada:sensor:" KEY ":Not A Source", ":admin:" KEY};
	struct offline_enrolment enrolment;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(
		    read_it(bad[i], &enrolment), ERR_INVALID, "%s", bad[i]);
}

Test(offline_read_enrolment, holds_sources_to_their_limit)
{
	struct offline_enrolment enrolment;
	char text[4200];
	int n, i;

	n = snprintf(text, sizeof(text), "probe:sensor:" KEY ":s0");
	for (i = 1; i < LIMIT_SOURCES_MAX; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "+s%d", i);
	cr_assert_eq(read_it(text, &enrolment), OK);
	cr_assert_eq(enrolment.sources_count, LIMIT_SOURCES_MAX);
	(void)snprintf(text + n, sizeof(text) - (size_t)n, "+more");
	cr_assert_eq(read_it(text, &enrolment), ERR_INVALID);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	cr_assert_eq(read_it(text, &enrolment), ERR_INVALID);
}
