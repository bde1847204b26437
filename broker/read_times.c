/* The times of an incident: how long each took, and the entries that say so. */
#include "broker/reading.h"

struct moment {
	uint64_t at_ms, seq;
};

static void
put_moment(cJSON *row, const char *key, const struct moment *moment)
{
	cJSON *out;

	if (moment->at_ms == 0)
		return;
	out = put_object(row, key);
	put_time(out, "at", moment->at_ms);
	if (moment->seq != 0)
		put_number(out, "entry", moment->seq);
}

void
reading_times(cJSON *out, const struct incident *incident)
{
	const struct moment occurred = {
	    incident->occurred_ms, incident->occurred_seq};
	const struct moment detected = {
	    incident->detected_ms, incident->detected_seq};
	const struct {
		const char *name;
		struct moment from, to;
	} rows[] = {
	    {"ttd", occurred, detected},
	    {"tta", detected,
		{incident->acknowledged_ms, incident->acknowledged_seq}},
	    {"ttt", detected, {incident->triaged_ms, incident->triaged_seq}},
	    {"ttc", detected,
		{incident->contained_ms, incident->contained_seq}},
	    {"ttr", detected, {incident->resolved_ms, incident->resolved_seq}},
	};
	cJSON *times = put_array(out, "times");
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cJSON *row = put_object(times, NULL);

		put_text(row, "time", rows[i].name);
		put_moment(row, "from", &rows[i].from);
		put_moment(row, "to", &rows[i].to);
		/* A time that contradicts itself is none. */
		if (rows[i].from.at_ms != 0 &&
		    rows[i].to.at_ms >= rows[i].from.at_ms)
			put_number(
			    row, "ms", rows[i].to.at_ms - rows[i].from.at_ms);
	}
}
