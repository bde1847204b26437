#include "broker/principals.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "broker/broker.h"

struct principal {
	struct person person;
	uint64_t wrote;
	struct quota_bucket bucket;
};

struct principals {
	struct principal **people; /* by number; NULL where there is none */
	size_t count;
};

enum err
principals_new(struct principals **principals)
{
	*principals = calloc(1, sizeof(**principals));
	return *principals != NULL ? OK : ERR_MEMORY;
}

void
principals_free(struct principals **principals)
{
	size_t i;

	if (*principals == NULL)
		return;
	for (i = 0; i < (*principals)->count; i++)
		free((*principals)->people[i]);
	free((*principals)->people);
	free(*principals);
	*principals = NULL;
}

static enum err
make_room(struct principals *principals, uint32_t number)
{
	size_t count = principals->count == 0 ? 64 : principals->count;
	struct principal **people;

	if (number < principals->count)
		return OK;
	while (count <= number)
		count *= 2;
	people = realloc(principals->people, count * sizeof(*people));
	if (people == NULL)
		return ERR_MEMORY;
	memset(people + principals->count, 0,
	    (count - principals->count) * sizeof(*people));
	principals->people = people;
	principals->count = count;
	return OK;
}

enum err
principals_set(struct principals *principals, const struct person *person)
{
	enum err err = make_room(principals, person->number);
	struct principal **place;

	if (err != OK)
		return err;
	place = &principals->people[person->number];
	if (*place == NULL)
		*place = calloc(1, sizeof(**place));
	if (*place == NULL)
		return ERR_MEMORY;
	(*place)->person = *person;
	return OK;
}

static struct principal *
find(const struct principals *principals, uint64_t number)
{
	return number < principals->count ? principals->people[number] : NULL;
}

const struct person *
principals_get(const struct principals *principals, uint64_t number)
{
	const struct principal *found = find(principals, number);

	return found != NULL ? &found->person : NULL;
}

void
principals_wrote(struct principals *principals, uint32_t number, uint64_t seq)
{
	struct principal *found = find(principals, number);

	if (found != NULL && seq > found->wrote)
		found->wrote = seq;
}

uint64_t
principals_last_write(const struct principals *principals, uint32_t number)
{
	const struct principal *found = find(principals, number);

	return found != NULL ? found->wrote : 0;
}

struct quota_bucket *
principals_bucket(struct principals *principals, uint32_t number)
{
	struct principal *found = find(principals, number);

	assert(found != NULL);
	return &found->bucket;
}

const struct person *
principals_by_key(const struct principals *principals, const char *public_z85)
{
	size_t i;

	for (i = 0; i < principals->count; i++) {
		const struct principal *found = principals->people[i];

		if (found != NULL && found->person.active &&
		    strcmp(found->person.public_z85, public_z85) == 0)
			return &found->person;
	}
	return NULL;
}

struct person_post {
	struct post post;
	struct person person;
};

static void
deliver(struct broker *broker, struct post *post)
{
	struct person_post *news = (struct person_post *)post;

	people_changed(broker, &news->person);
	free(news);
}

struct post *
principals_post(const struct person *person)
{
	struct person_post *news = malloc(sizeof(*news));

	if (news == NULL)
		return NULL;
	news->post.next = NULL;
	news->post.deliver = deliver;
	news->person = *person;
	return &news->post;
}
