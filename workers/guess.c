#include "workers/guess.h"

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "workers/severity.h"
#include "workers/stamp.h"

enum {
	NAME_BYTES = 48, /* of a member's name; longer ones tell nothing */
	DEPTH_MAX = 12,
	DEPTH_COSTS = 4, /* names that one level more is worth */
	ENDING_COSTS = 24, /* a name that only ends as one of ours does */
	ENDING_BYTES_MIN = 5, /* of ours: shorter endings tell nothing */
	NODES_MAX = 20000, /* looked at; the rest is not */
	NOTHING = 1 << 20
};

static const struct {
	int field;
	const char *names;
} rows[] = {
#define GUESS(field, names) {NORMAL_##field, names},
#include "workers/guesses.def"
#undef GUESS
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* The best that was found so far for a field. */
struct best {
	int cost;
	const cJSON *node;
	struct path_trail trail;
};

struct search {
	struct best best[NORMAL_COUNT];
	struct path_trail trail;
	size_t nodes;
};

/* Lower case, letters and digits alone; appended to out at used. */
static size_t
fold_name(const char *name, char out[NAME_BYTES], size_t used)
{
	for (; *name != '\0'; name++) {
		if (!isalnum((unsigned char)*name))
			continue;
		if (used + 1 >= NAME_BYTES)
			return used;
		out[used++] = (char)tolower((unsigned char)*name);
	}
	out[used] = '\0';
	return used;
}

/* A name of guesses.def: which row has it, and how many are before it. */
struct entry {
	const char *name;
	size_t len;
	int row, place;
	const struct entry *next; /* of the same bucket */
};

enum { ENTRIES_MAX = 2048, BUCKETS = 4096 };

static struct entry entries[ENTRIES_MAX];
static const struct entry *buckets[BUCKETS];

static size_t
bucket(const char *name, size_t len)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)name[i]) * 16777619u;
	return hash % BUCKETS;
}

/* Once. */
static void
index_names(void)
{
	size_t count = 0;

	if (entries[0].name != NULL)
		return;
	for (size_t row = 0; row < ROWS; row++) {
		const char *p = rows[row].names;

		for (int place = 0; *p != '\0'; place++) {
			size_t len = strcspn(p, " "), at = bucket(p, len);

			assert(count < ENTRIES_MAX);
			entries[count] = (struct entry){
			    p, len, (int)row, place, buckets[at]};
			buckets[at] = &entries[count++];
			p += len;
			p += strspn(p, " ");
		}
	}
}

/* Whose name or title says who or where, not what happened. */
static bool
is_somebody(const char *parent)
{
	static const char *const names[] = {"actor", "user", "account", "host",
	    "device", "agent", "machine", "computer", "endpoint", "asset",
	    "owner", "assignee", "source", "destination", "process", "file",
	    "org", "organization", "tenant", "resource", "stream", "service",
	    "team", "customer", "site", "group", "geo", "city", "country",
	    "cloud", "os", "node", "container", "pod", "observer", "browser"};

	for (size_t i = 0;
	     parent != NULL && i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(names[i], parent) == 0)
			return true;
	return false;
}

/* "organizations/1/sources/2" is where something is, not what happened. */
static bool
is_path(const char *text)
{
	const char *slash = strchr(text, '/');

	return slash != NULL && strchr(text, ' ') == NULL &&
	       (slash == text || strchr(slash + 1, '/') != NULL);
}

static bool
is_ip(const char *text)
{
	unsigned char room[16];

	return inet_pton(AF_INET, text, room) == 1 ||
	       inet_pton(AF_INET6, text, room) == 1;
}

static bool
is_digest(const char *text)
{
	size_t len = strspn(text, "0123456789abcdefABCDEF");
	const char first[] = {text[0], '\0'};

	return text[len] == '\0' && strspn(text, first) < len &&
	       (len == 32 || len == 40 || len == 64 || len == 128);
}

static bool
has_technique(const char *text)
{
	for (const char *p = text; (p = strchr(p, 'T')) != NULL; p++)
		if ((p == text || !isalnum((unsigned char)p[-1])) &&
		    strspn(p + 1, "0123456789") == 4)
			return true;
	return false;
}

