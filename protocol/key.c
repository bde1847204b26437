#include "protocol/key.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "protocol/ask.h"
#include "protocol/json.h"
#include "protocol/private_file.h"

enum { FILE_BYTES_MAX = 16384, Z85_CHARACTERS = 40, KEY_BYTES = 32 };

__attribute__((format(printf, 4, 5))) static enum err
say(enum err err, char *why, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(why, size, format, args);
	va_end(args);
	return err;
}

int
key_public_valid(const char *text)
{
	static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       ".-:+=^!/*?&<>()[]{}@%$#";
	uint8_t bytes[KEY_BYTES];

	return strlen(text) == Z85_CHARACTERS &&
	       strspn(text, alphabet) == Z85_CHARACTERS &&
	       zmq_z85_decode(bytes, text) != NULL;
}

enum err
key_make(struct key *key)
{
	if (zmq_curve_keypair(key->public_z85, key->secret_z85) != 0)
		return ERR_INTERNAL;
	return OK;
}

void
key_wipe(struct key *key)
{
	sodium_memzero(key->secret_z85, sizeof(key->secret_z85));
}

static bool
add_text(cJSON *json, const char *name, const char *text)
{
	return text[0] == '\0' ||
	       cJSON_AddStringToObject(json, name, text) != NULL;
}

static bool
add_endpoints(
    cJSON *json, const char *name, const char *first, const char *second)
{
	const char *both[] = {first, second};
	cJSON *list;
	size_t i;

	if (first[0] == '\0' && second[0] == '\0')
		return true;
	list = cJSON_AddArrayToObject(json, name);
	for (i = 0; list != NULL && i < 2; i++)
		if (both[i][0] != '\0' &&
		    !cJSON_AddItemToArray(list, cJSON_CreateString(both[i])))
			return false;
	return list != NULL;
}

/* The file's text, for free(); NULL when out of memory. */
static char *
print(const struct key *key)
{
	cJSON *json = cJSON_CreateObject();
	char *text = NULL;

	if (json != NULL && add_text(json, "name", key->name) &&
	    add_text(json, "public", key->public_z85) &&
	    add_text(json, "secret", key->secret_z85) &&
	    add_text(json, "server", key->server_z85) &&
	    add_endpoints(json, "people", key->people, key->people_remote) &&
	    add_endpoints(json, "sensors", key->sensors, key->sensors_remote))
		text = cJSON_Print(json);
	cJSON_Delete(json);
	return text;
}

/* Erases text, which may hold a secret, and frees it. */
static void
erase(char *text)
{
	if (text == NULL)
		return;
	sodium_memzero(text, strlen(text));
	free(text);
}

static enum err
write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ERR_IO;
		bytes += n;
		len -= (size_t)n;
	}
	return OK;
}

/* Makes the names in the folder of path durable. */
static enum err
sync_folder(const char *path)
{
	char copy[PATH_MAX];
	enum err err;
	int fd;

	if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
		return ERR_IO;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	err = fsync(fd) == 0 ? OK : ERR_IO;
	(void)close(fd);
	return err;
}

static enum err
write_file(const char *path, const char *text)
{
	int fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	enum err err;

	if (fd < 0)
		return ERR_IO;
	err = write_all(fd, text, strlen(text));
	if (err == OK && (fchmod(fd, 0600) != 0 || fsync(fd) != 0))
		err = ERR_IO;
	if (close(fd) != 0)
		err = ERR_IO;
	if (err != OK)
		(void)unlink(path);
	return err;
}

enum err
key_save(const struct key *key, const char *path)
{
	char temporary[PATH_MAX];
	char *text;
	enum err err;

	if (snprintf(temporary, sizeof(temporary), "%s.%08x", path,
		randombytes_random()) >= (int)sizeof(temporary))
		return ERR_IO;
	text = print(key);
	if (text == NULL)
		return ERR_MEMORY;
	err = write_file(temporary, text);
	erase(text);
	if (err != OK)
		return err;
	/* A link, not a rename: it never takes the place of another key. */
	if (link(temporary, path) != 0)
		err = errno == EEXIST ? ERR_CONFLICT : ERR_IO;
	(void)unlink(temporary);
	return err == OK ? sync_folder(path) : err;
}

