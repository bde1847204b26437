#include "broker/worker.h"

#include <sodium.h>
#include <strings.h>

static const size_t at_once[WORKFLOW_COUNT] = {
    [WORKFLOW_triage] = LIMIT_WORKER_CREDIT_MAX,
    [WORKFLOW_notify] = 1,
};

size_t
worker_in_hand(
    const struct worker *worker, enum workflow workflow, uint64_t now_ms)
{
	size_t i, count = worker->asking[workflow];

	for (i = 0; i < worker->holdings_count; i++)
		count += worker->holdings[i].workflow == workflow &&
			 worker->holdings[i].until_ms > now_ms;
	return count;
}

bool
worker_takes(
    const struct worker *worker, enum workflow workflow, uint64_t now_ms)
{
	return worker->credit > 0 &&
	       (worker->workflows & 1u << workflow) != 0 &&
	       worker_in_hand(worker, workflow, now_ms) < at_once[workflow];
}

size_t
worker_ahead(struct worker *worker, uint64_t now_ms)
{
	size_t i = worker->holdings_count, count = 0;
	int workflow;

	while (i-- > 0)
		if (worker->holdings[i].until_ms <= now_ms)
			worker->holdings[i] =
			    worker->holdings[--worker->holdings_count];
	for (workflow = 1; workflow < WORKFLOW_COUNT; workflow++)
		count +=
		    worker_in_hand(worker, (enum workflow)workflow, now_ms);
	return count;
}

void
worker_hold(struct worker *worker, const struct holding *holding)
{
	if (worker->holdings_count < LIMIT_WORKER_CREDIT_MAX)
		worker->holdings[worker->holdings_count++] = *holding;
}

const struct holding *
worker_holding(const struct worker *worker, uint64_t lease, const char *token)
{
	char hex[2 * sizeof(worker->holdings[0].token) + 1];
	size_t i;

	for (i = 0; i < worker->holdings_count; i++) {
		const struct holding *holding = &worker->holdings[i];

		(void)sodium_bin2hex(
		    hex, sizeof(hex), holding->token, sizeof(holding->token));
		if (holding->lease == lease && strcasecmp(hex, token) == 0)
			return holding;
	}
	return NULL;
}

bool
worker_let_go(struct worker *worker, uint64_t lease)
{
	size_t i;

	for (i = 0; i < worker->holdings_count; i++)
		if (worker->holdings[i].lease == lease) {
			worker->holdings[i] =
			    worker->holdings[--worker->holdings_count];
			return true;
		}
	return false;
}

void
worker_credit_back(struct worker *worker)
{
	if (worker->credit < LIMIT_WORKER_CREDIT_MAX)
		worker->credit++;
}
