"""What a terminal is asked for, and long texts in one's own editor; never in a pipe, and nothing is lost or left behind."""
import os
import stat

import pytest
from command_line import CommandLine, Terminal

HOSTILE = "\x1b]0;owned\x07\u202egnp.exe"


@pytest.fixture
def lead(broker):
    return CommandLine(broker.home, "lead")


@pytest.fixture
def editor(tmp_path):
    """An editor that does what a test tells: a shell script that gets the file."""
    def make(script):
        path = tmp_path / "editor"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return {"VISUAL": str(path), "EDITOR": "false", "XDG_STATE_HOME": str(tmp_path / "state")}
    return make


def drafts(tmp_path):
    folder = tmp_path / "state/tocsin/drafts"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_open_asks_for_title_and_severity(lead):
    with Terminal(lead.words(["open"]), NO_COLOR="1") as terminal:
        terminal.expect(r"title \(what happened, in one line\): ")
        terminal.type("Odd log-ins at night\n")
        menu = terminal.expect(r"severity: how bad it is[^$]*?Enter to leave it\): ").group(0)
        assert "  4  high " in menu and "  1  info " in menu
        terminal.type("hihg\n")
        terminal.expect("did you mean high\\?")
        terminal.expect("Enter to leave it\\): ")
        terminal.type("4\n")
        shown, code = terminal.end()
    assert code == 0 and "INC-1 opened" in shown
    assert lead.json("show", 1)["severity"] == "high"
    lead.screen("open", typed="Second\n\n")
    assert lead.json("show", 2)["severity"] == "medium"
    # Who says the title wants no questions.
    assert lead.screen("open", "Third")[1] == 0 and lead.json("show", 3)["severity"] == "medium"


def test_close_asks_for_what_the_verdict_needs(lead):
    for title in ("one", "two", "three"):
        lead.out("open", title)
    with Terminal(lead.words(["close", "INC-1"]), NO_COLOR="1") as terminal:
        menu = terminal.expect(r"verdict: what it was[^$]*?or the word\): ").group(0)
        assert "not yet closed" not in menu
        terminal.type("1\n")
        terminal.expect(r"with_impact[^$]*?or the word\): ")
        terminal.type("with-impact\n")
        terminal.expect(r"root-cause \(.*\): ")
        terminal.type("A password was guessed.\n")
        shown, code = terminal.end()
    assert code == 0 and "INC-1 closed as true_positive" in shown
    closed = lead.json("show", 1)
    assert (closed["impact"], closed["root_cause"]) == ("with_impact", "A password was guessed.")
    # With options, only what is missing beside them; a false positive needs nothing more.
    sent, code = lead.screen("close", "INC-2", "--tp", "--impact", "none", typed="Found\n")
    assert code == 0 and "verdict" not in sent and lead.json("show", 2)["root_cause"] == "Found"
    sent, code = lead.screen("close", "INC-3", typed="fp\n")
    assert code == 0 and "impact" not in sent
    assert "--root-cause: is missing" in lead.screen("close", "INC-2", "--tp", "--impact", "none", typed="\n")[0]


def test_a_pipe_is_asked_nothing(lead):
    assert "--title: is missing" in lead.says("open", code=2, stdin="Typed\n")
    lead.out("open", "one")
    assert "--impact: a true positive needs its impact" in lead.says("close", 1, "--tp", code=2, stdin="none\nx\n")
    assert "--editor: needs a terminal" in lead.says("comment", 1, "--editor", code=2)


def test_what_is_interrupted_leaves_nothing_behind(lead, tmp_path):
    with Terminal(lead.words(["open"]), NO_COLOR="1") as terminal:
        terminal.expect("title")
        terminal.type("Half\n")
        terminal.expect("Enter to leave it")
        terminal.type("\x03")
        assert terminal.end()[1] == -2
    assert lead.json("list", "--all")["incidents"] == []


def test_a_long_text_is_written_in_the_editor(lead, editor, tmp_path):
    lead.out("open", "Phishing", "--description", "What came in " + HOSTILE)
    script = 'cp "$1" seen; stat -c %a "$1" >mode; printf "# Findings\\n\\n- two clicked\\n\\n" >"$1.new"; cat "$1" >>"$1.new"; mv "$1.new" "$1"'
    sent, code = lead.screen("comment", "INC-1", "--editor", **editor(f"cd {tmp_path}; {script}"))
    assert code == 0 and "INC-1 commented" in sent
    history = lead.json("show", 1)["history"]
    assert "# Findings\n\n- two clicked" in str(history[-1]).replace("\\n", "\n")
    seen = (tmp_path / "seen").read_text()
    assert (tmp_path / "mode").read_text() == "600\n" and drafts(tmp_path) == []
    assert "What stands above that line becomes --text (the comment)" in seen and "An empty text sends nothing." in seen
    # What others wrote is shown, and cannot act.
    assert "Phishing" in seen and "\\x1b]0;owned\\x07\\u202egnp.exe" in seen and "\x1b" not in seen and "\u202e" not in seen
    assert all(line.startswith("#") for line in seen.splitlines() if line)


