/* Callbacks: whoever sent an alert is told what became of it. */
#include <string.h>

#include "broker/decision.h"

/* Alert parts that are looked at for one of the callback's source. */
enum { VISIT_MAX = 1000 };

enum err
decision_callbacks(struct decision *d, const struct alert *alert,
    enum occasion on, uint32_t part)
{
	const struct ref about = {SUBJECT_ALERT, part, alert->number};
	char source[LIMIT_NAME_BYTES_MAX + 1];
	enum err err = OK;
	size_t i;

	/* Of a test nothing else comes. */
	if (d->config->callbacks_count == 0 || alert->test)
		return OK;
	err = source_name(d->txn, alert->source, source);
	for (i = 0; i < d->config->callbacks_count && err == OK; i++) {
		const struct config_callback *row = &d->config->callbacks[i];

		if (row->on[on] && strcmp(row->source, source) == 0)
			err = decision_queue(d, row->name, about, on);
	}
	return err;
}

/* ---- incidents ---- */

struct search {
	struct decision *d;
	uint32_t source;
	bool found;
	enum err err;
};

static bool
stop_at_first(
    void *arg, const struct alert *alert, const struct alert_part *part)
{
	struct search *search = arg;

	(void)alert;
	(void)part;
	search->found = true;
	return false;
}

static bool
look(void *arg, const struct incident *incident)
{
	struct search *search = arg;
	const struct alert_filter filter = {.status = -1,
	    .disposition = -1,
	    .severity = -1,
	    .source = search->source,
	    .incident = incident->number,
	    .visit_max = VISIT_MAX};
	char next[CURSOR_TEXT_MAX];
	size_t visited = 0;

	search->err = alert_list(
	    search->d->txn, &filter, "", stop_at_first, search, next, &visited);
	return search->err == OK && !search->found;
}

/* Has the incident, or what was merged into it, an alert of the source? */
static enum err
has_alert_of(struct decision *d, const struct incident *incident,
    const char *source, bool *has)
{
	struct search search = {.d = d};
	enum err err = source_by_name(d->txn, source, &search.source);

	*has = false;
	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	err = incident_tree_each(d->txn, incident, look, &search);
	*has = search.found;
	return err == OK ? search.err : err;
}

enum err
decision_callbacks_closed(struct decision *d, const struct incident *incident)
{
	const struct ref about = {SUBJECT_INCIDENT, 0, incident->number};
	enum err err = OK;
	size_t i;
	bool has;

	for (i = 0; i < d->config->callbacks_count && err == OK; i++) {
		const struct config_callback *row = &d->config->callbacks[i];

		if (!row->on[OCCASION_closed])
			continue;
		err = has_alert_of(d, incident, row->source, &has);
		if (err == OK && has)
			err = decision_queue(
			    d, row->name, about, OCCASION_closed);
	}
	return err;
}
