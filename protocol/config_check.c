#include "protocol/config_check.h"

#include <stdio.h>
#include <string.h>

#include "protocol/ask.h"
#include "protocol/limits.h"

enum err
config_check_hook(const void *row, char *reason, size_t size)
{
	const struct config_hook *hook = row;
	bool any = false;
	size_t i;

	for (i = OCCASION_triaged; i < OCCASION_COUNT; i++)
		if (hook->on[i]) {
			(void)snprintf(reason, size,
			    "on: %s is for notify.callbacks",
			    words_name(WORDS_OCCASION, (int)i));
			return ERR_INVALID;
		}
	for (i = 0; i < OCCASION_triaged; i++)
		any = any || hook->on[i];
	if (any && (hook->command[0] != '\0' || hook->mail_to[0] != '\0'))
		return OK;
	(void)snprintf(
	    reason, size, "%s is needed", any ? "command or mail_to" : "on");
	return ERR_INVALID;
}

/* Does the address lead no further than this machine? */
static bool
is_here(const char *url)
{
	static const char *const here[] = {
	    "http://127.0.0.1", "http://localhost", "http://[::1]"};
	size_t i, len;

	for (i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
		len = strlen(here[i]);
		if (strncmp(url, here[i], len) == 0 &&
		    (url[len] == '\0' || strchr(":/?", url[len]) != NULL))
			return true;
	}
	return false;
}

/* http or https, to a host; printable, without a password in it. */
static bool
is_url(const char *url)
{
	const char *host = strstr(url, "://"), *at;

	if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
		return false;
	host += 3;
	for (at = host; *at != '\0'; at++)
		if (*at <= ' ' || *at > '~' || *at == '#')
			return false;
	at = strpbrk(host, "/?");
	return *host != '\0' && at != host && strchr(host, '@') == NULL;
}

enum err
config_check_callback(const void *row, char *reason, size_t size)
{
	const struct config_callback *callback = row;
	bool any = false;
	size_t i;

	for (i = 0; i < OCCASION_triaged; i++)
		if (callback->on[i]) {
			(void)snprintf(reason, size,
			    "on: %s is for notify.hooks",
			    words_name(WORDS_OCCASION, (int)i));
			return ERR_INVALID;
		}
	for (; i < OCCASION_COUNT; i++)
		any = any || callback->on[i];
	if (!any)
		(void)snprintf(reason, size, "on is needed");
	else if (!name_valid(callback->source))
		(void)snprintf(
		    reason, size, "source: expected the name of a source");
	else if (!is_url(callback->url))
		(void)snprintf(reason, size,
		    "url: expected http://host... or https://host..., without "
		    "a password");
	else if (callback->token_file[0] != '\0' &&
		 strncmp(callback->url, "https://", 8) != 0 &&
		 !is_here(callback->url))
		(void)snprintf(reason, size,
		    "token_file: a token leaves this machine by https:// "
		    "alone");
	else
		return OK;
	return ERR_INVALID;
}

enum err
config_check_level(const void *row, char *reason, size_t size)
{
	const struct config_level *level = row;

	if (level->assign[0] == '\0' && level->hook[0] == '\0')
		(void)snprintf(reason, size, "assign or hook is needed");
	else if (level->assign[0] != '\0' && !name_valid(level->assign))
		(void)snprintf(
		    reason, size, "assign: expected the name of a person");
	else
		return OK;
	return ERR_INVALID;
}

enum err
config_check_source(const void *row, char *reason, size_t size)
{
	const struct config_source *source = row;

	if (strcmp(source->name, CONFIG_OWN_SOURCE) == 0)
		(void)snprintf(reason, size,
		    "name: " CONFIG_OWN_SOURCE " stands for the broker itself");
	else if (source->burst != 0 && source->rate == 0)
		(void)snprintf(reason, size, "burst needs a rate");
	else if (source->burst != 0 && source->burst < LIMIT_PUSH_ALERTS_MAX)
		(void)snprintf(reason, size,
		    "burst: at least %d, so that a whole message passes",
		    LIMIT_PUSH_ALERTS_MAX);
	else
		return OK;
	return ERR_INVALID;
}

