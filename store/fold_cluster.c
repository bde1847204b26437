/* Clusters and umbrellas: what triage remembers of earlier alerts. */
#include "store/fold_entry.h"

static bool
is_firing(const struct alert_part *part)
{
	return part->disposition == DISPOSITION_opened ||
	       part->disposition == DISPOSITION_attached ||
	       part->disposition == DISPOSITION_kept;
}

static bool
is_older(const struct alert_part *part, const struct external *than)
{
	if (part->alert != than->alert)
		return part->alert < than->alert;
	return part->part < than->part;
}

/*
 * Notes what the part says of its external id; *firing is by how many more
 * (1, 0, -1) the cluster fires.  Alerts are triaged out of order: what an
 * older one says of the id changes nothing.
 */
static enum err
external_note(struct folding *f, struct facts *facts,
    const struct alert_part *part, int *firing)
{
	unsigned char id[HASH8];
	struct external now = {part->alert, part->part, !is_firing(part)};
	struct external old = {.resolved = true};
	enum err err;

	*firing = 0;
	if (!facts_hex(facts, "external", id, sizeof(id)))
		return OK;
	err = external_get(f->txn, part->cluster, id, &old);
	if (err != OK && err != ERR_MISSING)
		return err;
	if (err == OK && is_older(part, &old))
		return OK;
	*firing = (int)old.resolved - (int)now.resolved;
	return external_put(f->txn, part->cluster, id, &now);
}

static void
cluster_count(struct folding *f, struct facts *facts,
    const struct alert_part *part, bool again, struct cluster *cluster)
{
	if (!again)
		cluster->count++;
	cluster->last_ms = f->entry->time_ms;
	if (part->alert < cluster->first_alert)
		cluster->first_alert = part->alert;
	if (part->alert > cluster->last_alert)
		cluster->last_alert = part->alert;
	if (part->severity > cluster->severity)
		cluster->severity = part->severity;
	if (part->incident != 0)
		cluster->incident = part->incident;
	(void)facts_hex(facts, "observables", cluster->observables,
	    sizeof(cluster->observables));
}

enum err
fold_cluster(struct folding *f, struct facts *facts,
    const struct alert_part *part, bool again)
{
	struct cluster cluster = {
	    .first_ms = f->entry->time_ms,
	    .first_alert = part->alert,
	    .last_alert = part->alert,
	};
	int firing;
	enum err err;

	if (!facts_has(facts, "cluster"))
		return OK;
	err = external_note(f, facts, part, &firing);
	if (err != OK)
		return err;
	err = cluster_get(f->txn, part->cluster, &cluster);
	if (err != OK && err != ERR_MISSING)
		return err;
	memcpy(cluster.key, part->cluster, CLUSTER_KEY_BYTES);
	if (is_firing(part))
		cluster_count(f, facts, part, again, &cluster);
	else if (firing == 0)
		return OK; /* nor is a cluster made by what is over */
	cluster.open += (uint64_t)firing;
	return cluster_put(f->txn, &cluster);
}

enum err
fold_umbrella(
    struct folding *f, uint32_t source, const struct incident *incident)
{
	struct umbrella umbrella = {.since_ms = 0};
	unsigned char rule[HASH8];
	uint64_t window;
	enum err err;

	/* Only triage counts, and says in which window. */
	if (source == 0 || !facts_has(&f->facts, "window") ||
	    !facts_hex(&f->facts, "rule", rule, sizeof(rule)))
		return OK;
	window = facts_number(&f->facts, "window", 0);
	err = umbrella_get(f->txn, source, rule, &umbrella);
	if (err != OK && err != ERR_MISSING)
		return err;
	if (err == ERR_MISSING || window > umbrella.since_ms) {
		umbrella.since_ms = window;
		umbrella.opened = 0;
	}
	umbrella.opened++;
	if (incident->umbrella)
		umbrella.incident = incident->number;
	return umbrella_put(f->txn, source, rule, &umbrella);
}
