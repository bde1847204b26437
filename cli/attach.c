#include "cli/attach.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/claim.h"
#include "cli/command.h"
#include "cli/local.h"
#include "cli/remote.h"
#include "cli/report.h"
#include "cli/shape.h"
#include "cli/value.h"
#include "protocol/json.h"

enum {
	HEX_BYTES = crypto_hash_sha256_BYTES * 2 + 1,
	ASTRAY_MAX = 8, /* times that the broker has another part of it */
	PATH_BYTES = 4096,
};

struct source {
	const char *path, *name;
	int fd;
	uint64_t bytes;
	char sha256[HEX_BYTES];
	unsigned char chunk[LIMIT_FILE_CHUNK_BYTES_MAX];
};

/* ---- putting ---- */

static enum err
refuse_large(const struct source *source, struct fault *fault)
{
	return fault_set(fault, ERR_TOO_LARGE,
	    "%s: has more than %d bytes: compress it, or split it",
	    source->path, LIMIT_FILE_BYTES_MAX);
}

static enum err
hash_file(struct source *source, struct fault *fault)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;
	ssize_t got;

	(void)crypto_hash_sha256_init(&state);
	while ((got = read(source->fd, source->chunk, sizeof(source->chunk))) >
	       0) {
		(void)crypto_hash_sha256_update(
		    &state, source->chunk, (unsigned long long)got);
		source->bytes += (uint64_t)got;
		/* It may have grown meanwhile. */
		if (source->bytes > LIMIT_FILE_BYTES_MAX)
			return refuse_large(source, fault);
	}
	if (got < 0)
		return fault_here(fault, ERR_IO, "%s: cannot be read: %s",
		    source->path, strerror(errno));
	if (source->bytes == 0)
		return fault_set(fault, ERR_INVALID,
		    "%s: is empty, which is no evidence", source->path);
	(void)crypto_hash_sha256_final(&state, hash);
	(void)sodium_bin2hex(source->sha256, HEX_BYTES, hash, sizeof(hash));
	return OK;
}

static enum err
open_source(struct source *source, const char *path, struct fault *fault)
{
	const char *slash = strrchr(path, '/');
	struct stat status;

	source->path = path;
	source->name = slash != NULL ? slash + 1 : path;
	source->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (source->fd < 0)
		return fault_here(fault, errno == ENOENT ? ERR_MISSING : ERR_IO,
		    "%s: %s", path, strerror(errno));
	if (fstat(source->fd, &status) != 0 || !S_ISREG(status.st_mode))
		return fault_set(fault, ERR_INVALID,
		    "%s: is no file: put what is in it into an archive", path);
	if (status.st_size > LIMIT_FILE_BYTES_MAX)
		return refuse_large(source, fault);
	return hash_file(source, fault);
}

static void
set_number(cJSON *body, const char *key, uint64_t number)
{
	cJSON_DeleteItemFromObjectCaseSensitive(body, key);
	if (!json_add_number(body, key, (int64_t)number))
		(void)claim(NULL);
}

static cJSON *
body_of(const cJSON *incident, const struct source *source)
{
	cJSON *body = claim(cJSON_Duplicate(incident, true));

	(void)claim(cJSON_AddStringToObject(body, "name", source->name));
	(void)claim(cJSON_AddStringToObject(body, "sha256", source->sha256));
	set_number(body, "bytes", source->bytes);
	return body;
}

/* Sends what the file holds at offset; with no bytes it only asks. */
static enum err
send_chunk(struct session *session, struct client *client, cJSON *body,
    struct source *source, bool ask, uint64_t offset, struct answer *answer,
    struct fault *fault)
{
	struct wire_part part = {.bytes = (const char *)source->chunk};
	ssize_t got = 0;

	if (!ask)
		got = pread(source->fd, source->chunk, sizeof(source->chunk),
		    (off_t)offset);
	if (got < 0)
		return fault_here(fault, ERR_IO, "%s: cannot be read: %s",
		    source->path, strerror(errno));
	part.len = (size_t)got;
	set_number(body, "offset", offset);
	answer_fini(answer);
	answer_init(answer);
	return remote_ask(session, client, VERB_file_put, body, &part,
	    got > 0 ? 1 : 0, answer, fault);
}

/* Is the upload where somebody else, or a restart, left it? */
static bool
went_astray(enum err err, const struct answer *answer)
{
	const char *field = json_text(answer->body, "field");

	return err == ERR_CONFLICT && field != NULL &&
	       strcmp(field, "offset") == 0;
}

static enum err
upload(struct session *session, struct client *client, const cJSON *incident,
    struct source *source, struct answer *answer, struct fault *fault)
{
	cJSON *body = body_of(incident, source);
	uint64_t offset = 0;
	unsigned astray = 0;
	bool ask = true;
	enum err err;

