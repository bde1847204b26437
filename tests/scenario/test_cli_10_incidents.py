"""An analyst's night at the command line: open, look, work, close; and each way to be told no."""
import json
import subprocess

import pytest
from command_line import CommandLine, environment
from conftest import WAIT_S


@pytest.fixture
def lead(broker):
    return CommandLine(broker.home, "lead")


def test_an_incident_lives_from_open_to_close(lead):
    assert lead.out("open", "Phishing mail", "--severity", "high", "--tag", "mail,urgent",
                    "--observable", "ipv4=192.0.2.1", "--description", "-", stdin="two\nlines\n") \
        == "INC-1 opened (revision 1)\n"
    assert "INC-1  high  new " in lead.out("list")
    assert lead.out("comment", 1, "Sender blocked.") == "INC-1 commented (revision 2)\n"
    assert lead.out("assign", "inc-1") == "INC-1 assigned to you (revision 3)\n"
    assert lead.out("move", 1, "contained", "isolated") == "INC-1 moved to contained (revision 4)\n"
    shown = lead.out("show", 1)
    for expected in ("INC-1  Phishing mail", "  two\n  lines\n", "ipv4  192.0.2.1", "mail, urgent", "TLP:AMBER",
                     "lead moved from new to contained", "      isolated\n", "tocsin move INC-1 eradicated"):
        assert expected in shown, shown
    assert lead.out("close", 1, "--fp", "a test mailing") == "INC-1 closed as false_positive (revision 5)\n"
    assert lead.out("list") == "No incident to show. (`tocsin list --all` has closed ones, too.)\n"
    assert "INC-1  high  closed" in lead.out("list", "--all")
    assert lead.out("reopen", 1, "it was not") == "INC-1 reopened (revision 6)\n"
    assert lead.json("show", 1)["status"] == "investigating"


def test_next_takes_the_most_urgent_and_shows_it(broker, lead):
    lead.out("open", "low one", "--severity", "low")
    lead.out("open", "critical one", "--severity", "critical")
    taken = lead.out("next")
    assert taken.startswith("INC-2  critical one\n") and "assignee      lead" in taken
    assert "critical one" in lead.out("mine") and "low one" not in lead.out("mine")
    assert lead.json("next")["id"] == "INC-1"
    assert "ASSIGNEE" not in lead.out("mine")
    assert "no open incident" in lead.says("next", code=4)
    assert lead.out("close", 1, "fp") == "INC-1 closed as false_positive (revision 3)\n"


def test_a_page_ends_with_the_command_for_the_next(lead):
    for number in range(3):
        lead.out("open", f"incident {number}")
    first = lead.out("list", "--limit", 2)
    command = next(line for line in first.splitlines() if line.startswith("More: "))
    words = command.removeprefix("More: tocsin ").split()
    second = lead.out(*words)
    assert "More: " not in second
    shown = [line.split()[0] for line in (first + second).splitlines() if line.startswith("INC-")]
    assert sorted(shown) == ["INC-1", "INC-2", "INC-3"]


def test_update_changes_what_is_said_and_history_tells(lead):
    lead.out("open", "Odd log-ins")
    assert "assignee      nobody" in lead.out("show", 1)
    assert lead.out("update", 1, "--severity", "critical", "--technique", "T1110", "--major") \
        == "INC-1 updated (revision 2)\n"
    shown = lead.out("show", 1)
    assert "MAJOR INCIDENT" in shown and "severity to critical" in shown and "t1110" in shown
    assert "!" in lead.out("list")
    assert "\n! major\r\n" in lead.screen("list", NO_COLOR="1")[0] and "! major" not in lead.out("list")
    assert lead.json("update", 1, "--no-major")["revision"] == 3
    assert not lead.json("show", 1)["major"]


