#include "broker/offline.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "broker/boot.h"
#include "broker/decide.h"
#include "broker/moment.h"
#include "protocol/ask.h"
#include "protocol/key.h"
#include "store/fold.h"

enum { PATH_BYTES = 1200, KEY_CHARACTERS = 40 };

__attribute__((format(printf, 4, 5))) static enum err
say(enum err err, char *why, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(why, size, format, args);
	va_end(args);
	return err;
}

/* ---- reading an enrolment ---- */

static enum err
read_roles(
    char *text, struct offline_enrolment *enrolment, char *why, size_t size)
{
	char *rest = NULL, *role;

	for (role = strtok_r(text, "+", &rest); role != NULL;
	     role = strtok_r(NULL, "+", &rest)) {
		if (role_bit(role) == 0)
			return say(ERR_INVALID, why, size,
			    "there is no role %.64s", role);
		enrolment->roles |= role_bit(role);
	}
	if (enrolment->roles == 0)
		return say(
		    ERR_INVALID, why, size, "%s has no role", enrolment->name);
	return OK;
}

static enum err
read_sources(
    char *text, struct offline_enrolment *enrolment, char *why, size_t size)
{
	char *rest = NULL, *source;

	for (source = strtok_r(text, "+", &rest); source != NULL;
	     source = strtok_r(NULL, "+", &rest)) {
		if (!name_valid(source) ||
		    enrolment->sources_count == LIMIT_SOURCES_MAX)
			return say(ERR_INVALID, why, size,
			    "%.64s is no source's name, or one too many",
			    source);
		(void)snprintf(enrolment->sources[enrolment->sources_count++],
		    sizeof(enrolment->sources[0]), "%s", source);
	}
	return OK;
}

enum err
offline_read_enrolment(const char *text, struct offline_enrolment *enrolment,
    char *why, size_t size)
{
	char copy[4096], *roles, *key, *sources;
	enum err err;

	memset(enrolment, 0, sizeof(*enrolment));
	if (strlen(text) >= sizeof(copy))
		return say(ERR_INVALID, why, size, "an enrolment is too long");
	memcpy(copy, text, strlen(text) + 1);
	roles = strchr(copy, ':');
	key = roles != NULL ? strchr(roles + 1, ':') : NULL;
	if (key == NULL || strlen(key + 1) < KEY_CHARACTERS)
		return say(ERR_INVALID, why, size,
		    "expected NAME:ROLE[+ROLE]:PUBLIC[:SOURCE+SOURCE], got "
		    "%.100s",
		    text);
	*roles++ = '\0';
	*key++ = '\0';
	sources = key + KEY_CHARACTERS;
	if (*sources != '\0' && *sources != ':')
		return say(ERR_INVALID, why, size,
		    "a public key has %d characters", KEY_CHARACTERS);
	memcpy(enrolment->public_z85, key, KEY_CHARACTERS);
	if (!name_valid(copy))
		return say(ERR_INVALID, why, size,
		    "%.64s cannot be a name: lower case letters, digits and "
		    "._@-",
		    copy);
	memcpy(enrolment->name, copy, strlen(copy) + 1);
	err = read_roles(roles, enrolment, why, size);
	if (err == OK && *sources == ':')
		err = read_sources(sources + 1, enrolment, why, size);
	return err;
}

/* ---- appending the decisions of nobody but the machine's owner ---- */

/* Appends and folds what was decided. */
static enum err
append(struct booted *booted, struct state_txn **txn,
    struct record *const *records, size_t count)
{
	struct journal_head head;
	struct position position;
	struct counters counters;
	struct entry entry;
	uint64_t now_ms = moment_wall_ms();
	size_t i;
	enum err err = state_counters(*txn, &counters);

	if (err != OK)
		return err;
	/* The clock may have gone back; an entry's time never does. */
	if (now_ms < counters.time_ms)
		now_ms = counters.time_ms;
	journal_head(booted->journal, &head);
	for (i = 0; i < count; i++)
		record_number(records[i], head.seq + 1 + i, now_ms, 0);
	err = journal_append(booted->journal, &head, records, count, &head);
	for (i = 0; err == OK && i < count; i++) {
		entry_of_record(records[i], &entry);
		err = fold_apply(*txn, &entry);
	}
	if (err != OK)
		return err;
	position.seq = head.seq;
	memcpy(position.hash, head.hash, HASH_BYTES);
	return state_commit(txn, &position);
}

