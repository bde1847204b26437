#include "workers/notify.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "protocol/json.h"
#include "protocol/kill_point.h"
#include "workers/callback.h"
#include "workers/hook.h"
#include "workers/mail.h"
#include "workers/normal.h"

_Static_assert((int)MAIL_DETAIL_BYTES <= (int)HOOK_DETAIL_BYTES &&
		   (int)CALLBACK_DETAIL_BYTES <= (int)HOOK_DETAIL_BYTES,
    "details share one buffer");

/* Four fifths of the lease: what is left is for telling the broker. */
static int
limit_ms(const struct job *job)
{
	int64_t each = job->for_ms / 5 * 4 / (int64_t)job->count;

	return each < 1 ? 1 : (int)each;
}

static enum err
run_command(const struct job *job, const struct job_item *item, char *detail)
{
	char *input = cJSON_PrintUnformatted(item->incident);
	struct hook hook = {.command = item->command,
	    .name = item->hook,
	    .on = item->on,
	    .notification = item->notification,
	    .limit_ms = limit_ms(job)};
	enum err err;

	if (input == NULL) {
		(void)snprintf(detail, HOOK_DETAIL_BYTES, "out of memory");
		return ERR_MEMORY;
	}
	hook.input = input;
	hook.input_len = strlen(input);
	err = hook_run(&hook, detail);
	free(input);
	return err;
}

static enum err
send_mail(const struct job *job, const struct job_item *item, char *detail)
{
	struct timespec now;
	struct mail mail = {.server = item->mail_server,
	    .from = item->mail_from,
	    .to = item->mail_to,
	    .on = item->on,
	    .notification = item->notification,
	    .incident = item->incident,
	    .limit_ms = limit_ms(job)};

	if (mail.server == NULL || mail.from == NULL) {
		(void)snprintf(
		    detail, HOOK_DETAIL_BYTES, "mail.server is not configured");
		return ERR_INVALID;
	}
	(void)clock_gettime(CLOCK_REALTIME, &now);
	mail.now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	return mail_send(&mail, detail);
}

static enum err
post_callback(const struct job *job, const struct job_item *item, char *detail)
{
	char *body = cJSON_PrintUnformatted(item->callback);
	const struct callback callback = {.url = item->url,
	    .secret_file = item->secret_file,
	    .token_file = item->token_file,
	    .body = body,
	    .notification = item->notification,
	    .limit_ms = limit_ms(job)};
	enum err err;

	if (body == NULL) {
		(void)snprintf(detail, HOOK_DETAIL_BYTES, "out of memory");
		return ERR_MEMORY;
	}
	err = callback_post(&callback, detail);
	free(body);
	return err;
}

static enum err
tell(const struct job *job, const struct job_item *item, char *detail)
{
	if (item->url != NULL)
		return post_callback(job, item, detail);
	return item->command != NULL ? run_command(job, item, detail)
				     : send_mail(job, item, detail);
}

static bool
add_outcome(cJSON *outcomes, const struct job_item *item, const char *detail)
{
	cJSON *outcome = cJSON_CreateObject();

	if (!cJSON_AddItemToArray(outcomes, outcome)) {
		cJSON_Delete(outcome);
		return false;
	}
	if (!json_add_number(outcome, "notification", item->notification))
		return false;
	if (item->drop != NULL)
		return cJSON_AddStringToObject(outcome, "drop", item->drop) !=
		       NULL;
	return cJSON_AddStringToObject(outcome, "detail", detail) != NULL;
}

static enum err
send_item(const struct job *job, const struct job_item *item, cJSON *outcomes,
    char *why)
{
	char detail[HOOK_DETAIL_BYTES] = "";
	enum err err = OK;

	if (item->drop == NULL)
		err = tell(job, item, detail);
	KILL_POINT(notified);
	if (err != OK) {
		(void)snprintf(
		    why, JOB_WHY_BYTES, "hook %.64s: %s", item->hook, detail);
		normal_mend(why);
		return err == ERR_MEMORY ? err : ERR_IO;
	}
	if (add_outcome(outcomes, item, detail))
		return OK;
	(void)snprintf(why, JOB_WHY_BYTES, "notify ran out of memory");
	return ERR_MEMORY;
}

enum err
notify_job(const struct job *job, cJSON **outcomes, char *why)
{
	enum err err = OK;

	*outcomes = cJSON_CreateArray();
	if (*outcomes == NULL) {
		(void)snprintf(why, JOB_WHY_BYTES, "notify ran out of memory");
		return ERR_MEMORY;
	}
	for (size_t i = 0; i < job->count && err == OK; i++)
		err = send_item(job, &job->items[i], *outcomes, why);
	if (err != OK) {
		cJSON_Delete(*outcomes);
		*outcomes = NULL;
	}
	return err;
}
