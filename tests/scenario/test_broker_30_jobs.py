"""Dispatch: leases, credit, retries, dead letters; workers that lie, fail, vanish or are revoked."""
import json

import pytest
from conftest import LIMITS, sanitized

RETRIES = "jobs: {retry_after: 20ms, attempts: 3}\ntriage: {lease: 500ms}\n"


def outcome(item, title="From triage", wish="open", cluster=None):
    part = {"p": 1, "wish": wish, "title": title, "severity": "high", "rule": "r1", "rule_hash": "00" * 8,
            "classification": "intrusion_attempts", "cluster": cluster or f"{int(item['alert'][4:]):032x}",
            "observables": [], "reasons": [{"code": "severity_open", "text": "high is at or above medium"}]}
    return {"alert": item["alert"], "format": "native", "parts": [part]}


class Worker:
    def __init__(self, broker, name="worker", credit=1, workflows=("triage",)):
        self.client = broker.client(name)
        self.request = self.client.send("worker.ready", {"workflows": list(workflows), "credit": credit})

    def job(self, timeout_s=20):
        answer = self.client.receive(timeout_s)
        if answer is not None:
            assert answer.status == 206 and answer.request == self.request, answer
        return answer

    def settle(self, verb, job, **fields):
        body = {"workflow": "triage", "lease": job["lease"], "token": job["token"], **fields}
        request = self.client.send(verb, {name: value for name, value in body.items() if value is not None})
        jobs = []
        while True:
            answer = self.client.receive()
            assert answer is not None
            if answer.request == request:
                return answer, jobs
            jobs.append(answer)

    def done(self, job, outcomes=None, **fields):
        return self.settle("worker.done", job, outcomes=outcomes or [outcome(item) for item in job["items"]], **fields)

    def fail(self, job, reason="because"):
        return self.settle("worker.fail", job, reason=reason)


def payload(job, item):
    return job.parts[item["payload"]][item["at"]:item["at"] + item["len"]]


def test_an_alert_becomes_an_incident(broker, lead, sensor):
    sensor.ok("alert.push", {"format": "native"}, [b'{"title":"a"}', b'{"title":"b"}'])
    worker = Worker(broker)
    job = worker.job()
    assert job["workflow"] == "triage" and job["attempt"] == 0 and job["for_ms"] == 30000
    assert [item["alert"] for item in job["items"]] == ["ALR-1", "ALR-2"]
    assert [payload(job, item) for item in job["items"]] == [b'{"title":"a"}', b'{"title":"b"}']
    assert [item["source"] for item in job["items"]] == ["wazuh-test"] * 2
    answer, _ = worker.done(job)
    assert answer.status == 200
    rows = lead.ok("list", {"min_seq": answer["seq"]})["incidents"]
    assert len(rows) == 2 and rows[0]["title"] == "From triage"


def test_credit_bounds_the_jobs_ahead(broker, sensor):
    sensor.ok("alert.push", {}, [b"{}"] * 1000)
    worker = Worker(broker, credit=2)
    jobs = [worker.job(), worker.job()]
    assert worker.job(0.5) is None
    seen = [item["alert"] for job in jobs for item in job["items"]]
    _, more = worker.done(jobs[0])
    more = more or [worker.job()]
    seen += [item["alert"] for item in more[0]["items"]]
    assert worker.job(0.5) is None
    # Two readers make the jobs' bodies: which is sent first is theirs.
    assert sorted(seen, key=lambda alert: int(alert[4:])) == [f"ALR-{n}" for n in range(1, len(seen) + 1)]
    assert all(len(job["items"]) == 128 for job in jobs)


def test_leases_for_later_come_together_and_are_shared(make_broker):
    """With jobs in hand a worker gets as many as it has credit for, and leaves the other its part."""
    broker = make_broker()
    broker.start()
    workers = [Worker(broker, credit=4), Worker(broker, credit=4)]
    broker.client("sensor", "sensors").ok("alert.push", {}, [b"{}"] * (128 * 6))
    jobs = [worker.job() for worker in workers for _ in range(3)]
    assert sorted(item["alert"] for job in jobs for item in job["items"]) == sorted(f"ALR-{n}" for n in range(1, 128 * 6 + 1))
    assert workers[0].job(0.2) is None and workers[1].job(0.2) is None