static bool
is_time(const cJSON *node)
{
	char number[32];
	const char *text = number;
	int64_t ms;
	bool zoned;

	if (cJSON_IsNumber(node))
		(void)snprintf(
		    number, sizeof(number), "%.0f", node->valuedouble);
	else
		text = node->valuestring;
	/* A year or a duration is a number too. */
	if (strspn(text, "0123456789.") == strlen(text) && strlen(text) < 9)
		return false;
	return strlen(text) < 64 &&
	       stamp_parse(text, strlen(text), 0, &ms, &zoned) == OK;
}

static bool
is_severity(const cJSON *node)
{
	static const struct severity_scale words = {.words = true};
	enum severity severity;

	if (cJSON_IsNumber(node))
		return true;
	if (strspn(node->valuestring, "0123456789.") ==
	    strlen(node->valuestring))
		return true;
	return severity_read(
	    &words, node->valuestring, strlen(node->valuestring), &severity);
}

/* Does the value look like what the field holds? */
static bool
fits(int field, const cJSON *node)
{
	const char *text = node->valuestring;

	if (cJSON_IsNumber(node))
		return field == NORMAL_severity || field == NORMAL_rule_id ||
		       field == NORMAL_dedup ||
		       (field == NORMAL_time && is_time(node));
	if (normal_is_nothing((enum normal_field)field, text))
		return false;
	switch (field) {
	case NORMAL_severity:
		return is_severity(node);
	case NORMAL_time:
		return is_time(node);
	case NORMAL_src_ip:
	case NORMAL_dst_ip:
		return is_ip(text);
	case NORMAL_hash:
		return is_digest(text);
	case NORMAL_mitre:
		return has_technique(text);
	case NORMAL_title:
		return !is_ip(text) && !is_path(text) && strlen(text) <= 1024 &&
		       strspn(text, "0123456789") != strlen(text);
	case NORMAL_host:
	case NORMAL_user:
	case NORMAL_dedup:
	case NORMAL_rule_id:
		return strlen(text) <= 255 && strchr(text, '\n') == NULL;
	default:
		return true;
	}
}

/* "SHA256String", "mitre_technique_id_and_name": it is within the name. */
static int
rank_within(int field, const char *name)
{
	if (field == NORMAL_hash)
		return strstr(name, "sha256") != NULL ? ENDING_COSTS
		       : strstr(name, "sha1") != NULL ? ENDING_COSTS + 1
		       : strstr(name, "md5") != NULL  ? ENDING_COSTS + 2
						      : NOTHING;
	if (field == NORMAL_mitre && (strstr(name, "technique") != NULL ||
					 strstr(name, "mitre") != NULL))
		return ENDING_COSTS;
	return NOTHING;
}

static void
weigh(struct search *search, const cJSON *node, const char *parent, int row,
    int cost)
{
	int field = rows[row].field;
	struct best *best = &search->best[field];

	cost += DEPTH_COSTS * (int)search->trail.count;
	if (cost >= best->cost ||
	    (field == NORMAL_title && is_somebody(parent)) ||
	    !fits(field, node))
		return;
	best->cost = cost;
	best->node = node;
	best->trail = search->trail;
}

/*
 * Weighs the node for each row that has the name, or else one that the name
 * ends with, the longest, which costs more.
 */
static void
weigh_name(struct search *search, const cJSON *node, const char *parent,
    const char *name, size_t len, int dearer)
{
	bool taken[ROWS] = {false};
	const struct entry *entry;

	for (size_t at = 0; at == 0 || at + ENDING_BYTES_MIN <= len; at++)
		for (entry = buckets[bucket(name + at, len - at)];
		     entry != NULL; entry = entry->next) {
			if (taken[entry->row] || entry->len != len - at ||
			    memcmp(entry->name, name + at, len - at) != 0)
				continue;
			taken[entry->row] = true;
			weigh(search, node, parent, entry->row,
			    entry->place + dearer +
				(at > 0 ? ENDING_COSTS : 0));
		}
	for (size_t row = 0; row < ROWS; row++) {
		int cost = rank_within(rows[row].field, name);

		if (!taken[row] && cost != NOTHING)
			weigh(search, node, parent, (int)row, cost + dearer);
	}
}

