#include <criterion/criterion.h>
#include <string.h>

#include "cli/where.h"
#include "protocol/json.h"

static struct session session;
static struct args list;
static struct fault fault;

static void
begin(void)
{
	session_init(&session);
	args_init(&list, VERB_list);
}

static void
end(void)
{
	args_fini(&list);
}

TestSuite(where_add, .init = begin, .fini = end);

Test(where_add, takes_terms_with_commas_between_them)
{
	cr_assert_eq(
	    where_add(&list, &session, "severity=HIGH,tag=vpn,overdue", &fault),
	    OK);
	cr_expect_str_eq(json_text(list.body, "severity"), "high");
	cr_expect_str_eq(json_text(list.body, "tag"), "vpn");
	cr_expect(cJSON_IsTrue(cJSON_GetObjectItem(list.body, "overdue")));
	cr_expect_eq(cJSON_GetArraySize(list.body), 3);
}

Test(where_add, leaves_the_commas_of_a_text)
{
	cr_assert_eq(
	    where_add(&list, &session, "tag=a,text=one, two=2", &fault), OK);
	cr_expect_str_eq(json_text(list.body, "text"), "one, two=2");
}

Test(where_add, takes_a_flag_with_its_value)
{
	cr_assert_eq(where_add(&list, &session, "all=no", &fault), OK);
	cr_expect(cJSON_IsFalse(cJSON_GetObjectItem(list.body, "all")));
}

Test(where_add, refuses_what_is_no_term)
{
	static const char *const texts[] = {"", ",", "severity",
	    "severity=", "nonsense=1", "sort=age", "limit=3", "cursor=x",
	    "min_seq=3", "severity=high,,tag=x", "=high", "@No Name"};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		enum err err = where_add(&list, &session, texts[i], &fault);

		cr_expect(err == ERR_INVALID || err == ERR_MISSING, "\"%s\"",
		    texts[i]);
		cJSON_DeleteItemFromObject(list.body, "severity");
	}
}

Test(where_add, takes_a_term_as_long_as_the_limit)
{
	char term[600];

	memset(term, 'x', sizeof(term));
	memcpy(term, "text=", 5);
	term[512] = '\0';
	cr_expect_eq(where_add(&list, &session, term, &fault), OK);
	term[512] = 'x';
	term[513] = '\0';
	cr_expect_eq(where_add(&list, &session, term, &fault), ERR_TOO_LARGE);
}

Test(where_is_term, is_every_field_but_those_of_pages)
{
	size_t count, i, terms = 0;
	const struct field_row *rows = verb_fields(VERB_list, &count);

	for (i = 0; i < count; i++)
		terms += where_is_term(&rows[i]);
	cr_expect_eq(terms, count - 4);
}
