/*
 * The configuration: one YAML file, read with libfyaml (the only file that
 * knows it is config.c), checked against config.def.
 */
#ifndef TOCSIN_PROTOCOL_CONFIG_H
#define TOCSIN_PROTOCOL_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"
#include "protocol/words.h"

enum {
	CONFIG_HOOKS_MAX = 32,
	CONFIG_LEVELS_MAX = 8,
	CONFIG_CALLBACKS_MAX = 16,
	CONFIG_SOURCES_MAX = 256,
	CONFIG_SIGNATURES_MAX = 32,
	CONFIG_VERSION_TEXT = 17,
	CONFIG_FILE_MAX = 262144
};

/* The source of the alerts that the broker raises itself. */
#define CONFIG_OWN_SOURCE "tocsin"

struct config_hook {
	char name[65];
	bool on[OCCASION_COUNT];
	enum severity severity;
	enum tlp tlp;
	char command[1025];
	char mail_to[257];
};

/* Where a source's sender hears what became of its alerts. */
struct config_callback {
	char name[65];
	char source[65];
	char url[1025];
	bool on[OCCASION_COUNT];
	char secret_file[1025], token_file[1025]; /* "" for none */
};

/* How long an incident of one severity may wait; 0: as long as it likes. */
struct config_target {
	int64_t acknowledge_ms, resolve_ms;
};

/* One level of the escalation chain; assign and hook are "" for none. */
struct config_level {
	char name[65];
	char assign[65];
	char hook[65]; /* the name of one that is told of escalations */
};

/* What is known of one source. */
struct config_source {
	char name[65];
	int64_t interval_ms; /* it is heard at least so often; 0: who knows */
	int64_t rate, burst; /* its quota; 0: as its sensor's */
};

/* An address at which bodies are signed. */
struct config_signature {
	char name[65];
	char path[257];
	char header[65], prefix[33];
	char timestamp_header[65]; /* "": no time is signed */
	int64_t tolerance_ms;
	char secret_file[1025], token_file[1025];
};

struct config {
	/* SHA-free short name of these settings: the first 8 bytes, in hex, of
	 * the file's BLAKE2b.  "default" is the version of no file at all. */
	char version[CONFIG_VERSION_TEXT];
	char *text; /* the file as read, "" for none; owned */
	char people_tcp[201], people_ipc[108]; /* "": none */
	char sensors_tcp[201], sensors_ipc[108];
	char store_path[1025];
	int64_t segment_mib, reserve_mib;
	int64_t sensor_rate;
	enum severity triage_open, triage_attach;
	int64_t triage_window_ms;
	char triage_mappings[1025];
	int64_t triage_umbrella, triage_umbrella_window_ms;
	int64_t lease_triage_ms, lease_notify_ms;
	int64_t retry_first_ms, retry_attempts;
	int64_t workers_count;
	struct config_hook hooks[CONFIG_HOOKS_MAX];
	size_t hooks_count;
	struct config_callback callbacks[CONFIG_CALLBACKS_MAX];
	size_t callbacks_count;
	char mail_server[257], mail_from[257];
	/* Paths as they are written, "" for none; absolute. */
	char gateway_listen[65], gateway_plaintext[65];
	char gateway_certificate[1025], gateway_private_key[1025];
	int64_t gateway_idle_ms, gateway_body_ms, gateway_answer_ms;
	struct config_signature signatures[CONFIG_SIGNATURES_MAX];
	size_t signatures_count;
	struct config_target targets[SEVERITY_COUNT];
	int64_t escalation_repeat_ms;
	struct config_level chain[CONFIG_LEVELS_MAX];
	size_t chain_count;
	struct config_source sources[CONFIG_SOURCES_MAX];
	size_t sources_count;
	int64_t clock_skew_ms;
	enum severity silence_severity;
};

/*
 * Reads the file; config is yours, end it with config_fini.  A path that does
 * not exist is ERR_MISSING.  Relative paths in it are made absolute against
 * home.  On failure *config is empty.
 *
 * ERR_INVALID  why (size bytes) is one line for people, of the form
 *              "tocsin.yaml:12:9: triage.open: expected a severity (info, ...)".
 * ERR_IO, ERR_MEMORY, ERR_TOO_LARGE (CONFIG_FILE_MAX): why says so too.
 */
MUST_CHECK
enum err config_load(const char *path, const char *home, struct config *config,
    char *why, size_t size);

/* The same from memory (len bytes, called `path` in messages). */
MUST_CHECK
enum err config_parse(const char *text, size_t len, const char *path,
    const char *home, struct config *config, char *why, size_t size);

/*
 * Every default, for a home without a file.  ERR_MEMORY; ERR_INVALID: the path
 * of home is too long.
 */
MUST_CHECK
enum err config_default(const char *home, struct config *config);

void config_fini(struct config *config);

#endif
