/*
 * Similar earlier incidents: those that share an observable, a host or a
 * technique.  What is looked at is bounded by counts, not by the clock, so
 * that the same question has the same answer.
 */
#include <stdlib.h>
#include <string.h>

#include "broker/reading.h"
#include "protocol/json.h"

enum {
	SIMILAR_SHOWN_MAX = 10,
	SIMILAR_BACK_MAX =
	    2000, /* incidents looked back for hosts, techniques */
	SIMILAR_KNOWN_MAX = 256, /* that share anything */
	SIGHTINGS_MAX = 200, /* of one observable, the newest */
	SHARED_SHOWN_MAX = 5,
	WEIGHT_OBSERVABLE = 3,
	WEIGHT_HOST = 3,
	WEIGHT_TECHNIQUE = 1
};

struct similar {
	uint64_t number;
	unsigned observables, hosts, techniques;
	int first[SHARED_SHOWN_MAX]; /* observables, by their place */
};

struct search {
	struct reading *r;
	const struct incident *incident;
	struct similar known[SIMILAR_KNOWN_MAX];
	size_t count;
	int place; /* of the observable that is looked for */
	unsigned seen;
};

static struct similar *
known(struct search *search, uint64_t number)
{
	size_t i;

	for (i = 0; i < search->count; i++)
		if (search->known[i].number == number)
			return &search->known[i];
	if (search->count == SIMILAR_KNOWN_MAX)
		return NULL;
	search->known[search->count] = (struct similar){.number = number};
	return &search->known[search->count++];
}

/* ---- observables ---- */

static bool
add_sighting(void *arg, const struct sighting *sighting)
{
	struct search *search = arg;
	struct similar *similar;
	unsigned n;

	if (++search->seen > SIGHTINGS_MAX)
		return false;
	similar = known(search, sighting->subject.number);
	if (similar == NULL)
		return true;
	n = similar->observables++;
	if (n < SHARED_SHOWN_MAX)
		similar->first[n] = search->place;
	return true;
}

static enum err
search_observables(struct search *search, const cJSON *observables)
{
	unsigned char hash[HASH16];
	const cJSON *item;
	enum err err = OK;

	cJSON_ArrayForEach (item, observables) {
		const char *type = json_text(item, "type");
		const char *value = json_text(item, "value");

		if (type != NULL && value != NULL && err == OK) {
			observable_hash(type, value, hash);
			search->seen = 0;
			err = observable_incidents_below(search->r->txn, hash,
			    search->incident->number, add_sighting, search);
		}
		search->place++;
	}
	return err;
}

/* ---- hosts and techniques ---- */

static unsigned
shared_hosts(const struct incident *a, const struct incident *b)
{
	unsigned shared = 0;
	size_t i, j;

	for (i = 0; i < a->hosts_count; i++)
		for (j = 0; j < b->hosts_count; j++)
			shared += memcmp(a->hosts[i], b->hosts[j], HASH8) == 0;
	return shared;
}

static unsigned
shared_techniques(const struct incident *a, const struct incident *b)
{
	unsigned shared = 0;
	size_t i, j;

	for (i = 0; i < a->techniques_count; i++)
		for (j = 0; j < b->techniques_count; j++)
			shared +=
			    strcmp(a->techniques[i], b->techniques[j]) == 0;
	return shared;
}

static enum err
search_back(struct search *search)
{
	const struct incident *incident = search->incident;
	struct incident other;
	struct similar *similar;
	uint64_t number = incident->number;
	unsigned hosts, techniques;
	size_t looked;

	if (incident->hosts_count + incident->techniques_count == 0)
		return OK;
	for (looked = 0; number > 1 && looked < SIMILAR_BACK_MAX; looked++) {
		enum err err = incident_get(search->r->txn, --number, &other);

		if (err != OK)
			return err == ERR_MISSING ? OK : err;
		hosts = shared_hosts(incident, &other);
		techniques = shared_techniques(incident, &other);
		if (hosts + techniques == 0)
			continue;
		similar = known(search, number);
		if (similar == NULL)
			continue;
		similar->hosts = hosts;
		similar->techniques = techniques;
	}
	return OK;
}

/* ---- the answer ---- */

static unsigned
weight(const struct similar *similar)
{
	return similar->observables * WEIGHT_OBSERVABLE +
	       similar->hosts * WEIGHT_HOST +
	       similar->techniques * WEIGHT_TECHNIQUE;
}

/* The most alike first, of those the newest. */
static int
compare(const void *a, const void *b)
{
	const struct similar *left = a, *right = b;

	if (weight(left) != weight(right))
		return weight(left) > weight(right) ? -1 : 1;
	return left->number > right->number ? -1 : 1;
}

static void
put_shared(cJSON *row, const struct search *search,
    const struct similar *similar, const struct incident *other,
    const cJSON *observables)
{
	const struct incident *incident = search->incident;
	cJSON *shared = put_object(row, "shared");
	cJSON *list = put_array(shared, "observables");
	size_t i, j;

	for (i = 0; i < similar->observables && i < SHARED_SHOWN_MAX; i++)
		put_copy(list, NULL,
		    cJSON_GetArrayItem(observables, similar->first[i]));
	put_number(shared, "observables_count", similar->observables);
	put_number(shared, "hosts", similar->hosts);
	list = put_array(shared, "techniques");
	for (i = 0; i < incident->techniques_count; i++)
		for (j = 0; j < other->techniques_count; j++)
			if (strcmp(incident->techniques[i],
				other->techniques[j]) == 0)
				put_text(list, NULL, incident->techniques[i]);
}

static void
put_similar(struct search *search, cJSON *rows, const struct similar *similar,
    const cJSON *observables)
{
	char title[LIMIT_TITLE_BYTES_MAX + 1];
	struct incident other;
	cJSON *row;

	if (incident_get(search->r->txn, similar->number, &other) != OK ||
	    !reading_shows(search->r, &other) || other.restricted ||
	    other.merged_into == search->incident->number)
		return;
	row = put_object(rows, NULL);
	put_incident(row, "id", other.number);
	if (other.tlp > search->incident->tlp)
		put_flag(row, "withheld", true);
	else if (reading_title(search->r, other.number, title))
		put_text(row, "title", title);
	put_word(row, "status", WORDS_STATUS, (int)other.status);
	put_word(row, "verdict", WORDS_VERDICT, (int)other.verdict);
	put_word(row, "severity", WORDS_SEVERITY, (int)other.severity);
	put_word(row, "tlp", WORDS_TLP, (int)other.tlp);
	put_time(row, "opened", other.opened_ms);
	put_shared(row, search, similar, &other, observables);
}

enum err
reading_similar(struct reading *r, cJSON *out, const struct incident *incident,
    const cJSON *observables)
{
	struct search *search = calloc(1, sizeof(*search));
	cJSON *rows = put_array(out, "similar");
	size_t i;
	enum err err;

	if (search == NULL)
		return ERR_MEMORY;
	search->r = r;
	search->incident = incident;
	err = search_observables(search, observables);
	if (err == OK)
		err = search_back(search);
	qsort(search->known, search->count, sizeof(search->known[0]), compare);
	for (i = 0; i < search->count && err == OK &&
		    cJSON_GetArraySize(rows) < SIMILAR_SHOWN_MAX;
	     i++)
		put_similar(search, rows, &search->known[i], observables);
	free(search);
	return err;
}
