#include "cli/prepare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/claim.h"
#include "cli/filter.h"
#include "cli/prompt.h"
#include "cli/slurp.h"
#include "cli/suggest.h"
#include "cli/token.h"
#include "cli/value.h"
#include "protocol/json.h"
#include "protocol/key.h"
#include "protocol/words.h"

enum { PROMPT_WORDS_MAX = 512, KEY_FILE_MAX = 16384 };

/* The public key in a key file, or in a file that holds nothing else. */
static enum err
public_of(const char *path, char out[KEY_Z85_BYTES], struct fault *fault)
{
	const char *found;
	cJSON *tree = NULL;
	char *bytes;
	size_t len;
	enum err err = slurp(path, KEY_FILE_MAX, &bytes, &len, fault);

	if (err != OK)
		return err;
	if (json_parse(bytes, len, false, &tree, NULL) == OK) {
		found = json_text(tree, "public");
	} else {
		bytes[strcspn(bytes, "\r\n")] = '\0';
		found = bytes;
	}
	if (found != NULL && key_public_valid(found))
		(void)snprintf(out, KEY_Z85_BYTES, "%s", found);
	else
		err = fault_set(fault, ERR_INVALID,
		    "--public: %s holds no public key", path);
	cJSON_Delete(tree);
	free(bytes);
	return err;
}

/* The nearest role, for who mistyped one. */
static enum err
check_role(const char *name, struct fault *fault)
{
	static const char *const names[] = {
#define ROLE(name, bit, help) #name,
#include "protocol/roles.def"
#undef ROLE
	};
	char all[PROMPT_WORDS_MAX] = "", hint[128];
	struct suggestion suggestion;
	size_t i, len = 0;

	if (role_bit(name) != 0)
		return OK;
	suggest_begin(&suggestion, name);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		suggest_word(&suggestion, names[i]);
		len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%s",
		    i > 0 ? ", " : "", names[i]);
	}
	suggest_text(&suggestion, "", hint, sizeof(hint));
	return fault_set(fault, ERR_INVALID,
	    "--roles: expected some of %s; got \"%s\"%s", all, name, hint);
}

/* `people enrol NAME --public FILE`: the key instead of the file's name. */
static enum err
enrol(struct args *args, struct fault *fault)
{
	const char *given = json_text(args->body, "public");
	const cJSON *role;
	char key[KEY_Z85_BYTES];
	enum err err;

	cJSON_ArrayForEach (
	    role, cJSON_GetObjectItemCaseSensitive(args->body, "roles")) {
		err = check_role(role->valuestring, fault);
		if (err != OK)
			return err;
	}
	if (given == NULL || key_public_valid(given))
		return OK;
	err = public_of(given + (given[0] == '@'), key, fault);
	if (err == ERR_MISSING)
		return fault_set(fault, ERR_INVALID,
		    "--public: expected a key of 40 characters (quote it), or "
		    "a file that holds one; got \"%s\"",
		    given);
	if (err == OK && !cJSON_ReplaceItemInObjectCaseSensitive(args->body,
			     "public", claim(cJSON_CreateString(key))))
		(void)claim(NULL);
	return err;
}

/* `alert show --out FILE` wants the payload. */
static enum err
alert_show(struct args *args, struct fault *fault)
{
	(void)fault;
	if (args->extras[EXTRA_out] != NULL &&
	    !cJSON_HasObjectItem(args->body, "payload"))
		(void)claim(cJSON_AddTrueToObject(args->body, "payload"));
	return OK;
}

/* `update` with nothing to change would be taken, and have done nothing. */
static enum err
update(struct args *args, struct fault *fault)
{
	size_t count, i;
	const struct field_row *rows = verb_fields(args->verb, &count);

	for (i = 0; i < count; i++)
		if (!rows[i].must && strcmp(rows[i].name, "reason") != 0 &&
		    strcmp(rows[i].name, "if_revision") != 0 &&
		    strcmp(rows[i].name, "key") != 0 &&
		    cJSON_HasObjectItem(args->body, rows[i].name))
			return OK;
	if (args->verb == VERB_task_update)
		return fault_set(fault, ERR_INVALID,
		    "nothing to change: say what, such as --owner me or --due "
		    "2h (`tocsin task update --help` lists what can be "
		    "changed)");
	return fault_set(fault, ERR_INVALID,
	    "nothing to change: say what, such as --severity high or --tag "
	    "vip (`tocsin update --help` lists what can be changed)");
}

/* `list @night`: what was saved, but for what is said besides. */
static enum err
list(struct args *args, const struct session *session, struct fault *fault)
{
	struct args saved;
	cJSON *member;
	enum err err;

	if (args->filter == NULL)
		return OK;
	args_init(&saved, VERB_list);
	err = filter_load(args->filter, session, &saved, fault);
	while (err == OK && (member = saved.body->child) != NULL) {
		(void)cJSON_DetachItemViaPointer(saved.body, member);
		if (cJSON_HasObjectItem(args->body, member->string))
			cJSON_Delete(member);
		else if (!cJSON_AddItemToObject(
			     args->body, member->string, member))
			(void)claim(NULL);
	}
	args_fini(&saved);
	return err;
}

struct preparation {
	enum verb verb;
	enum err (*prepare)(struct args *args, struct fault *fault);
};

static const struct preparation preparations[] = {
    {VERB_people_enrol, enrol},
    {VERB_alert_show, alert_show},
    {VERB_update, update},
    {VERB_token_new, token_prepare},
    {VERB_task_update, update},
};

enum err
prepare(struct args *args, struct session *session, struct draft *draft,
    struct fault *fault)
{
	enum err err = editor_choose(args, session, draft, fault);
	size_t i;

	if (err == OK)
		err = prompt_missing(args, session, draft->field, fault);
	if (err == OK && draft->field != NULL)
		err = editor_write(args, session, draft, fault);

	if (err == OK && args->verb == VERB_list)
		err = list(args, session, fault);
	for (i = 0; i < sizeof(preparations) / sizeof(preparations[0]); i++)
		if (err == OK && preparations[i].verb == args->verb)
			err = preparations[i].prepare(args, fault);
	return err == OK ? args_check(args, fault) : err;
}
