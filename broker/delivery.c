#include "broker/delivery.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"

enum err
delivery_begin(
    struct delivery *delivery, struct decision *d, uint64_t alert, size_t parts)
{
	enum err err;

	*delivery =
	    (struct delivery){.d = d, .disposition = DISPOSITION_unreadable};
	err = alert_get(d->txn, alert, &delivery->alert);
	if (err == OK)
		err = source_name(
		    d->txn, delivery->alert.source, delivery->source);
	if (err != OK)
		return err;
	delivery->parts = put_array(NULL, NULL);
	delivery->text_parts = put_array(NULL, NULL);
	delivery->clusters = calloc(parts + 1, sizeof(*delivery->clusters));
	delivery->umbrellas = calloc(parts + 1, sizeof(*delivery->umbrellas));
	/* A row is some kilobytes: no more of them than may be needed. */
	delivery->changed_room =
	    parts < DECISION_EVENTS_MAX ? parts + 1 : DECISION_EVENTS_MAX;
	delivery->changed =
	    malloc(delivery->changed_room * sizeof(*delivery->changed));
	if (delivery->clusters == NULL || delivery->umbrellas == NULL ||
	    delivery->changed == NULL)
		return ERR_MEMORY;
	return OK;
}

void
delivery_end(struct delivery *delivery)
{
	json_give_back(delivery->parts);
	json_give_back(delivery->text_parts);
	free(delivery->clusters);
	free(delivery->umbrellas);
	free(delivery->changed);
	*delivery = (struct delivery){.d = NULL};
}

enum err
delivery_cluster(struct delivery *delivery,
    const unsigned char key[CLUSTER_KEY_BYTES], struct known_cluster **cluster)
{
	struct cluster row;
	enum err err;
	size_t i;

	for (i = 0; i < delivery->clusters_count; i++) {
		*cluster = &delivery->clusters[i];
		if (memcmp((*cluster)->key, key, CLUSTER_KEY_BYTES) == 0)
			return OK;
	}
	err = cluster_get(delivery->d->txn, key, &row);
	if (err != OK && err != ERR_MISSING)
		return err;
	*cluster = &delivery->clusters[delivery->clusters_count++];
	memcpy((*cluster)->key, key, CLUSTER_KEY_BYTES);
	if (err == ERR_MISSING)
		return OK;
	(*cluster)->incident = row.incident;
	(*cluster)->last_ms = row.last_ms;
	memcpy((*cluster)->observables, row.observables, HASH8);
	return OK;
}

enum err
delivery_umbrella(struct delivery *delivery, const unsigned char rule[HASH8],
    struct umbrella **umbrella)
{
	struct known_umbrella *known;
	enum err err;
	size_t i;

	for (i = 0; i < delivery->umbrellas_count; i++) {
		known = &delivery->umbrellas[i];
		*umbrella = &known->row;
		if (memcmp(known->rule, rule, HASH8) == 0)
			return OK;
	}
	known = &delivery->umbrellas[delivery->umbrellas_count];
	err = umbrella_get(
	    delivery->d->txn, delivery->alert.source, rule, &known->row);
	if (err != OK && err != ERR_MISSING)
		return err;
	if (err == ERR_MISSING)
		known->row = (struct umbrella){.since_ms = 0};
	memcpy(known->rule, rule, HASH8);
	*umbrella = &known->row;
	delivery->umbrellas_count++;
	return OK;
}

enum err
delivery_incident(
    struct delivery *delivery, uint64_t number, struct incident *incident)
{
	enum err err;
	size_t i;

	/* What was merged gets its alerts where it leads to. */
	err = incident_resolve(delivery->d->txn, number, incident);
	/* Changed since, or opened in this very delivery. */
	for (i = 0; i < delivery->changed_count; i++) {
		if (delivery->changed[i].number !=
		    (err == OK ? incident->number : number))
			continue;
		*incident = delivery->changed[i];
		return OK;
	}
	return err;
}

/* A part changes one incident, and each change is an event. */
void
delivery_changed(struct delivery *delivery, const struct incident *incident)
{
	size_t i = 0;

	while (i < delivery->changed_count &&
	       delivery->changed[i].number != incident->number)
		i++;
	assert(i < delivery->changed_room);
	delivery->changed[i] = *incident;
	if (i == delivery->changed_count)
		delivery->changed_count++;
}

enum err
delivery_room(struct delivery *delivery, size_t count)
{
	enum err err = decision_room(delivery->d, count);

	if (delivery->d->events_count == 0)
		delivery->changed_count = 0;
	return err;
}

void
mapped_reason(struct mapped *mapped, const char *code)
{
	if (mapped->codes_count <
	    sizeof(mapped->codes) / sizeof(mapped->codes[0]))
		mapped->codes[mapped->codes_count++] = code;
}