/* A torn end that was cut is an entry itself. */
static enum err
keep_cut(struct booted *booted, const struct config *config)
{
	struct record *records[DECISION_EVENTS_MAX];
	struct decision decision;
	struct state_txn *txn;
	size_t made = 0, i;
	enum err err = state_begin(booted->state, true, &txn);

	if (err != OK)
		return err;
	decision_init(&decision);
	decision.txn = txn;
	decision.config = config;
	decision.verb = VERB_NONE;
	err = decide_cut(&decision, booted->repair.after, booted->repair.bytes);
	if (err == OK)
		err = decision_records(&decision, records, &made);
	if (err == OK)
		err = append(booted, &txn, records, made);
	for (i = 0; i < made; i++)
		record_release(&records[i]);
	decision_fini(&decision);
	state_abort(&txn);
	return err;
}

static enum err
decide_people(struct decision *decision,
    const struct offline_enrolment *enrolments, size_t count)
{
	struct counters counters;
	enum err err = state_counters(decision->txn, &counters);
	size_t i, j;

	for (i = 0; err == OK && i < count; i++) {
		const char *sources[LIMIT_SOURCES_MAX];
		struct enrolment enrolment = {.name = enrolments[i].name,
		    .public_z85 = enrolments[i].public_z85,
		    .roles = enrolments[i].roles,
		    .sources = sources,
		    .sources_count = enrolments[i].sources_count};

		for (j = 0; j < enrolment.sources_count; j++)
			sources[j] = enrolments[i].sources[j];
		err = decide_enrolment(
		    decision, &enrolment, (uint32_t)(counters.people + 1 + i));
	}
	return err;
}

/* Is a name or key taken already? */
static enum err
check_free(struct state_txn *txn, const struct offline_enrolment *enrolment,
    char *why, size_t size)
{
	struct person person;

	if (person_by_name(txn, enrolment->name, &person) == OK)
		return say(ERR_CONFLICT, why, size,
		    "%s is enrolled already; a name is one for ever, so "
		    "choose another",
		    enrolment->name);
	if (person_by_key(txn, enrolment->public_z85, &person) == OK)
		return say(ERR_CONFLICT, why, size, "this key is %s's already",
		    person.name);
	return OK;
}

static enum err
enrol(struct booted *booted, const struct config *config, bool first,
    const struct offline_enrolment *enrolments, size_t count, char *why,
    size_t size)
{
	struct record *records[DECISION_EVENTS_MAX];
	struct decision decision;
	struct state_txn *txn;
	size_t made = 0, i;
	enum err err = state_begin(booted->state, true, &txn);

	if (err != OK)
		return say(err, why, size, "the state cannot be written: %s",
		    err_meaning(err));
	for (i = 0; err == OK && i < count; i++)
		err = check_free(txn, &enrolments[i], why, size);
	if (err != OK) {
		state_abort(&txn);
		return err;
	}
	decision_init(&decision);
	decision.txn = txn;
	decision.config = config;
	decision.verb = VERB_NONE;
	decision.now_ms = moment_wall_ms();
	if (first)
		err = decide_created(
		    &decision, journal_store_id(booted->journal));
	if (err == OK)
		err = decide_people(&decision, enrolments, count);
	if (err == OK)
		err = decision_records(&decision, records, &made);
	if (err == OK)
		err = append(booted, &txn, records, made);
	if (err != OK)
		(void)say(err, why, size, "the first entries were not kept: %s",
		    decision.fault.message[0] != '\0' ? decision.fault.message
						      : err_meaning(err));
	for (i = 0; i < made; i++)
		record_release(&records[i]);
	decision_fini(&decision);
	state_abort(&txn);
	return err;
}

/* ---- folders and keys ---- */

