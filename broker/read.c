#include "broker/read.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/reading.h"

enum {
	/* What a page may hold, so that its answer fits a frame. */
	PAGE_BYTES_MAX = LIMIT_FRAME_BYTES_MAX / 4 * 3,
	READERS = ROLE_analyst | ROLE_lead | ROLE_manager | ROLE_auditor
};

typedef enum err handler(struct reading *r);

/* A verb of effect READ without a handler does not link. */
#define READER_READ(name)               [VERB_##name] = read_##name,
#define VERB(name, roles, effect, help) READER_##effect(name)
static handler *const handlers[VERB_COUNT] = {
#include "protocol/verbs.def"
};
#undef VERB
#undef READER_READ

void
reading_init(struct reading *reading)
{
	memset(reading, 0, sizeof(*reading));
}

void
reading_fini(struct reading *reading)
{
	size_t i;

	for (i = 0; i < reading->attachments_count; i++)
		free(reading->attachments[i].bytes);
	reading->attachments_count = 0;
	cJSON_Delete(reading->answer);
	cJSON_Delete(reading->triaged_facts);
	cJSON_Delete(reading->triaged_text);
	reading->answer = NULL;
	reading->triaged_facts = reading->triaged_text = NULL;
	journal_cursor_close(&reading->cursor);
}

/* A page of no rows would have no next one either. */
static enum err
check_limit(struct reading *r)
{
	const struct field_row *fields;
	size_t i, count;

	fields = verb_fields(r->verb, &count);
	for (i = 0; i < count; i++)
		if (strcmp(fields[i].name, "limit") == 0 &&
		    ask_number(r->ask, "limit", 1) == 0)
			return reading_refuse(r, ERR_INVALID, "limit",
			    "a page has at least one row: leave limit out, or "
			    "say from 1 to %" PRId64,
			    fields[i].max);
	return OK;
}

enum err
read_answer(struct reading *reading)
{
	enum err err;

	assert(reading->verb < VERB_COUNT);
	assert(handlers[reading->verb] != NULL);
	reading->answer = put_object(NULL, NULL);
	err = check_limit(reading);
	if (err == OK)
		err = handlers[reading->verb](reading);
	if (err != OK) {
		cJSON_Delete(reading->answer);
		reading->answer = NULL;
	}
	return err;
}

enum err
reading_refuse(
    struct reading *r, enum err err, const char *field, const char *format, ...)
{
	va_list args;

	(void)snprintf(r->fault.field, sizeof(r->fault.field), "%s", field);
	va_start(args, format);
	(void)vsnprintf(
	    r->fault.message, sizeof(r->fault.message), format, args);
	va_end(args);
	return err;
}

bool
reading_only_reports(const struct reading *r)
{
	return (r->actor->roles & READERS) == 0;
}

/* ---- pages ---- */

/* About what the text takes when it is printed. */
static size_t
text_size(const char *text)
{
	size_t size = 3;

	if (text == NULL)
		return 0;
	for (; *text != '\0'; text++)
		size += (unsigned char)*text < ' '        ? 6
			: (*text == '"' || *text == '\\') ? 2
							  : 1;
	return size;
}

static size_t
json_size(const cJSON *item)
{
	size_t size = text_size(item->string) + text_size(item->valuestring);
	const cJSON *child;

	/* Numbers, braces and commas. */
	size += cJSON_IsNumber(item) ? 24 : 8;
	cJSON_ArrayForEach (child, item)
		size += json_size(child);
	return size;
}

bool
reading_fits(struct reading *r, const cJSON *item, size_t rows)
{
	size_t size = json_size(item);

	if (rows > 0 && r->spent != NULL && r->spent(r->spent_arg))
		return false;
	if (r->bytes + size > PAGE_BYTES_MAX && r->bytes > 0)
		return false;
	r->bytes += size;
	return true;
}

size_t
reading_limit(const struct reading *r)
{
	return (size_t)ask_number(r->ask, "limit", LIMIT_LIST_ROWS_DEFAULT);
}

const char *
reading_cursor(const struct reading *r)
{
	const char *cursor = ask_text(r->ask, "cursor");

	return cursor != NULL ? cursor : "";
}

bool
reading_cursor_numbers(const struct reading *r, uint64_t *numbers, size_t count)
{
	const char *at = reading_cursor(r);
	char *end;
	size_t i;

	for (i = 0; i < count; i++, at = end + 1) {
		if (*at < '0' || *at > '9')
			return false;
		numbers[i] = strtoull(at, &end, 10);
		if (*end != (i + 1 < count ? '.' : '\0'))
			return false;
	}
	return true;
}

void
reading_page_end(struct reading *r, const char *next, size_t visited)
{
	if (next[0] != '\0')
		put_text(r->answer, "next", next);
	put_number(r->answer, "visited", visited);
}

/* ---- the journal ---- */

enum err
reading_entry(struct reading *r, uint64_t seq, const struct entry **entry)
{
	enum err err;

	*entry = &r->entry;
	if (r->entry_there && r->entry.seq == seq)
		return OK;
	r->entry_there = false;
	err = r->cursor == NULL ? journal_read(r->journal, seq, &r->cursor)
				: journal_seek(r->cursor, seq);
	if (err == OK)
		err = journal_next(r->cursor, &r->entry);
	if (err == OK && r->entry.seq != seq)
		err = ERR_MISSING;
	r->entry_there = err == OK;
	return err == ERR_END ? ERR_MISSING : err;
}

cJSON *
entry_text_tree(const struct entry *entry, bool *erased)
{
	struct part part;
	size_t i;

	*erased = false;
	for (i = 0; i < entry->parts_count; i++) {
		entry_part(entry, i, &part);
		if (part.kind != PART_TEXT)
			continue;
		*erased = !part.present;
		if (!part.present)
			return NULL;
		return put_parse((const char *)part.bytes, part.len);
	}
	return NULL;
}
