/* config check, store rebuild, store dump, verify: other programs' work. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/claim.h"
#include "cli/home.h"
#include "cli/local.h"
#include "cli/program.h"
#include "cli/receipts.h"
#include "cli/report.h"

int
local_config_check(struct session *session, const struct local_args *args)
{
	char path[SESSION_PATH_MAX], why[FAULT_TEXT_MAX] = "";
	bool named = args->words_count > 0, absent;
	const char *name = path;
	struct config config;
	cJSON *body;
	struct fault fault;
	enum err err = session_path(session, "tocsin.yaml", NULL, path, &fault);

	if (err != OK)
		return report_fail(session, &fault);
	if (named)
		name = args->words[0];
	err = config_load(name, session->home, &config, why, sizeof(why));
	absent = err == ERR_MISSING;
	if (absent && !named)
		err = config_default(session->home, &config);
	if (err == ERR_MISSING)
		(void)fault_set(&fault, ERR_MISSING, "%s does not exist", name);
	else if (err != OK)
		(void)fault_set(
		    &fault, err, "%s", why[0] != '\0' ? why : err_meaning(err));
	if (err != OK)
		return report_fail(session, &fault);
	body = report_new();
	report_text(body, "file", name);
	report_text(body, "version", config.version);
	report_done(session, body, "OK, version %s%s%s%s", config.version,
	    absent ? "; " : "", absent ? name : "",
	    absent ? " does not exist: every setting has its default" : "");
	config_fini(&config);
	return 0;
}

/* Becomes `tocsind WORD --home HOME`. */
static int
become_tocsind(const struct session *session, const char *command)
{
	char program[] = "tocsind", option[] = "--home";
	char word[16], home[SESSION_PATH_MAX];
	char *args[] = {program, word, option, home, NULL};
	struct fault fault;

	if (session->json) {
		(void)fault_set(&fault, ERR_INVALID,
		    "--json: `tocsin store %s` prints text alone", command);
		return report_fail(session, &fault);
	}
	(void)snprintf(word, sizeof(word), "%s", command);
	(void)snprintf(home, sizeof(home), "%s", session->home);
	(void)program_become(args, &fault);
	return report_fail(session, &fault);
}

int
local_store_rebuild(struct session *session, const struct local_args *args)
{
	(void)args;
	return become_tocsind(session, "rebuild");
}

int
local_store_dump(struct session *session, const struct local_args *args)
{
	(void)args;
	return become_tocsind(session, "dump");
}

/* The receipt of this home's broker; another store's it cannot be. */
static bool
kept_receipt(const struct session *session, const struct local_args *args,
    char out[RECEIPT_TEXT_MAX])
{
	char server[KEY_Z85_BYTES];
	struct fault fault;

	return args->words_count == 0 &&
	       home_server(session, server, &fault) == OK &&
	       receipts_last(session, server, out, &fault) == OK;
}

static enum err
store_path(const struct session *session, const struct local_args *args,
    char out[SESSION_PATH_MAX + 1], struct fault *fault)
{
	struct config config;
	enum err err;

	if (args->words_count > 0) {
		(void)snprintf(out, SESSION_PATH_MAX + 1, "%s", args->words[0]);
		return OK;
	}
	err = home_config(session, &config, fault);
	if (err != OK)
		return err;
	(void)snprintf(out, SESSION_PATH_MAX + 1, "%s", config.store_path);
	config_fini(&config);
	return OK;
}

/* Adds "--option value" to the arguments when there is a value. */
static void
add(char **args, size_t *used, char *option, const char *value)
{
	if (value == NULL)
		return;
	args[(*used)++] = option;
	args[(*used)++] = claim(strdup(value));
}

int
local_verify(struct session *session, const struct local_args *args)
{
	char program[] = "tocsin-verify", receipt[] = "--receipt";
	char root[] = "--root", json[] = "--json";
	char store[SESSION_PATH_MAX + 1], kept[RECEIPT_TEXT_MAX];
	char *words[PROGRAM_ARGS_MAX] = {program};
	size_t used = 1;
	struct fault fault;

	if (store_path(session, args, store, &fault) != OK)
		return report_fail(session, &fault);
	if (kept_receipt(session, args, kept))
		add(words, &used, receipt, kept);
	add(words, &used, receipt, args->given[LOCAL_verify_receipt]);
	add(words, &used, root, args->given[LOCAL_verify_root]);
	if (session->json)
		words[used++] = json;
	words[used] = store;
	(void)program_become(words, &fault);
	return report_fail(session, &fault);
}
