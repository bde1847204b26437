#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/receipts.h"

#define SERVER "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define OTHER  "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
#define HEAD   "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct session session;
static struct fault fault;
static char home[] = "/tmp/tocsin-receipts-XXXXXX";

static void
begin(void)
{
	session_init(&session);
	cr_assert_not_null(mkdtemp(home));
	(void)snprintf(session.home, sizeof(session.home), "%s", home);
}

static void
end(void)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf %s", home);
	cr_assert_eq(system(command), 0);
}

TestSuite(receipts_keep, .init = begin, .fini = end);
TestSuite(receipts_last, .init = begin, .fini = end);

static void
expect_last(const char *server, const char *expected)
{
	char out[RECEIPT_TEXT_MAX];

	cr_assert_eq(receipts_last(&session, server, out, &fault), OK);
	cr_expect_str_eq(out, expected);
}

Test(receipts_keep, keeps_the_newest_of_each_broker)
{
	cr_assert_eq(receipts_keep(&session, SERVER, 7, HEAD, &fault), OK);
	expect_last(SERVER, "7:" HEAD);
	cr_assert_eq(receipts_keep(&session, SERVER, 12, HEAD, &fault), OK);
	expect_last(SERVER, "12:" HEAD);
	cr_assert_eq(receipts_keep(&session, OTHER, 3, HEAD, &fault), OK);
	expect_last(OTHER, "3:" HEAD);
	expect_last(SERVER, "12:" HEAD);
}

Test(receipts_keep, does_not_go_back)
{
	cr_assert_eq(receipts_keep(&session, SERVER, 12, HEAD, &fault), OK);
	cr_assert_eq(receipts_keep(&session, SERVER, 7, HEAD, &fault), OK);
	expect_last(SERVER, "12:" HEAD);
}

Test(receipts_keep, keeps_nothing_that_is_no_receipt)
{
	char out[RECEIPT_TEXT_MAX];

	cr_expect_eq(receipts_keep(&session, SERVER, 0, HEAD, &fault), OK);
	cr_expect_eq(receipts_keep(&session, SERVER, 7, "", &fault), OK);
	cr_expect_eq(receipts_keep(&session, SERVER, 7, "xyz", &fault), OK);
	cr_expect_eq(receipts_last(&session, SERVER, out, &fault), ERR_MISSING);
}

Test(receipts_keep, says_where_it_could_not_be_kept)
{
	(void)snprintf(session.home, sizeof(session.home), "/dev/null");
	cr_expect_eq(receipts_keep(&session, SERVER, 7, HEAD, &fault), ERR_IO);
	cr_expect_not_null(strstr(fault.text, "/dev/null/receipts"));
}

/* What another hand wrote there does not reach tocsin-verify's arguments. */
Test(receipts_last, takes_nothing_but_a_receipt_from_the_file)
{
	char command[256], out[RECEIPT_TEXT_MAX];

	cr_assert_eq(receipts_keep(&session, SERVER, 7, HEAD, &fault), OK);
	(void)snprintf(command, sizeof(command),
	    "for f in %s/receipts/*; do echo --root > $f; done", home);
	cr_assert_eq(system(command), 0);
	cr_expect_eq(receipts_last(&session, SERVER, out, &fault), ERR_MISSING);
}
