#include "workers/guess.h"

#include <stdio.h>
#include <string.h>

#include "workers/guess_around.h"
#include "workers/guess_name.h"
#include "workers/guess_value.h"

/* In names: what the place of a member costs beside what it is called. */
enum {
	ARRAY_COSTS = 3,
	ELEMENT_COSTS = 2, /* but for the first */
	SOMEBODY_COSTS = 16, /* an id of whoever it is */
	LATE_COSTS = 24,
	OTHER_SIDE_COSTS = 60,
	ADDED_COSTS = 40, /* what a pipeline wrote beside */
	SIDE_TELLS = 40, /* an address for what is around it alone */
	ADDRESS_TELLS = 70, /* an address, and nothing more is known */
	NODES_MAX = 20000, /* looked at; the rest is not */
	RULE_BYTES_MAX = 96, /* a title that may be a rule's name */
	SURE_COSTS_MAX = 20 /* of what fills what a mapping did not find */
};

/* The best that was found so far for a field. */
struct best {
	int cost;
	const cJSON *node;
	struct path_trail trail;
};

struct search {
	struct best best[NORMAL_COUNT];
	struct best second[NORMAL_COUNT]; /* of addresses alone */
	struct path_trail trail;
	size_t nodes;
};

static bool
is_address(int field)
{
	return field == NORMAL_src_ip || field == NORMAL_dst_ip;
}

static void
weigh(struct search *search, const cJSON *node, int field, int cost)
{
	struct best *best = &search->best[field];
	const struct best found = {cost, node, search->trail};

	if (cost < best->cost) {
		search->second[field] = *best;
		*best = found;
	} else if (is_address(field) && cost < search->second[field].cost) {
		search->second[field] = found;
	}
}

/* Names say which address it is, or else what is around it. */
static void
take_sides(const struct guess_around *around, const cJSON *node, int *ranks)
{
	int *src = &ranks[NORMAL_src_ip], *dst = &ranks[NORMAL_dst_ip];

	if (!cJSON_IsString(node) || !guess_value_is_ip(node->valuestring))
		return;
	if (around->side == GUESS_SIDE_DESTINATION) {
		if (*src < *dst)
			*dst = *src;
		if (*dst == GUESS_NOTHING)
			*dst = SIDE_TELLS;
		*src = OTHER_SIDE_COSTS;
	} else if (around->side == GUESS_SIDE_SOURCE) {
		if (*src == GUESS_NOTHING)
			*src = SIDE_TELLS;
		if (*dst != GUESS_NOTHING)
			*dst += OTHER_SIDE_COSTS;
	} else if (*src == GUESS_NOTHING) {
		*src = ADDRESS_TELLS;
	}
}

/* What the place of a member makes of what its name says; see guesses.def. */
static int
place_cost(const struct guess_around *around, int field)
{
	switch (field) {
	case NORMAL_title:
		return around->somebody ? GUESS_NOTHING : 0;
	case NORMAL_host:
		return around->foreign ? GUESS_NOTHING : 0;
	case NORMAL_user:
		return around->late ? LATE_COSTS : 0;
	default:
		return 0;
	}
}

/* As parent and name together: in full, and as one of several. */
static void
rank_with_parent(
    const struct guess_around *around, const char *name, int *ranks)
{
	char both[GUESS_NAME_BYTES];
	int found[NORMAL_COUNT];
	size_t len = around->parent_len;

	memcpy(both, around->parent, len + 1);
	for (int plural = 0; plural < 2; plural++) {
		guess_name_ranks(both, guess_name_fold(name, both, len), found);
		for (int field = 0; field < NORMAL_COUNT; field++) {
			/* Its own level is in its name: it costs none. */
			found[field] += around->before - around->cost;
			if (found[field] < ranks[field])
				ranks[field] = found[field];
		}
		if (len < 2 || both[len - 1] != 's')
			return;
		len--;
	}
}

