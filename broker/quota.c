#include "broker/quota.h"

#include "broker/broker.h"
#include "broker/principals.h"

enum { SECOND_US = 1000000 };

uint64_t
quota_fill_and_take(
    struct quota_bucket *bucket, uint64_t rate, uint64_t count, uint64_t now_us)
{
	uint64_t room =
	    rate > LIMIT_PUSH_ALERTS_MAX ? rate : LIMIT_PUSH_ALERTS_MAX;
	uint64_t needed = count * SECOND_US, passed;

	room *= SECOND_US;
	passed = now_us - bucket->filled_us;
	if (bucket->filled_us == 0)
		bucket->tokens_us = rate * SECOND_US;
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

uint64_t
quota_rate(const struct broker *broker, const struct person *person)
{
	return person->rate > 0 ? person->rate
				: (uint64_t)broker->config->sensor_rate;
}

uint64_t
quota_take(struct broker *broker, const struct person *person, size_t count)
{
	uint64_t rate = quota_rate(broker, person);

	if (rate == 0 || (person->rate == 0 &&
			     (person->roles & (ROLE_analyst | ROLE_lead)) != 0))
		return 0;
	return quota_fill_and_take(
	    principals_bucket(broker->principals, person->number), rate, count,
	    moment_steady_us());
}
