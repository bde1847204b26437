#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cjson/cJSON.h>
#include <sodium.h>

#include "store/verify/report.h"

enum { TIME_BYTES = 40, HEX_BYTES = 2 * VERIFY_HASH_BYTES + 1 };

static const char *const outcome_words[] = {
    [VERIFY_CONTENT] = "content",
    [VERIFY_FAULT] = "fault",
    [VERIFY_USAGE] = "usage",
    [VERIFY_OPEN_END] = "open_end",
};

enum verify_exit
verify_outcome(const struct verify_report *report)
{
	if (report->fault.found)
		return VERIFY_FAULT;
	if (report->torn.found || report->sealed_seq < report->head_seq)
		return VERIFY_OPEN_END;
	return VERIFY_CONTENT;
}

static const char *
time_text(uint64_t ms, char out[TIME_BYTES])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm parts;
	size_t at;

	if (gmtime_r(&seconds, &parts) == NULL) {
		snprintf(out, TIME_BYTES, "%" PRIu64 " ms", ms);
		return out;
	}
	at = strftime(out, TIME_BYTES, "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(out + at, TIME_BYTES - at, ".%03uZ", (unsigned)(ms % 1000));
	return out;
}

static void
print_fault(const char *kind, const struct verify_fault *fault)
{
	if (!fault->found)
		return;
	printf("%s: ", kind);
	if (fault->file[0] != '\0')
		printf("%s, byte %" PRIu64 ", ", fault->file, fault->offset);
	printf("entry %" PRIu64 ": %s\n", fault->seq, fault->what);
}

static void
print_summary(const struct verify_report *report)
{
	char first[TIME_BYTES], last[TIME_BYTES], hex[HEX_BYTES];

	printf("segments   %" PRIu64 "\n", report->segments);
	printf("entries    %" PRIu64 "\n", report->entries);
	if (report->entries > 0)
		printf("from, to   %s, %s\n",
		    time_text(report->first_ms, first),
		    time_text(report->last_ms, last));
	printf("seals      %" PRIu64 ", up to entry %" PRIu64 "\n",
	    report->seals, report->sealed_seq);
	if (report->files > 0)
		printf("evidence   %" PRIu64 " files are what they were\n",
		    report->files);
	if (report->discarded > 0)
		printf("discarded  %" PRIu64 " files, for good\n",
		    report->discarded);
	if (report->left > 0)
		printf("left over  %" PRIu64 " of them: the bytes are there, "
		       "and the next start of the\n           broker destroys "
		       "them\n",
		    report->left);
	printf("erased     %" PRIu64 " parts\n", report->erased);
	if (report->receipts > 0)
		printf("receipts   %" PRIu64 " hold\n", report->receipts);
	if (report->strays > 0)
		printf("strays     %" PRIu64 " files in journal/ that are no "
		       "segments\n",
		    report->strays);
	sodium_bin2hex(hex, sizeof(hex), report->head_hash, VERIFY_HASH_BYTES);
	printf("head       %" PRIu64 ":%s\n", report->head_seq, hex);
}

void
verify_print(const struct verify_report *report, const char *store)
{
	uint64_t unsealed = report->head_seq - report->sealed_seq;

	print_summary(report);
	print_fault("FAULT", &report->fault);
	print_fault("torn end", &report->torn);
	if (report->torn.found)
		printf("    A crash leaves such an end, and the next start of "
		       "the broker cuts it; or\n    a broker is writing just "
		       "now. Only a receipt (--receipt) tells whether\n    "
		       "anything is gone that was acknowledged.\n");
	if (!report->fault.found && report->sealed_seq < report->head_seq)
		printf("unsealed   the last %" PRIu64 " entries; a running "
		       "broker seals within 100 ms\n",
		    unsealed);
	printf("%s: %s\n", store,
	    report->fault.found ? "NOT what was written"
	    : verify_outcome(report) == VERIFY_OPEN_END
		? "content, but for its end"
		: "content");
}

static void
add_number(cJSON *to, const char *name, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	(void)cJSON_AddRawToObject(to, name, text);
}

static void
add_hex(cJSON *to, const char *name, const unsigned char *bytes, size_t len)
{
	char hex[HEX_BYTES];

	sodium_bin2hex(hex, sizeof(hex), bytes, len);
	(void)cJSON_AddStringToObject(to, name, hex);
}

static void
add_fault(cJSON *to, const char *name, const struct verify_fault *fault)
{
	cJSON *object;

	if (!fault->found)
		return;
	object = cJSON_AddObjectToObject(to, name);
	if (fault->file[0] != '\0') {
		(void)cJSON_AddStringToObject(object, "file", fault->file);
		add_number(object, "offset", fault->offset);
	}
	add_number(object, "seq", fault->seq);
	(void)cJSON_AddStringToObject(object, "what", fault->what);
}

void
verify_print_json(const struct verify_report *report)
{
	cJSON *object = cJSON_CreateObject();
	char *text;

	(void)cJSON_AddStringToObject(
	    object, "outcome", outcome_words[verify_outcome(report)]);
	add_hex(object, "store", report->store_id, VERIFY_STORE_ID_BYTES);
	add_number(object, "segments", report->segments);
	add_number(object, "entries", report->entries);
	add_number(object, "first_ms", report->first_ms);
	add_number(object, "last_ms", report->last_ms);
	add_number(object, "seals", report->seals);
	add_number(object, "sealed", report->sealed_seq);
	add_number(object, "files", report->files);
	add_number(object, "discarded", report->discarded);
	add_number(object, "left", report->left);
	add_number(object, "erased", report->erased);
	add_number(object, "receipts", report->receipts);
	add_number(object, "strays", report->strays);
	add_number(object, "seq", report->head_seq);
	add_hex(object, "head", report->head_hash, VERIFY_HASH_BYTES);
	(void)cJSON_AddBoolToObject(object, "closed", report->closed);
	add_fault(object, "fault", &report->fault);
	add_fault(object, "torn", &report->torn);
	text = cJSON_PrintUnformatted(object);
	if (text != NULL)
		puts(text);
	free(text);
	cJSON_Delete(object);
}
