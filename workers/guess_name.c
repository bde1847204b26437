#include "workers/guess_name.h"

#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "workers/guess_value.h"
#include "workers/normal.h"

enum {
	ENDING_COSTS = 30, /* a name that only ends as one of ours does */
	ENDING_BYTES_MIN = 5, /* of ours: shorter endings tell nothing */
	OF_ANOTHER_TIME = 30,
	ENTRIES_MAX = 2048,
	BUCKETS = 4096,
	WITHIN = NORMAL_COUNT /* what rows of GUESS_WITHIN are counted from */
};

static const struct {
	int row;
	const char *names;
} rows[] = {
#define GUESS(field, names)       {NORMAL_##field, names},
#define GUESS_WITHIN(kind, names) {WITHIN + GUESS_WITHIN_##kind, names},
#include "workers/guesses.def"
#undef GUESS
#undef GUESS_WITHIN
};

#define HASH_OF_NOTHING 2166136261u

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* A name of guesses.def: which row has it, and how many are before it. */
struct entry {
	const char *name;
	size_t len;
	int row, place;
	const struct entry *next; /* of the same bucket */
};

static struct entry entries[ENTRIES_MAX];
static const struct entry *buckets[BUCKETS];

size_t
guess_name_fold(const char *name, char out[GUESS_NAME_BYTES], size_t used)
{
	for (; *name != '\0'; name++) {
		if (!isalnum((unsigned char)*name))
			continue;
		if (used + 1 >= GUESS_NAME_BYTES)
			break;
		out[used++] = (char)tolower((unsigned char)*name);
	}
	out[used] = '\0';
	return used;
}

/* From the end of a name to its beginning: so each ending has its own. */
static uint32_t
hash_before(uint32_t hash, char c)
{
	return (hash ^ (unsigned char)c) * 16777619u;
}

static size_t
bucket(const char *name, size_t len)
{
	uint32_t hash = HASH_OF_NOTHING;

	while (len-- > 0)
		hash = hash_before(hash, name[len]);
	return hash % BUCKETS;
}

/* Once. */
static void
index_names(void)
{
	size_t count = 0;

	if (entries[0].name != NULL)
		return;
	for (size_t i = 0; i < ROWS; i++) {
		const char *p = rows[i].names;

		for (int place = 0; *p != '\0'; place++) {
			size_t len = strcspn(p, " "), at = bucket(p, len);

			assert(count < ENTRIES_MAX);
			entries[count] = (struct entry){
			    p, len, rows[i].row, place, buckets[at]};
			buckets[at] = &entries[count++];
			p += len;
			p += strspn(p, " ");
		}
	}
}

/* "p_event_time", "updated_date": when something else than the event was. */
static bool
is_of_another_time(const char *name)
{
	static const char *const words[] = {"end", "last", "updat", "modif",
	    "receiv", "ingest", "parse", "process", "expir", "due", "boot",
	    "install", "regist", "schedul", "next", "prev", "build", "close",
	    "resolv", "compil", "until", "renew", "rotat"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(name, words[i]) != NULL)
			return true;
	return false;
}

/* "SHA256String", "mitre_technique_id_and_name": it is within the name. */
static void
rank_within(const char *name, int *ranks)
{
	int *hash = &ranks[NORMAL_hash], *mitre = &ranks[NORMAL_mitre];
	int *severity = &ranks[NORMAL_severity];

	if (*hash == GUESS_NOTHING)
		*hash = strstr(name, "sha256") != NULL ? ENDING_COSTS
			: strstr(name, "sha1") != NULL ? ENDING_COSTS + 1
			: strstr(name, "md5") != NULL  ? ENDING_COSTS + 2
						       : GUESS_NOTHING;
	if (*hash != GUESS_NOTHING &&
	    (strstr(name, "before") != NULL || strstr(name, "parent") != NULL ||
		strstr(name, "old") != NULL))
		*hash += ENDING_COSTS;
	if (*severity == GUESS_NOTHING && strstr(name, "severity") != NULL)
		*severity = ENDING_COSTS + 2;
	if (*mitre == GUESS_NOTHING && (strstr(name, "technique") != NULL ||
					   strstr(name, "mitre") != NULL))
		*mitre = ENDING_COSTS;
}

/* An agent is a host; a user agent is none. */
static bool
may_end_so(const struct entry *entry, const char *name)
{
	if (entry->row == NORMAL_host)
		return strstr(name, "useragent") == NULL;
	/* "client_name" ends as many do, and says who. */
	return entry->row != NORMAL_title || entry->len > ENDING_BYTES_MIN;
}

void
guess_name_ranks(const char *name, size_t len, int *ranks)
{
	uint32_t hash = HASH_OF_NOTHING;
	const struct entry *entry;

	index_names();
	for (int field = 0; field < NORMAL_COUNT; field++)
		ranks[field] = GUESS_NOTHING;
	/* The longest of our names that it ends with is the one. */
	for (size_t at = len; at-- > 0;) {
		hash = hash_before(hash, name[at]);
		if (at > 0 && at + ENDING_BYTES_MIN > len)
			continue;
		for (entry = buckets[hash % BUCKETS]; entry != NULL;
		     entry = entry->next) {
			if (entry->row >= NORMAL_COUNT ||
			    entry->len != len - at ||
			    memcmp(entry->name, name + at, len - at) != 0 ||
			    (at > 0 && !may_end_so(entry, name)))
				continue;
			ranks[entry->row] =
			    entry->place + (at > 0 ? ENDING_COSTS : 0);
			if (at > 0 && entry->row == NORMAL_time &&
			    is_of_another_time(name))
				ranks[entry->row] += OF_ANOTHER_TIME;
		}
	}
	rank_within(name, ranks);
}

static bool
is_within(enum guess_within kind, const char *name, size_t len)
{
	const struct entry *entry;

	for (entry = buckets[bucket(name, len)]; entry != NULL;
	     entry = entry->next)
		if (entry->row == WITHIN + (int)kind && entry->len == len &&
		    memcmp(entry->name, name, len) == 0)
			return true;
	return false;
}

bool
guess_name_within(enum guess_within kind, const char *name, size_t len)
{
	index_names();
	return is_within(kind, name, len) ||
	       (len > 2 && name[len - 1] == 's' &&
		   is_within(kind, name, len - 1));
}
