"""On a terminal: widths, colours, prompts; and text from outside that wants to do harm."""
import re
import unicodedata

import pytest
from command_line import CommandLine

HOSTILE = ("\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.exe\u2066\u200b\U000e0041\u0301\u0301\u0301\u0301\u0301"
           "\u65e5\u672c\r\n\t\x7fend")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def lead(broker):
    return CommandLine(broker.home, "lead")


def columns_of(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def check_harmless(sent):
    plain = COLOUR.sub("", sent).replace("\r\n", "\n")
    for character in plain:
        assert character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn"), \
            f"{character!r} in {plain!r}"
    return plain


def test_no_screen_passes_on_what_acts(broker, lead):
    lead.json("open", HOSTILE, "--description", HOSTILE, "--observable", f"host=h-{'x' * 20}")
    lead.out("comment", 1, HOSTILE)
    lead.out("move", 1, "triage", HOSTILE)
    lead.out("alert", "push", "--source", "hand", stdin=HOSTILE)
    screens = [("list",), ("list", "--all", "--text", HOSTILE), ("show", 1), ("show", 1, "--json"), ("mine",), ("next",),
               ("alert", "list"), ("alert", "show", 1, "--payload"), ("find", "h-" + "x" * 20), ("jobs",),
               ("people", "list"), ("whoami",), ("status",), ("show", HOSTILE), (HOSTILE,), ("show", "1", f"--{HOSTILE}")]
    for words in screens:
        for colour in ({}, {"NO_COLOR": "1"}, {"LC_ALL": "C"}):
            sent, _ = lead.screen(*words, **colour)
            check_harmless(sent)
            if colour.get("LC_ALL"):
                assert sent.isascii()
    done = lead.out("show", 1)
    assert "\x1b" not in done and "\\x1b[2J" in done and "\\u202e" in done


def test_every_table_fits_the_terminal(broker, lead):
    for number in range(3):
        lead.json("open", f"incident {number} with a title that goes on and on, \u65e5\u672c\u8a9e and further",
                  "--tag", "one,two,three")
    lead.out("assign", 2, "analyst")
    for columns in (40, 60, 80, 120, 200):
        for words in (("list",), ("people", "list"), ("jobs",), ("alert", "list")):
            sent, code = lead.screen(*words, columns=columns)
            assert code == 0
            for line in check_harmless(sent).splitlines():
                assert columns_of(line) <= columns, line
    wide, _ = lead.screen("list", columns=200)
    narrow, _ = lead.screen("list", columns=40)
    assert "TAGS" in wide and "ASSIGNEE" in wide and "\u2026" not in wide
    assert "TAGS" not in narrow and "TITLE" in narrow and "\u2026" in narrow


@pytest.fixture
def full(broker, lead, tmp_path):
    """One of everything, each longer than a column, and of more than one script."""
    long = "a matter that goes on and on, \u6a2a\u6d5c\u3067\u4e0d\u5be9\u306a\u30ed\u30b0\u30a4\u30f3, and on"
    lead.out("open", long, "--severity", "critical", "--major", "--tag", "one,two,three,four-with-a-name",
             "--observable", "ipv4=203.0.113.77")
    lead.out("open", f"\U0001f469\u200d\U0001f4bb {long}", "--severity", "high", "--observable", "ipv4=203.0.113.77")
    lead.out("open", "an employee", "--severity", "low")
    lead.out("restrict", 3, "analyst", "--reason", "it concerns an employee")
    lead.out("hold", 2, long)
    lead.out("task", "add", 1, long, "--owner", "analyst", "--due", "2h", "--mandatory")
    (tmp_path / f"{long}.bin").write_bytes(b"x" * 4096)
    lead.out("attach", 1, tmp_path / f"{long}.bin")
    lead.out("file", "get", 1, 1, "-o", tmp_path / "x")
    lead.out("file", "discard", 1, 1, long)
    lead.out("silence", "add", long, "--source", "a-source-with-a-long-name.example", "--rule", "100200", "--for", "2h")
    lead.out("silence", "add", "over", "--host", "web-frontend-production-01.example.internal", "--for", "2h")
    lead.out("silence", "end", 2, "done")
    lead.out("action", "add", 1, long, "--due", "14d")
    lead.out("alert", "push", "--source", "a-source-with-a-long-name.example", stdin='{"title":"x"}')
    CommandLine(broker.home, "admin").json("token", "new", "sensor", "--source", "http-siem-with-a-long-name", "--name", "siem")
    lead.out("filter", "save", "a-filter-with-a-long-name", "--severity", "high", "--tag", "four-with-a-name")
    return lead


LISTS = [("list", "--all"), ("list", "--overdue"), ("mine",), ("alert", "list"), ("source", "list"), ("silence", "list"),
         ("silence", "list", "--all"), ("task", "list"), ("task", "list", 1), ("file", "list", 1), ("action", "list"),
         ("people", "list"), ("token", "list"), ("jobs",), ("find", "203.0.113.77"), ("filter", "list"), ("handover", "--since", "1h"),
         ("status",), ("alert", "outcome", 1)]


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_no_list_is_wider_than_its_terminal(full, columns):
    for words in LISTS:
        for colour in ({}, {"NO_COLOR": "1"}):
            sent, code = full.screen(*words, columns=columns, **colour)
            assert code == 0, sent
            for line in check_harmless(sent).splitlines():
                # What is to be copied is never cut.
                assert columns_of(line) <= columns or "More: " in line, f"{words}: {line}"


def test_no_list_has_colours_in_a_pipe(full):
    for words in LISTS:
        assert "\x1b" not in full.out(*words), words


def test_what_is_read_at_a_terminal_reads_well(full):
    wide, _ = full.screen("list", columns=200, NO_COLOR="1")
    assert "one, two, three, four-with-a-name" in wide, "one long title takes what the others need"
    silences, _ = full.screen("silence", "list", "--all", NO_COLOR="1")
    assert not re.search(r" -\d+[smh] ", silences), "a silence that ended is not overdue"
    shown, _ = full.screen("show", 1, NO_COLOR="1")
    assert ", mandatory\r\n" in shown and ": yes" not in shown
    assert not re.search(r"\d{4}-\d\d-\d\dT", shown), "times look one way"
    assert not re.search(r"[0-9a-f]{40}", shown), "a hash is broken over lines"
    assert "\\u200d" not in full.screen("list")[0]
    # Sentences end lines between words, whatever is wrong.
    for words in (("move", 1, "banana"), ("list", "--bogus"), ("close", 1, "--fp", "x")):
        sent, code = full.screen(*words)
        assert code != 0
        lines = sent.splitlines()
        assert len(lines) > 1 and lines[0].startswith("tocsin: ") and all(line.startswith("        ") for line in lines[1:])
        assert all(columns_of(line) <= 80 for line in lines)


def test_help_on_one_command_is_about_that(tmp_path):
    cli = CommandLine(tmp_path / "nowhere")
    page = cli.out("silence", "add", "--help")
    assert "--for" in page and "Exit codes" not in page and "`tocsin --help`" in page
    assert "Exit codes" in cli.out("--help") and "--timeout" in cli.out("--help")


def test_colour_is_for_terminals_that_want_it(lead):
    lead.out("open", "colourful", "--severity", "critical")
    assert "\x1b[1;31mcritical\x1b[0m" in lead.screen("list")[0]
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in lead.screen("list", **env)[0]
    assert "\x1b" not in lead.out("list")


def test_a_pipe_gets_whole_rows_unless_columns_says_how_wide(lead):
    lead.out("open", "x" * 200, "--tag", "one", "--description", "a word " * 40)
    for environment in ({}, {"COLUMNS": "nonsense"}):
        row = lead.out("list", **environment).splitlines()[1]
        assert "x" * 200 in row and row.endswith("  one")
    assert max(map(len, lead.out("list", COLUMNS="120").splitlines())) == 120
    # Text that is read, not searched, wraps at 80.
    assert "a word " * 40 not in lead.out("show", 1)


def test_a_payload_that_is_kept_is_said_so(tmp_path, lead):
    lead.out("alert", "push", "--source", "hand", stdin='{"title":"kept"}')
    lead.settled("alert", "list")
    assert f"Payload: 16 bytes are in {tmp_path}/p\n" in lead.out("alert", "show", 1, "--out", tmp_path / "p")
    assert (tmp_path / "p").read_text() == '{"title":"kept"}'
    assert "No space left" in lead.says("alert", "show", 1, "--out", "/dev/full", code=1)


def test_what_is_missing_is_asked_for_on_a_terminal(lead):
    sent, code = lead.screen("open", typed="Typed in the dark\n\n", NO_COLOR="1")
    assert code == 0 and "title (what happened, in one line): " in sent and "INC-1 opened" in sent
    assert lead.json("show", 1)["title"] == "Typed in the dark"
    sent, code = lead.screen("close", "INC-1", typed="nonsense\nfalse-positive\n")
    assert code == 0 and "expected one of" in sent and "closed as false_positive" in sent
    sent, code = lead.screen("reopen", "INC-1", typed="\n")
    assert code == 2 and "--reason: is missing" in sent


def test_help_is_no_wider_than_the_screen(tmp_path):
    cli = CommandLine(tmp_path)
    here = cli.out("--help").split("Commands on this machine\n")[1].split("\n\n")[0]
    names = re.findall(r"^  ((?:[a-z]+ ?)+)", here, re.M)
    assert len(names) > 10 and "mapping test " in names
    for name in names:
        page = cli.out(*name.split(), "--help")
        assert all(len(line) <= 80 for line in page.splitlines()), page


def test_help_needs_no_broker_and_no_key(tmp_path):
    cli = CommandLine(tmp_path / "nowhere")
    assert "Commands that ask the broker" in cli.out("--help")
    assert "the detection was wrong" in cli.out("close", "--help")
    assert cli.out("help", "close") == cli.out("close", "--help")
    assert "alert push" in cli.out("help", "alert")
    assert cli.out("--version").startswith("tocsin ")
    assert cli.run(code=2).stdout == ""
