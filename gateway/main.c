/* tocsin-gateway: HTTP in front of the broker. */
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "gateway/gateway.h"
#include "gateway/gather.h"
#include "gateway/listen.h"
#include "protocol/heap.h"
#include "protocol/json_memory.h"
#include "protocol/log.h"

enum { SPARE_FILES = 64, DRAIN_MS = 5000, DRAIN_LOOK_MS = 50, WHY_MAX = 512 };

struct running {
	struct gateway gateway;
	uv_loop_t loop;
	uv_signal_t signals[2];
	uv_timer_t drain;
	uint64_t drain_until_ms;
};

struct arguments {
	const char *home, *key, *config;
};

static void
usage(FILE *to)
{
	(void)fputs("usage: tocsin-gateway --key FILE [--config FILE] "
		    "[--home DIR]\n"
		    "  --key FILE     key file of a principal with the role "
		    "gateway\n"
		    "  --config FILE  the configuration; its gateway.* "
		    "settings count here\n"
		    "  --home DIR     what relative paths in it are relative "
		    "to; / when not given\n"
		    "  --version, --help\n",
	    to);
}

enum { ASKED_FOR_HELP = -1 };

/* 0, ASKED_FOR_HELP, or the exit code of a refusal. */
static int
read_arguments(int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {
	    {"key", required_argument, NULL, 'k'},
	    {"config", required_argument, NULL, 'c'},
	    {"home", required_argument, NULL, 'd'},
	    {"version", no_argument, NULL, 'v'},
	    {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'k':
			arguments->key = optarg;
			break;
		case 'c':
			arguments->config = optarg;
			break;
		case 'd':
			arguments->home = optarg;
			break;
		case 'v':
			(void)puts("tocsin-gateway " TOCSIN_VERSION);
			return ASKED_FOR_HELP;
		case 'h':
			usage(stdout);
			return ASKED_FOR_HELP;
		default:
			usage(stderr);
			return err_exit(ERR_INVALID);
		}
	}
	if (optind == argc && arguments->key != NULL)
		return 0;
	usage(stderr);
	return err_exit(ERR_INVALID);
}

/* As many connections as there are descriptors for. */
static unsigned
connections(void)
{
	struct rlimit files;
	rlim_t wanted = LIMIT_HTTP_CONNECTIONS_MAX + SPARE_FILES;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return SPARE_FILES;
	files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
	(void)setrlimit(RLIMIT_NOFILE, &files);
	return files.rlim_cur > (rlim_t)2 * SPARE_FILES
		   ? (unsigned)(files.rlim_cur - SPARE_FILES)
		   : SPARE_FILES;
}

/* ---- ending ---- */

