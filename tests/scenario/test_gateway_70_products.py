"""docs/INTAKE.md, section by section: each address takes its product's alert, each command and file that one may copy is whole."""
import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest
from conftest import BIN, ROOT, WAIT_S
from product_variants import VARIANTS
from product_variants_more import MORE_VARIANTS
from test_cli_71_products import ALERTS

MANUAL = (ROOT / "docs/INTAKE.md").read_text()
SECTIONS = {text.split("\n", 1)[0]: text for text in re.split(r"^### ", MANUAL.split("\n## Products\n", 1)[1], flags=re.M)[1:]}
GATEWAY = "http://127.0.0.1:7480"
# What is the same whatever comes, and our own form.
ELSEWHERE = {"wrapped": {"alert": {"rule": "x", "host": "h"}}, "native": {"title": "Forced door", "severity": "high"}, "lists": {"alerts": [{"title": "x", "host": "h"}]},
             "pubsub": {"subscription": "s", "message": {"data": "eyJmaW5kaW5nIjp7fX0="}}, "splunk-hec": {"event": {"title": "x"}, "index": "i"}}


def samples(section):
    """An alert of each mapping that the section names, as bytes."""
    names = re.findall(r"`([\w-]+)`", re.search(r"^Mapping ((?:`[\w-]+`(?:, )?)+)", section, re.M)[1])
    found = {name: alert for name, alert, _ in reversed([*ALERTS, *VARIANTS, *MORE_VARIANTS])} | ELSEWHERE
    return [alert.encode() if isinstance(alert, str) else json.dumps(alert).encode() for alert in (found[name] for name in names)]


def blocks(section, language):
    return re.findall(rf"```{language}\n(.*?)```", section, re.S)


@pytest.fixture
def token(issue):
    sources = {re.match(r"[\w.-]+", name)[0] for name in re.findall(r"/v1/alerts/([\w.-]+)", "".join(SECTIONS.values()))}
    return lambda one=None: issue(role=["sensor"], source=[one] if one else sorted(sources))


def test_every_address_takes_an_alert_of_its_product(gateway, token):
    own, any_source = token("one"), token()
    for name, section in SECTIONS.items():
        addresses = set(re.findall(rf"{GATEWAY}(/[\w/.-]*)", section))
        assert addresses or "| tocsin alert push --ndjson" in section, name
        for address in addresses:
            for sample in samples(section):
                reply = gateway.ask("POST", address, sample, any_source if address.startswith("/v1/alerts/") else own)
                assert 200 <= reply.status < 300, (name, address, reply)


def test_commands_with_a_token_do_what_they_say(gateway, token, tmp_path):
    ran = 0
    for name, section in SECTIONS.items():
        for command in re.findall(r'^curl -sS -H "Authorization: Bearer \$TOKEN".*$', section, re.M):
            path = re.search(r"@(\S+)", command)[1]
            (tmp_path / path).write_bytes(samples(section)[0])
            secret = token() if "/v1/alerts/" in command else token("one")
            done = subprocess.run(["bash", "-c", command.replace(GATEWAY, f"http://127.0.0.1:{gateway.port}") + " -f"], cwd=tmp_path,
                                  env={"TOKEN": secret, "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=WAIT_S)
            assert done.returncode == 0, (name, command, done.stdout, done.stderr)
            ran += 1
    assert ran > 15


def test_wazuh_s_script_posts_what_it_is_called_with(gateway, token, tmp_path):
    script, alert = tmp_path / "custom-tocsin", tmp_path / "alert.json"
    script.write_text(blocks(SECTIONS["Wazuh"], "sh")[0])
    alert.write_bytes(samples(SECTIONS["Wazuh"])[0])
    subprocess.run(["sh", script, alert, token(), f"http://127.0.0.1:{gateway.port}/v1/alerts/wazuh-prod"], check=True, timeout=WAIT_S,
                   capture_output=True)


def test_files_of_the_sections_are_what_they_seem():
    for name, section in SECTIONS.items():
        for text in blocks(section, "json"):
            assert isinstance(json.loads(text), dict), name
        for text in blocks(section, "xml"):
            ElementTree.fromstring(text)
        for command in re.findall(r"\| tocsin (alert push .*)$", "".join(blocks(section, "sh")), re.M):
            assert re.fullmatch(r"alert push --ndjson --source [\w.-]+ -", command), (name, command)


def test_the_tables_are_what_the_mappings_say(tmp_path):
    build = tmp_path / "build"
    build.mkdir()
    (build / "bin").symlink_to(BIN)
    subprocess.run([ROOT / "deploy/generate-intake", "--check", build], check=True, env={"TOCSIN_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"})
