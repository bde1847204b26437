"""The measurements that are no ratio to a peer: each starts what it needs and answers with rows (what, result, target, met)."""
import json
import random
import signal
import subprocess
import time

import peers

SUSTAINED_S = 60
TRIAGE_RATE, TRIAGE_S, TRIAGE_DRAIN_S = 20000, 60, 600
IDENTICAL = 100000
STARTS = 5
STORED = 1000000
READS = 1000
SIZES = (1000, 10000, 100000)
HTTP_ROUNDS, HTTP_S = 5, 3


class Client:
    """A plain DEALER with a key file."""

    def __init__(self, path, front="people"):
        import zmq
        key = json.loads(path.read_text())
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.DEALER)
        for option, value in (("linger", 0), ("sndhwm", 0), ("rcvhwm", 0), ("reconnect_ivl", 1), ("curve_publickey", key["public"].encode()),
                              ("curve_secretkey", key["secret"].encode()), ("curve_serverkey", key["server"].encode())):
            setattr(self.socket, option, value)
        self.socket.connect(key[front][0])
        self.sent = 0

    def send(self, verb, body, *parts):
        self.sent += 1
        self.socket.send_multipart([b"TOC1", verb.encode(), b"%d" % self.sent, json.dumps(body).encode(), *parts])

    def receive(self, timeout_s=60):
        if not self.socket.poll(timeout_s * 1000):
            raise peers.Failed("no answer")
        _, _, status, body = self.socket.recv_multipart()[:4]
        body = json.loads(body)
        if status != b"200":
            raise peers.Failed(f"answered {status.decode()}: {body}")
        return body

    def ask(self, verb, body=None, *parts):
        self.send(verb, body or {}, *parts)
        return self.receive()

    def all(self, requests, window=64):
        """Asks everything, so many at a time; the answers' order is of no matter."""
        waiting = 0
        for verb, body in requests:
            if waiting == window:
                self.receive()
                waiting -= 1
            self.send(verb, body)
            waiting += 1
        for _ in range(waiting):
            self.receive()

    def close(self):
        self.socket.close()
        self.context.term()


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def at_least(what, result, target, shown=None):
    return what, shown or f"{result:,.2f}", f"at least {target:,g}", result >= target


def below(what, result, target, unit):
    return what, f"{result:,.1f} {unit}", f"below {target:,g} {unit}", result < target


def reported(what, result):
    return what, result, "reported", None


