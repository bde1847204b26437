/* tocsin-worker: takes jobs from the broker and hands in what came of them. */
#include <getopt.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/heap.h"
#include "protocol/json_memory.h"
#include "workers/formats.h"
#include "workers/worker.h"

static volatile sig_atomic_t stop;

static void
on_signal(int number)
{
	(void)number;
	stop = 1;
}

static void
usage(FILE *to)
{
	(void)fprintf(to,
	    "usage: tocsin-worker --key FILE [--workflow NAME]... "
	    "[--credit N]\n"
	    "                     [--mappings DIR]\n"
	    "  --key FILE       key file of a principal with the role worker\n"
	    "  --workflow NAME  triage or notify; both when not given\n"
	    "  --credit N       jobs taken ahead, 1 to %d; 8 when not given\n"
	    "  --mappings DIR   mappings of one's own, beside those that came "
	    "with "
	    "Tocsin\n"
	    "  --version, --help\n",
	    LIMIT_WORKER_CREDIT_MAX);
}

static int
wrong(const char *what, const char *value)
{
	(void)fprintf(stderr, "tocsin-worker: %s%s\n", what, value);
	usage(stderr);
	return err_exit(ERR_INVALID);
}

/* Finishing the job in hand comes first: a wait is cut short, no more. */
static void
catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
	action.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &action, NULL);
}

static bool
read_workflow(const char *name, struct worker_settings *settings)
{
	int value = words_value(WORDS_WORKFLOW, name);

	if (value < 0)
		return false;
	settings->runs[value] = true;
	return true;
}

static bool
read_credit(const char *text, struct worker_settings *settings)
{
	char *end;
	long value = strtol(text, &end, 10);

	settings->credit = (int)value;
	return end != text && *end == '\0' && value >= 1 &&
	       value <= LIMIT_WORKER_CREDIT_MAX;
}

enum { ASKED_FOR_HELP = -1 };

/* 0, ASKED_FOR_HELP, or the exit code of a refusal. */
static int
read_arguments(int argc, char **argv, struct worker_settings *settings,
    const char **key, const char **mappings)
{
	static const struct option options[] = {
	    {"key", required_argument, NULL, 'k'},
	    {"workflow", required_argument, NULL, 'w'},
	    {"credit", required_argument, NULL, 'c'},
	    {"mappings", required_argument, NULL, 'm'},
	    {"version", no_argument, NULL, 'v'},
	    {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'k':
			*key = optarg;
			break;
		case 'w':
			if (!read_workflow(optarg, settings))
				return wrong("no such workflow: ", optarg);
			break;
		case 'c':
			if (!read_credit(optarg, settings))
				return wrong("not a credit: ", optarg);
			break;
		case 'm':
			*mappings = optarg;
			break;
		case 'v':
			(void)puts("tocsin-worker " TOCSIN_VERSION);
			return ASKED_FOR_HELP;
		case 'h':
			usage(stdout);
			return ASKED_FOR_HELP;
		default:
			usage(stderr);
			return err_exit(ERR_INVALID);
		}
	}
	if (optind < argc)
		return wrong("an argument too many: ", argv[optind]);
	if (*key == NULL)
		return wrong("--key is missing", "");
	return 0;
}

int
main(int argc, char **argv)
{
	static struct worker_settings settings = {.credit = 8};
	const char *path = NULL, *mappings = NULL;
	struct formats *formats = NULL;
	bool any = false;
	char why[FORMATS_WHY_BYTES];
	enum err err;
	int code;

	code = read_arguments(argc, argv, &settings, &path, &mappings);
	if (code != 0)
		return code == ASKED_FOR_HELP ? 0 : code;
	for (int i = 0; i < WORKFLOW_COUNT; i++)
		any = any || settings.runs[i];
	if (!any)
		settings.runs[WORKFLOW_triage] =
		    settings.runs[WORKFLOW_notify] = true;
	if (sodium_init() < 0)
		return err_exit(ERR_INTERNAL);
	heap_keep();
	json_memory_use();
	/* Before anything foreign is read, and while files can be. */
	err = settings.runs[WORKFLOW_triage]
		  ? formats_open(&formats, mappings, why)
		  : OK;
	settings.formats = formats;
	if (err == OK)
		err = key_load(path, &settings.key, why, sizeof(why));
	if (err != OK) {
		formats_close(&formats);
		(void)fprintf(stderr, "tocsin-worker: %s\n", why);
		return err_exit(err);
	}
	catch_signals();
	err = worker_run(&settings, &stop);
	key_wipe(&settings.key);
	formats_close(&formats);
	if (err != OK)
		(void)fprintf(stderr, "tocsin-worker: cannot work: %s\n",
		    err_meaning(err));
	return err_exit(err);
}
