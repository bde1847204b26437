"""The tabulator key: what a shell offers behind `tocsin`, in real shells on a terminal."""
import shutil
import subprocess

import pytest
from command_line import CommandLine, Terminal
from conftest import BIN

SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "PS1='READY$ '; bind 'set bell-style none'\n", r"READY\$ "),
    "zsh": (["zsh", "-f", "-i"], "PS1='READY$ '; autoload -Uz compinit; compinit -u -D\n", r"READY\$ "),
    "fish": (["fish", "--no-config", "-i"], "function fish_prompt; echo -n 'READY$ '; end; set -g fish_greeting\n",
             r"READY\$ "),
}


@pytest.fixture
def cli(tmp_path):
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    for name in ("lead.key", "night.key", "broker.key", "No Name.key", "half.key.part"):
        (home / "keys" / name).touch()
    cli = CommandLine(home)
    cli.out("filter", "save", "night", "--severity", "high")
    return cli


def offered(cli, *words):
    return [line.split("\t")[0] for line in cli.out("__complete", *words).splitlines()]


@pytest.mark.parametrize("words, some, none", [
    (("",), ["open", "alert", "jobs", "key", "completion"], ["push", "worker", "alert push"]),
    (("clo",), ["close", "clock"], ["list"]),
    (("alert", ""), ["push", "list", "promote"], ["alert", "close INC"]),
    (("jobs", ""), ["retry", "triage"], []),
    (("task", ""), ["add", "update", "list", "start", "done"], ["task done"]),
    (("task", "done", "1", "2", "--"), ["--reason", "--owner"], ["--status"]),
    (("jobs", "retry", ""), ["triage", "notify"], ["retry"]),
    (("close", "INC-1", ""), ["true_positive", "false_positive"], ["none"]),
    (("close", "INC-1", "--verdict", ""), ["true_positive", "test"], ["--impact"]),
    (("close", "INC-1", "--verdict", "true_positive", "--impact", ""), ["none", "with_impact"], []),
    (("close", "--"), ["--verdict", "--root-cause", "--fp", "--json", "--as"], ["--severity", "--no-json"]),
    (("close", "--verdict", "test", "--"), ["--comment"], ["--verdict"]),
    (("update", "1", "--tag", "a", "--t"), ["--tag", "--tlp", "--title"], []),
    (("update", "1", "--no"), ["--no-major"], ["--major"]),
    (("update", "1", "--severity=h"), ["--severity=high"], ["high"]),
    (("list", "--sort", ""), ["severity", "age", "newest"], []),
    (("list", "--st"), ["--status"], ["--sort"]),
    (("move", "INC-1", "c"), ["contained", "closed", "cancelled"], ["triage"]),
    (("open", "a title", "--observable", "ip"), ["ipv4=", "ipv6="], ["domain="]),
    (("people", "enrol", "x", "KEY", "analyst,l"), ["analyst,lead"], ["lead"]),
    (("people", "enrol", "x", "--public", ""), [":files"], []),
    (("alert", "push", ""), [":files"], []),
    (("alert", "push", "--format", ""), ["wazuh", "suricata", "alertmanager", "native"], []),
    (("open", "x", "--description", "@"), [":files"], []),
    (("--as", ""), ["lead", "night"], ["broker", "No Name", "half"]),
    (("list", "--as", "n"), ["night"], ["lead"]),
    (("--key", ""), [":files"], []),
    (("--json", "li"), ["list"], []),
    (("init", "--"), ["--recover", "--demo", "--home"], ["--background"]),
    (("help", "alert", "p"), ["push", "promote"], []),
    (("completion", ""), ["bash", "zsh", "fish"], []),
    (("config", "check", ""), [":files"], []),
    (("list", "@"), ["@night"], ["night"]),
    (("filter", "save", "x", "--sev"), ["--severity"], ["--major"]),
    (("close", "--where", ""), ["severity=", "overdue", "@night"], ["limit="]),
    (("close", "--where", "tag=x,severity=h"), ["tag=x,severity=high"], ["high"]),
    (("close", "--where", "severity=low", "--"), ["--yes", "--max", "--editor"], []),
    (("nonsense", ""), [], ["list"]),
    (("open", "--", "--"), [], ["--severity"]),
])
def test_what_may_follow_is_offered(cli, words, some, none):
    found = offered(cli, *words)
    assert set(some) <= set(found), found
    assert not set(none) & set(found), found
    assert len(found) == len(set(found)), found


def test_an_offer_says_what_it_means(cli):
    assert "false_positive\tthe detection was wrong" in cli.out("__complete", "close", "1", "--verdict", "f")
    assert "close\tClose an incident with a verdict.\n" in cli.out("__complete", "close")


def test_a_shell_that_is_none_is_refused(cli):
    assert "bash, zsh or fish" in cli.says("completion", code=2).replace("`tocsin completion bash`", "bash")
    cli.says("completion", "csh", code=2)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_as_one_types(cli, tmp_path, shell):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    words, setting, prompt = SHELLS[shell]
    script = tmp_path / f"tocsin.{shell}"
    script.write_text(cli.out("completion", shell))
    (tmp_path / "alert-of-today.json").touch()
    with Terminal(words, columns=200, PATH=f"{BIN}:/usr/bin:/bin", HOME=str(tmp_path), TOCSIN_HOME=str(cli.home),
                  XDG_CONFIG_HOME=str(tmp_path / "config"), XDG_DATA_HOME=str(tmp_path / "data"), EDITOR="") as terminal:
        terminal.type(setting)
        terminal.expect(prompt)
        terminal.type(f"cd {tmp_path}; source {script}; echo be''gin\n")
        terminal.expect("begin")
        # What is typed behind each completion waits until the shell has made it.
        terminal.type("tocsin clos\tINC-1 --verd\tfal\t--impact=non\t--as ni\t--comm\t@alert-of\t")
        terminal.type("\x01echo sa''id \x05\n")
        said = terminal.expect(r"said (tocsin[^\r\n\x1b]*)").group(1)
        assert said.split() == ["tocsin", "close", "INC-1", "--verdict", "false_positive", "--impact=none", "--as", "night",
                                "--comment", "@alert-of-today.json"]


def test_the_script_for_bash_is_clean(cli):
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    done = subprocess.run(["shellcheck", "-s", "bash", "-"], input=cli.out("completion", "bash"), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
