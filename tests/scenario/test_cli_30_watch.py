"""Watching from the command line: the past, the present, and across a restart, each event once."""
import json

from command_line import CommandLine


def read_events(process, count):
    return [json.loads(process.stdout.readline()) for _ in range(count)]


def test_the_past_comes_first_then_the_present(broker):
    lead = CommandLine(broker.home, "lead")
    first = lead.json("open", "before")["seq"]
    lead.out("comment", 1, "before, too")
    process = lead.start("watch", "--from", first, "--json")
    try:
        events = read_events(process, 2)
        lead.out("comment", 1, "while it watches")
        events += read_events(process, 1)
    finally:
        process.terminate()
    assert [event["kind"] for event in events] == ["incident.opened", "incident.commented", "incident.commented"]
    assert [event["seq"] for event in events] == [first, first + 1, first + 2]
    assert events[2]["text"]["text"] == "while it watches"


def test_people_read_one_line_an_event(broker):
    lead = CommandLine(broker.home, "lead")
    first = lead.json("open", "a title\x1b[2J")["seq"]
    process = lead.start("watch", "--from", first)
    try:
        line = process.stdout.readline()
    finally:
        process.terminate()
    assert line.startswith(f"{first}  ") and "lead: INC-1 opened as medium incident: a title\\x1b[2J" in line


def test_more_than_the_credit_comes_whole(broker):
    lead = CommandLine(broker.home, "lead")
    first = lead.json("open", "long story")["seq"]
    for number in range(20):
        lead.out("comment", 1, "-", stdin=f"{number} " + "x" * 30000)
    process = lead.start("watch", "--from", first, "--json")
    try:
        events = read_events(process, 21)
    finally:
        process.terminate()
    assert [event["seq"] for event in events] == list(range(first, first + 21))


def test_a_restart_leaves_no_gap_and_repeats_nothing(broker):
    lead = CommandLine(broker.home, "lead")
    first = lead.json("open", "watched")["seq"]
    process = lead.start("watch", "--from", first, "--json")
    try:
        events = read_events(process, 1)
        broker.kill()
        broker.start()
        lead.out("comment", 1, "after the kill")
        broker.restart()
        lead.out("comment", 1, "after the restart")
        texts = []
        while len(texts) < 2:
            events += read_events(process, 1)
            if events[-1]["kind"] == "incident.commented":
                texts.append(events[-1]["text"]["text"])
    finally:
        process.terminate()
    assert texts == ["after the kill", "after the restart"]
    numbers = [event["seq"] for event in events]
    assert numbers == list(range(first, first + len(numbers)))


def test_a_revoked_watcher_is_told(broker):
    watcher = CommandLine(broker.home, "analyst").start("watch", "--from", 1, "--json")
    watcher.stdout.readline()
    CommandLine(broker.home, "admin").out("people", "revoke", "analyst", "left")
    while watcher.stdout.readline():
        pass
    assert watcher.wait(30) == 3
    assert "revoked" in watcher.stderr.read()


def test_who_may_not_watch_is_refused(broker):
    assert "for these roles" in CommandLine(broker.home, "sensor").says("watch", code=3)
