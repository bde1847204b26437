/* Receipts: what somebody outside remembers of the chain. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "store/verify/layout.h"

enum { HEX_DIGITS = 2 * VERIFY_HASH_BYTES };

bool
verify_hex(const char *text, unsigned char out[VERIFY_HASH_BYTES])
{
	size_t len, i;

	for (i = 0; i < HEX_DIGITS; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	for (i = HEX_DIGITS; text[i] != '\0'; i++)
		if (!isspace((unsigned char)text[i]))
			return false;
	return sodium_hex2bin(out, VERIFY_HASH_BYTES, text, HEX_DIGITS, NULL,
		   &len, NULL) == 0;
}

bool
verify_receipt_parse(const char *text, struct verify_receipt *receipt)
{
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	receipt->seq = strtoull(text, &end, 10);
	if (errno != 0 || (*end != ':' && *end != ' ' && *end != '\t'))
		return false;
	while (*end == ' ' || *end == '\t')
		end++;
	if (*end == ':')
		end++;
	return verify_hex(end, receipt->hash);
}

static int
by_number(const void *left, const void *right)
{
	const struct verify_receipt *a = left, *b = right;

	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

void
verify_begin(struct verify_chain *chain, const unsigned char *root,
    struct verify_receipt *receipts, size_t count)
{
	*chain = (struct verify_chain){
	    .receipts = receipts,
	    .receipts_count = count,
	};
	memcpy(chain->key, root, sizeof(chain->key));
	if (count > 0)
		qsort(receipts, count, sizeof(*receipts), by_number);
}

bool
verify_receipt_holds(struct verify_chain *chain)
{
	const struct verify_receipt *receipt;

	while (chain->receipts_met < chain->receipts_count) {
		receipt = &chain->receipts[chain->receipts_met];
		if (receipt->seq != chain->seq)
			return true;
		if (memcmp(receipt->hash, chain->hash, VERIFY_HASH_BYTES) != 0)
			return false;
		chain->receipts_met++;
	}
	return true;
}

void
verify_end(struct verify_chain *chain, struct verify_report *report)
{
	report->head_seq = chain->seq;
	memcpy(report->head_hash, chain->hash, VERIFY_HASH_BYTES);
	report->last_ms = chain->time_ms;
	report->closed = chain->closed;
	report->receipts = chain->receipts_met;
	if (chain->receipts_met < chain->receipts_count)
		verify_fault(&report->fault, "", 0, chain->seq + 1,
		    "the journal ends at entry %" PRIu64
		    ", but there is a receipt for entry %" PRIu64
		    ": what was acknowledged is gone",
		    chain->seq, chain->receipts[chain->receipts_met].seq);
}