/* name is that of the member which node is, or that its array is. */
static void
look(struct search *search, const cJSON *node, const struct guess_around *outer,
    const char *name)
{
	const struct guess_around dotted = guess_undot(outer, &name),
				  *around = &dotted;
	char folded[GUESS_NAME_BYTES];
	int ranks[NORMAL_COUNT], cost, value;
	bool added = name[0] != '\0' && name[1] == '_' && name[2] != '\0';

	guess_name_ranks(folded, guess_name_fold(name, folded, 0), ranks);
	if ((around->somebody || around->foreign) &&
	    ranks[NORMAL_dedup] != GUESS_NOTHING)
		ranks[NORMAL_dedup] += SOMEBODY_COSTS;
	if (around->somebody && ranks[NORMAL_rule_id] != GUESS_NOTHING)
		ranks[NORMAL_rule_id] += SOMEBODY_COSTS;
	if (around->foreign && ranks[NORMAL_title] != GUESS_NOTHING)
		ranks[NORMAL_title] += SOMEBODY_COSTS;
	if (around->parent_len > 0)
		rank_with_parent(around, name, ranks);
	take_sides(around, node, ranks);
	if (guess_begins_as_somebody(folded))
		ranks[NORMAL_title] = GUESS_NOTHING;
	for (int field = 0; field < NORMAL_COUNT; field++) {
		cost = place_cost(around, field);
		if (ranks[field] >= GUESS_NOTHING / 2 || cost == GUESS_NOTHING)
			continue;
		cost += ranks[field] + around->cost + (added ? ADDED_COSTS : 0);
		if (cost >= search->best[field].cost && !is_address(field))
			continue;
		value = guess_value(field, node, folded);
		if (value != GUESS_NOTHING)
			weigh(search, node, field, cost + value);
	}
}

/* {"name": "src_ip", "value": "192.0.2.1"} is a member in other words. */
static bool
is_pair(
    const cJSON *object, const cJSON **name, const cJSON **value, size_t *index)
{
	static const char *const names[] = {
	    "name", "key", "field", "label", "dataType", "type"};
	static const char *const values[] = {"value", "data", "text"};
	const cJSON *child;
	size_t at = 0;

	*name = *value = NULL;
	cJSON_ArrayForEach (child, object) {
		bool plain = cJSON_IsString(child) || cJSON_IsNumber(child);

		for (size_t i = 0; i < 6 && *name == NULL; i++)
			if (cJSON_IsString(child) &&
			    strcmp(child->string, names[i]) == 0)
				*name = child;
		for (size_t i = 0; i < 3 && *value == NULL; i++)
			if (plain && strcmp(child->string, values[i]) == 0) {
				*value = child;
				*index = at;
			}
		if (++at > 4)
			return false;
	}
	return *name != NULL && *value != NULL && *name != *value;
}

static void walk(struct search *search, const cJSON *node,
    const struct guess_around *around, const char *name);

static void
step(struct search *search, const cJSON *child, const char *step_name,
    size_t index, const struct guess_around *around, const char *name)
{
	struct path_trail *trail = &search->trail;

	trail->steps[trail->count].name = step_name;
	trail->steps[trail->count++].index = index;
	walk(search, child, around, name);
	trail->count--;
}

static void
walk_object(struct search *search, const cJSON *object,
    const struct guess_around *outer, const char *name)
{
	struct guess_around around = guess_enter(outer, name);
	const cJSON *child, *key, *value;
	size_t index = 0;

	if (is_pair(object, &key, &value, &index)) {
		step(search, value, value->string, index, outer,
		    key->valuestring);
		return;
	}
	cJSON_ArrayForEach (child, object)
		step(search, child, child->string, index++, &around,
		    child->string);
}

static void
walk_array(struct search *search, const cJSON *array,
    const struct guess_around *around, const char *name)
{
	struct guess_around first = *around, later = *around;
	const cJSON *child;
	size_t index = 0;

	first.cost += ARRAY_COSTS;
	later.cost += ARRAY_COSTS + ELEMENT_COSTS;
	cJSON_ArrayForEach (child, array) {
		step(search, child, NULL, index, index == 0 ? &first : &later,
		    name);
		index++;
	}
}

