#include "workers/guess_around.h"

#include <string.h>

/* In names: what one object more around a member costs. */
enum {
	LEVEL_COSTS = 4,
	AROUND_COSTS = 1, /* one that says nothing by itself */
	ASIDE_COSTS = 20
};

static bool
has_any(const char *name, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strstr(name, *words) != NULL)
			return true;
	return false;
}

/* Is what lies in there at the near or at the far end of something? */
static enum guess_side
side_of(const char *name)
{
	static const char *const neither[] = {"resource", "observer", NULL};
	static const char *const sources[] = {"source", "src", "attacker",
	    "client", "caller", "remote", "actor", "origin", "initiator",
	    "sender", "login", NULL};
	static const char *const destinations[] = {"dest", "dst", "target",
	    "victim", "server", "local", "responder", "recipient", NULL};

	if (has_any(name, neither))
		return GUESS_SIDE_NONE;
	return has_any(name, destinations) ? GUESS_SIDE_DESTINATION
	       : has_any(name, sources)    ? GUESS_SIDE_SOURCE
					   : GUESS_SIDE_NONE;
}

bool
guess_begins_as_somebody(const char *name)
{
	static const char *const beginnings[] = {"device", "user", "host",
	    "agent", "actor", "account", "endpoint", "machine", "asset",
	    "client", "computer", "owner"};

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (strncmp(name, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	return false;
}

/* "assigned_to_user", "log_sources" */
static bool
is_somebody(const char *name, size_t len)
{
	static const char *const endings[] = {
	    "user", "account", "host", "agent", "device", "by", "sources"};
	size_t n;

	if (guess_begins_as_somebody(name))
		return true;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		n = strlen(endings[i]);
		if (len > n && strcmp(name + len - n, endings[i]) == 0)
			return true;
	}
	return guess_name_within(GUESS_WITHIN_somebody, name, len);
}

/* What is around the members of the object that len bytes of name are. */
static struct guess_around
enter_part(const struct guess_around *outer, const char *name, size_t len)
{
	struct guess_around in = *outer;
	char part[GUESS_NAME_BYTES];
	enum guess_side side;

	if (len >= sizeof(part))
		len = sizeof(part) - 1;
	memcpy(part, name, len);
	part[len] = '\0';
	in.parent_len = guess_name_fold(part, in.parent, 0);
	in.before = outer->cost;
	in.cost = outer->cost + LEVEL_COSTS;
	if (guess_name_within(GUESS_WITHIN_around, in.parent, in.parent_len))
		in.cost = outer->cost + AROUND_COSTS;
	if (guess_name_within(GUESS_WITHIN_aside, in.parent, in.parent_len))
		in.cost = outer->cost + ASIDE_COSTS;
	in.somebody = is_somebody(in.parent, in.parent_len);
	in.foreign =
	    guess_name_within(GUESS_WITHIN_foreign, in.parent, in.parent_len);
	in.late =
	    guess_name_within(GUESS_WITHIN_late, in.parent, in.parent_len);
	side = side_of(in.parent);
	in.side = side == GUESS_SIDE_NONE ? outer->side : side;
	return in;
}

struct guess_around
guess_undot(const struct guess_around *outer, const char **name)
{
	struct guess_around in = *outer;
	const char *dot;

	while ((dot = strchr(*name, '.')) != NULL && dot[1] != '\0' &&
	       strchr(*name, ' ') == NULL) {
		if (dot > *name)
			in = enter_part(&in, *name, (size_t)(dot - *name));
		*name = dot + 1;
	}
	return in;
}

struct guess_around
guess_enter(const struct guess_around *outer, const char *name)
{
	struct guess_around in;

	if (name == NULL)
		return *outer;
	in = guess_undot(outer, &name);
	return enter_part(&in, name, strlen(name));
}
