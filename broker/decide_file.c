/* Files of an incident: one that is whole is added; one is given to read; one
 * is discarded. */
#include <inttypes.h>
#include <sodium.h>
#include <string.h>

#include "broker/decision.h"
#include "broker/file_named.h"

static void
answer_file(struct decision *d, const struct incident *incident,
    const struct incident_file *file)
{
	cJSON *answer = decision_answer_incident(d, incident);

	put_number(answer, "file", file->number);
	put_hex(answer, "sha256", file->sha256, SHA256_BYTES);
	put_number(answer, "bytes", file->bytes);
}

/* The bytes are on disk by now: see read_file.c. */
enum err
decide_file_put(struct decision *d)
{
	struct incident incident;
	struct incident_file file = {
	    .bytes = (uint64_t)ask_number(d->ask, "bytes", 0)};
	cJSON *facts;
	enum err err = decision_open_incident(d, &incident);

	if (err == OK &&
	    !file_sha256_read(ask_text(d->ask, "sha256"), file.sha256))
		err = decision_refuse(
		    d, ERR_INVALID, "sha256", "%s", FILE_SHA256_WANTED);
	if (err != OK)
		return err;
	/* The same bytes again are there already. */
	err = file_find(d->txn, incident.number, file.sha256, &file);
	if (err == OK && file.discarded_ms != 0)
		return decision_refuse(d, ERR_CONFLICT, "sha256",
		    FILE_WAS_DISCARDED, incident.number, file.number);
	if (err == OK)
		answer_file(d, &incident, &file);
	if (err != ERR_MISSING)
		return err;
	if (incident.files >= LIMIT_FILES_MAX)
		return decision_refuse(d, ERR_CONFLICT, "incident",
		    "INC-%" PRIu64 " has %d files, which is as many as there "
		    "may be: put the others into an archive",
		    incident.number, LIMIT_FILES_MAX);
	facts = decision_emit_incident(d, EVENT_file_added, &incident);
	file.number = incident.files + 1u;
	put_number(facts, "file", file.number);
	put_hex(facts, "sha256", file.sha256, SHA256_BYTES);
	put_number(facts, "bytes", file.bytes);
	decision_copy_text(d, "name");
	answer_file(d, &incident, &file);
	return OK;
}

/* What the fields name: the incident itself, merged or not, and its file. */
static enum err
find_file(
    struct decision *d, struct incident *incident, struct incident_file *file)
{
	struct incident root;
	enum err err = decision_named_incident(d, "incident", &root);

	if (err == OK)
		err = decision_own_incident(d, incident);
	if (err != OK)
		return err;
	err = file_named(d->txn, incident, ask_text(d->ask, "file"), file);
	if (err == ERR_MISSING)
		return decision_refuse(d, ERR_MISSING, "file",
		    "INC-%" PRIu64 " has no such file: `tocsin file list "
		    "INC-%" PRIu64 "` says which it has",
		    incident->number, incident->number);
	return err;
}

enum err
decide_file_get(struct decision *d)
{
	struct incident incident;
	struct incident_file file;
	cJSON *facts;
	enum err err = find_file(d, &incident, &file);

	if (err == OK && file.discarded_ms != 0)
		err = decision_refuse(d, ERR_CONFLICT, "file",
		    FILE_WAS_DISCARDED, incident.number, file.number);
	if (err != OK)
		return err;
	/* Reading changes nothing that another could have looked at. */
	facts = decision_emit(d, EVENT_file_read,
	    (struct ref){SUBJECT_INCIDENT, 0, incident.number});
	put_number(facts, "file", file.number);
	put_hex(facts, "sha256", file.sha256, SHA256_BYTES);
	answer_file(d, &incident, &file);
	return OK;
}

/* The bytes go once this is on disk: see sweep.h. */
enum err
decide_file_discard(struct decision *d)
{
	struct file_uses uses = {0};
	struct incident incident;
	struct incident_file file;
	cJSON *facts;
	enum err err = find_file(d, &incident, &file);

	if (err == OK && text_blank(ask_text(d->ask, "reason")))
		err = decision_refuse(d, ERR_INVALID, "reason",
		    "reason is empty: say why it must be gone");
	if (err == OK)
		err = file_uses(d->txn, file.sha256, &uses);
	if (err != OK)
		return err;
	if (file.discarded_ms == 0) {
		uses.kept--;
		facts =
		    decision_emit_incident(d, EVENT_file_discarded, &incident);
		put_number(facts, "file", file.number);
		put_hex(facts, "sha256", file.sha256, SHA256_BYTES);
		if (uses.kept > 0)
			put_number(facts, "kept", uses.kept);
		decision_copy_text(d, "reason");
	}
	answer_file(d, &incident, &file);
	put_number(d->answer, "kept", uses.kept);
	return OK;
}