	do {
		err = send_chunk(
		    session, client, body, source, ask, offset, answer, fault);
		ask = went_astray(err, answer) && ++astray < ASTRAY_MAX;
		if (ask)
			err = OK;
		else
			offset =
			    (uint64_t)json_number(answer->body, "received", 0);
	} while (
	    err == OK && (ask || !cJSON_HasObjectItem(answer->body, "file")));
	cJSON_Delete(body);
	return err;
}

static enum err
attach_one(struct session *session, struct client *client,
    const cJSON *incident, const char *path, cJSON *files, struct fault *fault)
{
	struct source *source = claim(calloc(1, sizeof(*source)));
	struct answer answer;
	enum err err;

	answer_init(&answer);
	err = open_source(source, path, fault);
	if (err == OK)
		err = upload(session, client, incident, source, &answer, fault);
	if (err == OK) {
		cJSON *row = claim(cJSON_Duplicate(answer.body, true));

		(void)claim(cJSON_AddStringToObject(row, "name", source->name));
		if (!cJSON_AddItemToArray(files, row))
			(void)claim(NULL);
	}
	answer_fini(&answer);
	if (source->fd >= 0)
		(void)close(source->fd);
	free(source);
	return err;
}

static enum err
attach_all(struct session *session, const struct local_args *args,
    cJSON *incident, cJSON *files, struct fault *fault)
{
	struct client *client = NULL;
	enum err err;
	size_t i;

	if (args->words_count < 2)
		return fault_set(fault, ERR_INVALID,
		    "say which incident and which files (usage: tocsin %s %s)",
		    local_row(LOCAL_attach)->name,
		    local_row(LOCAL_attach)->usage);
	err = value_add(incident, args_field(VERB_file_put, "incident"),
	    session, args->words[0], fault);
	if (err == OK)
		err = remote_open(
		    session, remote_front(VERB_file_put), &client, fault);
	for (i = 1; err == OK && i < args->words_count; i++)
		err = attach_one(
		    session, client, incident, args->words[i], files, fault);
	client_close(&client);
	return err;
}

int
local_attach(struct session *session, const struct local_args *args)
{
	cJSON *incident = claim(cJSON_CreateObject());
	cJSON *body = report_new(), *files = claim(cJSON_CreateArray());
	const cJSON *row;
	struct fault fault;
	enum err err;

	report_member(body, "files", files);
	err = attach_all(session, args, incident, files, &fault);
	if (!session->json)
		cJSON_ArrayForEach (row, files)
			report_done(session, report_new(),
			    "%s has a new file %" PRId64 ": %s, %" PRId64
			    " bytes, SHA-256 %s",
			    shape_text(row, "id"), json_number(row, "file", 0),
			    shape_text(row, "name"),
			    json_number(row, "bytes", 0),
			    shape_text(row, "sha256"));
	else if (err == OK)
		command_json(session, body);
	cJSON_Delete(body);
	cJSON_Delete(incident);
	return err == OK ? 0 : report_fail(session, &fault);
}

/* ---- getting ---- */

const char *
attach_safe_name(const char *name, char out[SAFE_NAME_MAX])
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	size_t i;

	for (i = 0; name[i] != '\0' && i + 1 < SAFE_NAME_MAX; i++)
		out[i] = strchr(safe, name[i]) != NULL ? name[i] : '_';
	out[i] = '\0';
	if (i == 0)
		(void)snprintf(out, SAFE_NAME_MAX, "file");
	/* Neither hidden, nor up, nor taken for an option. */
	if (out[0] == '.' || out[0] == '-')
		out[0] = '_';
	return out;
}

struct target {
	char path[PATH_BYTES], part[PATH_BYTES + 8];
	bool force;
	int fd;
	uint64_t bytes;
	crypto_hash_sha256_state state;
};

static enum err
check_free(const char *path, bool force, struct fault *fault)
{
	struct stat status;

	if (path == NULL || force || lstat(path, &status) != 0 ||
	    (stat(path, &status) == 0 && S_ISDIR(status.st_mode)))
		return OK;
	return fault_set(fault, ERR_CONFLICT,
	    "%s: is there already: say another -o PATH, or --force", path);
}

/* Where it is to lie; a folder gets it under its own name, made safe. */
static enum err
open_target(struct target *target, const char *path, const char *name,
    struct fault *fault)
{
	char safe[SAFE_NAME_MAX];
	struct stat status;
	int len;

