/* Files: an upload's chunks, a file's chunks, and the list of an incident. */
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "broker/file_named.h"
#include "broker/holds.h"
#include "broker/reading.h"
#include "protocol/log.h"
#include "store/evidence.h"

/* ---- which incident ---- */

/* What the field names, or what it was merged into. */
static enum err
find_incident(struct reading *r, bool own, struct incident *incident)
{
	struct ref ref = ask_ref(r->ask, "incident");
	char text[REF_TEXT_MAX];
	enum err err = own ? incident_get(r->txn, ref.number, incident)
			   : incident_resolve(r->txn, ref.number, incident);

	if (err != ERR_MISSING && (err != OK || reading_shows(r, incident)))
		return err;
	return reading_refuse(r, ERR_MISSING, "incident",
	    "there is no %s, or you may not know of it", ref_format(ref, text));
}

/* ---- putting ---- */

/* A name that leads nowhere and says nothing to a terminal. */
static bool
name_fits(const char *name)
{
	const unsigned char *at = (const unsigned char *)name;

	if (name[0] == '\0' || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return false;
	for (; *at != '\0'; at++)
		if (*at < ' ' || *at == 0x7f || *at == '/' || *at == '\\')
			return false;
	return true;
}

static enum err
check_put(struct reading *r, struct incident *incident,
    unsigned char sha256[SHA256_BYTES])
{
	enum err err = find_incident(r, false, incident);

	if (err != OK)
		return err;
	if (!status_is_open(incident->status))
		return reading_refuse(r, ERR_CONFLICT, "incident",
		    "INC-%" PRIu64 " is %s: reopen it first", incident->number,
		    words_name(WORDS_STATUS, (int)incident->status));
	if (!file_sha256_read(ask_text(r->ask, "sha256"), sha256))
		return reading_refuse(
		    r, ERR_INVALID, "sha256", "%s", FILE_SHA256_WANTED);
	if (!name_fits(ask_text(r->ask, "name")))
		return reading_refuse(r, ERR_INVALID, "name",
		    "a file's name has no slashes and no control characters: "
		    "say its last part");
	if (ask_number(r->ask, "bytes", 0) == 0)
		return reading_refuse(
		    r, ERR_INVALID, "bytes", "an empty file is no evidence");
	return OK;
}

/* Says what the disk would not do; what is at fault here is never told. */
static enum err
refuse_disk(struct reading *r, enum err err, const char *what)
{
	if (err == ERR_FULL)
		return reading_refuse(r, ERR_BUSY, "",
		    "the disk has no room for files: what came so far is kept, "
		    "go on later");
	log_error("evidence: %s: %s", what, err_meaning(err));
	return err;
}

/* May one more upload begin? */
static enum err
begin(struct reading *r, const struct evidence_upload *upload)
{
	size_t unfinished;
	enum err err = evidence_begin(upload, r->health->now_ms, &unfinished);

	if (err != OK)
		return refuse_disk(r, err, "begin");
	if (unfinished < LIMIT_UPLOADS_MAX)
		return OK;
	return reading_refuse(r, ERR_CONFLICT, "sha256",
	    "you have %d uploads unfinished: finish one, or wait until it "
	    "is forgotten",
	    LIMIT_UPLOADS_MAX);
}

/* The chunk belongs where the upload ends. */
static enum err
append(
    struct reading *r, const struct evidence_upload *upload, uint64_t *received)
{
	uint64_t offset = (uint64_t)ask_number(r->ask, "offset", 0);
	enum err err = OK;

	if (offset != *received)
		return reading_refuse(r, ERR_CONFLICT, "offset",
		    "%" PRIu64 " bytes of it are here: go on there", *received);
	if (r->chunk_len > upload->bytes - offset)
		return reading_refuse(r, ERR_TOO_LARGE, "bytes",
		    "the chunk ends behind the %" PRIu64
		    " bytes that the file is said to have",
		    upload->bytes);
	if (offset == 0)
		err = begin(r, upload);
	if (err != OK)
		return err;
	err = evidence_append(upload, offset, r->chunk, r->chunk_len);
	if (err != OK)
		return refuse_disk(r, err, "append");
	*received += r->chunk_len;
	return OK;
}

static enum err
finish(struct reading *r, const struct evidence_upload *upload)
{
	enum err err = holds_add(r->holds, upload->sha256);

	if (err != OK)
		return err;
	err = evidence_finish(upload);
	if (err != OK)
		holds_drop(r->holds, upload->sha256);
	if (err == ERR_CORRUPT)
		return reading_refuse(r, ERR_CONFLICT, "sha256",
		    "what came is not what sha256 says, and was thrown away: "
		    "send it again from the start");
	r->whole = err == OK;
	return err == OK ? OK : refuse_disk(r, err, "finish");
}

enum err
reading_put(struct reading *r)
{
	struct evidence_upload upload = {
	    .store = r->config->store_path,
	    .principal = r->actor->number,
	    .bytes = (uint64_t)ask_number(r->ask, "bytes", 0),
	};
	unsigned char sha256[SHA256_BYTES];
	struct incident incident;
	struct incident_file file;
	uint64_t received;
	enum err err = check_put(r, &incident, sha256);

	if (err != OK)
		return err;
	err = file_find(r->txn, incident.number, sha256, &file);
	if (err == OK && file.discarded_ms != 0)
		return reading_refuse(r, ERR_CONFLICT, "sha256",
		    FILE_WAS_DISCARDED, incident.number, file.number);
	/* There already: decide says so, or gives the first answer again. */
	if (err == OK)
		err = holds_add(r->holds, ask_text(r->ask, "sha256"));
	r->whole = err == OK;
	if (err != ERR_MISSING)
		return err;
	if (incident.files >= LIMIT_FILES_MAX)
		return reading_refuse(r, ERR_CONFLICT, "incident",
		    "INC-%" PRIu64 " has %d files, which is as many as there "
		    "may be: put the others into an archive",
		    incident.number, LIMIT_FILES_MAX);
	memcpy(upload.sha256, ask_text(r->ask, "sha256"), SHA256_HEX);
	err = evidence_received(&upload, &received);
	if (err != OK)
		return refuse_disk(r, err, "look");
	if (r->chunk_len > 0)
		err = append(r, &upload, &received);
	if (err == OK && received == upload.bytes)
		err = finish(r, &upload);
	r->answer = put_object(NULL, NULL);
	put_number(r->answer, "received", received);
	return err;
}

/* ---- a chunk of a file ---- */

static enum err
give(struct reading *r, const struct incident_file *file)
{
	struct attachment *attachment = &r->attachments[0];
	uint64_t offset = (uint64_t)ask_number(r->ask, "offset", 0);
	char sha256[SHA256_HEX + 1], name[LIMIT_FILE_NAME_BYTES_MAX + 1];
	enum err err;

	(void)sodium_bin2hex(
	    sha256, sizeof(sha256), file->sha256, SHA256_BYTES);
	attachment->bytes = malloc(LIMIT_FILE_CHUNK_BYTES_MAX);
	if (attachment->bytes == NULL)
		return ERR_MEMORY;
	r->attachments_count = 1;
	err = evidence_read(r->config->store_path, sha256, offset,
	    attachment->bytes, LIMIT_FILE_CHUNK_BYTES_MAX, &attachment->len);
	if (err == ERR_MISSING ||
	    (err == OK && attachment->len == 0 && offset < file->bytes))
		return reading_refuse(r, ERR_INTERNAL, "",
		    "the evidence is damaged: file %s is missing or cut; "
		    "restore it from a backup, tocsin-verify says which are",
		    sha256);
	if (err != OK)
		return refuse_disk(r, err, "read");
	put_number(r->answer, "bytes", file->bytes);
	put_text(r->answer, "sha256", sha256);
	if (file_name(r->txn, file->incident, file->number, name) == OK)
		put_text(r->answer, "name", name);
	return OK;
}

enum err
read_file_read(struct reading *r)
{
	struct incident incident, root;
	struct incident_file file;
	uint64_t given_ms;
	enum err err = find_incident(r, false, &root);

	if (err == OK)
		err = find_incident(r, true, &incident);
	if (err != OK)
		return err;
	err = file_get(r->txn, incident.number,
	    (uint32_t)ask_number(r->ask, "file", 0), &file);
	if (err == ERR_MISSING)
		return reading_refuse(r, ERR_MISSING, "file",
		    "INC-%" PRIu64 " has no such file", incident.number);
	if (err == OK && file.discarded_ms != 0)
		return reading_refuse(r, ERR_CONFLICT, "file",
		    FILE_WAS_DISCARDED, incident.number, file.number);
	if (err == OK)
		err = file_read_ms(r->txn, incident.number, file.number,
		    r->actor->number, &given_ms);
	if (err != OK)
		return err;
	/* Who reads, and when, stands in the journal before they can. */
	if (given_ms == 0 || r->health->now_ms > given_ms + LIMIT_FILE_READ_MS)
		return reading_refuse(r, ERR_CONFLICT, "file",
		    "ask with file.get first: every reading is written down, "
		    "and holds for an hour");
	return give(r, &file);
}

/* ---- lists ---- */

struct rows {
	struct reading *r;
	cJSON *out;
	size_t count, limit;
	bool more;
	enum err err;
};

struct readers_of {
	struct reading *r;
	cJSON *names;
};

static bool
add_reader(void *arg, uint32_t principal, uint64_t at_ms)
{
	const struct readers_of *of = arg;

	(void)at_ms;
	view_person(of->names, NULL, of->r->txn, principal);
	return true;
}

/* Who was given it to read, and whether it is still there. */
static enum err
put_custody(struct reading *r, cJSON *row, const struct incident_file *file)
{
	struct readers_of of = {r, put_array(row, "read_by")};

	if (file->discarded_ms != 0) {
		view_person(row, "discarded_by", r->txn, file->discarded_by);
		put_time(row, "discarded", file->discarded_ms);
	}
	return file_read_each(
	    r->txn, file->incident, file->number, add_reader, &of);
}

static bool
add_file(void *arg, const struct incident_file *file)
{
	char name[LIMIT_FILE_NAME_BYTES_MAX + 1];
	struct rows *rows = arg;
	cJSON *row = put_object(NULL, NULL);

	put_incident(row, "incident", file->incident);
	put_number(row, "file", file->number);
	if (file_name(rows->r->txn, file->incident, file->number, name) == OK)
		put_text(row, "name", name);
	else
		put_flag(row, "erased", true);
	put_number(row, "bytes", file->bytes);
	put_hex(row, "sha256", file->sha256, SHA256_BYTES);
	view_person(row, "added_by", rows->r->txn, file->added_by);
	put_time(row, "added", file->added_ms);
	rows->err = put_custody(rows->r, row, file);
	rows->more = !reading_fits(rows->r, row, rows->count);
	if (rows->more || rows->err != OK) {
		cJSON_Delete(row);
		return false;
	}
	put_item(rows->out, NULL, row);
	rows->count++;
	return true;
}

static bool
add_files(void *arg, const struct incident *incident)
{
	struct rows *rows = arg;
	enum err err = OK;

	if (rows->limit-- == 0) {
		rows->more = true;
		return false;
	}
	if (incident->files > 0)
		err = file_each(rows->r->txn, incident->number, add_file, rows);
	if (rows->err == OK)
		rows->err = err;
	return rows->err == OK && !rows->more;
}

enum err
reading_files(
    struct reading *r, cJSON *out, const struct incident *incident, bool own)
{
	struct rows rows = {
	    .r = r,
	    .out = put_array(out, "files"),
	    .limit = INCIDENTS_COUNTED_MAX,
	};
	enum err err = OK;

	if (own || incident->merged_into != 0)
		(void)add_files(&rows, incident);
	else
		err = incident_tree_each(r->txn, incident, add_files, &rows);
	if (rows.more)
		put_flag(out, "files_more", true);
	return err == OK ? rows.err : err;
}

enum err
read_file_list(struct reading *r)
{
	bool own = ask_flag(r->ask, "own", false);
	struct incident incident;
	enum err err = find_incident(r, own, &incident);

	if (err != OK)
		return err;
	put_incident(r->answer, "id", incident.number);
	return reading_files(r, r->answer, &incident, own);
}