/* RFC 9110's tokens, as far as headers are called so. */
static bool
is_header_name(const char *text)
{
	return strspn(text,
		   "abcdefghijklmnopqrstuvwxyz"
		   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == strlen(text);
}

enum err
config_check_signature(const void *row, char *reason, size_t size)
{
	const struct config_signature *signature = row;
	const char *path = signature->path;

	if (path[0] != '/' || strpbrk(path, "?# ") != NULL)
		(void)snprintf(reason, size,
		    "path: expected an address without a query, such as "
		    "/v1/alerts/SOURCE");
	else if (signature->header[0] == '\0')
		(void)snprintf(reason, size, "header is needed");
	else if (!is_header_name(signature->header))
		(void)snprintf(
		    reason, size, "header: expected the name of a header");
	else if (!is_header_name(signature->timestamp_header))
		(void)snprintf(reason, size,
		    "timestamp_header: expected the name of a header");
	else if (strchr(signature->prefix, ',') != NULL)
		(void)snprintf(
		    reason, size, "prefix: a comma stands between signatures");
	else if (signature->secret_file[0] == '\0' ||
		 signature->token_file[0] == '\0')
		(void)snprintf(
		    reason, size, "secret_file and token_file are needed");
	else
		return OK;
	return ERR_INVALID;
}

/* A notification names the one or the other. */
static enum err
check_callbacks(const struct config *config, char *reason, size_t size)
{
	size_t i, k;

	for (i = 0; i < config->callbacks_count; i++)
		for (k = 0; k < config->hooks_count; k++) {
			if (strcmp(config->callbacks[i].name,
				config->hooks[k].name) != 0)
				continue;
			(void)snprintf(reason, size,
			    "%s is the name of a hook already",
			    config->callbacks[i].name);
			return ERR_INVALID;
		}
	return OK;
}

/* One address has one secret. */
static enum err
check_signatures(const struct config *config, char *reason, size_t size)
{
	size_t i, k;

	for (i = 0; i < config->signatures_count; i++)
		for (k = 0; k < i; k++) {
			if (strcmp(config->signatures[i].path,
				config->signatures[k].path) != 0)
				continue;
			(void)snprintf(reason, size,
			    "%s and %s have the same path",
			    config->signatures[k].name,
			    config->signatures[i].name);
			return ERR_INVALID;
		}
	return OK;
}

/* A level's hook is one that is told of escalations. */
static enum err
check_chain(const struct config *config, char *reason, size_t size)
{
	const struct config_level *level;
	const struct config_hook *hook;
	size_t i, k;

	for (i = 0; i < config->chain_count; i++) {
		level = &config->chain[i];
		hook = NULL;
		for (k = 0; k < config->hooks_count; k++)
			if (strcmp(config->hooks[k].name, level->hook) == 0)
				hook = &config->hooks[k];
		if (level->hook[0] == '\0' ||
		    (hook != NULL && hook->on[OCCASION_escalated]))
			continue;
		(void)snprintf(reason, size,
		    hook == NULL
			? "level %s: no hook is called %s"
			: "level %s: hook %s needs escalated in its on",
		    level->name, level->hook);
		return ERR_INVALID;
	}
	return OK;
}

/* Absolute, or none: every program of Tocsin has another working folder. */
static bool
is_file_name(const char *path)
{
	return path[0] == '\0' || path[0] == '/';
}

enum err
config_check(
    const struct config *config, const char **path, char *reason, size_t size)
{
	size_t i;

	if (config->triage_attach > config->triage_open) {
		*path = "triage.attach";
		(void)snprintf(reason, size, "must not be above triage.open");
		return ERR_INVALID;
	}
	if ((config->gateway_certificate[0] == '\0') !=
	    (config->gateway_private_key[0] == '\0')) {
		*path = "gateway.certificate";
		(void)snprintf(
		    reason, size, "and gateway.private_key go together");
		return ERR_INVALID;
	}
	if (!is_file_name(config->gateway_certificate) ||
	    !is_file_name(config->gateway_private_key)) {
		*path = "gateway.certificate";
		(void)snprintf(
		    reason, size, "and gateway.private_key are absolute paths");
		return ERR_INVALID;
	}
	for (i = 0; i < config->hooks_count; i++) {
		if (config->hooks[i].mail_to[0] == '\0' ||
		    config->mail_server[0] != '\0')
			continue;
		*path = "mail.server";
		(void)snprintf(reason, size,
		    "is needed by the mail_to of hook %s",
		    config->hooks[i].name);
		return ERR_INVALID;
	}
	*path = "notify.callbacks";
	if (check_callbacks(config, reason, size) != OK)
		return ERR_INVALID;
	*path = "gateway.signatures";
	if (check_signatures(config, reason, size) != OK)
		return ERR_INVALID;
	*path = "escalation.chain";
	return check_chain(config, reason, size);
}
