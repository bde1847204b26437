/*
 * Lists of incidents.
 *
 * Whatever is asked for, an index holds it as at most ten groups (open or
 * closed, five severities), each in order of number, which is the order of
 * opening.  In order of severity the groups follow one another; in order of
 * age they are merged by number.  What the index does not select is looked at
 * row by row, at most visit_max of them.
 */
#include <ctype.h>
#include <string.h>

#include "store/rows.h"

enum {
	CURSOR_INCIDENT = 'i',
	GROUPS_MAX = 2 * SEVERITY_COUNT,
	PLACE_BYTES = 1 + 1 + 1 + 8,
	WORDS_MAX = 64
};

/* Where a page ended: the last row seen. */
struct place {
	enum incident_index index;
	enum incident_sort sort;
	unsigned group; /* of severity order; 0 in the others */
	uint64_t number;
};

struct group {
	struct lmdb_cursor *cursor;
	unsigned char prefix[INDEX_KEY_BYTES_MAX];
	size_t prefix_len;
	uint64_t head; /* the incident that comes next; 0: no more */
};

struct list {
	struct state_txn *txn;
	const struct incident_filter *filter;
	enum incident_index index;
	uint32_t select; /* what the index selects by */
	uint64_t from, to; /* numbers that since and until leave, inclusive */
	struct group groups[GROUPS_MAX];
	size_t groups_count;
	struct place place;
	bool resumed;
};

/* ---- which index ---- */

static void
index_choose(struct list *list)
{
	const struct incident_filter *filter = list->filter;

	list->index = INDEX_OPEN;
	if (filter->overdue) {
		list->index = INDEX_OVERDUE;
	} else if (filter->tag != NULL) {
		list->index = INDEX_TAG;
	} else if (filter->assignee > 0) {
		list->index = INDEX_ASSIGNEE;
		list->select = (uint32_t)filter->assignee;
	} else if (filter->opened_by > 0) {
		list->index = INDEX_OPENED_BY;
		list->select = (uint32_t)filter->opened_by;
	} else if (filter->status >= 0) {
		list->index = INDEX_STATUS;
		list->select = (uint32_t)filter->status;
	} else if (filter->assignee == 0) {
		list->index = INDEX_ASSIGNEE;
	}
}

static bool
group_wanted(const struct incident_filter *filter, bool closed, int severity)
{
	if (filter->severity >= 0 && filter->severity != severity)
		return false;
	if (filter->status >= 0)
		return closed == !status_is_open((enum status)filter->status);
	return !closed || filter->closed_too;
}

static void
groups_choose(struct list *list)
{
	for (int i = 0; i < GROUPS_MAX; i++) {
		struct group *group = &list->groups[list->groups_count];
		struct pack prefix = {group->prefix, 0, sizeof(group->prefix)};
		const struct index_group key = {
		    .index = list->index,
		    .number = list->select,
		    .tag = list->filter->tag,
		    .closed = i >= SEVERITY_COUNT,
		    .severity = SEVERITY_COUNT - 1 - i % SEVERITY_COUNT,
		};

		if (!group_wanted(list->filter, key.closed, (int)key.severity))
			continue;
		index_group_pack(&prefix, &key);
		group->prefix_len = prefix.len;
		list->groups_count++;
	}
}

/* ---- since and until: opening is in order of number ---- */

/* The first incident opened at or after at_ms; one past the last when none. */
static enum err
number_at(struct state_txn *txn, uint64_t at_ms, uint64_t *number)
{
	struct counters counters;
	struct incident incident;
	uint64_t low = 1;
	uint64_t high;
	enum err err = state_counters(txn, &counters);

	high = counters.incidents + 1;
	while (err == OK && low < high) {
		uint64_t middle = low + (high - low) / 2;

		err = incident_get(txn, middle, &incident);
		if (err == OK && incident.opened_ms < at_ms)
			low = middle + 1;
		else
			high = middle;
	}
	*number = low;
	return err;
}

static enum err
bounds_set(struct list *list)
{
	const struct incident_filter *filter = list->filter;
	enum err err = OK;

	list->from = 1;
	list->to = UINT64_MAX;
	if (filter->since_ms != 0)
		err = number_at(list->txn, filter->since_ms, &list->from);
	if (err == OK && filter->until_ms != 0) {
		err = number_at(list->txn, filter->until_ms, &list->to);
		list->to--;
	}
	return err;
}

/* ---- walking ---- */

static bool
is_descending(const struct list *list)
{
	return list->filter->sort == SORT_NEWEST;
}

