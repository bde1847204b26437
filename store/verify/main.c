/* tocsin-verify: is a store's journal what was written? */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "store/verify/report.h"

enum {
	LINE_BYTES = 256,
	PATH_BYTES = 4096,
	WHY_BYTES = 4608,
	RECEIPTS_MAX = 10000000
};

struct ask {
	const char *store;
	bool json;
	bool rooted;
	unsigned char root[VERIFY_KEY_BYTES];
	struct verify_receipt *receipts;
	size_t count, room;
};

static const char help[] =
    "usage: tocsin-verify [--root HEX|FILE] [--receipt SEQ:HEX]\n"
    "                     [--receipt-file FILE] [--json] STORE\n"
    "\n"
    "Reads the journal of a store and says whether it is what was written:\n"
    "every entry in the chain, every part, every seal, every segment's\n"
    "certificate. Names the first entry at fault. Changes nothing; a broker\n"
    "may be running.\n"
    "\n"
    "  --root HEX|FILE      the store's public root key, or a file that holds\n"
    "                       it. Without it, STORE/keys/root.public is "
    "believed:\n"
    "                       an auditor passes a copy that was kept elsewhere,\n"
    "                       for who can rewrite the store can rewrite that "
    "file.\n"
    "  --receipt SEQ:HEX    an entry that was acknowledged, and the chain's\n"
    "                       head with it; may be repeated. Only a receipt "
    "shows\n"
    "                       that entries at the end were dropped.\n"
    "  --receipt-file FILE  lines of: SEQ HEX\n"
    "  --json               one JSON object instead of text\n"
    "  --help, --version\n"
    "\n"
    "Exits with\n"
    "  0  content\n"
    "  1  a fault: the journal is not what was written, or not all of it\n"
    "  2  wrong usage, or there is nothing that can be read\n"
    "  3  no fault, but the end is torn (a crash; cut at the next start) or\n"
    "     not sealed yet (a broker is running or was killed)\n";

static void
complain(const char *what, const char *of)
{
	fprintf(stderr, "tocsin-verify: %s: %s\n", of, what);
}

static bool
add_receipt(struct ask *ask, const char *text)
{
	struct verify_receipt *larger;
	size_t room;

	if (ask->count == ask->room) {
		room = ask->room * 2 + 64;
		larger = room > RECEIPTS_MAX ? NULL
					     : reallocarray(ask->receipts, room,
						   sizeof(*larger));
		if (larger == NULL) {
			complain("too many receipts", text);
			return false;
		}
		ask->receipts = larger;
		ask->room = room;
	}
	if (verify_receipt_parse(text, &ask->receipts[ask->count])) {
		ask->count++;
		return true;
	}
	complain(
	    "not a receipt; it looks like 12:<64 hexadecimal digits>", text);
	return false;
}

static bool
add_receipts(struct ask *ask, const char *path)
{
	char line[LINE_BYTES];
	bool good = true;
	FILE *file;

	file = fopen(path, "re");
	if (file == NULL) {
		complain(strerror(errno), path);
		return false;
	}
	while (good && fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] != '\0' && line[0] != '#')
			good = add_receipt(ask, line);
	}
	if (ferror(file)) {
		complain("cannot be read", path);
		good = false;
	}
	(void)fclose(file);
	return good;
}

static bool
read_root(struct ask *ask, const char *path)
{
	char line[LINE_BYTES] = "";
	FILE *file;

	file = fopen(path, "re");
	if (file == NULL) {
		complain(strerror(errno), path);
		return false;
	}
	if (fgets(line, sizeof(line), file) != NULL)
		ask->rooted = verify_hex(line, ask->root);
	(void)fclose(file);
	if (!ask->rooted)
		complain("no public key: 64 hexadecimal digits", path);
	return ask->rooted;
}

static bool
take_root(struct ask *ask, const char *text)
{
	ask->rooted = verify_hex(text, ask->root);
	return ask->rooted || read_root(ask, text);
}

/* The root key that lies in the store itself. */
static bool
believe_root(struct ask *ask)
{
	char path[PATH_BYTES];

	if (snprintf(path, sizeof(path), "%s/keys/root.public", ask->store) >=
	    (int)sizeof(path))
		return false;
	fprintf(stderr,
	    "tocsin-verify: believing %s; an auditor passes --root with a "
	    "copy kept elsewhere\n",
	    path);
	return read_root(ask, path);
}

/* -1 to go on, else what to exit with. */
static int
read_arguments(int count, char **arguments, struct ask *ask)
{
	static const struct option options[] = {
	    {"root", required_argument, NULL, 'r'},
	    {"receipt", required_argument, NULL, 'R'},
	    {"receipt-file", required_argument, NULL, 'f'},
	    {"json", no_argument, NULL, 'j'},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'},
	    {NULL, 0, NULL, 0},
	};
	bool good = true;
	int option;

	while (good && (option = getopt_long(
			    count, arguments, "", options, NULL)) != -1) {
		switch (option) {
		case 'r':
			good = take_root(ask, optarg);
			break;
		case 'R':
			good = add_receipt(ask, optarg);
			break;
		case 'f':
			good = add_receipts(ask, optarg);
			break;
		case 'j':
			ask->json = true;
			break;
		case 'h':
			fputs(help, stdout);
			return VERIFY_CONTENT;
		case 'V':
			puts("tocsin-verify " TOCSIN_VERSION);
			return VERIFY_CONTENT;
		default:
			good = false;
		}
	}
	if (!good)
		return VERIFY_USAGE;
	if (optind != count - 1) {
		fputs(help, stderr);
		return VERIFY_USAGE;
	}
	ask->store = arguments[optind];
	return -1;
}

static int
verify(struct ask *ask)
{
	struct verify_report report;
	char why[WHY_BYTES];

	if (!ask->rooted && !believe_root(ask))
		return VERIFY_USAGE;
	if (!verify_store(ask->store, ask->root, ask->receipts, ask->count,
		&report, why, sizeof(why))) {
		fprintf(stderr, "tocsin-verify: %s\n", why);
		return VERIFY_USAGE;
	}
	if (ask->json)
		verify_print_json(&report);
	else
		verify_print(&report, ask->store);
	return verify_outcome(&report);
}

int
main(int count, char **arguments)
{
	struct ask ask = {0};
	int code;

	if (sodium_init() < 0) {
		complain("does not start", "libsodium");
		return VERIFY_USAGE;
	}
	code = read_arguments(count, arguments, &ask);
	if (code == -1)
		code = verify(&ask);
	free(ask.receipts);
	return fflush(stdout) == 0 ? code : VERIFY_USAGE;
}
