/* action.list, and corrective actions as other answers show them. */
#include <stdio.h>
#include <string.h>

#include "broker/reading.h"

/* The row of text as a tree, the caller's; NULL when there is none. */
static cJSON *
text_of(struct reading *r, uint64_t action)
{
	const char *json;
	size_t len;

	if (action_text(r->txn, action, &json, &len) != OK)
		return NULL;
	return put_parse(json, len);
}

void
reading_action(struct reading *r, cJSON *out, const struct action *action)
{
	static const char *const texts[] = {"title", "description", "comment"};
	cJSON *text = text_of(r, action->number);
	size_t i;

	put_ref(out, "id", (struct ref){SUBJECT_ACTION, 0, action->number});
	put_number(out, "revision", action->revision);
	put_incident(out, "incident", action->incident);
	put_word(out, "status", WORDS_ACTION, (int)action->status);
	view_person(out, "owner", r->txn, action->owner);
	view_person(out, "added_by", r->txn, action->added_by);
	put_time(out, "due", action->due_ms);
	put_flag(out, "overdue",
	    action_is_open(action->status) &&
		action->due_ms < r->health->now_ms);
	put_time(out, "added", action->added_ms);
	put_time(out, "updated", action->updated_ms);
	put_time(out, "finished", action->finished_ms);
	put_number(out, "last_seq", action->seq);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		put_copy(out, texts[i],
		    cJSON_GetObjectItemCaseSensitive(text, texts[i]));
	if (!cJSON_HasObjectItem(out, "title"))
		put_flag(out, "erased", true);
	cJSON_Delete(text);
}

/* ---- action.list ---- */

/* Where a page ended. */
struct place {
	enum action_index index;
	uint64_t by, action;
};

struct actions {
	struct reading *r;
	cJSON *out;
	int64_t owner; /* -1: anybody */
	int status; /* -1: any */
	bool overdue;
	size_t limit, count, visited;
	struct place place; /* of the last one that was looked at */
	bool more;
};

static bool
passes(const struct actions *list, const struct action *action)
{
	return (list->owner < 0 || action->owner == (uint32_t)list->owner) &&
	       (list->status < 0 || (int)action->status == list->status) &&
	       (!list->overdue ||
		   (action_is_open(action->status) &&
		       action->due_ms < list->r->health->now_ms)) &&
	       reading_shows_number(list->r, action->incident);
}

static bool
add_row(void *arg, const struct action *action)
{
	struct actions *list = arg;
	cJSON *row = NULL;

	list->more =
	    list->count == list->limit || list->visited == LIMIT_LIST_VISIT_MAX;
	if (list->more)
		return false;
	if (passes(list, action)) {
		row = put_object(NULL, NULL);
		reading_action(list->r, row, action);
		list->more = !reading_fits(list->r, row, list->count);
		if (list->more) {
			cJSON_Delete(row);
			return false;
		}
		put_item(list->out, NULL, row);
		list->count++;
	}
	list->visited++;
	list->place.by = list->place.index == ACTIONS_OF_INCIDENT
			     ? action->incident
			     : action->due_ms;
	list->place.action = action->number;
	return true;
}

static enum err
read_owner(struct reading *r, int64_t *owner)
{
	const char *name = ask_text(r->ask, "owner");
	struct person person;
	enum err err;

	*owner = -1;
	if (name == NULL)
		return OK;
	if (strcmp(name, "me") == 0) {
		*owner = r->actor->number;
		return OK;
	}
	err = person_by_name(r->txn, name, &person);
	if (err == ERR_MISSING)
		return reading_refuse(r, ERR_INVALID, "owner",
		    "nobody called %s was ever enrolled", name);
	*owner = person.number;
	return err;
}

/* "index.by.action", as place_write writes it. */
static enum err
read_place(struct reading *r, struct place *place)
{
	uint64_t at[3];

	if (reading_cursor(r)[0] == '\0')
		return OK;
	if (!reading_cursor_numbers(r, at, 3) || at[0] < ACTIONS_OF_INCIDENT ||
	    at[0] > ACTIONS_FINISHED)
		return reading_refuse(r, ERR_INVALID, "cursor",
		    "this cursor is not of this list: begin without one");
	*place = (struct place){(enum action_index)at[0], at[1], at[2]};
	return OK;
}

/* What is open comes first; what was carried out, where it is wanted. */
static enum err
walk(struct actions *list, bool finished)
{
	enum err err = action_each(list->r->txn, list->place.index,
	    list->place.by, list->place.action, add_row, list);

	if (err != OK || list->more || !finished ||
	    list->place.index != ACTIONS_OPEN)
		return err;
	list->place = (struct place){ACTIONS_FINISHED, 0, 0};
	return action_each(list->r->txn, ACTIONS_FINISHED, 0, 0, add_row, list);
}

enum err
read_action_list(struct reading *r)
{
	struct ref incident = ask_ref(r->ask, "incident");
	struct actions list = {
	    .r = r,
	    .status = ask_word(r->ask, "status", -1),
	    .overdue = ask_flag(r->ask, "overdue", false),
	    .limit = reading_limit(r),
	    .place = {ACTIONS_OPEN, 0, 0},
	};
	bool finished = ask_flag(r->ask, "all", false) ||
			(list.status >= 0 &&
			    !action_is_open((enum action_status)list.status));
	char next[CURSOR_TEXT_MAX] = "";
	enum err err;

	list.out = put_array(r->answer, "actions");
	if (incident.type != SUBJECT_NONE)
		list.place =
		    (struct place){ACTIONS_OF_INCIDENT, incident.number, 0};
	err = read_owner(r, &list.owner);
	if (err == OK)
		err = read_place(r, &list.place);
	if (err == OK)
		err = walk(&list, finished);
	if (err == OK && list.more)
		(void)snprintf(next, sizeof(next), "%u.%llu.%llu",
		    (unsigned)list.place.index,
		    (unsigned long long)list.place.by,
		    (unsigned long long)list.place.action);
	if (err == OK)
		reading_page_end(r, next, list.visited);
	return err;
}

/* ---- of one incident ---- */

enum { ACTIONS_SHOWN_MAX = 100 };

struct gathered {
	struct reading *r;
	cJSON *out;
	bool more;
};

static bool
gather(void *arg, const struct action *action)
{
	struct gathered *gathered = arg;

	gathered->more = cJSON_GetArraySize(gathered->out) == ACTIONS_SHOWN_MAX;
	if (gathered->more)
		return false;
	reading_action(gathered->r, put_object(gathered->out, NULL), action);
	return true;
}

static bool
gather_merged(void *arg, uint64_t merged)
{
	struct gathered *gathered = arg;

	return action_each(gathered->r->txn, ACTIONS_OF_INCIDENT, merged, 0,
		   gather, gathered) == OK &&
	       !gathered->more;
}

enum err
reading_actions(struct reading *r, cJSON *out, uint64_t incident)
{
	struct gathered gathered = {r, put_array(out, "actions"), false};
	enum err err = action_each(
	    r->txn, ACTIONS_OF_INCIDENT, incident, 0, gather, &gathered);

	if (err == OK && !gathered.more)
		err = incident_merged_each(
		    r->txn, incident, gather_merged, &gathered);
	if (gathered.more)
		put_flag(out, "actions_more", true);
	return err;
}
