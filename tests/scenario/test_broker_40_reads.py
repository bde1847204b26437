"""Committed state: reads that wait for an entry, and the feed with resume and credit."""
import json
import time

from conftest import LIMITS


def follow(client, count, timeout_s=20):
    events = []
    while len(events) < count:
        answer = client.receive(timeout_s)
        assert answer is not None and answer.status == 206, answer
        events.append(answer.body)
    return events


def test_a_read_waits_for_the_entry_that_it_is_to_see(broker, lead):
    pusher, reader = broker.client("sensor", "sensors"), broker.client("manager")
    for number in range(1, 21):
        pushed = pusher.ok("alert.push", {}, [b"{}"])
        shown = reader.ok("alert.show", {"alert": f"ALR-{number}", "min_seq": pushed["seq"]})
        assert shown["seq"] >= pushed["seq"]


def test_a_read_beyond_the_head_is_refused_at_once(broker, lead):
    head = lead.ok("status")["seq"]
    assert lead.refused(425, "list", {"min_seq": head + 1000})["field"] == "min_seq"
    assert lead.ok("list", {"min_seq": head}).status == 200
    assert lead.refused(400, "list", {"min_seq": -1})["field"] == "min_seq"


def test_a_watch_shows_the_past_then_the_present_without_a_gap(broker, lead, sensor):
    lead.ok("open", {"title": "before"})
    watcher = broker.client("auditor")
    watcher.send("watch", {"from": 1, "credit": 8388608})
    past = lead.ok("status")["seq"]
    events = follow(watcher, past)
    for number in range(50):
        lead.ok("open", {"title": f"during {number}"})
        sensor.ok("alert.push", {}, [b"{}"])
    events += follow(watcher, 100)
    assert [event["seq"] for event in events] == list(range(1, past + 101))
    assert events[0]["kind"] == "store.created"
    # Each event is a receipt of its own; they are checked when the scenario ends.
    assert len({event["head"] for event in events}) == len(events)


def test_a_watch_begins_with_the_next_event_when_not_told(broker, lead):
    lead.ok("open", {"title": "earlier"})
    watcher = broker.client("lead")
    watcher.send("watch")
    watcher.ok("status")  # the watch was taken before this
    opened = lead.ok("open", {"title": "now"})
    event = follow(watcher, 1)[0]
    assert event["kind"] == "incident.opened" and event["seq"] == opened["seq"]


def test_a_watch_resumes_where_it_ended(broker, lead):
    first = broker.client("lead")
    first.send("watch", {"from": 1})
    seen = follow(first, 5)
    first.close()
    lead.ok("open", {"title": "meanwhile"})
    broker.kill()
    broker.start()
    second = broker.client("lead")
    second.send("watch", {"from": seen[-1]["seq"] + 1})
    rest = follow(second, 6)
    assert rest[0]["seq"] == seen[-1]["seq"] + 1
    assert "incident.opened" in [event["kind"] for event in rest] or follow(second, 1)[0]["kind"]


def test_credit_bounds_what_is_sent_ahead(broker, lead):
    for number in range(50):
        lead.ok("open", {"title": f"incident {number}", "description": "x" * 2000})
    watcher = broker.client("lead")
    watcher.send("watch", {"from": 1, "credit": 10000}, request=b"w")
    taken, count = 0, 0
    while (answer := watcher.receive(0.7)) is not None:
        taken += len(json.dumps(answer.body))
        count += 1
    assert 10000 <= taken < 20000, (taken, count)
    watcher.send("watch.credit", {"watch": "w", "credit": 8388608}, request=b"c")
    head = lead.ok("status")["seq"]
    answers = [watcher.receive() for _ in range(head - count + 1)]
    assert all(answers)
    assert next(a for a in answers if a.request == b"c").status == 200
    seqs = [a["seq"] for a in answers if a.request == b"w"]
    assert seqs == list(range(count + 1, count + 1 + len(seqs)))


def test_watches_are_checked(broker, lead):
    head = lead.ok("status")["seq"]
    assert lead.refused(425, "watch", {"from": head + 100})["field"] == "from"
    assert lead.refused(404, "watch.credit", {"watch": "none", "credit": 1})["field"] == "watch"
    lead.refused(413, "watch", {"credit": LIMITS["WATCH_CREDIT_MAX"] + 1})
    lead.send("watch", {"credit": 1}, request=b"w")
    lead.send("watch", {"credit": 1}, request=b"w")
    assert lead.receive().status == 409
    # The watch of another connection cannot be given credit.
    broker.client("lead").refused(404, "watch.credit", {"watch": "w", "credit": 1})
    broker.client("sensor").refused(403, "watch")


def test_no_more_watches_are_open_than_the_limit(broker):
    client = broker.client("lead")
    for number in range(LIMITS["WATCHERS_MAX"]):
        client.send("watch", {"credit": 1}, request=b"w%d" % number)
    client.refused(503, "watch")
    client.close()
    other = broker.client("lead")
    for _ in range(200):
        other.send("watch", {"from": 1, "credit": 1})
        answer = other.receive()
        if answer.status == 206:
            return
    raise AssertionError("a connection that is gone keeps its watches")


def test_a_watcher_that_does_not_read_holds_up_nobody(broker, lead):
    sleeper = broker.client("lead", rcvhwm=1)
    sleeper.send("watch", {"from": 1, "credit": 8388608})
    watcher = broker.client("lead")
    watcher.send("watch", {"from": 1, "credit": 8388608})
    for number in range(60):
        lead.ok("open", {"title": f"{number}", "description": "y" * 60000})
    seqs = [event["seq"] for event in follow(watcher, 60)]
    assert seqs == list(range(1, 61))
    # When it reads again it has missed nothing.
    seqs = [event["seq"] for event in follow(sleeper, 60)]
    assert seqs == list(range(1, 61))


def test_a_watch_ends_with_a_word_when_the_broker_stops(broker):
    client = broker.client("lead")
    client.send("watch", {"credit": 1}, request=b"w")
    client.ok("status")
    broker.stop()
    answer = client.receive()
    assert answer.request == b"w" and answer.status == 200 and "stopping" in answer["end"]


def test_a_page_of_more_rows_than_the_limit_is_refused(broker, lead):
    most = LIMITS["LIST_ROWS_MAX"]
    for verb, more in (("list", {}), ("mine", {}), ("alert.list", {}), ("find", {"value": "192.0.2.1"})):
        assert lead.ok(verb, {"limit": most, **more}).status == 200
        assert lead.refused(413, verb, {"limit": most + 1, **more})["field"] == "limit"


def test_reads_of_a_large_page_do_not_hold_up_others(broker, lead):
    for number in range(120):
        lead.ok("open", {"title": "t" * 500 + str(number)})
    began = time.monotonic()
    page = lead.ok("list", {"limit": 500})
    assert len(page["incidents"]) == 120 or page["next"]
    assert time.monotonic() - began < 5
