/* token.list: the tokens ever issued, and when each was last used. */
#include "broker/reading.h"

struct tokens {
	struct reading *r;
	cJSON *out;
	bool more;
	enum err err;
};

static bool
add_token(void *arg, const struct person *person)
{
	struct tokens *tokens = arg;
	uint64_t seq = 0, used_ms = 0;
	cJSON *row, *sources;
	enum err err;
	size_t i;

	if (!person->token)
		return true;
	err = person_acted(tokens->r->txn, person->number, &seq, &used_ms);
	if (err != OK && err != ERR_MISSING) {
		tokens->err = err;
		return false;
	}
	row = put_object(NULL, NULL);
	put_text(row, "name", person->name);
	put_number(row, "number", person->number);
	put_roles(row, "roles", person->roles);
	sources = put_array(row, "sources");
	for (i = 0; i < person->sources_count; i++)
		put_text(sources, NULL, person->sources[i]);
	if (person->rate > 0)
		put_number(row, "rate", person->rate);
	put_flag(row, "active", person->active);
	put_time(row, "issued", person->enrolled_ms);
	put_time(row, "revoked", person->revoked_ms);
	put_time(row, "used", used_ms);
	tokens->more = !reading_fits(tokens->r, row, 0);
	if (tokens->more) {
		cJSON_Delete(row);
		return false;
	}
	put_item(tokens->out, NULL, row);
	return true;
}

enum err
read_token_list(struct reading *r)
{
	struct tokens tokens = {.r = r};
	enum err err;

	tokens.out = put_array(r->answer, "tokens");
	err = person_each(r->txn, add_token, &tokens);
	if (tokens.more)
		put_flag(r->answer, "more", true);
	return err == OK ? tokens.err : err;
}
