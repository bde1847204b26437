#include <criterion/criterion.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/store/fold_world.h"

/* ---- references ---- */

struct ref
inc(uint64_t number)
{
	return (struct ref){SUBJECT_INCIDENT, 0, number};
}

struct ref
alr(uint64_t number, uint32_t part)
{
	return (struct ref){SUBJECT_ALERT, part, number};
}

struct ref
person_ref(uint64_t number)
{
	return (struct ref){SUBJECT_PERSON, 0, number};
}

struct ref
job(uint64_t number)
{
	return (struct ref){SUBJECT_JOB, 0, number};
}

struct ref
note(uint64_t number)
{
	return (struct ref){SUBJECT_NOTIFICATION, 0, number};
}

struct ref
store_ref(void)
{
	return (struct ref){SUBJECT_STORE, 0, 0};
}

/* ---- the folder ---- */

static void
state_open_again(struct world *world)
{
	char why[256] = "";
	/* As valgrind or a limited address space would have it. */
	size_t map_bytes = (size_t)1 << 30;

	cr_assert_eq(state_open_sized(world->path, false, map_bytes,
			 &world->state, why, sizeof(why)),
	    OK, "%s", why);
}

void
world_init(struct world *world)
{
	*world = (struct world){.time_ms = WORLD_TIME_MS};
	(void)snprintf(
	    world->path, sizeof(world->path), "%s", "/tmp/tocsin-fold-XXXXXX");
	cr_assert_not_null(mkdtemp(world->path));
	state_open_again(world);
}

static void
folder_delete(const char *path)
{
	char inside[512];
	const struct dirent *entry;
	DIR *folder = opendir(path);

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(
		    inside, sizeof(inside), "%s/%s", path, entry->d_name);
		if (unlink(inside) != 0)
			folder_delete(inside);
	}
	if (folder != NULL)
		(void)closedir(folder);
	(void)rmdir(path);
}

void
world_unlink(struct world *world)
{
	folder_delete(world->path);
}

void
world_fini(struct world *world)
{
	state_abort(&world->txn);
	state_close(&world->state);
	for (size_t i = 0; i < world->count; i++)
		record_release(&world->records[i]);
	free(world->records);
	folder_delete(world->path);
}

void
world_reopen(struct world *world)
{
	world_abort(world);
	state_close(&world->state);
	state_open_again(world);
}

/* ---- transactions ---- */

struct state_txn *
world_txn(struct world *world)
{
	if (world->txn == NULL)
		cr_assert_eq(state_begin(world->state, true, &world->txn), OK);
	return world->txn;
}

void
world_commit(struct world *world)
{
	(void)world_txn(world);
	cr_assert_eq(state_commit(&world->txn, &world->position), OK);
	cr_assert_null(world->txn);
}

void
world_abort(struct world *world)
{
	uint32_t fold_version;

	state_abort(&world->txn);
	cr_assert_eq(
	    state_position(world_txn(world), &world->position, &fold_version),
	    OK);
	state_abort(&world->txn);
	while (world->count > world->position.seq)
		record_release(&world->records[--world->count]);
}

/* ---- entries ---- */

static void
json_of(char *out, size_t size, const char *quoted)
{
	size_t i = 0;

	for (; quoted[i] != '\0'; i++) {
		cr_assert_lt(i + 1, size, "facts too long for a test");
		out[i] = (char)(quoted[i] == '\'' ? '"' : quoted[i]);
	}
	out[i] = '\0';
}

const char *
facts_of(const char *format, ...)
{
	static char facts[65536];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(facts, sizeof(facts), format, arguments);
	va_end(arguments);
	return facts;
}

static struct record *
record_of(struct world *world, enum event kind, uint32_t actor,
    struct ref subject, const char *facts, const char *text)
{
	static char facts_json[65536];
	static char text_json[65536];
	struct part part = {.kind = PART_TEXT, .present = true};
	struct entry_draft draft = {
	    .kind = (uint16_t)kind,
	    .actor = actor,
	    .subject = subject,
	    .facts = facts_json,
	};
	struct record *record = NULL;

	json_of(facts_json, sizeof(facts_json), facts);
	draft.facts_len = (uint32_t)strlen(facts_json);
	if (text != NULL) {
		json_of(text_json, sizeof(text_json), text);
		part.bytes = (const unsigned char *)text_json;
		part.len = (uint32_t)strlen(text_json);
		draft.parts = &part;
		draft.parts_count = 1;
	}
	cr_assert_eq(record_make(&draft, &record), OK);
	record_number(record, world->position.seq + 1, world->time_ms, 0);
	return record;
}

