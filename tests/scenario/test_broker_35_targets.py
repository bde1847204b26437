"""Targets and escalation with a real clock: each step once, whatever happens to the broker, and who hears of it."""
import json
import time

import pytest
from command_line import CommandLine
from test_workers_10 import Workers, until


def configuration(acknowledge="200ms", resolve="1h", more=""):
    return (f"escalation:\n  repeat: 0\n  targets:\n    high: {{acknowledge: {acknowledge}, resolve: {resolve}}}\n"
            f"{more}")


def story(lead, incident="INC-1"):
    return lead.ok("show", {"incident": incident, "limit": 500})


def steps(shown, target="acknowledge"):
    return [event["facts"] for event in shown["history"]
            if event["kind"] == "target.step" and event["facts"]["target"] == target]


def percents(shown, target="acknowledge"):
    return [facts["percent"] for facts in steps(shown, target)]


def escalated(lead, incident="INC-1", level=1):
    return until(lambda: story(lead, incident), lambda shown: shown["level"] >= level)


def after(moment_s):
    """Returns once the clock shows a time behind the moment."""
    while (left := moment_s - time.time()) >= 0:
        time.sleep(left + 0.01)


@pytest.fixture
def start(make_broker):
    """A running broker with such targets and its lead."""
    def made(**words):
        broker = make_broker(configuration(**words))
        broker.start()
        return broker, broker.client("lead")
    return made


def test_each_step_comes_once_and_the_last_escalates(start):
    broker, lead = start(more="  chain:\n    - {name: second-line, assign: analyst}\n")
    lead.ok("open", {"title": "a", "severity": "high"})
    shown = escalated(lead)
    assert percents(shown) == [50, 75, 100] and percents(shown, "resolve") == []
    assert shown["assignee"] == "analyst" and shown["overdue"] is True and "acknowledged" not in shown.body
    assert [target["state"] for target in shown["targets"]] == ["overdue", "running"]
    told = [event["facts"] for event in shown["history"] if event["kind"] == "incident.escalated"]
    assert [(facts["level"], facts["target"], facts["chain"]) for facts in told] == [(1, "acknowledge", "second-line")]
    assert [row["id"] for row in lead.ok("list", {"overdue": True})["incidents"]] == ["INC-1"]
    # Taking it ends the target; what remains is not due for an hour.
    answer = lead.ok("assign", {"incident": "INC-1"})
    assert lead.ok("list", {"overdue": True, "min_seq": answer["seq"]})["incidents"] == []
    assert [target["state"] for target in story(lead)["targets"]] == ["missed", "running"]


def test_what_is_taken_up_or_closed_in_time_is_told_of_no_more(start):
    broker, lead = start(acknowledge="3s", resolve="3s")
    for verb, fields in (("assign", {}), ("close", {"verdict": "test"})):
        lead.ok("open", {"title": verb, "severity": "high"})
    lead.ok("assign", {"incident": "INC-1"})
    lead.ok("close", {"incident": "INC-2", "verdict": "test"})
    lead.ok("open", {"title": "of the same age", "severity": "high"})
    escalated(lead, "INC-3", 2)
    assert percents(story(lead)) == [] and percents(story(lead), "resolve") == [50, 75, 100]
    assert percents(story(lead, "INC-2")) == [] == percents(story(lead, "INC-2"), "resolve")
    answer = lead.ok("reopen", {"incident": "INC-2", "reason": "it was not"})
    assert lead.ok("show", {"incident": "INC-2", "min_seq": answer["seq"]})["targets"][1]["state"] == "running"
    assert percents(escalated(lead, "INC-2"), "resolve") == [50, 75, 100]


def test_steps_due_while_the_broker_was_down_come_at_once_late_and_once(start):
    broker, lead = start(acknowledge="2s")
    lead.ok("open", {"title": "a", "severity": "high"})
    broker.kill()
    after(time.time() + 2)
    broker.start()
    lead = broker.client("lead")
    shown = escalated(lead)
    assert percents(shown) == [50, 75, 100]
    assert steps(shown)[-1]["late"] is True
    broker.kill()
    broker.start()
    again = story(broker.client("lead"))
    assert again["history"] == shown["history"] and again["level"] == 1