/* parent and name are those of the member that node, or its array, is. */
static void
look(struct search *search, const cJSON *node, const char *parent,
    const char *name)
{
	char folded[NAME_BYTES] = "";
	size_t len, parents;

	if (name == NULL)
		return;
	len = fold_name(name, folded, 0);
	weigh_name(search, node, parent, folded, len, 0);
	if (parent == NULL)
		return;
	parents = fold_name(parent, folded, 0);
	len = fold_name(name, folded, parents);
	/* Its own level is in its name: it costs none. */
	weigh_name(search, node, parent, folded, len, -DEPTH_COSTS);
}

static void
walk(struct search *search, const cJSON *node, const char *parent,
    const char *name)
{
	const cJSON *child;
	size_t index = 0;

	if (++search->nodes > NODES_MAX)
		return;
	if (cJSON_IsString(node) || cJSON_IsNumber(node)) {
		look(search, node, parent, name);
		return;
	}
	if (search->trail.count == PATH_STEPS_MAX)
		return;
	search->trail.count++;
	cJSON_ArrayForEach (child, node) {
		bool object = cJSON_IsObject(node);
		size_t at = search->trail.count - 1;

		search->trail.steps[at].name = object ? child->string : NULL;
		search->trail.steps[at].index = index++;
		if (object)
			walk(search, child, name, child->string);
		else
			walk(search, child, parent, name);
	}
	search->trail.count--;
}

static void
search_object(struct search *search, const cJSON *object)
{
	index_names();
	search->nodes = 0;
	search->trail.count = 0;
	for (int field = 0; field < NORMAL_COUNT; field++)
		search->best[field] = (struct best){.cost = NOTHING};
	walk(search, object, NULL, NULL);
	/* One address is where it came from or where it went, not both. */
	if (search->best[NORMAL_dst_ip].node ==
	    search->best[NORMAL_src_ip].node)
		search->best[NORMAL_dst_ip].node = NULL;
}

static void
take(struct normal *normal, const struct part *part, int field,
    const struct best *best)
{
	struct normal_text *text = &normal->fields[field];
	const char *string = best->node->valuestring;
	char path[PATH_TEXT_BYTES];
	const struct place place = {.path = path};
	size_t len, kept;

	if (cJSON_IsNumber(best->node)) {
		if (!path_write(&best->trail, path) ||
		    !normal_place(&place, 1, PATH_EXACT, part, text,
			normal->numbers[field]))
			text->len = 0;
		return;
	}
	len = strlen(string);
	kept =
	    normal_fit(string, len, normal_bytes_max((enum normal_field)field));
	*text = (struct normal_text){string, kept, kept < len};
}

static void
trace(struct normal *normal, const struct part *part, int field,
    const struct best *best)
{
	char rest[PATH_TEXT_BYTES];
	char *out = normal->trace->paths[field];
	size_t at = strlen(part->at), within = strlen(part->within);

	normal->trace->guessed[field] = true;
	normal->trace->numbers[field] = cJSON_IsNumber(best->node);
	if (!path_write(&best->trail, rest) ||
	    at + within + strlen(rest) >= PATH_TEXT_BYTES)
		return;
	memcpy(out, part->at, at);
	memcpy(out + at, part->within, within);
	memcpy(out + at + within, rest, strlen(rest) + 1);
}

void
guess_read(struct normal *normal, const struct part *part)
{
	struct search search;

	search_object(&search, part->object);
	for (int field = 0; field < NORMAL_COUNT; field++) {
		const struct best *best = &search.best[field];

		if (best->node == NULL || normal->fields[field].len > 0)
			continue;
		take(normal, part, field, best);
		if (normal->trace != NULL)
			trace(normal, part, field, best);
	}
}

bool
guess_is(const cJSON *object)
{
	static const int telling[] = {NORMAL_severity, NORMAL_host, NORMAL_user,
	    NORMAL_src_ip, NORMAL_dst_ip, NORMAL_hash, NORMAL_mitre};
	struct search search;
	const struct best *best = search.best;

	search_object(&search, object);
	if (best[NORMAL_title].node == NULL)
		return false;
	for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++)
		if (best[telling[i]].node != NULL)
			return true;
	return best[NORMAL_rule_id].node != NULL &&
	       best[NORMAL_rule_id].node != best[NORMAL_title].node;
}