/* Makes the folder and those above it; what is there stays as it is. */
static enum err
make_folder(const char *path, char *why, size_t size)
{
	char part[PATH_BYTES];
	char *slash;

	if (strlen(path) >= sizeof(part))
		return say(ERR_INVALID, why, size, "the path is too long");
	memcpy(part, path, strlen(path) + 1);
	for (slash = strchr(part + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(part, 0700);
		*slash = '/';
	}
	if (mkdir(part, 0700) != 0 && errno != EEXIST)
		return say(ERR_IO, why, size, "cannot make %s: %s", path,
		    strerror(errno));
	return OK;
}

static enum err
make_folders(const char *home, char *why, size_t size)
{
	static const char *const folders[] = {"", "/keys", "/run"};
	char path[PATH_BYTES];
	size_t i;
	enum err err = OK;

	for (i = 0; err == OK && i < sizeof(folders) / sizeof(folders[0]);
	     i++) {
		if (snprintf(path, sizeof(path), "%s%s", home, folders[i]) >=
		    (int)sizeof(path))
			return say(
			    ERR_INVALID, why, size, "the path is too long");
		err = make_folder(path, why, size);
	}
	return err;
}

/* The broker's key pair, as an earlier attempt left it or new. */
static enum err
make_key(const char *home, char *why, size_t size)
{
	char path[PATH_BYTES];
	struct key key = {.name = "broker"};
	enum err err;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/keys/broker.key", home);
	err = key_load(path, &key, why, size);
	if (err == ERR_MISSING) {
		err = key_make(&key);
		if (err == OK)
			err = key_save(&key, path);
		if (err != OK)
			return say(err, why, size, "cannot make %s: %s", path,
			    err_meaning(err));
	}
	key_wipe(&key);
	if (err != OK)
		return err;
	(void)snprintf(path, sizeof(path), "%s/keys/broker.public", home);
	file = fopen(path, "we");
	if (file == NULL || fprintf(file, "%s\n", key.public_z85) < 0 ||
	    fclose(file) != 0)
		return say(ERR_IO, why, size, "cannot write %s: %s", path,
		    strerror(errno));
	return OK;
}

static enum err
create(const struct config *config, char *why, size_t size)
{
	struct journal_options options = {.path = config->store_path,
	    .segment_bytes = (uint64_t)config->segment_mib << 20,
	    .now_ms = moment_wall_ms()};
	enum err err = journal_create(&options, why, size);

	/* One without entries is what an earlier attempt left. */
	return err == ERR_CONFLICT ? OK : err;
}

enum err
offline_init(const char *home, const struct config *config,
    const struct offline_enrolment *enrolments, size_t count, char *why,
    size_t size)
{
	struct booted booted = {0};
	struct journal_head head;
	enum err err = make_folders(home, why, size);

	if (err == OK)
		err = create(config, why, size);
	if (err == OK)
		err = boot_store(config, &booted, why, size);
	if (err != OK)
		return err;
	journal_head(booted.journal, &head);
	if (head.seq != 0 || booted.broken)
		err = say(ERR_CONFLICT, why, size,
		    "there is a store at %s already; nothing was changed",
		    config->store_path);
	if (err == OK)
		err = make_key(home, why, size);
	if (err == OK)
		err =
		    enrol(&booted, config, true, enrolments, count, why, size);
	boot_close(&booted);
	return err;
}

/* Opens the store with a state that shows all of the journal. */
static enum err
open_whole(const struct config *config, bool from_scratch,
    struct booted *booted, char *why, size_t size)
{
	bool discarded;
	enum err err = boot_store(config, booted, why, size);

	if (err != OK)
		return err;
	if (booted->broken)
		return ERR_CORRUPT;
	err = fold_catch_up(booted->state, booted->journal, from_scratch, NULL,
	    NULL, &discarded);
	if (err != OK)
		(void)say(err, why, size,
		    "the journal cannot be folded into %s/state: %s",
		    config->store_path, err_meaning(err));
	if (err != OK || !booted->repair.cut)
		return err;
	err = keep_cut(booted, config);
	if (err != OK)
		(void)say(err, why, size,
		    "the torn end that was cut is not noted: %s",
		    err_meaning(err));
	return err;
}

enum err
offline_recover(const struct config *config,
    const struct offline_enrolment *enrolments, size_t count, char *why,
    size_t size)
{
	struct booted booted = {0};
	enum err err = open_whole(config, false, &booted, why, size);

	if (err == OK)
		err =
		    enrol(&booted, config, false, enrolments, count, why, size);
	boot_close(&booted);
	return err;
}

enum err
offline_rebuild(const struct config *config, char *why, size_t size)
{
	uint64_t began = moment_steady_ms();
	struct booted booted = {0};
	struct journal_head head;
	enum err err = open_whole(config, true, &booted, why, size);

	if (err == OK) {
		journal_head(booted.journal, &head);
		(void)printf("%" PRIu64 " entries folded in %" PRIu64 " ms\n",
		    head.seq, moment_steady_ms() - began);
	}
	boot_close(&booted);
	return err;
}

static bool
print_line(void *arg, const char *line, size_t len)
{
	FILE *out = arg;

	return fwrite(line, 1, len, out) == len;
}

enum err
offline_dump(const struct config *config, char *why, size_t size)
{
	struct state *state;
	struct state_txn *txn;
	enum err err = state_open(config->store_path, true, &state, why, size);

	if (err != OK)
		return err;
	err = state_begin(state, false, &txn);
	if (err == OK) {
		err = state_dump(txn, print_line, stdout);
		state_abort(&txn);
	}
	state_close(&state);
	if (fflush(stdout) != 0)
		err = ERR_IO;
	if (err != OK)
		(void)say(err, why, size, "the state cannot be read: %s",
		    err_meaning(err));
	return err;
}
