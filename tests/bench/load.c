#include "tests/bench/load.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

enum {
	LATENCIES =
	    2000000, /* microseconds told apart; the last holds the rest */
	SECONDS_MAX = 600,
	SILENCE_MS = 20000, /* without an answer for so long it gives up */
	NS = 1000000000
};

static struct load load = {
    .connections = 1,
    .in_flight = 1,
    .batch = 1,
    .payload_bytes = 1024,
    .hosts = 1000,
    .severity = "low",
};
static double seconds = 2, warm_up = 0.3;
static uint64_t rate; /* alerts a second offered; 0: as fast as answers come */
static uint64_t total; /* alerts to send in all; 0: until the time is up */

/* What is in the air of a connection, oldest first. */
struct line {
	struct sent {
		uint64_t ns; /* when */
		unsigned messages; /* that are answered together */
	} sent[LOAD_IN_FLIGHT_MAX];
	unsigned first, count;
	unsigned messages; /* of all of them */
};

static struct line lines[LOAD_CONNECTIONS_MAX];
static uint32_t latencies[LATENCIES];
static uint64_t each_second[SECONDS_MAX + 1];
static char payload[LOAD_PAYLOAD_MAX + 1];

static struct {
	uint64_t begin_ns, end_ns; /* what is counted */
	uint64_t alerts, messages;
	uint64_t pushed, answered; /* alerts, uncounted ones included */
	uint64_t last_ns, gap_ns; /* the last answer, the longest gap */
} run;

void
load_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fputc('\n', stderr);
	exit(1);
}

static uint64_t
now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
}

/* ---- alerts ---- */

enum { NUMBER_DIGITS = 9 };
static char *host_digits, *number_digits;

static void
make_payload(void)
{
	int n = snprintf(payload, sizeof(payload),
	    "{\"rule\":\"bench\",\"severity\":\"%s\",\"host\":\"host-",
	    load.severity);

	host_digits = payload + n;
	n += snprintf(payload + n, sizeof(payload) - (size_t)n,
	    "%0*d\",\"title\":\"Alert ", NUMBER_DIGITS, 0);
	number_digits = payload + n;
	n += snprintf(payload + n, sizeof(payload) - (size_t)n,
	    "%0*d\",\"description\":\"", NUMBER_DIGITS, 0);
	memset(payload + n, 'x', load.payload_bytes - (size_t)n - 2);
	memcpy(payload + load.payload_bytes - 2, "\"}", 3);
}

static void
put_digits(char *at, uint64_t number)
{
	int i;

	for (i = NUMBER_DIGITS - 1; i >= 0; i--, number /= 10)
		at[i] = (char)('0' + number % 10);
}

const char *
load_payload(void)
{
	static uint64_t number;

	number++;
	put_digits(host_digits, number % load.hosts);
	/* One host: alerts that do not differ at all. */
	if (load.hosts > 1)
		put_digits(number_digits, number);
	return payload;
}

/* ---- sending and hearing ---- */

static void
note_sent(struct line *line, unsigned messages, uint64_t now)
{
	line->sent[(line->first + line->count) % LOAD_IN_FLIGHT_MAX] =
	    (struct sent){now, messages};
	line->count++;
}

static void
count_answer(uint64_t sent, uint64_t now)
{
	uint64_t us = (now - sent) / 1000;

	run.answered += load.batch;
	if (now < run.begin_ns || now >= run.end_ns)
		return;
	run.alerts += load.batch;
	run.messages++;
	latencies[us < LATENCIES ? us : LATENCIES - 1]++;
	each_second[(now - run.begin_ns) / NS] += load.batch;
	if (now - run.last_ns > run.gap_ns)
		run.gap_ns = now - run.last_ns;
	run.last_ns = now;
}

/* May one more message go out on this connection now? */
static bool
wants(unsigned connection, uint64_t began, uint64_t now)
{
	if (lines[connection].messages >= load.in_flight || now >= run.end_ns)
		return false;
	if (total != 0 && run.pushed >= total)
		return false;
	return rate == 0 ||
	       (double)run.pushed < (double)(now - began) * (double)rate / NS;
}

