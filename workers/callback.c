#include "workers/callback.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/private_file.h"
#include "workers/plain.h"

enum {
	HEADER_BYTES = CALLBACK_FILE_BYTES_MAX + 64,
	SUCCESS = 200,
	OTHER = 300
};

/* A file of the administrator's: text, and not nothing. */
static enum err
read_secret(const char *path, char **text, size_t *len, char *detail)
{
	enum err err = private_file_read(path, CALLBACK_FILE_BYTES_MAX, text,
	    len, detail, CALLBACK_DETAIL_BYTES);

	if (err != OK)
		return err == ERR_MEMORY ? err : ERR_IO;
	if (*len > 0 && memchr(*text, '\0', *len) == NULL)
		return OK;
	private_file_wipe(text, *len);
	(void)snprintf(detail, CALLBACK_DETAIL_BYTES,
	    "%.300s: has to hold a line of text", path);
	return ERR_IO;
}

void
callback_sign(const char *secret, size_t secret_len, const char *body,
    char out[CALLBACK_SIGNATURE_BYTES])
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	char hex[2 * sizeof(mac) + 1];

	(void)crypto_auth_hmacsha256_init(
	    &state, (const unsigned char *)secret, secret_len);
	(void)crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)body, strlen(body));
	(void)crypto_auth_hmacsha256_final(&state, mac);
	(void)sodium_bin2hex(hex, sizeof(hex), mac, sizeof(mac));
	(void)snprintf(out, CALLBACK_SIGNATURE_BYTES, "sha256=%s", hex);
}

/* ---- headers ---- */

static enum err
add(struct curl_slist **headers, const char *name, const char *value,
    char *detail)
{
	char line[HEADER_BYTES + 32];
	struct curl_slist *longer;

	(void)snprintf(line, sizeof(line), "%s: %s", name, value);
	longer = curl_slist_append(*headers, line);
	sodium_memzero(line, sizeof(line));
	if (longer == NULL) {
		(void)snprintf(detail, CALLBACK_DETAIL_BYTES, "out of memory");
		return ERR_MEMORY;
	}
	*headers = longer;
	return OK;
}

static enum err
add_signature(
    const struct callback *callback, struct curl_slist **headers, char *detail)
{
	char signature[CALLBACK_SIGNATURE_BYTES], *secret;
	size_t len;
	enum err err;

	if (callback->secret_file == NULL)
		return OK;
	err = read_secret(callback->secret_file, &secret, &len, detail);
	if (err != OK)
		return err;
	callback_sign(secret, len, callback->body, signature);
	private_file_wipe(&secret, len);
	return add(headers, "X-Tocsin-Signature", signature, detail);
}

static enum err
add_bearer(
    const struct callback *callback, struct curl_slist **headers, char *detail)
{
	char value[HEADER_BYTES], *token;
	size_t len;
	enum err err;

	if (callback->token_file == NULL)
		return OK;
	err = read_secret(callback->token_file, &token, &len, detail);
	if (err != OK)
		return err;
	(void)snprintf(value, sizeof(value), "Bearer %s", token);
	private_file_wipe(&token, len);
	err = add(headers, "Authorization", value, detail);
	sodium_memzero(value, sizeof(value));
	return err;
}

static enum err
make_headers(
    const struct callback *callback, struct curl_slist **headers, char *detail)
{
	char number[24];
	enum err err;

	(void)snprintf(
	    number, sizeof(number), "%" PRId64, callback->notification);
	err = add(headers, "Content-Type", "application/json", detail);
	/* One number through all its tries: who gets it twice sees it. */
	if (err == OK)
		err = add(headers, "X-Tocsin-Notification", number, detail);
	if (err == OK)
		err = add(headers, "Expect", "", detail);
	if (err == OK)
		err = add_signature(callback, headers, detail);
	if (err == OK)
		err = add_bearer(callback, headers, detail);
	return err;
}

/* ---- sending ---- */

/* Reads the answer and drops it, up to a bound. */
static size_t
drop(char *bytes, size_t size, size_t count, void *arg)
{
	size_t *read = arg;

	(void)bytes;
	*read += size * count;
	return *read > CALLBACK_ANSWER_BYTES_MAX ? 0 : size * count;
}

static CURLcode
transfer(CURL *curl, const struct callback *callback,
    struct curl_slist *headers, char *why, long *status)
{
	size_t read = 0;
	CURLcode code;

	/* These fail for an option that the library lacks, or for memory. */
	(void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
	(void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(curl, CURLOPT_URL, callback->url);
	(void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, callback->body);
	(void)curl_easy_setopt(curl, CURLOPT_USERAGENT, "tocsin");
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, &read);
	(void)curl_easy_setopt(
	    curl, CURLOPT_TIMEOUT_MS, (long)callback->limit_ms);
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	code = curl_easy_perform(curl);
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
	/* What it said is enough, however much more it says. */
	return read > CALLBACK_ANSWER_BYTES_MAX && *status != 0 ? CURLE_OK
								: code;
}

static enum err
post(const struct callback *callback, struct curl_slist *headers, char *detail)
{
	char why[CURL_ERROR_SIZE] = "", plain[CURL_ERROR_SIZE];
	CURLcode code = CURLE_OUT_OF_MEMORY;
	CURL *curl = curl_easy_init();
	long status = 0;

	if (curl != NULL)
		code = transfer(curl, callback, headers, why, &status);
	curl_easy_cleanup(curl);
	if (code == CURLE_OK) {
		(void)snprintf(
		    detail, CALLBACK_DETAIL_BYTES, "answered %ld", status);
		return status >= SUCCESS && status < OTHER ? OK : ERR_IO;
	}
	(void)plain_copy(why[0] != '\0' ? why : curl_easy_strerror(code), false,
	    plain, sizeof(plain));
	(void)snprintf(
	    detail, CALLBACK_DETAIL_BYTES, "not answered: %s", plain);
	return code == CURLE_OUT_OF_MEMORY ? ERR_MEMORY : ERR_IO;
}

enum err
callback_post(const struct callback *callback, char *detail)
{
	struct curl_slist *headers = NULL;
	enum err err;

	if (strncmp(callback->url, "http://", 7) != 0 &&
	    strncmp(callback->url, "https://", 8) != 0) {
		(void)snprintf(detail, CALLBACK_DETAIL_BYTES,
		    "the address is neither http:// nor https://");
		return ERR_INVALID;
	}
	err = make_headers(callback, &headers, detail);
	if (err == OK)
		err = post(callback, headers, detail);
	curl_slist_free_all(headers);
	return err;
}
