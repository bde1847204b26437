/* What the tests of jobs share: an answer of status 206. */
#ifndef TOCSIN_TESTS_UNIT_WORKERS_ANSWERED_H
#define TOCSIN_TESTS_UNIT_WORKERS_ANSWERED_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "workers/job.h"

/* Body and attachments as they come; end it with answer_fini. */
static inline void
answered(struct answer *answer, const char *body,
    const char *const *attachments, size_t count)
{
	answer_init(answer);
	answer->status = 206;
	answer->body = cJSON_Parse(body);
	cr_assert_not_null(answer->body, "%s", body);
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(wire_add(&answer->message, attachments[i],
				 strlen(attachments[i])),
		    OK);
	answer->attachments = count;
}

#define ANSWERED_TOKEN "00112233445566778899aabbccddeeff"
#define ANSWERED_TRIAGE                                                        \
	"\"workflow\":\"triage\",\"lease\":12,\"token\":\"" ANSWERED_TOKEN     \
	"\",\"attempt\":0,\"for_ms\":30000,\"config\":{\"version\":"           \
	"\"default\","                                                         \
	"\"open\":\"medium\",\"attach\":\"low\"},"
#define ANSWERED_NOTIFY                                                        \
	"\"workflow\":\"notify\",\"lease\":13,\"token\":\"" ANSWERED_TOKEN     \
	"\",\"attempt\":0,\"for_ms\":60000,"

#endif