/* Connections that may have room since they were looked at. */
static struct {
	unsigned connections[LOAD_CONNECTIONS_MAX], count;
	bool member[LOAD_CONNECTIONS_MAX];
} roomy;

static void
add_roomy(unsigned connection)
{
	if (roomy.member[connection])
		return;
	roomy.member[connection] = true;
	roomy.connections[roomy.count++] = connection;
}

void
load_answered(unsigned connection)
{
	uint64_t now = now_ns();
	struct line *line;
	struct sent sent;

	if (connection >= load.connections || lines[connection].count == 0)
		load_fail("more answers than requests");
	line = &lines[connection];
	sent = line->sent[line->first];
	for (unsigned i = 0; i < sent.messages; i++)
		count_answer(sent.ns, now);
	line->first = (line->first + 1) % LOAD_IN_FLIGHT_MAX;
	line->count--;
	line->messages -= sent.messages;
	add_roomy(connection);
}

/* Sends all that this connection has room for; returns whether that was
 * anything. */
static bool
fill(unsigned connection, uint64_t began, uint64_t now)
{
	struct line *line = &lines[connection];
	unsigned messages = 0;

	while (wants(connection, began, now)) {
		line->messages++;
		run.pushed += load.batch;
		messages++;
		if (!load.gather || peer.answers_each)
			note_sent(line, 1, now);
		if (!load.gather)
			peer.push(connection, load.batch);
	}
	if (messages == 0)
		return false;
	if (load.gather && !peer.answers_each)
		note_sent(line, messages, now);
	if (load.gather)
		peer.push(connection, messages);
	return true;
}

/* Sends all that there is room for; returns whether that was anything. */
static bool
refill(uint64_t began)
{
	uint64_t now = now_ns();
	bool sent = false;

	for (unsigned i = 0; i < roomy.count; i++) {
		unsigned connection = roomy.connections[i];

		roomy.member[connection] = false;
		if (fill(connection, began, now))
			sent = true;
	}
	roomy.count = 0;
	return sent;
}

/* All that can be done where something came. */
static void
serve(unsigned connection, uint64_t began)
{
	/* What is sent may take a wake-up with it: look again. */
	do
		peer.collect(connection);
	while (refill(began));
}

static void
serve_all(uint64_t began)
{
	for (unsigned i = 0; i < load.connections; i++)
		add_roomy(i);
	for (unsigned i = 0; i < load.connections; i++)
		if (peer.fd(i) >= 0)
			serve(i, began);
}

static bool
finished(uint64_t now)
{
	if (now >= run.end_ns)
		return true;
	return total != 0 && run.answered >= total;
}

static void
loop(int poll)
{
	uint64_t began = now_ns(), heard = began, answered = 0, now = began;
	struct epoll_event events[LOAD_CONNECTIONS_MAX];

	run.begin_ns = began + (uint64_t)(warm_up * NS);
	run.last_ns = run.begin_ns;
	run.end_ns = run.begin_ns + (uint64_t)(seconds * NS);
	serve_all(began);
	while (!finished(now)) {
		int n = epoll_wait(
		    poll, events, LOAD_CONNECTIONS_MAX, rate != 0 ? 1 : 100);

		for (int i = 0; i < n; i++)
			serve(events[i].data.u32, began);
		if (rate != 0)
			serve_all(began);
		now = now_ns();
		if (run.answered != answered)
			heard = now;
		answered = run.answered;
		if (now - heard > (uint64_t)SILENCE_MS * 1000000)
			load_fail("no answer for %d ms", SILENCE_MS);
	}
	if (now < run.end_ns)
		run.end_ns = now > run.begin_ns ? now : run.begin_ns;
	if (run.end_ns - run.last_ns > run.gap_ns)
		run.gap_ns = run.end_ns - run.last_ns;
}

/* ---- telling ---- */

static uint64_t
latency_at(double share)
{
	uint64_t wanted = (uint64_t)((double)run.messages * share), seen = 0;

	for (uint64_t us = 0; us < LATENCIES; us++) {
		seen += latencies[us];
		if (seen > wanted)
			return us;
	}
	return 0;
}