/* Takes what a move of the group's cursor came to. */
static enum err
group_take(const struct list *list, struct group *group, enum err err,
    struct slice key)
{
	uint64_t number = 0;

	group->head = 0;
	if (err == ERR_MISSING)
		return OK;
	if (err != OK)
		return err;
	if (key.len == group->prefix_len + 8 &&
	    memcmp(key.bytes, group->prefix, group->prefix_len) == 0)
		number = get_be64(key.bytes + group->prefix_len);
	if (number >= list->from && number <= list->to)
		group->head = number;
	return OK;
}

/* Opens the group at its first number at or behind `at`. */
static enum err
group_open(struct list *list, struct group *group, uint64_t at)
{
	struct slice key = {NULL, 0};
	PACK(from, INDEX_KEY_BYTES_MAX);
	enum err err;

	err = lmdb_cursor_open(
	    list->txn->lmdb, TABLE_incident_index, &group->cursor);
	if (err != OK)
		return err;
	pack_bytes(&from, group->prefix, group->prefix_len);
	if (is_descending(list)) {
		/* No incident has the number UINT64_MAX. */
		pack_u64(&from, at == UINT64_MAX ? at : at + 1);
		err = lmdb_seek_below(
		    group->cursor, pack_slice(&from), &key, NULL);
	} else {
		pack_u64(&from, at);
		err = lmdb_seek(group->cursor, pack_slice(&from), &key, NULL);
	}
	return group_take(list, group, err, key);
}

static enum err
group_advance(const struct list *list, struct group *group)
{
	struct slice key = {NULL, 0};
	enum err err = is_descending(list)
			   ? lmdb_previous(group->cursor, &key, NULL)
			   : lmdb_next(group->cursor, &key, NULL);

	return group_take(list, group, err, key);
}

/* Where group i begins on this page; false when it is over already. */
static bool
group_begin(const struct list *list, size_t i, uint64_t *at)
{
	const struct place *place = &list->place;

	*at = is_descending(list) ? list->to : list->from;
	if (!list->resumed)
		return true;
	if (list->filter->sort == SORT_SEVERITY) {
		if (i < place->group)
			return false;
		if (i > place->group)
			return true;
	}
	if (is_descending(list)) {
		if (place->number - 1 < *at)
			*at = place->number - 1;
		return *at >= list->from;
	}
	if (place->number + 1 > *at)
		*at = place->number + 1;
	return true;
}

static enum err
groups_open(struct list *list)
{
	enum err err = OK;

	for (size_t i = 0; i < list->groups_count && err == OK; i++) {
		uint64_t at;

		if (group_begin(list, i, &at))
			err = group_open(list, &list->groups[i], at);
	}
	return err;
}

static void
groups_close(struct list *list)
{
	for (size_t i = 0; i < list->groups_count; i++)
		lmdb_cursor_close(&list->groups[i].cursor);
}

/* The group whose head comes next; NULL at the end. */
static struct group *
groups_next(struct list *list)
{
	struct group *best = NULL;

	for (size_t i = 0; i < list->groups_count; i++) {
		struct group *group = &list->groups[i];

		if (group->head == 0)
			continue;
		if (list->filter->sort == SORT_SEVERITY)
			return group;
		if (best == NULL ||
		    (is_descending(list) ? group->head > best->head
					 : group->head < best->head))
			best = group;
	}
	return best;
}

/* ---- what the index does not select ---- */

static bool
has_tag(const struct incident *incident, const char *tag)
{
	for (size_t i = 0; i < incident->tags_count; i++) {
		if (strcmp(incident->tags[i], tag) == 0)
			return true;
	}
	return false;
}

/* The first string of the row, which is the title if it has one; unescaped
 * but for \u, in ASCII lower case. */
static void
title_read(const char *json, size_t len, char *out, size_t size)
{
	static const char begin[] = "{\"title\":\"";
	const char *end = json + len;
	size_t at = 0;

	out[0] = '\0';
	if (len < sizeof(begin) - 1 ||
	    memcmp(json, begin, sizeof(begin) - 1) != 0)
		return;
	for (json += sizeof(begin) - 1; json < end && *json != '"'; json++) {
		if (*json == '\\' && json + 1 < end)
			json++;
		if (at + 1 < size)
			out[at++] = (char)tolower((unsigned char)*json);
	}
	out[at] = '\0';
}

/* Does the title hold each word of text? */
static bool
words_match(const char *title, const char *text)
{
	char word[256 + 1];
	size_t len = 0;

	for (;; text++) {
		if (*text != ' ' && *text != '\t' && *text != '\0') {
			if (len + 1 == sizeof(word))
				return false;
			word[len++] = (char)tolower((unsigned char)*text);
			continue;
		}
		word[len] = '\0';
		if (len > 0 && strstr(title, word) == NULL)
			return false;
		if (*text == '\0')
			return true;
		len = 0;
	}
}