class Working:
    """A broker and so many workers that triage."""

    def __init__(self, bench, workers):
        self.server = bench.server(peers.Tocsin)
        self.workers = [subprocess.Popen([bench.bin / "tocsin-worker", "--key", self.server.folder / "keys/worker.key", "--workflow", "triage"],
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(workers)]
        self.lead = Client(self.server.target)

    def waiting(self):
        return self.lead.ask("status")["alerts"]["waiting"]

    def drained(self, limit_s):
        """Seconds until everything is triaged."""
        began = time.monotonic()
        while (left := self.waiting()) > 0:
            if time.monotonic() - began > limit_s:
                raise peers.Failed(f"{left} alerts were not triaged within {limit_s} s")
            time.sleep(0.05)
        return time.monotonic() - began

    def end(self, bench):
        self.lead.close()
        for worker in self.workers:
            worker.send_signal(signal.SIGTERM)
        for worker in self.workers:
            worker.wait(30)
        self.server.remove()
        bench.servers.remove(self.server)


def sustained(bench):
    server = bench.server(peers.Tocsin)
    result = server.push((16, 16, 1), SUSTAINED_S)
    seconds = result["each_second"]
    server.remove()
    bench.servers.remove(server)
    name = f"{SUSTAINED_S} s at 16x16, CURVE"
    return [at_least(f"{name}: last ten seconds / first ten", sum(seconds[-10:]) / max(sum(seconds[:10]), 1), 0.75),
            below(f"{name}: longest time without an acknowledgement", result["gap_ms"], 100, "ms"),
            reported(f"{name}: alerts/s, p99", f"{result['rate']:,.0f}/s, {result['p99_us']:,} µs")]


def triage(bench):
    working = Working(bench, 2)
    began = time.monotonic()
    result = working.server.push((16, 16, 64), TRIAGE_S, "--rate", TRIAGE_RATE, "--warm-up", 0)
    left = working.waiting()
    at_end = time.monotonic() - began
    drain = working.drained(TRIAGE_DRAIN_S)
    pushed = result["pushed"]
    working.end(bench)
    name = f"{TRIAGE_RATE:,}/s offered for {TRIAGE_S} s, two workers"
    return [at_least(f"{name}: acknowledged/s", result["rate"], TRIAGE_RATE * 0.99, f"{result['rate']:,.0f}/s"),
            at_least(f"{name}: triaged/s meanwhile", (pushed - left) / at_end, TRIAGE_RATE * 0.99, f"{(pushed - left) / at_end:,.0f}/s"),
            reported(f"{name}: until the rest was triaged", f"{drain:.1f} s")]


def identical(bench):
    working = Working(bench, 2)
    began = time.monotonic()
    working.server.push((16, 1, 64), 600, "--hosts", 1, "--severity", "high", "--total", IDENTICAL)
    working.drained(TRIAGE_DRAIN_S)
    took = time.monotonic() - began
    rows = working.lead.ask("list")["incidents"]
    counted = sum(row["alerts"] for row in rows)
    working.end(bench)
    good = len(rows) == 1 and counted >= IDENTICAL
    return [(f"{IDENTICAL:,} identical alerts", f"{len(rows)} incident with {counted:,} alerts in {took:.1f} s", "one incident with a count", good)]


def idle(bench):
    server = bench.server(peers.Tocsin)
    client = Client(server.target)
    client.ask("status")
    client.close()
    time.sleep(1)
    mib = server.rss_anon_kib() / 1024
    server.remove()
    bench.servers.remove(server)
    return [below("idle broker, RssAnon", mib, 32, "MiB")]


def first_answer_ms(server):
    """From the start of the program to the first acknowledgement."""
    client = Client(server.target, "sensors")
    began = time.monotonic()
    server.launch(server.bin / server.broker, "run", "--home", server.folder, ready=False)
    client.ask("alert.push", {"source": "bench", "format": "native"}, b'{"title":"First","severity":"low"}')
    took = (time.monotonic() - began) * 1000
    client.close()
    return took


def start(bench):
    server = bench.server(peers.Tocsin)
    server.push((16, 1, 64), 600, "--total", STORED)
    peers.settle([server], 120)
    took = []
    for _ in range(STARTS):
        server.stop()
        took.append(first_answer_ms(server))
        server.await_ready()
    server.stop()
    began = time.monotonic()
    peers.run(server.bin / "tocsind", "rebuild", "--home", server.folder)
    replay = STORED / (time.monotonic() - began)
    server.remove()
    bench.servers.remove(server)
    return [below(f"start on {STORED:,} alerts, to the first acknowledgement (median of {STARTS})", percentile(took, 0.5), 100, "ms"),
            reported(f"replay of {STORED:,} alerts", f"{replay:,.0f}/s")]


def opens(first, last):
    severities = ("info", "low", "medium", "high", "critical")
    for n in range(first, last):
        yield "open", {"title": f"Incident {n}", "severity": severities[n * 7919 % 5]}


def works(first, last):
    """A tenth is somebody's, a tenth is being triaged, half is closed."""
    for n in range(first, last):
        if n % 10 == 1:
            yield "assign", {"incident": f"INC-{n}", "to": "lead"}
        elif n % 10 == 2:
            yield "move", {"incident": f"INC-{n}", "to": "triage"}
        elif n % 2 == 0:
            yield "close", {"incident": f"INC-{n}", "verdict": "false_positive"}


def read_questions(size):
    pick = random.Random(size)
    return {
        "show": lambda: ("show", {"incident": f"INC-{pick.randint(1, size)}"}),
        "list by severity": lambda: ("list", {"severity": pick.choice(["low", "high", "critical"])}),
        "list by status": lambda: ("list", {"status": "triage"}),
        "list by assignee": lambda: ("list", {"assignee": "lead"}),
        "list by age": lambda: ("list", {"sort": pick.choice(["age", "newest"])}),
    }


def milliseconds(client, verb, body):
    began = time.monotonic()
    client.ask(verb, body)
    return (time.monotonic() - began) * 1000


def reads(bench):
    """Each question beside one to the bare echo, which tells what of it is ZeroMQ, CURVE and the machine."""
    server, echo = bench.server(peers.Tocsin), bench.server(peers.CurveEcho)
    client, raw, rows, before = Client(server.target), Client(echo.target, "sensors"), [], 1
    for size in SIZES:
        client.all(opens(before, size + 1))
        client.all(works(before, size + 1))
        before = size + 1
        for what, question in read_questions(size).items():
            took, bare = [], []
            for _ in range(READS):
                took.append(milliseconds(client, *question()))
                bare.append(milliseconds(raw, "alert.push", {}))
            beside = ", ".join(f"p{share} {percentile(took, share / 100):.2f}, bare echo {percentile(bare, share / 100):.2f} ms" for share in (50, 99))
            rows.append(below(f"{what} among {size:,} incidents, p99 ({beside})", percentile(took, 0.99), 5, "ms"))
    for each, its in ((client, server), (raw, echo)):
        each.close()
        its.remove()
        bench.servers.remove(its)
    return rows


def http(bench):
    servers = [bench.server(kind) for kind in (peers.Http, peers.HttpPostgres)]
    found = {server.name: [] for server in servers}
    lines = []
    for turn in range(HTTP_ROUNDS):
        for server in servers[turn % 2:] + servers[:turn % 2]:
            peers.settle(servers)
            found[server.name].append(server.push((64, 1, 1), HTTP_S))
        lines.append(servers[0].push((4, 1, 1000), HTTP_S)["rate"])
    for server in servers:
        server.remove()
        bench.servers.remove(server)
    ours, theirs = ([one["rate"] for one in found[name]] for name in ("http", "http-postgres"))
    ratio = percentile([a / max(b, 1) for a, b in zip(ours, theirs)], 0.5)
    p99 = percentile([one["p99_us"] for one in found["http"]], 0.5)
    name = f"HTTP, 64 connections, an alert a request (median of {HTTP_ROUNDS})"
    return [at_least(f"{name}: alerts/s, p99 {p99:,} µs", percentile(ours, 0.5), 10000, f"{percentile(ours, 0.5):,.0f}/s"),
            at_least(f"{name}: ours / a plain insert into PostgreSQL behind the same HTTP library ({percentile(theirs, 0.5):,.0f}/s)", ratio, 3),
            at_least("HTTP, NDJSON of 1,000, 4 connections: alerts/s", percentile(lines, 0.5), 100000, f"{percentile(lines, 0.5):,.0f}/s")]


RUNS = {"sustained": sustained, "triage": triage, "identical": identical, "idle": idle, "start": start, "reads": reads, "http": http}


def table(rows):
    lines = ["| measurement | result | target | |", "|---|---|---|---|"]
    return lines + [f"| {what} | {result} | {target} | {'' if met is None else 'met' if met else 'missed'} |" for what, result, target, met in rows]