enum err
world_try(struct world *world, enum event kind, uint32_t actor,
    struct ref subject, const char *facts, const char *text)
{
	struct position position;
	struct entry entry;
	struct record *record =
	    record_of(world, kind, actor, subject, facts, text);
	enum err err;

	record_chain_set(record, world->position.hash, position.hash);
	entry_of_record(record, &entry);
	position.seq = entry.seq;
	err = fold_apply(world_txn(world), &entry);
	if (err != OK) {
		record_release(&record);
		return err;
	}
	world->position = position;
	if (world->count == world->room) {
		world->room = 2 * world->room + 64;
		world->records = realloc(
		    world->records, world->room * sizeof(struct record *));
		cr_assert_not_null(world->records);
	}
	world->records[world->count++] = record;
	return OK;
}

void
world_fold(struct world *world, enum event kind, uint32_t actor,
    struct ref subject, const char *facts, const char *text)
{
	enum err err = world_try(world, kind, actor, subject, facts, text);

	cr_assert_eq(err, OK, "%s refused (%s): %s", event_name(kind),
	    err_word(err), facts);
}

void
world_people(struct world *world)
{
	static const char *const people[][2] = {
	    {"ada", "['admin']"},
	    {"ann", "['analyst','lead']"},
	    {"wanda", "['worker']"},
	    {"siem", "['sensor'],'sources':['wazuh','prometheus']"},
	};

	for (unsigned i = 0; i < 4; i++)
		world_fold(world, EVENT_people_enrolled, 0, person_ref(i + 1),
		    facts_of("{'name':'%s','public':'key-of-%s','roles':%s}",
			people[i][0], people[i][0], people[i][1]),
		    "{'display':'Somebody'}");
}

/* ---- replaying ---- */

/* The entry's bytes with every private part erased, as the law may ask. */
static unsigned char *
bytes_erased(const struct entry *entry, size_t *len)
{
	size_t kept = ENTRY_HEADER_BYTES +
		      entry->parts_count * ENTRY_PART_ROW_BYTES +
		      entry->facts_len;
	unsigned char *bytes;

	*len = (kept + entry->parts_count + 7) / 8 * 8;
	bytes = calloc(1, *len);
	cr_assert_not_null(bytes);
	memcpy(bytes, entry->bytes, kept);
	put_be32(bytes + 4, (uint32_t)*len);
	return bytes;
}

static enum err
fold_erased(struct state_txn *txn, const struct entry *entry)
{
	struct entry erased;
	size_t len;
	unsigned char *bytes = bytes_erased(entry, &len);
	enum err err = entry_read(bytes, len, &erased);

	if (err == OK)
		err = fold_apply(txn, &erased);
	free(bytes);
	return err;
}

void
world_replay(
    const struct world *from, struct world *to, size_t batch, bool erased)
{
	for (size_t i = 0; i < from->count; i++) {
		struct entry entry;

		entry_of_record(from->records[i], &entry);
		cr_assert_eq(erased ? fold_erased(world_txn(to), &entry)
				    : fold_apply(world_txn(to), &entry),
		    OK);
		to->position.seq = entry.seq;
		memcpy(to->position.hash, entry.chain, HASH_BYTES);
		if ((i + 1) % batch == 0)
			world_commit(to);
	}
	world_commit(to);
}

/* ---- dumps ---- */

static const struct {
	const char *name;
	char class;
} TABLES[] = {
#define TABLE(name, class, layout) {#name " ", #class[0]},
#include "store/tables.def"
#undef TABLE
};

struct dump {
	char *text;
	size_t len, room;
	bool facts_only;
};

static bool
line_is_fact(const char *line)
{
	for (size_t i = 0; i < sizeof(TABLES) / sizeof(TABLES[0]); i++) {
		if (strncmp(line, TABLES[i].name, strlen(TABLES[i].name)) == 0)
			return TABLES[i].class == 'F';
	}
	cr_assert_fail("a line of no table: %s", line);
	return false;
}

static bool
dump_line(void *arg, const char *line, size_t len)
{
	struct dump *dump = arg;

	if (dump->facts_only && !line_is_fact(line))
		return true;
	if (dump->room - dump->len <= len) {
		dump->room = 2 * dump->room + len + 1;
		dump->text = realloc(dump->text, dump->room);
		cr_assert_not_null(dump->text);
	}
	memcpy(dump->text + dump->len, line, len);
	dump->len += len;
	dump->text[dump->len] = '\0';
	return true;
}

char *
world_dump(struct world *world, bool facts_only)
{
	struct dump dump = {.facts_only = facts_only};

	cr_assert_eq(state_dump(world_txn(world), dump_line, &dump), OK);
	return dump.text;
}
