/* people.list and whoami. */
#include <string.h>

#include "broker/reading.h"
#include "protocol/json.h"

struct people {
	struct reading *r;
	cJSON *out;
	size_t count;
	bool more;
};

static bool
take_seq(void *arg, const struct history_row *row)
{
	uint64_t *seq = arg;

	*seq = row->seq;
	return false;
}

/* The name for people stands in the entry that enrolled the principal. */
static void
put_display(struct reading *r, cJSON *out, uint32_t number)
{
	const struct entry *entry;
	uint64_t seq = 0;
	cJSON *text;
	bool erased;

	if (history_each(r->txn, SUBJECT_PERSON, number, 0, take_seq, &seq) !=
		OK ||
	    seq == 0 || reading_entry(r, seq, &entry) != OK)
		return;
	text = entry_text_tree(entry, &erased);
	put_copy(
	    out, "display", cJSON_GetObjectItemCaseSensitive(text, "display"));
	cJSON_Delete(text);
}

static void
put_person(struct reading *r, cJSON *out, const struct person *person)
{
	cJSON *sources;
	size_t i;

	put_text(out, "name", person->name);
	put_number(out, "number", person->number);
	put_roles(out, "roles", person->roles);
	if (person->token)
		put_flag(out, "token", true);
	else
		put_text(out, "public", person->public_z85);
	sources = put_array(out, "sources");
	for (i = 0; i < person->sources_count; i++)
		put_text(sources, NULL, person->sources[i]);
	put_display(r, out, person->number);
}

static bool
add_person(void *arg, const struct person *person)
{
	struct people *people = arg;
	cJSON *row;

	if (person->token) /* token.list has those */
		return true;
	row = put_object(NULL, NULL);

	put_person(people->r, row, person);
	put_flag(row, "active", person->active);
	put_time(row, "enrolled", person->enrolled_ms);
	put_time(row, "revoked", person->revoked_ms);
	people->more = !reading_fits(people->r, row, 0);
	if (people->more) {
		cJSON_Delete(row);
		return false;
	}
	put_item(people->out, NULL, row);
	return true;
}

enum err
read_people_list(struct reading *r)
{
	struct people people = {.r = r};
	enum err err;

	people.out = put_array(r->answer, "people");
	err = person_each(r->txn, add_person, &people);
	if (people.more)
		put_flag(r->answer, "more", true);
	return err;
}

enum err
read_whoami(struct reading *r)
{
	cJSON *verbs;
	int verb;

	put_person(r, r->answer, r->actor);
	verbs = put_array(r->answer, "verbs");
	for (verb = 0; verb < VERB_COUNT; verb++)
		if ((verb_row((enum verb)verb)->roles & r->actor->roles) != 0)
			put_text(verbs, NULL, verb_row((enum verb)verb)->name);
	return OK;
}