def test_an_empty_text_sends_nothing(lead, editor, tmp_path):
    lead.out("open", "Phishing")
    for script in ("true", 'echo "   " >"$1"', ': >"$1"'):
        sent, code = lead.screen("comment", 1, "--editor", **editor(script))
        assert code == 2 and "nothing was written, and nothing was sent" in sent and drafts(tmp_path) == []
    assert lead.json("show", 1)["revision"] == 1


def test_update_begins_with_what_stands_there(lead, editor, tmp_path):
    lead.out("open", "Phishing", "--description", "First line\n# a heading\nlast line")
    sent, code = lead.screen("update", 1, "--editor", **editor('sed -i "s/^last line/the end/" "$1"'))
    assert code == 0, sent
    assert lead.json("show", 1)["description"] == "First line\n# a heading\nthe end"
    sent, code = lead.screen("update", 1, "--editor", **editor("true"))
    assert code == 2 and "nothing was changed" in sent and lead.json("show", 1)["revision"] == 2
    lead.out("update", 1, "--description", "acts: " + HOSTILE)
    sent, _ = lead.screen("update", 1, "--editor", **editor(f'cp "$1" {tmp_path}/seen'))
    seen = (tmp_path / "seen").read_text()
    assert "acts: \\x1b]0;owned\\x07\\u202egnp.exe\n" in seen and "\x1b" not in seen and "would\n" in seen


def test_the_field_is_the_one_that_is_named(lead, editor):
    lead.out("open", "Phishing")
    script = editor('sed -i "1s/^/Written: /" "$1"')
    sent, code = lead.screen("close", 1, "--verdict", "other", "--editor=comment", **script)
    assert code == 0 and lead.json("show", 1)["comment"] == "Written:", sent
    sent, code = lead.screen("reopen", 1, "--editor", **script)
    assert code == 0, sent
    sent, code = lead.screen("close", 1, "--editor=verdict", "--fp", **script)
    assert code == 2 and '"verdict" is no long text' in sent
    assert "has no such option" in lead.says("show", 1, "--editor", code=2)


def test_what_was_written_survives_when_it_cannot_be_sent(broker, lead, editor, tmp_path):
    lead.out("open", "Phishing")
    script = editor('sed -i "1s/^/An hour of work/" "$1"')
    sent, code = lead.screen("comment", 1, "--if-revision", 7, "--editor", **script)
    assert code == 5 and "what you wrote is kept: give it with --text @" in " ".join(sent.split())
    (kept,) = drafts(tmp_path)
    assert kept.read_text() == "An hour of work\n" and stat.S_IMODE(os.stat(kept).st_mode) == 0o600
    assert str(kept) in "".join(sent.split())
    assert lead.out("comment", 1, "--text", f"@{kept}") == "INC-1 commented (revision 2)\n"
    # Nobody writes for an incident that is not there.
    sent, code = lead.screen("comment", 99, "--editor", **editor(f"touch {tmp_path}/ran"))
    assert code == 4 and not (tmp_path / "ran").exists() and drafts(tmp_path) == [kept]
    kept.unlink()
    # An editor that fails, and one that leaves no text.
    sent, code = lead.screen("comment", 1, "--editor", **editor('echo half >"$1"; exit 3'))
    assert code == 1 and "ended with 3; nothing was sent" in sent and drafts(tmp_path)[0].read_text() == "half\n"
    drafts(tmp_path)[0].unlink()
    sent, code = lead.screen("comment", 1, "--editor", **editor('printf "\\377" >"$1"'))
    assert code == 1 and "is no UTF-8 text" in sent and drafts(tmp_path)[0].read_bytes() == b"\xff"
    drafts(tmp_path)[0].unlink()
    sent, code = lead.screen("comment", 1, "--editor", **editor('head -c 65537 /dev/zero | tr "\\0" x >"$1"'))
    assert code == 1 and "has 65537 bytes, 65536 at most" in sent and len(drafts(tmp_path)[0].read_text()) == 65538
    assert lead.json("show", 1)["revision"] == 2


def test_the_editors_own_keys_end_nothing_else(lead, editor, tmp_path):
    lead.out("open", "Phishing")
    script = editor('trap "echo caught" INT; echo ready; while ! read line; do :; done; echo "$line" >"$1"')
    with Terminal(lead.words(["comment", "1", "--editor"]), **script) as terminal:
        terminal.expect("ready")
        terminal.type("\x03")
        terminal.expect("caught")
        terminal.type("typed\n")
        shown, code = terminal.end()
    assert code == 0 and "INC-1 commented" in shown and drafts(tmp_path) == [], shown


def test_the_answer_may_go_into_a_pipe_while_one_writes(lead, editor, tmp_path):
    lead.out("open", "Phishing")
    words = " ".join(lead.words(["comment", "1", "--editor", "--json"]))
    script = editor('echo drawn; test -t 1 && echo "a remark" >"$1"')
    with Terminal(["sh", "-c", f"{words} >{tmp_path}/answer"], **script) as terminal:
        shown, code = terminal.end()
    assert code == 0 and "drawn" in shown and (tmp_path / "answer").read_text().startswith('{"id":"INC-1"')