@pytest.mark.parametrize("words, code, says", [
    (("show", "INC-99"), 4, "there is no INC-99"),
    (("show", "ALR-1"), 2, "--incident: expected an incident such as INC-3"),
    (("open",), 2, "--title: is missing"),
    (("open", "x", "--severity", "hihg"), 2, "did you mean high?"),
    (("close", "INC-1", "--tp"), 2, "--impact: a true positive needs its impact"),
    (("close", "INC-1", "--verdct", "test"), 2, "did you mean --verdict?"),
    (("move", "INC-1", "closed"), 5, "use close"),
    (("reopen", "INC-1", "why not"), 5, "is open"),
    (("update", "INC-1", "--reason", "no reason"), 2, "nothing to change: say what"),
    (("reopen", "1"), 2, "(usage: tocsin reopen INC-n REASON)"),
    (("open", "x", "--sev", "high"), 2, "did you mean --severity?"),
    (("list", "--severity", "crit"), 2, "did you mean critical?"),
    (("open", "x", "--observable", "ipv44=192.0.2.1"), 2, 'got "ipv44"; did you mean ipv4?'),
    (("open", "x", "--observable", "nonsense=1"), 2, "expected one of ipv4, ipv6, domain, url"),
    (("people", "enrol", "x", "key", "analyts", "--as", "admin"), 2, 'got "analyts"; did you mean analyst?'),
    (("people", "enrol", "x", "key", "wizard", "--as", "admin"), 2, "--roles: expected some of reporter, sensor, analyst"),
    (("list", "--limit", "501"), 2, "--limit: expected a whole number from 1 to 500"),
    (("list", "--limit", "0"), 2, "--limit: expected a whole number from 1 to 500"),
    (("list", "--since", "soon"), 2, "--since: expected a time"),
    (("comment", "INC-1", "two", "words"), 2, "goes in quotes"),
    (("comment", "INC-1", "@/nonexistent"), 1, "/nonexistent: cannot be opened"),
    (("shwo", "INC-1"), 2, "did you mean show?"),
    (("people", "revoke", "analyst", "left"), 3, "tocsin: people revoke is for these roles: admin"),
    (("clock", "confirm", "all well"), 3, "`tocsin whoami` says what you may do; try --as NAME"),
    (("assign", "INC-1", "nobodyhere"), 2, "`tocsin people list` says who is"),
    (("show", "INC-1", "--as", "nobody"), 1, "no key to act with"),
    (("show", "INC-1", "--timeout", "never"), 2, "--timeout: expected seconds"),
])
def test_a_refusal_is_one_sentence_with_its_exit_code(lead, words, code, says):
    lead.out("open", "there is one")
    before = lead.json("show", 1)["revision"]
    assert says in lead.says(*words, code=code)
    assert lead.json("show", 1)["revision"] == before


def test_who_was_faster_is_named(broker, lead):
    lead.out("open", "raced for")
    CommandLine(broker.home, "analyst").out("comment", 1, "mine")
    said = lead.says("update", 1, "--severity", "low", "--if-revision", 1, code=5)
    assert "revision 2, not 1" in said and "analyst was the last (commented)" in said
    assert lead.out("update", 1, "--severity", "low", "--if-revision", 2) == "INC-1 updated (revision 3)\n"


def test_the_same_idempotency_key_has_one_effect(lead):
    first = lead.json("open", "once", "--idempotency-key", "k1")
    assert lead.json("open", "once", "--idempotency-key", "k1")["id"] == first["id"]
    lead.says("open", "twice", "--idempotency-key", "k1", code=5)
    assert len(lead.json("list")["incidents"]) == 1


def test_json_is_the_answer_and_refusals_too(lead):
    opened = lead.json("open", "for scripts")
    assert opened["id"] == "INC-1" and len(opened["head"]) == 64
    done = lead.run("show", "INC-9", "--json", code=4)
    assert json.loads(done.stdout)["error"] == "missing" and done.stderr.startswith("tocsin: ")