def test_retries_that_are_due_are_leased_side_by_side(make_broker):
    broker = make_broker(RETRIES)
    broker.start()
    broker.client("sensor", "sensors").ok("alert.push", {}, [b"{}"] * 5)
    worker = Worker(broker, credit=5)
    answer, jobs = worker.fail(worker.job())
    assert answer.status == 200
    while len(jobs) < 5:
        jobs.append(worker.job())
    assert sorted(item["alert"] for job in jobs for item in job["items"]) == [f"ALR-{n}" for n in range(1, 6)]
    assert all(len(job["items"]) == 1 and job["attempt"] == 1 for job in jobs)


def test_notifications_are_taken_one_at_a_time(make_broker):
    """The time of a lease is that of one notification: it must not pass while another is worked on."""
    broker = make_broker("notify: {hooks: [{name: seen, command: /bin/true, on: opened, severity: low}]}\n")
    broker.start()
    lead = broker.client("lead")
    for number in range(3):
        lead.ok("open", {"title": f"Incident {number}", "severity": "high"})
    worker = Worker(broker, credit=8, workflows=("notify",))
    for _ in range(3):
        job = worker.job()
        assert job["workflow"] == "notify" and len(job["items"]) == 1
        assert worker.job(0.3) is None
        answer, early = worker.settle("worker.done", job, workflow="notify", outcomes=[{"notification": job["items"][0]["notification"], "detail": "exit 0"}])
        assert answer.status == 200, answer
        assert not early
    assert worker.job(0.3) is None


def test_two_workers_share_and_nothing_is_leased_twice(broker, sensor):
    workers = [Worker(broker, credit=1), Worker(broker, credit=1)]
    sensor.ok("alert.push", {}, [b"{}"] * 600)
    seen, turns, ahead = [], 0, [[], []]
    while len(seen) < 600:
        worker, jobs = workers[turns % 2], ahead[turns % 2]
        turns += 1
        job = jobs.pop() if jobs else worker.job(0.2)
        if job is None:
            continue
        seen += [item["alert"] for item in job["items"]]
        answer, more = worker.done(job)
        assert answer.status == 200
        jobs += more
    assert sorted(seen) == sorted(f"ALR-{n}" for n in range(1, 601))


def test_a_failed_range_is_leased_item_by_item(make_broker):
    broker = make_broker(RETRIES)
    broker.start()
    broker.client("sensor", "sensors").ok("alert.push", {}, [b"{}"] * 3)
    worker = Worker(broker)
    answer, jobs = worker.fail(worker.job())
    assert answer.status == 200
    for attempt in range(3):
        job = jobs.pop() if jobs else worker.job()
        assert len(job["items"]) == 1 and job["attempt"] == 1
        _, jobs = worker.done(job)
    assert worker.job(0.5) is None


def test_after_so_many_failures_an_item_is_a_dead_letter(make_broker):
    broker = make_broker(RETRIES)
    broker.start()
    lead, worker = broker.client("lead"), Worker(broker)
    broker.client("sensor", "sensors").ok("alert.push", {}, [b"poison"])
    jobs, attempts = [], []
    for _ in range(3):
        job = jobs.pop() if jobs else worker.job()
        attempts.append(job["attempt"])
        answer, jobs = worker.fail(job)
    assert attempts == [0, 1, 2]
    assert worker.job(1) is None
    row = next(r for r in lead.ok("jobs", {"min_seq": answer["seq"]})["workflows"] if r["workflow"] == "triage")
    assert row["dead"] == 1
    lead.ok("jobs.retry", {"workflow": "triage"})
    job = worker.job()
    answer, _ = worker.done(job)
    assert answer.status == 200
    assert lead.ok("list", {"min_seq": answer["seq"]})["incidents"][0]["title"] == "From triage"


def test_a_lease_that_is_not_settled_expires(make_broker):
    broker = make_broker(RETRIES)
    broker.start()
    broker.client("sensor", "sensors").ok("alert.push", {}, [b"{}"])
    silent, other = Worker(broker), Worker(broker, credit=0)
    job = silent.job()
    other.request = other.client.send("worker.ready", {"workflows": ["triage"], "credit": 1})
    again = other.job()
    assert again["items"][0]["alert"] == job["items"][0]["alert"] and again["attempt"] == 1
    late, _ = silent.done(job)
    assert late.status in (403, 404, 409), late
    answer, _ = other.done(again)
    assert answer.status == 200
    assert len(broker.client("lead").ok("list", {"min_seq": answer["seq"]})["incidents"]) == 1


