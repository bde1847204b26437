"""The documents: the README's program runs, and what the documents list is what is there."""
import re
import subprocess
import sys

from conftest import LIMITS, ROOT


def program_of(document):
    text = (ROOT / document).read_text()
    return re.search(r"<!-- python example.*?```python\n(.*?)```", text, re.S).group(1)


def readme_program():
    return program_of("README.md")


def run(program, broker, tmp_path, *words, key="lead", stdin=""):
    script = tmp_path / "example.py"
    script.write_text(program)
    return subprocess.run(
        [sys.executable, script, broker.home / f"keys/{key}.key", *words], input=stdin, capture_output=True, text=True,
        timeout=60)


def test_the_protocol_program_pushes_what_it_reads(broker, tmp_path, lead):
    done = run(program_of("docs/PROTOCOL.md"), broker, tmp_path, "wazuh-test", key="sensor", stdin='{"a":1}\n\n{"b":2}\n')
    assert done.returncode == 0 and done.stdout.startswith("200 {'alert': 'ALR-1', 'count': 2,"), done
    shown = lead.ok("alert.show", {"alert": "ALR-2", "payload": True, "min_seq": lead.ok("status")["journal"]["durable"]})
    assert shown.parts == [b'{"b":2}']


def test_the_readme_program_opens_one_incident_however_often_it_is_run(broker, tmp_path):
    first, second = (run(readme_program(), broker, tmp_path) for _ in range(2))
    assert (first.returncode, first.stdout) == (0, "200 INC-1\n"), first.stderr
    assert (second.returncode, second.stdout) == (0, "200 INC-1\n"), second.stderr
    assert len(broker.client("lead").ok("list")["incidents"]) == 1


def test_the_readme_program_is_short():
    assert len(readme_program().strip().splitlines()) <= 17


def test_the_architecture_has_one_sentence_for_each_file():
    """They are the files' own: deploy/generate-files writes them, and says which file has none."""
    done = subprocess.run([ROOT / "deploy/generate-files", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_links_between_documents_lead_somewhere():
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_shipped_programs_and_settings_are_those_that_the_documents_name():
    operations = (ROOT / "docs/OPERATIONS.md").read_text()
    settings = re.findall(r'^(?:SETTING|LIST|MEMBER)\((?:\w+, )?[\w\[\].]+,\s*"([^"]+)"', (ROOT / "protocol/config.def").read_text(), re.M)
    assert settings
    for setting in settings:
        assert f"`{setting}`" in operations, f"docs/OPERATIONS.md does not tell of {setting}"


# Limits that no test can step over, and why.
UNTESTED_LIMITS = {
    "LOOP_MESSAGES_PER_TURN": "how much the loop reads before its timers' turn shows in times alone",
    "LOOP_BYTES_PER_TURN": "how much the loop reads before it wakes the journal shows in times alone",
    "READ_BUDGET_MS": "it is a time; that a page whose time is spent ends is tested with a clock that says so",
}


def named_in_tests():
    """Every word of the tests, but for this file's own."""
    words = set()
    for path in (ROOT / "tests").rglob("*"):
        if path.is_file() and path.name != "test_documents.py" and path.suffix in (".c", ".h", ".py", ""):
            words |= set(re.findall(r"[A-Z][A-Z0-9_]{3,}", path.read_text(errors="replace")))
    return words


def test_every_limit_is_named_by_a_test():
    words = named_in_tests()
    untested = {name for name in LIMITS if not words & {name, f"LIMIT_{name}"}}
    assert untested == set(UNTESTED_LIMITS)


def test_every_bound_on_what_the_broker_shows_or_takes_is_named_by_a_test():
    words, bounds = named_in_tests(), set()
    for path in (ROOT / "broker").glob("*.[ch]"):
        bounds |= set(re.findall(r"\b([A-Z_]+_(?:SHOWN|VISIT|INCIDENTS|COUNTED|ITEMS|ENROL|PEOPLE)_MAX) = ", path.read_text()))
    assert len(bounds) > 10 and not bounds - words