	if (path == NULL)
		path = ".";
	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		len = snprintf(target->path, sizeof(target->path), "%s/%s",
		    path, attach_safe_name(name, safe));
	else
		len = snprintf(target->path, sizeof(target->path), "%s", path);
	if (len >= (int)sizeof(target->path))
		return fault_set(
		    fault, ERR_INVALID, "-o: the path is too long");
	if (check_free(target->path, target->force, fault) != OK)
		return fault->err;
	(void)snprintf(
	    target->part, sizeof(target->part), "%s.part", target->path);
	(void)unlink(target->part);
	target->fd = open(target->part,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (target->fd < 0)
		return fault_here(fault, ERR_IO, "%s: cannot be written: %s",
		    target->part, strerror(errno));
	(void)crypto_hash_sha256_init(&target->state);
	return OK;
}

static enum err
take_chunk(
    struct target *target, const struct answer *answer, struct fault *fault)
{
	struct wire_part part =
	    wire_frame(&answer->message, answer->first_attachment);
	const char *bytes = part.bytes;
	size_t left = part.len;

	while (left > 0) {
		ssize_t some = write(target->fd, bytes, left);

		if (some < 0)
			return fault_here(fault, ERR_IO,
			    "%s: cannot be written: %s", target->part,
			    strerror(errno));
		bytes += some;
		left -= (size_t)some;
	}
	(void)crypto_hash_sha256_update(
	    &target->state, (const unsigned char *)part.bytes, part.len);
	target->bytes += part.len;
	return OK;
}

/* It is what it was when it was put there, or it is nothing. */
static enum err
end_target(struct target *target, const char *sha256, struct fault *fault)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	char hex[HEX_BYTES];
	int moved;

	(void)crypto_hash_sha256_final(&target->state, hash);
	(void)sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	if (strcmp(hex, sha256) != 0)
		return fault_set(fault, ERR_IO,
		    "what came is not what was put there: its SHA-256 is %s, "
		    "not %s; nothing was written",
		    hex, sha256);
	moved = target->force ? rename(target->part, target->path)
			      : link(target->part, target->path);
	if (moved == 0)
		return OK;
	return fault_here(fault, errno == EEXIST ? ERR_CONFLICT : ERR_IO,
	    "%s: cannot be written: %s", target->path, strerror(errno));
}

static enum err
download(struct args *args, struct session *session, struct client *client,
    const cJSON *given, struct target *target, struct fault *fault)
{
	uint64_t bytes = (uint64_t)json_number(given, "bytes", 0);
	cJSON *body = claim(cJSON_CreateObject());
	struct answer answer;
	enum err err = OK;

	(void)claim(cJSON_AddStringToObject(
	    body, "incident", shape_text(args->body, "incident")));
	set_number(body, "file", (uint64_t)json_number(given, "file", 0));
	answer_init(&answer);
	while (err == OK && (target->fd < 0 || target->bytes < bytes)) {
		set_number(body, "offset", target->bytes);
		answer_fini(&answer);
		answer_init(&answer);
		err = remote_ask(session, client, VERB_file_read, body, NULL, 0,
		    &answer, fault);
		if (err == OK && target->fd < 0)
			err = open_target(target, args->extras[EXTRA_o],
			    shape_text(answer.body, "name"), fault);
		if (err == OK && answer.attachments != 1)
			err = fault_set(fault, ERR_IO,
			    "the answer has no bytes of the file");
		if (err == OK)
			err = take_chunk(target, &answer, fault);
	}
	answer_fini(&answer);
	cJSON_Delete(body);
	return err == OK
		   ? end_target(target, shape_text(given, "sha256"), fault)
		   : err;
}

enum err
attach_get(struct args *args, struct session *session, struct client *client,
    struct fault *fault)
{
	struct target target = {
	    .force = args->extras[EXTRA_force] != NULL, .fd = -1};
	struct answer answer;
	cJSON *said;
	enum err err;

	answer_init(&answer);
	/* What cannot be written is not asked for: asking is an entry. */
	err = check_free(args->extras[EXTRA_o], target.force, fault);
	if (err == OK)
		err = remote_ask(session, client, VERB_file_get, args->body,
		    NULL, 0, &answer, fault);
	if (err == OK)
		err = download(
		    args, session, client, answer.body, &target, fault);
	if (target.fd >= 0) {
		(void)close(target.fd);
		(void)unlink(target.part);
	}
	if (err == OK) {
		said = claim(cJSON_Duplicate(answer.body, true));
		report_text(said, "path", target.path);
		report_done(session, said,
		    "%s: %" PRIu64 " bytes, as they were put there (SHA-256 "
		    "%s); that you read it stands in the journal",
		    target.path, target.bytes,
		    shape_text(answer.body, "sha256"));
	}
	answer_fini(&answer);
	return err;
}