def test_kills_while_steps_fall_due_lose_none_and_repeat_none(start):
    broker, lead = start(acknowledge="300ms", resolve="600ms")
    for number in range(20):
        lead.ok("open", {"title": str(number), "severity": "high"})
    for pause in (0.01, 0.05, 0.1, 0.15, 0.2):
        after(time.time() + pause)
        broker.kill()
        broker.start()
    lead = broker.client("lead")
    for number in range(1, 21):
        shown = escalated(lead, f"INC-{number}", 2)
        assert percents(shown) == percents(shown, "resolve") == [50, 75, 100]
        assert shown["level"] == 2


def test_a_graver_severity_leaves_less_time(start):
    broker, lead = start(acknowledge="1h", more="    critical: {acknowledge: 10ms, resolve: 0}\n")
    lead.ok("open", {"title": "a", "severity": "high"})
    assert [target["within_ms"] for target in story(lead)["targets"]] == [3600000, 3600000]
    lead.ok("update", {"incident": "INC-1", "severity": "critical"})
    shown = escalated(lead)
    assert percents(shown)[-1] == 100
    assert [target["target"] for target in shown["targets"]] == ["acknowledge"]


def test_the_hook_of_the_level_is_run_and_hears_which(make_broker, tmp_path):
    scripts = {}
    for name in ("first", "second", "every"):
        scripts[name] = tmp_path / name
        scripts[name].write_text(f"#!/bin/sh\ncat >>{tmp_path}/{name}.seen\n")
        scripts[name].chmod(0o755)
    hooks = "".join(f"    - {{name: {name}, on: escalated, severity: low, command: {path}}}\n"
                    for name, path in scripts.items())
    broker = make_broker(configuration(more="  chain:\n    - {name: a, hook: first}\n    - {name: b, hook: second}\n") +
                         f"notify:\n  hooks:\n{hooks}")
    broker.start()
    workers = Workers(broker)
    try:
        workers.start()
        lead = broker.client("lead")
        lead.ok("open", {"title": "a", "severity": "high"})
        until(lambda: (tmp_path / "first.seen").exists() and (tmp_path / "first.seen").read_text(), bool)
        until(lambda: (tmp_path / "every.seen").exists(), bool)
        told = json.loads((tmp_path / "first.seen").read_text())
        assert told["id"] == "INC-1" and told["level"] == 1 and told["targets"][0]["state"] == "overdue"
        assert not (tmp_path / "second.seen").exists()
        answer = lead.ok("escalate", {"incident": "INC-1", "reason": "stuck"})
        assert answer["level"] == 2 and answer["chain"] == "b"
        until(lambda: (tmp_path / "second.seen").exists() and (tmp_path / "second.seen").read_text(), bool)
        assert json.loads((tmp_path / "first.seen").read_text()) == told
    finally:
        workers.end()


def test_the_command_line_shows_what_is_due_and_overdue(start):
    broker, lead = start(resolve="2h", more="  chain:\n    - {name: second-line, assign: nobody-here}\n")
    person = CommandLine(broker.home, "lead")
    person.out("open", "Odd log-ins", "--severity", "high")
    person.out("open", "Nothing much", "--severity", "info")
    escalated(lead)
    rows = {line.split()[0]: line for line in person.out("list").splitlines() if line.startswith("INC-")}
    assert " -" in rows["INC-1"] and " DUE " in person.out("list")
    assert [line.split()[0] for line in person.out("list", "--overdue").splitlines()[1:]] == ["INC-1"]
    coloured, _ = person.screen("list")
    assert all(len(line) <= 80 for line in person.out("list").splitlines()) and "\x1b[" in coloured
    shown = person.out("show", 1)
    for expected in ("OVERDUE: a target is missed", "Targets\n", "acknowledge", "overdue", "running",
                     "saw 100 % of the time to acknowledge pass",
                     "escalated to level 1 second-line, as the time to acknowledge is over; "
                     "nobody-here is not there to be assigned"):
        assert expected in " ".join(shown.split()) or expected in shown, (expected, shown)
    assert person.out("escalate", 1, "nobody answers") == "INC-1 escalated to level 2 (revision 3)\n"
    person.out("assign", 1)
    assert "1h" in person.out("list") and person.out("list", "--overdue").startswith("No incident")