def test_the_lease_of_a_worker_that_is_gone_is_given_up_at_once(make_broker):
    broker = make_broker("jobs: {retry_after: 20ms}\ntriage: {lease: 1h}\n")
    broker.start()
    broker.client("sensor", "sensors").ok("alert.push", {}, [b"{}"])
    gone = Worker(broker)
    job = gone.job()
    gone.client.close()
    other = Worker(broker)
    again = other.job()
    assert again["items"][0]["alert"] == job["items"][0]["alert"]
    assert other.done(again)[0].status == 200
    broker.wait_log("given up")


def test_workers_that_lie_about_leases_are_refused(broker, lead, sensor):
    sensor.ok("alert.push", {}, [b"{}", b"{}"])
    worker = Worker(broker)
    job = worker.job()
    good = [outcome(item) for item in job["items"]]
    lies = [
        {"token": "00" * 16}, {"token": "zz"}, {"lease": job["lease"] + 7}, {"workflow": "notify"},
        {"outcomes": good[:1]}, {"outcomes": good + good}, {"outcomes": list(reversed(good))},
        {"outcomes": [outcome({"alert": "ALR-99"}), good[1]]}, {"outcomes": [good[0], good[0]]},
        {"outcomes": [{"alert": "ALR-1"}, good[1]]}, {"outcomes": []},
    ]
    for lie in lies:
        answer, _ = worker.settle("worker.done", job, **{"outcomes": good, **lie})
        assert 400 <= answer.status < 500, (lie, answer)
    # Another connection of the same key has no credit for it, but the lease is the principal's.
    assert lead.ok("list")["incidents"] == []
    answer, _ = worker.done(job)
    assert answer.status == 200
    twice, _ = worker.done(job)
    assert twice.status in (404, 409), twice
    assert len(lead.ok("list", {"min_seq": twice["seq"]})["incidents"]) == 2


def test_the_lease_of_another_worker_is_not_to_be_had(broker, sensor):
    import zmq
    pair = zmq.curve_keypair()
    broker.keys["intruder"] = pair
    broker.client("admin").ok("people.enrol", {"name": "intruder", "public": pair[0].decode(), "roles": ["worker"]})
    sensor.ok("alert.push", {}, [b"{}"])
    worker, intruder = Worker(broker), Worker(broker, "intruder", credit=0)
    job = worker.job()
    for verb, fields in (("worker.done", {"outcomes": [outcome(job["items"][0])]}), ("worker.fail", {"reason": "mine"})):
        answer, _ = intruder.settle(verb, job, **fields)
        assert answer.status in (403, 404, 409), answer
    assert worker.done(job)[0].status == 200


def test_a_revoked_worker_has_no_lease_any_more(make_broker):
    import zmq
    broker = make_broker(RETRIES)
    broker.start()
    admin, pair = broker.client("admin"), zmq.curve_keypair()
    broker.keys["second"] = pair
    admin.ok("people.enrol", {"name": "second", "public": pair[0].decode(), "roles": ["worker"]})
    broker.client("sensor", "sensors").ok("alert.push", {}, [b"{}"])
    revoked = Worker(broker, "second")
    job = revoked.job()
    admin.ok("people.revoke", {"name": "second", "reason": "left"})
    revoked.client.send("worker.done", {"workflow": "triage", "lease": job["lease"], "token": job["token"],
                                        "outcomes": [outcome(job["items"][0])]})
    answer = revoked.client.receive(1)
    assert answer is None or answer.status == 403
    worker = Worker(broker)
    assert worker.done(worker.job())[0].status == 200
    assert len(broker.client("lead").ok("list")["incidents"]) <= 1


def test_a_job_too_large_for_a_message_is_split(make_broker):
    broker = make_broker("jobs: {retry_after: 20ms}\n")
    broker.start()
    sensor = broker.client("sensor", "sensors")
    for i in range(6):
        sensor.ok("alert.push", {}, [b"%d" % i * 1000000])
    worker, seen, jobs = Worker(broker), {}, []
    while len(seen) < 6:
        job = jobs.pop(0) if jobs else worker.job()
        assert sum(map(len, job.parts)) <= 4194304
        for item in job["items"]:
            seen[item["alert"]] = payload(job, item)
        _, more = worker.done(job)
        jobs += more
    assert seen == {f"ALR-{i + 1}": b"%d" % i * 1000000 for i in range(6)}


