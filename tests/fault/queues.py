"""What the journal says of leases, retries, notifications and targets, held against the rows of a state.

Journal follows the events of a watch and knows what must stand in the tables; rows_of reads a dump of them. Neither uses
the fold's code: what the two agree on was not only folded twice in the same way.
"""
import struct
from datetime import datetime

WORKFLOWS = {"triage": 1, "notify": 2}
TARGETS = {"acknowledge": 0, "resolve": 1}
LEASE, RETRY, TARGET = 1, 2, 3  # timers


def ms_of(time):
    return round(datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp() * 1000)


class Journal:
    def __init__(self):
        self.seq = 0
        self.leases = {}  # lease: (workflow, first, last, deadline, attempt)
        self.retries = {}  # (workflow, item): (attempts, due, dead)
        self.outbox = {}  # notification: (incident, done, queued)
        self.targets = {}  # (incident, target): [span, armed, percent]
        self.closed = set()  # incidents
        self.set_anew = set()  # incidents whose targets were set more than once

    def follow(self, event):
        assert event["seq"] == self.seq + 1, f"the feed goes from {self.seq} to {event['seq']}"
        self.seq = event["seq"]
        take = getattr(self, event["kind"].replace(".", "_"), None)
        number = event["subject"].replace("-", " ").split(" ")[-1]
        if take is not None:
            take(int(number), event["facts"], ms_of(event["time"]))
        elif event["kind"].startswith("incident."):
            self.set_targets(int(number), event["facts"], ms_of(event["time"]))

    # Jobs.

    def job_leased(self, lease, facts, time):
        workflow = WORKFLOWS[facts["workflow"]]
        self.leases[lease] = (workflow, facts["first"], facts["last"], time + facts["for_ms"], facts["attempt"])
        if facts["attempt"]:
            del self.retries[workflow, facts["first"]]

    def job_done(self, lease, facts, time):
        del self.leases[lease]

    def job_failed(self, lease, facts, time):
        workflow, first, last, _, attempt = self.leases.pop(lease)
        for item in range(first, last + 1):
            self.retries[workflow, item] = (attempt + 1, time + facts["retry_ms"], facts["retry_ms"] == 0)

    job_expired = job_failed

    # Notifications.

    def notification_queued(self, number, facts, time):
        self.outbox[number] = (int(facts["incident"][4:]), False, time)

    def notification_sent(self, number, facts, time):
        incident, done, queued = self.outbox[number]
        assert not done, f"notification {number} is settled twice"
        self.outbox[number] = (incident, True, queued)

    notification_dropped = notification_sent

    # Targets.

    def set_targets(self, incident, facts, time):
        if "targets" not in facts:
            return
        before = {key for key in self.targets if key[0] == incident}
        if before:
            self.set_anew.add(incident)
        for key in before:
            del self.targets[key]
        for name, span in facts["targets"].items():
            self.targets[incident, TARGETS[name]] = [span, time, 0]

    def incident_closed(self, incident, facts, time):
        self.closed.add(incident)

    def target_step(self, incident, facts, time):
        self.targets[incident, TARGETS[facts["target"]]][2] = facts["percent"]


def rows_of(dump):
    """The tables that tell of time, each as {key: value}, from the lines of `tocsind dump`."""
    tables = {name: {} for name in ("leases", "retries", "outbox", "targets", "timers")}
    for line in dump.splitlines():
        table, key, value = line.split(" ", 2)
        if table in tables:
            tables[table][bytes.fromhex(key)] = b"" if value == "-" else bytes.fromhex(value)
    return tables


def difference(what, says, stands):
    """A sentence for the first rows that differ, or None."""
    if says == stands:
        return None
    missing = {key: value for key, value in says.items() if stands.get(key) != value}
    beyond = {key: value for key, value in stands.items() if says.get(key) != value}
    return f"{what}: the journal says {dict(list(missing.items())[:3])}, there is {dict(list(beyond.items())[:3])}"


def compare(journal, dump):
    """What is wrong with the rows, as sentences."""
    tables = rows_of(dump)
    leases, retries, outbox, targets = {}, {}, {}, {}
    timers = {struct.unpack(">BQQQ", key): True for key in tables["timers"]}
    for key, value in tables["leases"].items():
        workflow, first, last, _, _, deadline, attempt = struct.unpack(">BQQI16sQI", value)
        leases[struct.unpack(">Q", key)[0]] = (workflow, first, last, deadline, attempt)
    for key, value in tables["retries"].items():
        attempts, due, dead, _ = struct.unpack(">IQBQ", value)
        retries[struct.unpack(">BQ", key)] = (attempts, due, bool(dead))
    for key, value in tables["outbox"].items():
        incident, *_, done, queued = struct.unpack(">QQIQIQBBQ", value[:50])
        outbox[struct.unpack(">Q", key)[0]] = (incident, bool(done), queued)
    armed = {(LEASE, deadline, lease, 0): True for lease, (_, _, _, deadline, _) in journal.leases.items()}
    armed |= {(RETRY, due, *key): True for key, (_, due, dead) in journal.retries.items() if not dead}
    said = dict(journal.targets)
    for key, value in tables["targets"].items():
        incident, target = struct.unpack(">QB", key)
        span, begun, paused, stopped, met, following, percent = struct.unpack(">QQQQQQB", value)
        targets[incident, target] = [span, begun, percent]
        if (incident, target) in said and incident in journal.set_anew:
            said[incident, target] = targets[incident, target]  # its keys alone are compared
        if stopped == 0 and following:
            armed[TARGET, following, incident, target] = True
        if (stopped != 0) != (incident in journal.closed):
            yield f"target {target} of INC-{incident} stopped at {stopped}, and the incident is {'' if incident in journal.closed else 'not '}closed"
        if stopped == 0 and percent < 100 and not following:
            yield f"target {target} of INC-{incident} runs at {percent} % and has no step to come"
    for what, says, stands in (
            ("leases", journal.leases, leases), ("retries", journal.retries, retries), ("outbox", journal.outbox, outbox),
            ("targets", said, targets), ("timers", armed, timers)):
        if (sentence := difference(what, says, stands)) is not None:
            yield sentence