static void
walk(struct search *search, const cJSON *node,
    const struct guess_around *around, const char *name)
{
	if (++search->nodes > NODES_MAX)
		return;
	if (cJSON_IsString(node) || cJSON_IsNumber(node)) {
		if (name != NULL)
			look(search, node, around, name);
	} else if (search->trail.count == PATH_STEPS_MAX) {
		return;
	} else if (cJSON_IsObject(node)) {
		walk_object(search, node, around, name);
	} else if (cJSON_IsArray(node)) {
		walk_array(search, node, around, name);
	}
}

/* One address is where it came from or where it went, not both. */
static void
part_addresses(struct search *search)
{
	struct best *src = &search->best[NORMAL_src_ip];
	struct best *dst = &search->best[NORMAL_dst_ip];
	const struct best *src2 = &search->second[NORMAL_src_ip];
	const struct best *dst2 = &search->second[NORMAL_dst_ip];

	if (src->node == NULL || src->node != dst->node)
		return;
	if (dst2->node != NULL &&
	    (src2->node == NULL ||
		dst2->cost - dst->cost <= src2->cost - src->cost))
		*dst = *dst2;
	else if (src2->node != NULL)
		*src = *src2;
	else
		dst->node = NULL;
}

static void
search_object(struct search *search, const cJSON *object)
{
	const struct guess_around nothing = {0};
	struct best *title = &search->best[NORMAL_title];
	struct best *rule = &search->best[NORMAL_rule_id];

	search->nodes = 0;
	search->trail.count = 0;
	for (int field = 0; field < NORMAL_COUNT; field++)
		search->best[field] = search->second[field] =
		    (struct best){.cost = GUESS_NOTHING};
	walk(search, object, &nothing, NULL);
	part_addresses(search);
	/* What is told by its name alone is told by that. */
	if (rule->node == NULL && title->node != NULL &&
	    strlen(title->node->valuestring) <= RULE_BYTES_MAX)
		*rule = *title;
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

/* Is it the address that stands as the other one already? */
static bool
is_other_address(
    const struct normal *normal, int field, const struct best *best)
{
	int other = field == NORMAL_src_ip ? NORMAL_dst_ip : NORMAL_src_ip;
	const struct normal_text *text = &normal->fields[other];

	return is_address(field) &&
	       strlen(best->node->valuestring) == text->len &&
	       memcmp(best->node->valuestring, text->bytes, text->len) == 0;
}

void
guess_missing(struct normal *normal, const struct part *part)
{
	static const int fields[] = {NORMAL_title, NORMAL_time, NORMAL_rule_id,
	    NORMAL_host, NORMAL_user, NORMAL_src_ip, NORMAL_dst_ip, NORMAL_hash,
	    NORMAL_mitre, NORMAL_dedup};
	struct search search;

	search_object(&search, part->object);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const struct best *best = &search.best[fields[i]];

		if (best->node == NULL || best->cost > SURE_COSTS_MAX ||
		    normal->fields[fields[i]].len > 0 ||
		    is_other_address(normal, fields[i], best))
			continue;
		take(normal, part, fields[i], best);
		normal->guessed = true;
		if (normal->trace != NULL)
			trace(normal, part, fields[i], best);
	}
}

bool
guess_is(const cJSON *object)
{
	static const int telling[] = {NORMAL_severity, NORMAL_host, NORMAL_user,
	    NORMAL_src_ip, NORMAL_dst_ip, NORMAL_hash, NORMAL_mitre};
	struct search search;
	const struct best *best = search.best;
	size_t told = 0;

	search_object(&search, object);
	for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++)
		told += best[telling[i]].node != NULL;
	/* Without a title, the rest has to say the more. */
	if (best[NORMAL_title].node == NULL)
		return told >= 2 && best[NORMAL_time].node != NULL;
	/* Or by which rule, or which of them and when. */
	return told > 0 ||
	       best[NORMAL_rule_id].node != best[NORMAL_title].node ||
	       (best[NORMAL_time].node != NULL &&
		   best[NORMAL_dedup].node != NULL);
}
