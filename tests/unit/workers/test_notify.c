#include "answered.h"

#include <signal.h>

#include "protocol/json.h"
#include "workers/notify.h"

static struct job job;
static struct answer answer;
static char why[JOB_WHY_BYTES];

static enum err
run(const char *items, cJSON **outcomes)
{
	char body[2048];

	(void)signal(SIGPIPE, SIG_IGN);
	(void)snprintf(
	    body, sizeof(body), "{" ANSWERED_NOTIFY "\"items\":[%s]}", items);
	answered(&answer, body, NULL, 0);
	cr_assert_eq(job_read(&answer, &job, why), OK, "%s", why);
	return notify_job(&job, outcomes, why);
}

#define COMMAND(number, path)                                                  \
	"{\"notification\":" number ",\"hook\":\"page\",\"on\":\"opened\","    \
	"\"command\":\"" path "\",\"incident\":{\"id\":\"INC-1\"}}"

Test(notify_job, tells_what_came_of_each)
{
	cJSON *outcomes, *wanted;

	cr_assert_eq(
	    run(COMMAND(
		    "3", "/bin/cat") ",{\"notification\":4,\"drop\":\"tlp\"}",
		&outcomes),
	    OK, "%s", why);
	wanted = cJSON_Parse("[{\"notification\":3,\"detail\":\"exit 0: "
			     "{\\\"id\\\":\\\"INC-1\\\"}\"},"
			     "{\"notification\":4,\"drop\":\"tlp\"}]");
	cr_assert(
	    cJSON_Compare(outcomes, wanted, true), "%s", cJSON_Print(outcomes));
	cJSON_Delete(outcomes);
	cJSON_Delete(wanted);
	answer_fini(&answer);
}

Test(notify_job, fails_with_the_reason)
{
	cJSON *outcomes;

	cr_assert_eq(run(COMMAND("3", "/bin/false"), &outcomes), ERR_IO);
	cr_assert_null(outcomes);
	cr_assert_str_eq(why, "hook page: exit 1");
	answer_fini(&answer);
	cr_assert_eq(run(COMMAND("3", "/nowhere/x"), &outcomes), ERR_IO);
	cr_assert_str_eq(why, "hook page: cannot be started: No such file or "
			      "directory");
	answer_fini(&answer);
	cr_assert_eq(run("{\"notification\":3,\"hook\":\"m\",\"on\":"
			 "\"opened\",\"mail_to\":\"a@b.c\",\"incident\":{}}",
			 &outcomes),
	    ERR_IO);
	cr_assert_str_eq(why, "hook m: mail.server is not configured");
	answer_fini(&answer);
}

Test(notify_job, does_not_run_what_is_dropped)
{
	cJSON *outcomes;

	cr_assert_eq(run("{\"notification\":4,\"drop\":\"no_such_hook\","
			 "\"command\":\"/bin/false\"}",
			 &outcomes),
	    OK);
	cr_assert_str_eq(
	    json_text(cJSON_GetArrayItem(outcomes, 0), "drop"), "no_such_hook");
	cJSON_Delete(outcomes);
	answer_fini(&answer);
}
