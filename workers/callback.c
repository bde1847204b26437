#include "workers/callback.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/read_some.h"
#include "workers/plain.h"

enum {
	HEADER_BYTES = CALLBACK_FILE_BYTES_MAX + 64,
	SUCCESS = 200,
	OTHER = 300
};

/* What a file of the administrator holds, without the end of its last line. */
struct secret {
	char bytes[CALLBACK_FILE_BYTES_MAX + 1];
	size_t len;
};

static enum err
open_private(const char *path, int *fd, char *detail)
{
	struct stat status;

	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd >= 0 && fstat(*fd, &status) == 0 && S_ISREG(status.st_mode) &&
	    (status.st_mode & 077) == 0)
		return OK;
	(void)snprintf(detail, CALLBACK_DETAIL_BYTES,
	    *fd < 0 ? "%.300s: %s"
		    : "%.300s: %s: it has to be a file that others than its "
		      "owner cannot read (chmod 600)",
	    path, *fd < 0 ? strerror(errno) : "not private");
	if (*fd >= 0)
		(void)close(*fd);
	return ERR_IO;
}

static enum err
read_secret(const char *path, struct secret *secret, char *detail)
{
	char *text = NULL;
	size_t len = 0;
	int fd;
	enum err err = open_private(path, &fd, detail);

	if (err != OK)
		return err;
	err = read_some(fd, sizeof(secret->bytes) + 1, &text, &len);
	(void)close(fd);
	while (err == OK && len > 0 && strchr("\r\n", text[len - 1]) != NULL)
		len--;
	if (err == OK && (len == 0 || len > CALLBACK_FILE_BYTES_MAX ||
			     memchr(text, '\0', len) != NULL))
		err = ERR_INVALID;
	if (err == OK) {
		memcpy(secret->bytes, text, len);
		secret->bytes[len] = '\0';
		secret->len = len;
	} else {
		(void)snprintf(detail, CALLBACK_DETAIL_BYTES,
		    "%.300s: has to hold 1 to %d bytes of text", path,
		    CALLBACK_FILE_BYTES_MAX);
	}
	if (text != NULL)
		sodium_memzero(text, len);
	free(text);
	return err == OK ? OK : ERR_IO;
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

/* Adds the header; false without memory. */
static bool
add(struct curl_slist **headers, const char *name, const char *value)
{
	char line[HEADER_BYTES + 32];
	struct curl_slist *longer;

	(void)snprintf(line, sizeof(line), "%s: %s", name, value);
	longer = curl_slist_append(*headers, line);
	sodium_memzero(line, sizeof(line));
	if (longer != NULL)
		*headers = longer;
	return longer != NULL;
}

static enum err
add_proofs(
    const struct callback *callback, struct curl_slist **headers, char *detail)
{
	char value[HEADER_BYTES], signature[CALLBACK_SIGNATURE_BYTES];
	struct secret secret = {.len = 0};
	bool fits = true;
	enum err err = OK;

	if (callback->secret_file != NULL)
		err = read_secret(callback->secret_file, &secret, detail);
	if (err == OK && callback->secret_file != NULL) {
		callback_sign(
		    secret.bytes, secret.len, callback->body, signature);
		fits = add(headers, "X-Tocsin-Signature", signature);
	}
	if (err == OK && callback->token_file != NULL)
		err = read_secret(callback->token_file, &secret, detail);
	if (err == OK && callback->token_file != NULL) {
		(void)snprintf(value, sizeof(value), "Bearer %s", secret.bytes);
		fits = fits && add(headers, "Authorization", value);
		sodium_memzero(value, sizeof(value));
	}
	sodium_memzero(&secret, sizeof(secret));
	if (err == OK && fits)
		return OK;
	if (err == OK)
		(void)snprintf(detail, CALLBACK_DETAIL_BYTES, "out of memory");
	return err == OK ? ERR_MEMORY : err;
}

static enum err
make_headers(
    const struct callback *callback, struct curl_slist **headers, char *detail)
{
	char number[24];

	(void)snprintf(
	    number, sizeof(number), "%" PRId64, callback->notification);
	/* One number through all its tries: who gets it twice sees it. */
	if (!add(headers, "Content-Type", "application/json") ||
	    !add(headers, "X-Tocsin-Notification", number) ||
	    !add(headers, "Expect", "")) {
		(void)snprintf(detail, CALLBACK_DETAIL_BYTES, "out of memory");
		return ERR_MEMORY;
	}
	return add_proofs(callback, headers, detail);
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
