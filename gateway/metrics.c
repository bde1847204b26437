/* /metrics, /healthz, /readyz: how the gateway is, and the broker behind it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/intake.h"
#include "gateway/reply.h"
#include "protocol/json.h"

static const char metrics_type[] = "text/plain; version=0.0.4; charset=utf-8";

/* One metric in the text form of Prometheus. */
static void
print(FILE *to, const char *name, const char *type, uint64_t value,
    const char *help)
{
	(void)fprintf(to, "# HELP %s %s\n# TYPE %s %s\n%s %" PRIu64 "\n", name,
	    help, name, type, name, value);
}

static void
print_own(FILE *to, const struct gateway *gateway)
{
	const struct counters *counters = &gateway->counters;
	const struct http_counts *http = http_counts(gateway->http);
	uint64_t waiting = courier_open_questions(gateway->courier);
	uint64_t ready = courier_ready(gateway->courier);

#define METRIC(name, type, value, help) print(to, name, #type, value, help);
#include "gateway/metrics.def"
#undef METRIC
}

/* Every number of the broker's status: {"a":{"b":1}} is tocsin_a_b. */
static void
print_broker(FILE *to, const cJSON *object, const char *prefix)
{
	const cJSON *member;
	char name[128];

	cJSON_ArrayForEach (member, object) {
		(void)snprintf(
		    name, sizeof(name), "%s_%s", prefix, member->string);
		if (cJSON_IsObject(member))
			print_broker(to, member, name);
		else if (cJSON_IsNumber(member) && member->valuedouble >= 0)
			(void)fprintf(to, "# TYPE %s gauge\n%s %.0f\n", name,
			    name, member->valuedouble);
		else if (cJSON_IsBool(member))
			(void)fprintf(to, "# TYPE %s gauge\n%s %d\n", name,
			    name, cJSON_IsTrue(member));
	}
}

static void
answer(struct request *request, const cJSON *status)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	if (to != NULL) {
		print_own(to, request->gateway);
		if (status != NULL)
			print_broker(to, status, "tocsin");
		(void)fclose(to);
	}
	reply_text(request, 200, metrics_type, text != NULL ? text : "");
	free(text);
}

static void
taken(struct request *request, const struct answer *status)
{
	answer(request, status->body);
}

void
take_metrics(struct request *request)
{
	if (request->token[0] == '\0') {
		answer(request, NULL);
		return;
	}
	request->taken = taken;
	intake_ask(request, VERB_status, cJSON_CreateObject());
}

void
take_healthz(struct request *request)
{
	reply_text(request, 200, "text/plain", "ok\n");
}

void
take_readyz(struct request *request)
{
	if (courier_ready(request->gateway->courier))
		reply_text(request, 200, "text/plain", "ready\n");
	else
		reply_text(
		    request, 503, "text/plain", "the broker does not answer\n");
}