/* Copies the string at name to out; absent leaves out empty. */
static bool
take_text(const cJSON *json, const char *name, char *out, size_t size)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);

	out[0] = '\0';
	if (item == NULL)
		return true;
	return cJSON_IsString(item) &&
	       snprintf(out, size, "%s", item->valuestring) < (int)size;
}

static bool
take_key(const cJSON *json, const char *name, char out[KEY_Z85_BYTES])
{
	return take_text(json, name, out, KEY_Z85_BYTES) &&
	       (out[0] == '\0' || key_public_valid(out));
}

static bool
take_endpoints(const cJSON *json, const char *name, char *first, char *second)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, name);
	char *out[] = {first, second};
	int i;

	first[0] = '\0';
	second[0] = '\0';
	if (list == NULL)
		return true;
	if (!cJSON_IsArray(list))
		return false;
	for (i = 0; i < 2 && i < cJSON_GetArraySize(list); i++) {
		const cJSON *item = cJSON_GetArrayItem(list, i);

		if (!cJSON_IsString(item) || item->valuestring[0] == '\0' ||
		    snprintf(out[i], KEY_ENDPOINT_MAX, "%s",
			item->valuestring) >= KEY_ENDPOINT_MAX)
			return false;
	}
	return true;
}

static bool
is_pair(const struct key *key)
{
	char derived[KEY_Z85_BYTES];

	return key->secret_z85[0] == '\0' ||
	       (zmq_curve_public(derived, key->secret_z85) == 0 &&
		   strcmp(derived, key->public_z85) == 0);
}

/* The first member that is not as it should be, or NULL. */
static const char *
take_members(const cJSON *json, struct key *key)
{
	if (!take_text(json, "name", key->name, sizeof(key->name)) ||
	    !name_valid(key->name))
		return "name";
	if (!take_key(json, "public", key->public_z85) ||
	    key->public_z85[0] == '\0')
		return "public";
	if (!take_key(json, "secret", key->secret_z85) || !is_pair(key))
		return "secret";
	if (!take_key(json, "server", key->server_z85))
		return "server";
	if (!take_endpoints(json, "people", key->people, key->people_remote))
		return "people";
	if (!take_endpoints(json, "sensors", key->sensors, key->sensors_remote))
		return "sensors";
	return NULL;
}

static enum err
parse(const char *path, const char *text, size_t len, struct key *key,
    char *why, size_t size)
{
	struct json_fault fault;
	const char *wrong;
	cJSON *json, *secret;
	enum err err = json_parse(text, len, false, &json, &fault);

	if (err == ERR_MEMORY)
		return say(err, why, size, "%s: out of memory", path);
	if (err != OK)
		return say(ERR_INVALID, why, size, "%s: byte %zu: %s", path,
		    fault.offset, fault.reason);
	wrong = take_members(json, key);
	secret = cJSON_GetObjectItemCaseSensitive(json, "secret");
	if (cJSON_IsString(secret))
		sodium_memzero(
		    secret->valuestring, strlen(secret->valuestring));
	cJSON_Delete(json);
	if (wrong == NULL)
		return OK;
	return say(ERR_INVALID, why, size,
	    "%s: not a key file: \"%s\" is missing or not right", path, wrong);
}

enum err
key_load(const char *path, struct key *key, char *why, size_t size)
{
	size_t len;
	char *text;
	enum err err =
	    private_file_read(path, FILE_BYTES_MAX, &text, &len, why, size);

	if (err == ERR_TOO_LARGE)
		return say(ERR_INVALID, why, size,
		    "%s: not a key file: more than %d bytes", path,
		    FILE_BYTES_MAX);
	if (err != OK)
		return err;
	memset(key, 0, sizeof(*key));
	err = parse(path, text, len, key, why, size);
	private_file_wipe(&text, len);
	if (err != OK)
		sodium_memzero(key, sizeof(*key));
	return err;
}