@pytest.mark.parametrize("words, code, error", [
    (("open", "--json"), 2, "invalid"),
    # The mistake stands in front of the option.
    (("list", "--status", "nonsense", "--json"), 2, "invalid"),
    (("--nonsense", "list", "--json"), 2, "invalid"),
    (("shwo", "--json"), 2, "invalid"),
    (("show", "1", "--as", "nobody", "--json"), 1, "missing"),
    (("key", "show", "/nonexistent", "--json"), 1, "missing"),
    (("config", "check", "/nonexistent", "--json"), 4, "missing"),
    (("alert", "push", "/nonexistent", "--source", "hand", "--json"), 1, "missing"),
    (("show", "99", "--json"), 4, "missing"),
])
def test_each_failure_is_one_line_of_json(lead, words, code, error):
    done = lead.run(*words, code=code)
    body = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1 and body["error"] == error
    assert body["message"] and body["message"] in done.stderr


def test_no_broker_is_said_in_json_too(broker, lead):
    broker.stop()
    done = lead.run("list", "--json", "--timeout", "0.2", code=6)
    assert json.loads(done.stdout)["error"] == "timeout"


def test_an_answer_that_finds_no_room_is_said_so(lead):
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run(lead.words(["status"]), stdout=full, stderr=subprocess.PIPE, text=True, timeout=WAIT_S,
                              env=environment(), check=False)
    assert done.returncode == 1 and "could not be written to standard output: No space left" in done.stderr


def test_the_receipt_is_told_on_wish(lead):
    done = lead.run("open", "with a receipt", "--verbose")
    assert done.stdout == "INC-1 opened (revision 1)\n" and done.stderr.startswith("receipt ")


def test_a_broker_that_is_away_is_said_so(broker, lead):
    broker.stop()
    said = lead.says("status", "--timeout", "0.3", code=6)
    assert "no answer from ipc://" in said and "within 0.3 s" in said and "`tocsin up`" in said
    broker.start()
    assert "The broker answers" in lead.out("status")


def test_times_are_the_users_or_utc(lead):
    lead.out("open", "when", "--occurred", "2026-01-31 12:00", TZ="CET-1")
    assert lead.json("show", 1)["occurred"].startswith("2026-01-31T11:00:00")
    assert "occurred      2026-01-31 12:00:00 CET" in lead.out("show", 1, TZ="CET-1")
    assert "occurred      2026-01-31 11:00:00 UTC" in lead.out("show", 1, "--utc", TZ="CET-1")


def test_whoami_status_and_jobs_have_their_screens(broker, lead):
    assert "roles         analyst, lead" in lead.out("whoami")
    assert "triage" in lead.out("jobs") and "notify" in lead.out("jobs")
    people = CommandLine(broker.home, "admin").out("people", "list")
    assert "reporter" in people and "wazuh-test" in people


def test_a_text_from_a_file_has_the_limit_of_one_that_is_typed(tmp_path, lead):
    lead.out("open", "long story")
    text = tmp_path / "text"
    text.write_text("x" * 65536 + "\r\n")
    assert lead.out("comment", 1, f"@{text}") == "INC-1 commented (revision 2)\n"
    text.write_text("x" * 65537)
    assert "--text: more than 65536 bytes" in lead.says("comment", 1, f"@{text}", code=2)
    text.write_text("x" * 70000)
    assert f"--text: {text} has more than 65536 bytes" in lead.says("comment", 1, f"@{text}", code=2)
    assert "--text: standard input has more than 65536" in lead.says("comment", 1, "-", stdin="x" * 70000, code=2)


def test_what_is_found_nowhere_says_what_it_was_taken_for(lead):
    lead.out("open", "seen", "--observable", "ipv4=192.0.2.1")
    assert "INC-1" in lead.out("find", "192.0.2.1") and "INC-1" in lead.out("find", "192[.]0[.]2[.]1")
    assert lead.out("find", "192.0.2.2").startswith("Seen nowhere as ipv4")
    network = lead.out("find", "192.0.2.0/24")
    assert "ipv4" not in network and "Networks and wildcards are not searched." in network
