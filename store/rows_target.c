/*
 * Targets of incidents as rows of the table.
 *
 * A target: span, armed, paused, stopped, met, next u64 each, percent u8.
 */
#include "store/rows.h"

enum { TARGET_KEY_BYTES = 8 + 1, TARGET_BYTES = 6 * 8 + 1 };

static struct slice
target_key(struct pack *key, uint64_t incident, enum target_kind kind)
{
	pack_u64(key, incident);
	pack_u8(key, kind);
	return pack_slice(key);
}

enum err
target_get(struct state_txn *txn, uint64_t incident, enum target_kind kind,
    struct incident_target *target)
{
	struct slice value;
	struct unpack from;
	PACK(key, TARGET_KEY_BYTES);
	enum err err;

	*target = (struct incident_target){.incident = incident, .kind = kind};
	err = lmdb_get(
	    txn->lmdb, TABLE_targets, target_key(&key, incident, kind), &value);
	if (err != OK)
		return err;
	from = unpack_begin(value);
	target->span_ms = unpack_u64(&from);
	target->armed_ms = unpack_u64(&from);
	target->paused_ms = unpack_u64(&from);
	target->stopped_ms = unpack_u64(&from);
	target->met_ms = unpack_u64(&from);
	target->next_ms = unpack_u64(&from);
	target->percent = unpack_u8(&from);
	return unpack_end(&from);
}

uint64_t
target_due_ms(const struct incident_target *target)
{
	return target->armed_ms + target->paused_ms + target->span_ms;
}

unsigned
target_next_percent(unsigned percent)
{
	if (percent < 50)
		return 50;
	return percent < 75 ? 75 : 100;
}

/* Its timer is there while it runs and has a step to come. */
static enum err
timer_follow(
    struct state_txn *txn, const struct incident_target *target, bool there)
{
	const struct timer_row timer = {
	    target->next_ms, TIMER_TARGET, target->incident, target->kind};

	if (target->stopped_ms != 0 || target->next_ms == 0)
		return OK;
	return timer_set(txn, &timer, there);
}

enum err
target_delete(struct state_txn *txn, uint64_t incident, enum target_kind kind)
{
	struct incident_target old;
	PACK(key, TARGET_KEY_BYTES);
	enum err err = target_get(txn, incident, kind, &old);

	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	err = timer_follow(txn, &old, false);
	if (err != OK)
		return err;
	return lmdb_delete(
	    txn->lmdb, TABLE_targets, target_key(&key, incident, kind));
}

enum err
target_put(struct state_txn *txn, const struct incident_target *target)
{
	PACK(key, TARGET_KEY_BYTES);
	PACK(value, TARGET_BYTES);
	enum err err = target_delete(txn, target->incident, target->kind);

	if (err != OK)
		return err;
	pack_u64(&value, target->span_ms);
	pack_u64(&value, target->armed_ms);
	pack_u64(&value, target->paused_ms);
	pack_u64(&value, target->stopped_ms);
	pack_u64(&value, target->met_ms);
	pack_u64(&value, target->next_ms);
	pack_u8(&value, target->percent);
	err = lmdb_put(txn->lmdb, TABLE_targets,
	    target_key(&key, target->incident, target->kind),
	    pack_slice(&value));
	return err == OK ? timer_follow(txn, target, true) : err;
}