static enum err
text_passes(struct state_txn *txn, const struct incident_filter *filter,
    uint64_t number, bool *passes)
{
	char title[LIMIT_TITLE_BYTES_MAX + 1];
	const char *json;
	size_t len;
	enum err err;

	*passes = true;
	if (filter->text == NULL)
		return OK;
	err = incident_text(txn, number, &json, &len);
	if (err != OK && err != ERR_MISSING)
		return err;
	if (err == OK)
		title_read(json, len, title, sizeof(title));
	else
		title[0] = '\0';
	*passes = words_match(title, filter->text);
	return OK;
}

static bool
facts_pass(
    const struct incident_filter *filter, const struct incident *incident)
{
	return incident_shown_to(incident, filter->viewer) &&
	       (filter->status < 0 ||
		   (int)incident->status == filter->status) &&
	       (filter->assignee < 0 ||
		   incident->assignee == filter->assignee) &&
	       (filter->opened_by < 0 ||
		   incident->opened_by == filter->opened_by) &&
	       (filter->source == 0 || incident->source == filter->source) &&
	       (filter->tag == NULL || has_tag(incident, filter->tag));
}

/* ---- pages ---- */

static void
place_set(struct list *list, const struct group *group)
{
	list->place.group = list->filter->sort == SORT_SEVERITY
				? (unsigned)(group - list->groups)
				: 0;
	list->place.number = group->head;
	list->resumed = true;
}

/* Ends with a head when there is more. */
static enum err
page_walk(struct list *list,
    bool (*row)(void *arg, const struct incident *incident), void *arg,
    size_t *visited)
{
	struct incident incident;
	struct group *group;
	bool passes;

	while (*visited < list->filter->visit_max &&
	       (group = groups_next(list)) != NULL) {
		enum err err = incident_get(list->txn, group->head, &incident);

		if (err == OK)
			err = text_passes(
			    list->txn, list->filter, group->head, &passes);
		if (err != OK)
			return err == ERR_MISSING ? ERR_CORRUPT : err;
		*visited += 1;
		if (passes && facts_pass(list->filter, &incident) &&
		    !row(arg, &incident))
			return OK;
		place_set(list, group);
		err = group_advance(list, group);
		if (err != OK)
			return err;
	}
	return OK;
}

static void
place_write(const struct list *list, char next[CURSOR_TEXT_MAX])
{
	PACK(place, PLACE_BYTES);

	pack_u8(&place, list->index);
	pack_u8(&place, list->filter->sort);
	pack_u8(&place, list->place.group);
	pack_u64(&place, list->place.number);
	cursor_write(CURSOR_INCIDENT, place.bytes, place.len, next);
}

static enum err
place_read(struct list *list, const char *cursor)
{
	unsigned char bytes[PLACE_BYTES];
	struct unpack from = {bytes, sizeof(bytes), false};
	struct place *place = &list->place;
	enum err err = cursor_read(
	    CURSOR_INCIDENT, cursor, bytes, sizeof(bytes), &list->resumed);

	if (err != OK || !list->resumed)
		return err;
	place->index = unpack_u8(&from);
	place->sort = unpack_u8(&from);
	place->group = unpack_u8(&from);
	place->number = unpack_u64(&from);
	if (place->index != list->index || place->sort != list->filter->sort ||
	    place->number == 0 || place->number == UINT64_MAX ||
	    place->group >= list->groups_count)
		return ERR_INVALID;
	return OK;
}

enum err
incident_list(struct state_txn *txn, const struct incident_filter *filter,
    const char *cursor, bool (*row)(void *arg, const struct incident *incident),
    void *arg, char next[CURSOR_TEXT_MAX], size_t *visited)
{
	struct list list = {.txn = txn, .filter = filter};
	enum err err;

	next[0] = '\0';
	*visited = 0;
	/* No incident bears a tag that is none. */
	if (filter->tag != NULL && strlen(filter->tag) > LIMIT_NAME_BYTES_MAX)
		return OK;
	index_choose(&list);
	groups_choose(&list);
	err = place_read(&list, cursor);
	if (err == OK)
		err = bounds_set(&list);
	if (err == OK)
		err = groups_open(&list);
	if (err == OK)
		err = page_walk(&list, row, arg, visited);
	if (err == OK && list.resumed && groups_next(&list) != NULL)
		place_write(&list, next);
	groups_close(&list);
	return err;
}