static void
tell(void)
{
	double took = (double)(run.end_ns - run.begin_ns) / NS;

	printf("{\"alerts\":%" PRIu64 ",\"seconds\":%.3f,\"rate\":%.1f,"
	       "\"p50_us\":%" PRIu64 ",\"p99_us\":%" PRIu64
	       ",\"p999_us\":%" PRIu64 ",\"gap_ms\":%.1f,\"pushed\":%" PRIu64
	       ",\"answered\":%" PRIu64 ",\"each_second\":[",
	    run.alerts, took, took > 0 ? (double)run.alerts / took : 0,
	    latency_at(0.5), latency_at(0.99), latency_at(0.999),
	    (double)run.gap_ns / 1e6, run.pushed, run.answered);
	for (unsigned i = 0; i < (unsigned)took; i++)
		printf("%s%" PRIu64, i > 0 ? "," : "", each_second[i]);
	printf("]}\n");
}

/* ---- arguments ---- */

static const struct option options[] = {
    {"connections", required_argument, NULL, 'c'},
    {"in-flight", required_argument, NULL, 'f'},
    {"batch", required_argument, NULL, 'b'},
    {"payload", required_argument, NULL, 'p'},
    {"hosts", required_argument, NULL, 'h'},
    {"severity", required_argument, NULL, 'v'},
    {"seconds", required_argument, NULL, 's'},
    {"warm-up", required_argument, NULL, 'w'},
    {"rate", required_argument, NULL, 'r'},
    {"total", required_argument, NULL, 't'},
    {"plain", no_argument, NULL, 'n'},
    {"gather", no_argument, NULL, 'g'},
    {0},
};

static double
number(const char *text, const char *name, double min, double max)
{
	char *end;
	double value = strtod(text, &end);

	if (*text == '\0' || *end != '\0' || value < min || value > max)
		load_fail("--%s takes a number from %g to %g, not \"%s\"", name,
		    min, max, text);
	return value;
}

static void
take(int option, const char *name, const char *text)
{
	switch (option) {
	case 'c':
		load.connections =
		    (unsigned)number(text, name, 1, LOAD_CONNECTIONS_MAX);
		break;
	case 'f':
		load.in_flight =
		    (unsigned)number(text, name, 1, LOAD_IN_FLIGHT_MAX);
		break;
	case 'b':
		load.batch = (unsigned)number(text, name, 1, LOAD_BATCH_MAX);
		break;
	case 'p':
		load.payload_bytes = (unsigned)number(
		    text, name, LOAD_PAYLOAD_MIN, LOAD_PAYLOAD_MAX);
		break;
	case 'h':
		load.hosts = (unsigned)number(text, name, 1, LOAD_HOSTS_MAX);
		break;
	case 'v':
		load.severity = text;
		break;
	case 's':
		seconds = number(text, name, 0.01, SECONDS_MAX);
		break;
	case 'w':
		warm_up = number(text, name, 0, SECONDS_MAX);
		break;
	case 'r':
		rate = (uint64_t)number(text, name, 1, 1e9);
		break;
	case 't':
		total = (uint64_t)number(text, name, 1, 1e9);
		break;
	case 'n':
		load.plain = true;
		break;
	case 'g':
		load.gather = true;
		break;
	default:
		load_fail("see tests/bench/load.c for the options");
	}
}

int
main(int argc, char **argv)
{
	int poll = epoll_create1(EPOLL_CLOEXEC), option, index;

	while ((option = getopt_long(argc, argv, "", options, &index)) != -1)
		take(option, option == '?' ? "" : options[index].name, optarg);
	if (optind + 1 != argc)
		load_fail("usage: %s [OPTION...] TARGET", argv[0]);
	if (load.gather && load.batch > 1)
		load_fail("--gather makes batches itself: leave --batch out");
	load.target = argv[optind];
	make_payload();
	peer.open(&load);
	for (unsigned i = 0; i < load.connections; i++) {
		struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};

		if (peer.fd(i) >= 0 &&
		    epoll_ctl(poll, EPOLL_CTL_ADD, peer.fd(i), &event) != 0)
			load_fail("epoll refused connection %u", i);
	}
	loop(poll);
	peer.close();
	tell();
	return 0;
}
