"""Pushing alerts from the command line: files, lines, pipes that want to be told; and what became of them."""
import subprocess

import pytest
from command_line import CommandLine, environment

FRAME_MAX = 1048576


@pytest.fixture
def sensor(broker):
    return CommandLine(broker.home, "sensor")


@pytest.fixture
def analyst(broker):
    return CommandLine(broker.home, "analyst")


def test_each_file_is_one_alert_bit_for_bit(tmp_path, sensor, analyst):
    payloads = [b'{"a": 1}\n', b"\x00\xff not text \x1b[2J"]
    files = []
    for number, payload in enumerate(payloads):
        path = tmp_path / f"{number}.json"
        path.write_bytes(payload)
        files.append(path)
    assert sensor.out("alert", "push", *files) == "2 alerts taken, ALR-1 to ALR-2\n"
    analyst.settled("alert", "list")
    for number, payload in enumerate(payloads, 1):
        out = tmp_path / "out"
        analyst.out("alert", "show", number, "--out", out)
        assert out.read_bytes() == payload
        piped = subprocess.run(analyst.words(["alert", "show", number, "--out", "-"]), capture_output=True,
                               env=environment(), check=True)
        assert piped.stdout == payload
    shown = analyst.out("alert", "show", 2, "--payload")
    assert "\\x00\\xff not text \\x1b[2J" in shown


def test_standard_input_is_one_alert_or_one_a_line(sensor, analyst):
    assert sensor.out("alert", "push", stdin='{"one":\n1}\n') == "ALR-1 taken\n"
    lines = "".join(f'{{"n":{n}}}\n' for n in range(150)) + '\n{"n":"last without newline"}'
    assert sensor.out("alert", "push", "--ndjson", "-", stdin=lines) == "151 alerts taken, ALR-2 to ALR-152\n"
    assert analyst.settled("alert", "show", 152)["payload"]["bytes"] == len('{"n":"last without newline"}')


def test_a_format_that_no_mapping_has_is_refused_by_name(broker, tmp_path, sensor, analyst):
    alert = tmp_path / "a.json"
    alert.write_text('{"door": 7}')
    said = sensor.says("alert", "push", alert, "--format", "wazzuh", code=2)
    assert "no mapping is called wazzuh" in said and "wazuh" in said and "mapping list" in said
    assert sensor.out("alert", "push", alert, "--format", "wazuh") == "ALR-1 taken\n"
    (broker.home / "mappings").mkdir()
    (broker.home / "mappings/doors.yaml").write_text("format: doors\nrecognise: [/door]\nfields: {title: /door}\n")
    assert sensor.out("alert", "push", alert, "--format", "doors") == "ALR-2 taken\n"


def test_a_repeated_push_counts_once(tmp_path, sensor):
    alert = tmp_path / "a.json"
    alert.write_text("{}")
    words = ("alert", "push", alert, "--session", "00000000000000d1", "--counter", 1)
    assert sensor.json(*words)["alert"] == "ALR-1"
    assert sensor.json(*words)["alert"] == "ALR-1"
    assert sensor.json(*words[:-1], 2)["alert"] == "ALR-2"


def test_a_pipe_is_told_line_by_line_in_order(sensor, analyst):
    lines = "".join(f'{{"n":{n}}}\n' for n in range(200)) + "\n" + '{"n":"end"}\n'
    answers = sensor.out("alert", "push", "--confirm", stdin=lines).splitlines()
    # The first says that it is ready; a blank line is nothing to keep.
    assert answers == ["OK"] * (1 + 200 + 1 + 1)
    assert analyst.settled("alert", "list", "--limit", 1)["alerts"][0]["delivery"] == "ALR-201"


def test_a_pipe_gets_each_answer_before_it_sends_the_next(sensor):
    process = sensor.start("alert", "push", "--confirm")
    assert process.stdout.readline() == "OK\n"
    for number in range(5):
        process.stdin.write(f'{{"n":{number}}}\n')
        process.stdin.flush()
        assert process.stdout.readline() == "OK\n"
    process.stdin.close()
    assert process.wait(10) == 0


def test_a_pipe_is_told_why_not_and_goes_on(sensor):
    long = "x" * (FRAME_MAX + 1)
    done = sensor.run("alert", "push", "--confirm", stdin=f'{{"a":1}}\n{long}\n{{"a":2}}\n', code=2)
    answers = done.stdout.splitlines()
    assert [answer == "OK" for answer in answers] == [True, True, False, True]
    assert "line 2 has more than 1048576 bytes" in answers[2]


def test_a_pipe_survives_a_broker_that_restarts(broker, sensor, analyst):
    process = sensor.start("alert", "push", "--confirm", "--timeout", "20")
    assert process.stdout.readline() == "OK\n"
    process.stdin.write('{"n":1}\n')
    process.stdin.flush()
    assert process.stdout.readline() == "OK\n"
    broker.kill()
    process.stdin.write('{"n":2}\n')
    process.stdin.flush()
    broker.start()
    assert process.stdout.readline() == "OK\n"
    process.stdin.close()
    assert process.wait(30) == 0
    assert len(analyst.settled("alert", "list")["alerts"]) == 2


def test_a_line_of_the_limit_is_taken_and_one_beyond_is_named(sensor):
    assert sensor.out("alert", "push", "--ndjson", stdin="x" * FRAME_MAX + "\n") == "ALR-1 taken\n"
    said = sensor.says("alert", "push", "--ndjson", stdin="{}\n" + "x" * (FRAME_MAX + 1) + "\n", code=2)
    assert "line 2 has more than 1048576 bytes" in said


@pytest.mark.parametrize("words, stdin, code, says", [
    (("--source", "other"), "{}", 3, "other is no source of yours"),
    (("/nonexistent",), "", 1, "/nonexistent: cannot be opened"),
    ((), "", 2, "standard input: is empty"),
    ((), " \r\n\t\n", 2, "standard input: is empty"),
    (("--batch", "65", "--ndjson"), "{}", 2, "--batch: expected a number from 1 to 64"),
    (("--session", "xyz", "--counter", "1"), "{}", 2, "--session: "),
])
def test_a_push_that_is_refused_says_why(sensor, analyst, words, stdin, code, says):
    assert says in sensor.says("alert", "push", *words, stdin=stdin, code=code)
    assert analyst.out("alert", "list") == "No alert to show.\n"


def test_no_line_is_no_alert_and_nuls_are_one(sensor, analyst):
    assert sensor.out("alert", "push", "--ndjson", stdin="\n\n") == "no alert taken: there was no line\n"
    assert sensor.out("alert", "push", "--ndjson", "--json", stdin="") == ""
    # Not text, but something that came: it is kept as it is, and a pipe's OK means that.
    assert sensor.out("alert", "push", "--confirm", stdin="\0\0\n") == "OK\nOK\n"
    assert len(analyst.settled("alert", "list")["alerts"]) == 1


def test_lines_of_windows_and_a_last_one_without_an_end_are_lines(sensor, analyst):
    lines = '{"title":"a"}\r\n\r\n{"title":"b"}'
    assert sensor.out("alert", "push", "--ndjson", stdin=lines) == "2 alerts taken, ALR-1 to ALR-2\n"
    assert len(analyst.settled("alert", "list")["alerts"]) == 2


def test_what_is_behind_a_failure_is_not_sent(tmp_path, sensor, analyst):
    good = tmp_path / "good"
    good.write_text("{}")
    sensor.says("alert", "push", good, tmp_path / "missing", good, code=1)
    assert len(analyst.settled("alert", "list")["alerts"]) == 1