static void
close_handle(uv_handle_t *handle, void *arg)
{
	(void)arg;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

/* Who waits for the broker is answered first. */
static void
on_drain(uv_timer_t *timer)
{
	struct running *running = timer->data;

	if (courier_open_questions(running->gateway.courier) == 0 ||
	    uv_now(&running->loop) >= running->drain_until_ms)
		uv_stop(&running->loop);
}

static void
on_signal(uv_signal_t *signal, int number)
{
	struct running *running = signal->data;

	if (running->gateway.stopping)
		return;
	log_info(
	    "%s: answering what is in flight, then ending", strsignal(number));
	running->gateway.stopping = true;
	running->drain_until_ms = uv_now(&running->loop) + DRAIN_MS;
	http_quiesce(running->gateway.http);
	(void)uv_timer_start(
	    &running->drain, on_drain, DRAIN_LOOK_MS, DRAIN_LOOK_MS);
}

/* ---- beginning ---- */

static enum err
open_http(struct running *running, const struct config *config, char *why)
{
	struct http_options options = {.begin = route_begin,
	    .take = route_take,
	    .end = route_end,
	    .arg = &running->gateway,
	    .idle_ms = (uint64_t)config->gateway_idle_ms,
	    .body_ms = (uint64_t)config->gateway_body_ms,
	    .connections_max = connections()};
	char *certificate = NULL, *key = NULL, where[LISTEN_WHERE_MAX];
	enum err err = OK;

	if (config->gateway_certificate[0] != '\0') {
		err = listen_read_pem(
		    config->gateway_certificate, &certificate, why, WHY_MAX);
		if (err == OK)
			err = listen_read_pem(
			    config->gateway_private_key, &key, why, WHY_MAX);
	}
	if (err == OK)
		err = listen_open(config, &options.fd, where, why, WHY_MAX);
	options.certificate = certificate;
	options.private_key = key;
	if (err == OK) {
		err =
		    http_open(&running->loop, &options, &running->gateway.http);
		if (err != OK)
			(void)snprintf(why, WHY_MAX,
			    certificate != NULL
				? "gateway.certificate and "
				  "gateway.private_key do not make a pair"
				: "the HTTP server does not start");
	}
	if (err == OK)
		log_info("ready: %s, %u connections", where,
		    options.connections_max);
	free(certificate);
	if (key != NULL)
		sodium_memzero(key, strlen(key));
	free(key);
	return err;
}

static void
watch_signals(struct running *running)
{
	static const int numbers[] = {SIGTERM, SIGINT};
	size_t i;

	for (i = 0; i < 2; i++) {
		(void)uv_signal_init(&running->loop, &running->signals[i]);
		running->signals[i].data = running;
		(void)uv_signal_start(
		    &running->signals[i], on_signal, numbers[i]);
	}
	(void)uv_timer_init(&running->loop, &running->drain);
	running->drain.data = running;
}

static enum err
run(const struct config *config, const struct key *key, char *why)
{
	static struct running running;
	enum err err;

	(void)signal(SIGPIPE, SIG_IGN);
	if (uv_loop_init(&running.loop) != 0)
		return ERR_MEMORY;
	err =
	    signatures_open(config, &running.gateway.signatures, why, WHY_MAX);
	if (err == OK) {
		err = courier_open(&running.loop, key,
		    (uint64_t)config->gateway_answer_ms,
		    &running.gateway.courier);
		if (err != OK)
			(void)snprintf(why, WHY_MAX,
			    "no connection can be made with the key");
	}
	if (err == OK)
		err = gather_new(&running.gateway.gather);
	if (err == OK) {
		courier_before(running.gateway.courier, gather_send,
		    running.gateway.gather);
		err = open_http(&running, config, why);
	}
	if (err == OK) {
		watch_signals(&running);
		(void)uv_run(&running.loop, UV_RUN_DEFAULT);
	}
	if (running.gateway.courier != NULL) {
		courier_before(running.gateway.courier, NULL, NULL);
		courier_close(running.gateway.courier);
	}
	gather_free(&running.gateway.gather);
	if (running.gateway.http != NULL)
		http_close(running.gateway.http);
	uv_walk(&running.loop, close_handle, NULL);
	(void)uv_run(&running.loop, UV_RUN_DEFAULT);
	(void)uv_loop_close(&running.loop);
	courier_free(&running.gateway.courier);
	http_free(&running.gateway.http);
	signatures_close(&running.gateway.signatures);
	return err;
}

static enum err
load(const struct arguments *arguments, struct config *config, struct key *key,
    char *why)
{
	const char *home = arguments->home != NULL ? arguments->home : "/";
	enum err err = OK;

	if (arguments->config != NULL)
		err =
		    config_load(arguments->config, home, config, why, WHY_MAX);
	if (arguments->config == NULL || err == ERR_MISSING)
		err = config_default(home, config);
	if (err == OK)
		err = key_load(arguments->key, key, why, WHY_MAX);
	return err;
}

int
main(int argc, char **argv)
{
	struct arguments arguments = {0};
	static struct config config;
	static struct key key;
	char why[WHY_MAX] = "out of memory";
	enum err err;
	int code = read_arguments(argc, argv, &arguments);

	log_as("gateway: ");
	if (code != 0)
		return code == ASKED_FOR_HELP ? 0 : code;
	if (sodium_init() < 0)
		return err_exit(ERR_INTERNAL);
	heap_keep();
	json_memory_use();
	err = load(&arguments, &config, &key, why);
	if (err == OK && config.gateway_listen[0] == '\0')
		log_info("gateway.listen is empty: there is nothing to do");
	else if (err == OK)
		err = run(&config, &key, why);
	if (err != OK)
		(void)fprintf(stderr, "tocsin-gateway: %s\n", why);
	key_wipe(&key);
	config_fini(&config);
	return err == OK ? 0 : err_exit(err);
}
