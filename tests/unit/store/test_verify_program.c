/* tocsin-verify as a program: its exit codes and what it prints. */
#include <limits.h>
#include <sys/wait.h>

#include "verify_fixture.h"

enum { PRINTED_BYTES = 8192 };

static char printed[PRINTED_BYTES];

/* The program beside this one, with these arguments; both outputs. */
static int
run(const char *arguments, ...)
{
	char self[PATH_MAX], command[PATH_MAX + 2048], rest[1024];
	va_list list;
	ssize_t len;
	size_t got;
	FILE *pipe;

	len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	cr_assert_gt(len, 0);
	self[len] = '\0';
	*strrchr(self, '/') = '\0';
	va_start(list, arguments);
	vsnprintf(rest, sizeof(rest), arguments, list);
	va_end(list);
	snprintf(
	    command, sizeof(command), "%s/tocsin-verify %s 2>&1", self, rest);
	pipe = popen(command, "r");
	cr_assert_not_null(pipe);
	got = fread(printed, 1, sizeof(printed) - 1, pipe);
	printed[got] = '\0';
	return WEXITSTATUS(pclose(pipe));
}

static void
make_closed(struct store *store)
{
	store_make(store);
	store_open(store);
	store_append(store, 3, 300);
	store_append(store, 2, 3000);
	store_close(store);
}

static const char *
hex_of(const unsigned char *hash)
{
	static char text[2 * HASH_BYTES + 1];
	size_t i;

	for (i = 0; i < HASH_BYTES; i++)
		snprintf(text + 2 * i, 3, "%02x", hash[i]);
	return text;
}

Test(tocsin_verify, exits_0_when_content)
{
	struct store store;

	make_closed(&store);
	cr_assert_eq(run("%s", store.path), 0, "%s", printed);
	cr_assert_not_null(strstr(printed, "entries    5"), "%s", printed);
	cr_assert_not_null(strstr(printed, "elsewhere"), "%s", printed);
	cr_assert_eq(
	    run("--root %s/keys/root.public %s", store.path, store.path), 0);
	cr_assert_null(strstr(printed, "elsewhere"), "%s", printed);
	cr_assert_eq(
	    run("--receipt 5:%s %s", hex_of(store.head.hash), store.path), 0,
	    "%s", printed);
	store_drop(&store);
}

Test(tocsin_verify, exits_1_after_a_fault_and_names_it)
{
	struct store store;

	make_closed(&store);
	cr_assert_eq(
	    run("--receipt 6:%s %s", hex_of(store.head.hash), store.path), 1,
	    "%s", printed);
	cr_assert_not_null(
	    strstr(printed, "acknowledged is gone"), "%s", printed);
	file_flip(store_segment(&store, 1), SEGMENT_BLOCK_BYTES + 300);
	cr_assert_eq(run("%s", store.path), 1, "%s", printed);
	cr_assert_not_null(
	    strstr(printed, "FAULT: journal/0000000000000001.seg, byte "
			    "4160, entry 1: "),
	    "%s", printed);
	store_drop(&store);
}

Test(tocsin_verify, exits_2_after_wrong_usage)
{
	static const char *const wrong[] = {"", "a b", "--nonsense x",
	    "--receipt 1:zz x", "--root 12 x", "--receipt-file /nowhere x",
	    "--root /dev/null x", "/tmp/tocsin-journal-nowhere"};
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		cr_assert_eq(
		    run("%s", wrong[i]), 2, "%s: %s", wrong[i], printed);
	cr_assert_eq(run("--help"), 0);
	cr_assert_not_null(strstr(printed, "Exits with"), "%s", printed);
	cr_assert_eq(run("--version"), 0);
}

Test(tocsin_verify, exits_3_when_the_end_is_open)
{
	struct store store;

	store_make(&store);
	store_open(&store);
	store_append(&store, 1, 10);
	store_append(&store, 1, 10);
	cr_assert_eq(run("%s", store.path), 3, "%s", printed);
	cr_assert_not_null(strstr(printed, "unsealed"), "%s", printed);
	store_close(&store);
	cr_assert_eq(run("%s", store.path), 0, "%s", printed);
	store_drop(&store);
}

Test(tocsin_verify, reads_receipts_from_a_file)
{
	struct store store;
	char lines[256];
	int len;

	make_closed(&store);
	len = snprintf(lines, sizeof(lines), "# kept elsewhere\n\n5 %s\n",
	    hex_of(store.head.hash));
	file_write(store_path(&store, "receipts"), lines, (size_t)len);
	cr_assert_eq(
	    run("--receipt-file %s/receipts %s", store.path, store.path), 0,
	    "%s", printed);
	cr_assert_not_null(strstr(printed, "receipts   1 hold"), "%s", printed);
	lines[len - 2] = lines[len - 2] == '0' ? '1' : '0';
	file_write(store_path(&store, "receipts"), lines, (size_t)len);
	cr_assert_eq(
	    run("--receipt-file %s/receipts %s", store.path, store.path), 1,
	    "%s", printed);
	store_drop(&store);
}

Test(tocsin_verify, prints_one_json_object)
{
	struct store store;

	make_closed(&store);
	cr_assert_eq(
	    run("--json --root %s/keys/root.public %s", store.path, store.path),
	    0);
	cr_assert_eq(
	    strncmp(printed, "{\"outcome\":\"content\"", 20), 0, "%s", printed);
	cr_assert_not_null(
	    strstr(printed, hex_of(store.head.hash)), "%s", printed);
	file_flip(store_segment(&store, 1), SEGMENT_BLOCK_BYTES + 300);
	cr_assert_eq(
	    run("--json --root %s/keys/root.public %s", store.path, store.path),
	    1);
	cr_assert_not_null(
	    strstr(printed, "\"fault\":{\"file\":\"journal/"
			    "0000000000000001.seg\",\"offset\":4160"),
	    "%s", printed);
	store_drop(&store);
}