def test_jobs_go_on_after_a_kill(make_broker):
    broker = make_broker(RETRIES)
    broker.start()
    broker.client("sensor", "sensors").ok("alert.push", {}, [b"{}"] * 2)
    Worker(broker).job()
    broker.kill()
    broker.start()
    worker, seen, jobs = Worker(broker), [], []
    while len(seen) < 2:
        job = jobs.pop(0) if jobs else worker.job()
        seen += [item["alert"] for item in job["items"]]
        answer, more = worker.done(job)
        jobs += more
    assert sorted(seen) == ["ALR-1", "ALR-2"]
    assert len(broker.client("lead").ok("list", {"min_seq": answer["seq"]})["incidents"]) == 2


def test_ready_is_checked(broker):
    client = broker.client("worker")
    for body, field in (({"workflows": ["triage"]}, "credit"), ({"credit": 1}, "workflows"), ({"workflows": [], "credit": 1}, "workflows"),
                        ({"workflows": ["baking"], "credit": 1}, "workflows"), ({"workflows": ["triage"], "credit": LIMITS["WORKER_CREDIT_MAX"] + 1}, "credit"),
                        ({"workflows": ["triage"], "credit": -1}, "credit")):
        answer = client.ask("worker.ready", body)
        assert answer.status in (400, 413) and answer["field"] == field, (body, answer)


def test_no_more_workers_are_ready_than_the_limit(broker, sensor):
    workers = [Worker(broker, credit=0) for _ in range(LIMITS["WORKERS_MAX"])]
    for worker in workers:
        worker.client.ok("status")
    one_more = broker.client("worker")
    one_more.refused(503, "worker.ready", {"workflows": ["triage"], "credit": 1})
    workers[0].client.close()
    sensor.ok("alert.push", {}, [b"{}"])
    for _ in range(100):
        request = one_more.send("worker.ready", {"workflows": ["triage"], "credit": 1})
        answer = one_more.receive()
        if answer.status == 206:
            break
    assert answer.request == request and json.dumps(answer.body)


def test_a_worker_that_there_is_no_memory_for_is_told_so(failing):
    if sanitized():
        pytest.skip("sanitizers have an allocator of their own")
    broker = failing()
    worker, ready = broker.client("worker"), {"workflows": ["triage"], "credit": 1}
    broker.meddle("calloc 650 750")  # what a worker takes; what any request takes is there
    worker.ok("status")
    assert worker.refused(500, "worker.ready", ready)["message"] == "out of memory"
    broker.meddle()
    broker.client("sensor", "sensors").ok("alert.push", {}, [b"{}"])
    assert worker.ask("worker.ready", ready).status == 206


def test_a_worker_cannot_ask_for_more_than_its_credit_by_asking_again(broker, sensor):
    sensor.ok("alert.push", {}, [b"{}"] * 1000)
    sensor.ok("alert.push", {}, [b"{}"] * 1000)
    worker = Worker(broker, credit=2)
    assert worker.job() and worker.job()
    for _ in range(3):
        worker.request = worker.client.send("worker.ready", {"workflows": ["triage"], "credit": 2})
    assert worker.job(0.5) is None
    worker.request = worker.client.send("worker.ready", {"workflows": ["triage"], "credit": 3})
    assert worker.job()
    assert worker.job(0.5) is None


def test_a_lease_that_goes_on_gives_no_credit_back(broker, sensor):
    """Who hands in nonsense keeps its lease, and gets no other one for it."""
    sensor.ok("alert.push", {}, [b"{}"] * 1000)
    worker = Worker(broker)
    jobs = [worker.job()]
    for lie in ({"token": "00" * 16}, {"outcomes": [{}]}) * 4:
        answer, more = worker.settle("worker.done", jobs[-1], **{"outcomes": [outcome(item) for item in jobs[-1]["items"]], **lie})
        assert 400 <= answer.status < 500, (lie, answer)
        late = worker.job(0.3)
        jobs += more + ([late] if late else [])
    # The next job may have been on its way before the lie was known.
    assert len(jobs) <= 2
    assert [worker.done(job)[0].status for job in jobs] == [200] * len(jobs)
