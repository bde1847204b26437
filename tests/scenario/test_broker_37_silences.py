"""Silences from the user's side: what is silenced is kept, says why, and is heard again afterwards."""
from command_line import CommandLine
from test_broker_36_sources import ALERT, push
from test_workers_10 import Workers, triaged

LOUD = {**ALERT, "severity": "high"}


def test_what_is_silenced_is_kept_and_is_heard_again_afterwards(broker):
    workers = Workers(broker)
    try:
        workers.start()
        lead, sensors, person = broker.client("lead"), broker.client("sensors", "sensors"), CommandLine(broker.home, "lead")
        said = person.out("silence", "add", "--source", "native-test", "--rule", "r1", "--host", "web1", "--for", "2h",
                          "--reason", "Pentest by the red team")
        assert said.startswith("Silence 1 holds until ")
        shown = triaged(lead, push(sensors, "native-test", LOUD))
        assert shown["disposition"] == "suppressed" == shown["status"] and shown["parts"][0]["silence"] == 1
        assert triaged(lead, push(sensors, "native-test", {**LOUD, "host": "web2"}))["disposition"] == "opened"
        assert triaged(lead, push(sensors, "eve-test", LOUD))["disposition"] == "opened"
        broker.kill()
        broker.start()
        lead, sensors = broker.client("lead"), broker.client("sensors", "sensors")
        assert triaged(lead, push(sensors, "native-test", LOUD))["disposition"] == "suppressed"
        assert len(lead.ok("alert.list", {"disposition": "suppressed"})["alerts"]) == 2
        assert lead.ok("find", {"value": "web1"})["found"]
        text = person.out("silence", "list")
        assert "native-test" in text and "Pentest" in text and all(len(line) <= 80 for line in text.splitlines())
        assert "it falls under a silence" in person.out("alert", "show", shown["id"])
        assert person.out("silence", "end", 1, "over") == "Silence 1 has ended.\n"
        assert person.out("silence", "list").startswith("No silence holds")
        assert triaged(lead, push(sensors, "native-test", LOUD))["disposition"] == "opened"
        assert lead.ok("alert.promote", {"alert": shown["id"]})["id"].startswith("INC-")
    finally:
        workers.end()


def test_a_silence_that_would_hide_for_ever_is_refused(broker):
    person = CommandLine(broker.home, "lead")
    assert "ended already" in person.says("silence", "add", "--source", "a", "--reason", "x", "--until", "2020-01-01", code=2)
    person.out("silence", "add", "--source", "b", "--reason", "x", "--until", "5m")
    assert "--for" in person.says("silence", "add", "--source", "a", "--reason", "x", "--for", "31d", code=2)
    assert "source, rule, host" in person.says("silence", "add", "--reason", "x", "--for", "1h", code=2)
    assert broker.client("auditor").refused(403, "silence.add", {"source": "a", "reason": "x", "for": "1h"})
