"""The manual pages: every command has one, none has a fault, and each option of a program stands in its page."""
import re
import shutil
import subprocess

import pytest
from command_line import CommandLine
from conftest import BIN, ROOT

WRITTEN = ROOT / "deploy/man"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("man")
    subprocess.run([BIN / "tocsin-pages", folder, "January 1, 2026"], check=True)
    for page in WRITTEN.iterdir():
        (folder / page.name).write_text(page.read_text().replace("@PAGES_DATE@", "January 1, 2026"))
    return folder


def test_no_page_has_a_fault(pages):
    if shutil.which("mandoc") is None:
        pytest.skip("mandoc is not installed")
    done = subprocess.run(["mandoc", "-T", "lint", *sorted(pages.iterdir())], capture_output=True, text=True)
    # Pages that are not installed are not found.
    faults = [line for line in done.stdout.splitlines() if "referenced manual not found" not in line]
    assert not faults, "\n".join(faults)


def test_each_reference_leads_to_a_page(pages):
    for page in pages.iterdir():
        for name, section in re.findall(r"^\.(?:It )?Xr (\S+) (\d)", page.read_text(), re.M):
            assert (pages / f"{name}.{section}".replace("\\", "")).is_file(), f"{page.name} refers to {name}({section})"


def test_each_command_has_a_page_with_its_options(pages, tmp_path):
    cli, commands = CommandLine(tmp_path), []
    for line in cli.out("__complete", "").splitlines():
        word, meaning = line.split("\t")
        rows = cli.out("__complete", word, "").splitlines() if meaning == "..." else []
        commands += [f"{word} {row.split(chr(9))[0]}" for row in rows] or [word]
    assert len(commands) > 40 and "alert push" in commands
    overview = (pages / "tocsin.1").read_text()
    for command in commands:
        name = "tocsin-" + command.replace(" ", "-")
        assert f".It Xr {name} 1\n" in overview
        text = (pages / f"{name}.1").read_text().replace("\\", "")
        if "Its options are those of" in text:
            continue
        for option in re.findall(r"^  --([a-z-]+)", cli.out(*command.split(), "--help"), re.M):
            if name != "tocsin-verify":
                assert f".It Fl -{option}" in text, f"{name} lacks --{option}"


@pytest.mark.parametrize("page, program", [
    ("tocsind.8", [BIN / "tocsind"]), ("tocsin-worker.8", [BIN / "tocsin-worker", "--help"]),
    ("tocsin-verify.1", [BIN / "tocsin-verify", "--help"]),
    ("tocsin-setup.8", ["sh", ROOT / "deploy/debian/tocsin-setup", "--help"])])
def test_the_pages_of_programs_have_the_options_that_these_name(page, program):
    done = subprocess.run(program, capture_output=True, text=True)
    named = set(re.findall(r"--([a-z-]+)", done.stdout + done.stderr)) | {"help"}
    told = set(re.findall(r"Fl -([a-z-]+)", (WRITTEN / page).read_text().replace("\\", ""))) | {"help", "version"}
    assert named - told == set() and told - named <= {"version"}
