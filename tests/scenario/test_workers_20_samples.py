"""Real payloads of many products, pushed through a broker and a worker: none is lost, and no worker dies of one."""
import json
import os
from pathlib import Path

import pytest
from conftest import ROOT
from test_workers_10 import push, triaged, workers  # noqa: F401: a fixture

SAMPLES = Path(os.environ.get("TOCSIN_SAMPLES", ROOT.parent / "shared/samples"))
TEXTS = {"zeek": "zeek", "snort": "snort", "ossec": "ossec", "cef": "cef"}
OURS = {"wazuh": "wazuh", "wazuh-sysmon-triage": "wazuh", "suricata": "suricata", "alertmanager": "alertmanager",
        "prometheus": "alertmanager", "aws-guardduty": "guardduty", "aws-securityhub": "securityhub", "crowdstrike": "crowdstrike",
        "sentinelone": "sentinelone", "microsoft-sentinel": "sentinel", "graylog": "graylog", "pagerduty": "pagerduty",
        "datadog": "datadog", "falco": "falco", "qradar": "qradar", "osquery": "osquery", "okta": "okta", "auth0": "auth0",
        "google-scc": "google-scc", "cortex-xdr": "cortex-xdr", "thehive": "thehive", "splunk": "splunk", "elastic": "elastic",
        "microsoft-defender": None, "grafana": None, **TEXTS}
SHOWN = {"title": "title", "description": "description", "severity": "severity_raw", "rule_id": "rule", "host": "host",
         "user": "user", "src_ip": "src_ip", "dst_ip": "dst_ip", "hash": "hash", "url_domain": "url", "dedup": "dedup"}


def same(text, value):
    if isinstance(value, (int, float)) and text:
        return float(text) == float(value)
    # The title stands in where the source gave none.
    return text == value


@pytest.fixture
def index():
    if not (SAMPLES / "index.json").exists():
        pytest.skip(f"no payloads in {SAMPLES} (TOCSIN_SAMPLES names them)")
    return json.loads((SAMPLES / "index.json").read_text())


def test_every_payload_is_kept_and_ours_are_read(broker, lead, sensor, workers, index):  # noqa: F811
    worker = workers.start("--workflow", "triage")
    payloads = [(SAMPLES / entry["file"]).read_bytes() for entry in index]
    first = int(push(sensor, *payloads)[4:])
    for number, (entry, payload) in enumerate(zip(index, payloads), first):
        shown = triaged(lead, f"ALR-{number}")
        kept = lead.ok("alert.show", {"alert": f"ALR-{number}", "payload": True})
        assert kept.parts == [payload], entry["file"]
        if entry["product"] not in OURS or entry["kind"] != "alert":
            assert (shown["disposition"] == "unreadable") == ("fault" in shown["decision"]), entry["file"]
            continue
        product = OURS[entry["product"]]
        assert product is None or shown["decision"]["format"] == product, entry["file"]
        part = shown["parts"][0]
        for field, name in SHOWN.items():
            # What the index takes for a description need not be one.
            if field in entry["paths"] and field not in ("description", "url_domain"):
                assert same(part.get(name), entry["paths"][field]["value"]), (entry["file"], field)
    assert lead.ok("status")["alerts"]["dead"] == 0 and worker.poll() is None
