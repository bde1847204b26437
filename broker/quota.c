#include "broker/quota.h"

#include <stdatomic.h>
#include <string.h>

#include "broker/broker.h"
#include "broker/principals.h"

enum { SECOND_US = 1000000 };

uint64_t
quota_fill_and_take(struct quota_bucket *bucket, uint64_t rate, uint64_t burst,
    uint64_t count, uint64_t now_us)
{
	uint64_t needed = count * SECOND_US, room = burst, passed;

	if (burst == 0)
		room =
		    rate > LIMIT_PUSH_ALERTS_MAX ? rate : LIMIT_PUSH_ALERTS_MAX;
	room *= SECOND_US;
	passed = now_us - bucket->filled_us;
	if (bucket->filled_us == 0)
		bucket->tokens_us = burst != 0 ? room : rate * SECOND_US;
	else if (passed > room / rate)
		bucket->tokens_us = room;
	else
		bucket->tokens_us += passed * rate;
	if (bucket->tokens_us > room)
		bucket->tokens_us = room;
	bucket->filled_us = now_us;
	if (bucket->tokens_us >= needed) {
		bucket->tokens_us -= needed;
		return 0;
	}
	return (needed - bucket->tokens_us) / rate / 1000 + 1;
}

/* The row of a source that has a quota of its own; the count when it has none. */
static size_t
row_of(const struct config *config, const char *source)
{
	size_t i = 0;

	while (i < config->sources_count &&
	       (config->sources[i].rate == 0 ||
		   strcmp(config->sources[i].name, source) != 0))
		i++;
	return i;
}

static uint64_t
take_of_source(struct broker *broker, size_t row, size_t count, uint64_t *rate)
{
	const struct config_source *source = &broker->config->sources[row];
	uint64_t wait_ms;

	*rate = (uint64_t)source->rate;
	wait_ms = quota_fill_and_take(&broker->source_buckets[row], *rate,
	    (uint64_t)source->burst, count, moment_steady_us());
	if (wait_ms != 0)
		atomic_fetch_add_explicit(
		    &broker->source_refused[row], count, memory_order_relaxed);
	return wait_ms;
}

uint64_t
quota_take(struct broker *broker, const struct person *person,
    const char *source, size_t count, uint64_t *rate)
{
	size_t row = row_of(broker->config, source);

	if (row < broker->config->sources_count)
		return take_of_source(broker, row, count, rate);
	*rate = person->rate > 0 ? person->rate
				 : (uint64_t)broker->config->sensor_rate;
	if (*rate == 0 ||
	    (person->rate == 0 &&
		(person->roles & (ROLE_analyst | ROLE_lead)) != 0))
		return 0;
	return quota_fill_and_take(
	    principals_bucket(broker->principals, person->number), *rate, 0,
	    count, moment_steady_us());
}
