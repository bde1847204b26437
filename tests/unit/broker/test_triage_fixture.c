#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/triage_fixture.h"

const char *
told_part(unsigned p, struct told told)
{
	static char parts[64][2048];
	static unsigned turn;
	char *out = parts[turn++ % 64];
	size_t size = sizeof(parts[0]);
	int used;

	used = snprintf(out, size,
	    "{'p':%u,'wish':'%s','title':'Alert of cluster %u',"
	    "'severity':'%s','cluster':'%032x'",
	    p, told.wish != NULL ? told.wish : "open", told.cluster,
	    told.severity != NULL ? told.severity : "high", told.cluster);
	if (told.external != 0)
		used += snprintf(out + used, size - (size_t)used,
		    ",'external':'%016x'", told.external);
	if (told.rule != 0)
		used += snprintf(out + used, size - (size_t)used,
		    ",'rule':'%u','rule_hash':'%016x'", told.rule, told.rule);
	(void)snprintf(out + used, size - (size_t)used, "%s}",
	    told.more != NULL ? told.more : "");
	return out;
}

enum err
triage_parts(struct harness *h, uint64_t alert, const char *parts)
{
	uint64_t lease = 0;

	cr_assert_eq(
	    harness_lease(h, WORKER, WORKFLOW_triage, 1, 7, &lease), OK);
	return harness_do(h, WORKER, VERB_worker_done,
	    body_of("{'workflow':'triage','lease':%" PRIu64
		    ",'token':'07070707070707070707070707070707',"
		    "'outcomes':[{'alert':'ALR-%" PRIu64
		    "','format':'native','parts':[%s]}]}",
		lease, alert, parts));
}

struct alert_part
triage_one(struct harness *h, uint64_t alert, struct told told)
{
	enum err err = triage_parts(h, alert, told_part(1, told));

	cr_assert_eq(err, OK, "%s: %s", err_word(err), h->fault.message);
	return harness_part(h, alert, 1);
}

bool
part_has_reason(
    struct harness *h, uint64_t alert, uint32_t part, const char *code)
{
	size_t kinds_count = h->kinds_count;
	uint16_t kinds[KINDS_MAX];
	bool found = false;
	int i;

	memcpy(kinds, h->kinds, sizeof(kinds));
	cr_assert_eq(harness_ask(h, AUDITOR, VERB_alert_show,
			 body_of("{'alert':'ALR-%" PRIu64 "/%" PRIu32 "'}",
			     alert, part)),
	    OK, "%s", h->fault.message);
	for (i = 0; i < harness_count(h, "parts[0].codes"); i++) {
		char path[48];

		(void)snprintf(path, sizeof(path), "parts[0].codes[%d]", i);
		found |= strcmp(harness_text(h, path), code) == 0;
	}
	/* The events of the command before stay to be looked at. */
	memcpy(h->kinds, kinds, sizeof(kinds));
	h->kinds_count = kinds_count;
	return found;
}

void
cluster_key(unsigned number, unsigned char key[CLUSTER_KEY_BYTES])
{
	memset(key, 0, CLUSTER_KEY_BYTES);
	key[CLUSTER_KEY_BYTES - 1] = (unsigned char)number;
	key[CLUSTER_KEY_BYTES - 2] = (unsigned char)(number >> 8);
}
