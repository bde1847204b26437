#include "broker/holds.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/evidence.h"

struct hold {
	struct hold *next;
	char sha256[SHA256_HEX + 1];
};

struct holds {
	pthread_mutex_t mutex;
	struct hold *first;
};

enum err
holds_new(struct holds **holds)
{
	*holds = calloc(1, sizeof(**holds));
	if (*holds == NULL)
		return ERR_MEMORY;
	(void)pthread_mutex_init(&(*holds)->mutex, NULL);
	return OK;
}

void
holds_free(struct holds **holds)
{
	struct holds *gone = *holds;
	struct hold *hold;

	*holds = NULL;
	if (gone == NULL)
		return;
	while ((hold = gone->first) != NULL) {
		gone->first = hold->next;
		free(hold);
	}
	(void)pthread_mutex_destroy(&gone->mutex);
	free(gone);
}

enum err
holds_add(struct holds *holds, const char *sha256)
{
	struct hold *hold = calloc(1, sizeof(*hold));

	if (hold == NULL)
		return ERR_MEMORY;
	(void)snprintf(hold->sha256, sizeof(hold->sha256), "%s", sha256);
	(void)pthread_mutex_lock(&holds->mutex);
	hold->next = holds->first;
	holds->first = hold;
	(void)pthread_mutex_unlock(&holds->mutex);
	return OK;
}

/* Where the first of them is pointed to from, or where the list ends. */
static struct hold **
find(struct holds *holds, const char *sha256)
{
	struct hold **at = &holds->first;

	while (*at != NULL && strcmp((*at)->sha256, sha256) != 0)
		at = &(*at)->next;
	return at;
}

void
holds_drop(struct holds *holds, const char *sha256)
{
	struct hold **at, *gone;

	(void)pthread_mutex_lock(&holds->mutex);
	at = find(holds, sha256);
	gone = *at;
	if (gone != NULL)
		*at = gone->next;
	(void)pthread_mutex_unlock(&holds->mutex);
	free(gone);
}

bool
holds_has(struct holds *holds, const char *sha256)
{
	bool has;

	(void)pthread_mutex_lock(&holds->mutex);
	has = *find(holds, sha256) != NULL;
	(void)pthread_mutex_unlock(&holds->mutex);
	return has;
}
