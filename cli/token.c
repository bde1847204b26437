#include "cli/token.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/claim.h"
#include "cli/command.h"
#include "cli/remote.h"
#include "cli/render.h"
#include "protocol/json.h"

enum err
token_prepare(struct args *args, struct fault *fault)
{
	unsigned char hash[TOKEN_HASH_BYTES];
	char hex[2 * TOKEN_HASH_BYTES + 1];

	(void)fault;
	if (cJSON_HasObjectItem(args->body, "hash"))
		return OK;
	if (sodium_init() < 0)
		abort();
	token_make(args->secret, hash);
	(void)sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	(void)claim(cJSON_AddStringToObject(args->body, "hash", hex));
	return OK;
}

/* A token is of characters that are safe on every terminal. */
static void
show(const struct screen *screen, const char *name, const char *token)
{
	(void)fputs("Token ", screen->out);
	screen_text(screen, STYLE_PLAIN, name, RENDER_NO_LIMIT);
	(void)fputs(" issued", screen->out);
	if (token == NULL) {
		(void)fputs(" for the hash that you gave.\n", screen->out);
		return;
	}
	(void)fprintf(
	    screen->out, ". It is shown this once:\n\n  %s\n\n", token);
	(void)fputs(
	    "Give it to what pushes, as \"Authorization: Bearer ...\" or "
	    "as the password of Basic.\n",
	    screen->out);
}

enum err
token_run(struct args *args, struct session *session, struct client *client,
    struct fault *fault)
{
	char text[TOKEN_TEXT_MAX], *token = NULL;
	struct answer answer;
	const char *name;
	enum err err;

	answer_init(&answer);
	err = remote_ask(
	    session, client, args->verb, args->body, NULL, 0, &answer, fault);
	name = json_text(answer.body, "name");
	if (err == OK && args->secret[0] != '\0') {
		(void)token_format(
		    (uint64_t)json_number(answer.body, "number", 0),
		    args->secret, text);
		token = text;
		(void)claim(
		    cJSON_AddStringToObject(answer.body, "token", token));
	}
	fault->told = session->json && answer.body != NULL;
	if (fault->told)
		command_json(session, answer.body);
	else if (err == OK)
		show(&session->screen, name != NULL ? name : "?", token);
	sodium_memzero(text, sizeof(text));
	sodium_memzero(args->secret, sizeof(args->secret));
	answer_fini(&answer);
	return err;
}
