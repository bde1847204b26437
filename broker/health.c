#include "broker/health.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "broker/broker.h"
#include "broker/jobs.h"
#include "broker/reply.h"
#include "broker/watch.h"
#include "protocol/log.h"

void
health_take(struct broker *broker, struct health *health)
{
	*health = (struct health){
	    .started_ms = broker->started_ms,
	    .now_ms = moment_wall_ms(),
	    .durable_seq = broker->journal_health.head.seq,
	    .committed_seq = broker->progress.committed,
	    .intake_bytes = sequencer_waiting_bytes(broker->sequencer),
	    .command_bytes = state_thread_waiting_bytes(broker->state_thread),
	    .workers = jobs_workers(broker),
	    .watchers = watch_count(broker),
	    .refused_auth = broker->counts.refused_auth,
	    .dropped_frames = broker->counts.dropped_frames,
	    .refused = broker->source_refused,
	    .writing = broker->journal_health.writing,
	    .intake = broker->journal_health.intake,
	    .rebuilding = broker->progress.rebuilding,
	};
}

void
health_reply(struct broker *broker, const struct origin *origin)
{
	struct health health;
	char body[512];

	health_take(broker, &health);
	(void)snprintf(body, sizeof(body),
	    "{\"rebuilding\":true,\"writing\":%s,\"intake\":%s,"
	    "\"durable\":%" PRIu64 ",\"committed\":%" PRIu64
	    ",\"started\":%" PRIu64 ",\"now\":%" PRIu64 "}",
	    health.writing ? "true" : "false", health.intake ? "true" : "false",
	    health.durable_seq, health.committed_seq, health.started_ms,
	    health.now_ms);
	(void)reply_send(broker, origin, STATUS_OK, body);
}

static void
tell(const char *what, uint64_t now, uint64_t before)
{
	if (now != before)
		log_warning("%s: %" PRIu64 " in the last minute, %" PRIu64
			    " since the start",
		    what, now - before, now);
}

void
health_log(struct broker *broker)
{
	const struct counts *now = &broker->counts, *before = &broker->told;

	tell("connections that were not admitted", now->refused_auth,
	    before->refused_auth);
	tell("messages that nobody could be answered for", now->dropped_frames,
	    before->dropped_frames);
	tell("answers that their peers did not take", now->lost_answers,
	    before->lost_answers);
	tell("connections that were shut", now->shut, before->shut);
	broker->told = broker->counts;
}
