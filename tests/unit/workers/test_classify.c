#include <criterion/criterion.h>
#include <string.h>

#include "workers/classify.h"
#include "workers/tld.h"

static enum rsit
class_of(const char *const *groups, const char *const *techniques)
{
	struct classify classify;

	classify_init(&classify);
	for (; *groups != NULL; groups++)
		classify_group(&classify, *groups, strlen(*groups));
	for (; *techniques != NULL; techniques++)
		classify_technique(&classify, *techniques);
	return classify.rsit;
}

static const char *const none[] = {NULL};

Test(classify, has_tables_in_order)
{
	cr_assert(classify_sorted());
	cr_assert(tld_sorted());
}

Test(classify, goes_by_groups_in_either_case)
{
	cr_assert_eq(class_of((const char *const[]){"syslog", "sshd",
				  "authentication_failures", NULL},
			 none),
	    RSIT_intrusion_attempts);
	cr_assert_eq(
	    class_of(
		(const char *const[]){"A Network Trojan was detected", NULL},
		none),
	    RSIT_malicious_code);
	cr_assert_eq(
	    class_of((const char *const[]){"InstanceDown", NULL}, none),
	    RSIT_availability);
	cr_assert_eq(class_of((const char *const[]){"syslog", NULL}, none),
	    RSIT_unclassified);
}

Test(classify, lets_the_most_telling_decide_in_any_order)
{
	cr_assert_eq(class_of((const char *const[]){"syscheck_entry_modified",
				  "rootkit", "attack", NULL},
			 none),
	    RSIT_malicious_code);
	cr_assert_eq(class_of((const char *const[]){"attack", "rootkit",
				  "syscheck_entry_modified", NULL},
			 none),
	    RSIT_malicious_code);
}

Test(classify, counts_a_subtechnique_as_its_technique)
{
	cr_assert_eq(class_of(none, (const char *const[]){"t1110.001", NULL}),
	    RSIT_intrusion_attempts);
	cr_assert_eq(class_of(none, (const char *const[]){"t9999", NULL}),
	    RSIT_unclassified);
}

Test(classify, lets_the_source_overrule_everything)
{
	struct classify classify;

	classify_init(&classify);
	cr_assert(classify_said(&classify, "Malicious-Code", 14));
	classify_group(&classify, "rootkit", 7);
	classify_technique(&classify, "t1110");
	cr_assert_eq(classify.rsit, RSIT_malicious_code);
	cr_assert_str_eq(classify.by, "source");
}

Test(classify, knows_every_class_by_name_and_no_other)
{
	struct classify classify;

	for (int i = 0; i < RSIT_COUNT; i++) {
		const char *word = words_name(WORDS_RSIT, i);

		classify_init(&classify);
		cr_assert(classify_said(&classify, word, strlen(word)));
		cr_assert_eq(classify.rsit, (enum rsit)i);
	}
	classify_init(&classify);
	cr_assert_not(classify_said(&classify, "intrusio", 8));
	cr_assert_eq(classify.weight, 0);
}

Test(classify, takes_no_name_beyond_its_room)
{
	char name[CLASSIFY_NAME_MAX + 2];
	struct classify classify;

	memset(name, 'a', sizeof(name));
	classify_init(&classify);
	classify_group(&classify, name, CLASSIFY_NAME_MAX);
	classify_group(&classify, name, CLASSIFY_NAME_MAX + 1);
	cr_assert_not(classify_said(&classify, name, CLASSIFY_NAME_MAX + 1));
	cr_assert_eq(classify.weight, 0);
}

Test(tld, tells_domains_from_files)
{
	static const char *const domains[] = {"evil.com", "a.b.example",
	    "bad.ru", "x.onion", "www.example.sh", "xn--bcher-kva.xn--p1ai",
	    "shop.xyz"};
	static const char *const files[] = {"install.sh", "setup.py",
	    "readme.md", "svchost.exe", "kernel32.dll", "data.json",
	    "archive.zip", "a.log", "libc.so", "java.lang.string", "localhost"};

	for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++)
		cr_assert(tld_is_likely(domains[i]), "%s", domains[i]);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		cr_assert_not(tld_is_likely(files[i]), "%s", files[i]);
}
