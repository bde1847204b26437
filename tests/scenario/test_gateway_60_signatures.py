"""Bodies that are signed with a secret: taken when the signature fits, and refused with nothing kept when it does not."""
import base64
import gzip
import hashlib
import hmac
import json
import re
import subprocess
import time

import pytest
from conftest import BIN, ROOT, WAIT_S
from http_gateway import Gateway

SECRET = b"it is a secret to everybody"
ALERT = json.dumps({"title": "Key pushed to a public repository", "severity": "high"}).encode()


def sign(body, secret=SECRET, prefix="sha256=", stamp=None):
    return prefix + hmac.new(secret, body if stamp is None else f"{stamp}:".encode() + body, hashlib.sha256).hexdigest()


@pytest.fixture
def world(broker, issue):
    """A gateway that takes signed bodies at three addresses; files lie as the manual says."""
    folder = broker.home / "signed"
    folder.mkdir()

    def write(name, content):
        path = folder / name
        path.touch(mode=0o600)
        path.write_bytes(content)
        return path

    rows = []
    for name, more in (("hub", "header: X-Hub-Signature-256, prefix: sha256="),
                       ("grafana", "header: X-Grafana-Alerting-Signature, timestamp_header: X-Grafana-Alerting-Timestamp"),
                       ("duty", "header: X-PagerDuty-Signature, prefix: v1=")):
        secret = write(f"{name}.secret", SECRET + b"\n")
        token = write(f"{name}.token", issue(role=["sensor"], source=[name]).encode() + b"\n")
        rows.append(f"  - {{name: {name}, path: /v1/alerts/{name}, {more}, secret_file: {secret}, token_file: {token}}}\n")
    made = Gateway(broker, "  signatures:\n" + "".join(rows)).start()
    made.folder = folder
    yield made
    made.stop()


def refused(world, path, body, word, **headers):
    reply = world.post(path, body, status=401, **headers)
    assert word in reply["message"], reply
    return reply


def test_a_body_passes_that_is_signed_and_no_other(broker, world, issue):
    lead = broker.client("lead")
    answer = world.post("/v1/alerts/hub", ALERT, X_Hub_Signature_256=sign(ALERT))
    shown = lead.ok("alert.show", {"alert": answer["alert"], "payload": True, "min_seq": answer["seq"]})
    assert shown.parts == [ALERT] and shown["source"] == "hub" and shown["pushed_by"].startswith("hub-token-")
    assert world.post("/v1/alerts/duty", ALERT, X_PagerDuty_Signature=f"v1={'0' * 64},{sign(ALERT, prefix='v1=')}")["alert"] == "ALR-2"
    digest = base64.b64encode(hmac.new(SECRET, ALERT, hashlib.sha256).digest()).decode()
    assert world.post("/v1/alerts/hub", ALERT, X_Hub_Signature_256=f"sha256={digest}")["alert"] == "ALR-3"
    many = b'{"a":1}\n{"a":2}\n'
    assert world.post("/v1/alerts/hub", many, X_Hub_Signature_256=sign(many), Content_Type="application/x-ndjson")["count"] == 2

    name = "X-Hub-Signature-256"
    changed = ALERT.replace(b"high", b"hugh")
    refused(world, "/v1/alerts/hub", changed, name, X_Hub_Signature_256=sign(ALERT))
    refused(world, "/v1/alerts/hub", ALERT, name, X_Hub_Signature_256=sign(ALERT, b"another secret of mine"))
    refused(world, "/v1/alerts/hub", ALERT, name, X_Hub_Signature_256=sign(ALERT, prefix="sha1="))
    refused(world, "/v1/alerts/hub", ALERT, name)
    assert "more than 1024 bytes" in refused(world, "/v1/alerts/hub", ALERT, name, X_Hub_Signature_256=sign(ALERT) + "," * 1024)["message"]
    # A token is no signature here, and a signature none of another address.
    token = issue(role=["sensor"], source=["hub"])
    assert name in world.post("/v1/alerts/hub", ALERT, token, status=401)["message"]
    assert "token is needed" in world.post("/v1/alerts/other", ALERT, status=401, X_Hub_Signature_256=sign(ALERT))["message"]
    # Five were kept before these, and none of them.
    assert world.post("/v1/alerts", ALERT, token)["alert"] == "ALR-6"
    # Asking what became of it is nothing that is signed.
    assert world.get("/v1/alerts/ALR-1", token, status=200)["source"] == "hub"


def test_a_signed_time_keeps_old_bodies_out(broker, world):
    def headers(stamp, signed=None):
        signature = sign(ALERT, prefix="", stamp=signed or stamp)
        return {"X_Grafana_Alerting_Signature": signature, "X_Grafana_Alerting_Timestamp": str(stamp)}

    now = int(time.time())
    world.post("/v1/alerts/grafana", ALERT, **headers(now))
    world.post("/v1/alerts/grafana", ALERT, **headers(now - 200))
    for stamp in now - 400, now + 400, now * 1000, "yesterday":
        refused(world, "/v1/alerts/grafana", ALERT, "X-Grafana-Alerting-Timestamp", **headers(stamp))
    # What was recorded gets no new time, and no time at all is none.
    refused(world, "/v1/alerts/grafana", ALERT, "X-Grafana-Alerting-Signature", **headers(now, now - 400))
    refused(world, "/v1/alerts/grafana", ALERT, "X-Grafana-Alerting-Timestamp", X_Grafana_Alerting_Signature=sign(ALERT, prefix=""))
    # Nothing of these was kept.
    assert world.post("/v1/alerts/grafana", ALERT, **headers(now))["alert"] == "ALR-3"


def test_what_travels_is_what_is_signed(broker, world):
    packed = gzip.compress(ALERT)
    answer = world.post("/v1/alerts/hub", packed, X_Hub_Signature_256=sign(packed), Content_Encoding="gzip")
    shown = broker.client("lead").ok("alert.show", {"alert": answer["alert"], "payload": True, "min_seq": answer["seq"]})
    assert shown.parts == [ALERT]
    refused(world, "/v1/alerts/hub", packed, "X-Hub-Signature-256", X_Hub_Signature_256=sign(ALERT), Content_Encoding="gzip")


def test_the_manuals_example(broker, world):
    text = (ROOT / "docs/INTAKE.md").read_text()
    example = re.search(r"<!-- signature example.*?```sh\n(.*?)```", text, re.S).group(1)
    (world.folder / "alert.json").write_bytes(ALERT)
    done = subprocess.run(["sh", "-euc", example.replace("127.0.0.1:7480", f"127.0.0.1:{world.port}")], cwd=world.folder,
                          capture_output=True, text=True, timeout=WAIT_S)
    assert json.loads(done.stdout)["alert"] == "ALR-1", done


def test_a_revoked_token_and_a_secret_for_all_to_read(broker, world):
    admin = broker.client("admin")
    name = next(row["name"] for row in admin.ok("token.list")["tokens"] if row["name"].startswith("hub-"))
    admin.ok("token.revoke", {"name": name, "reason": "test"})
    assert world.post("/v1/alerts/hub", ALERT, status=401, X_Hub_Signature_256=sign(ALERT))["error"] == "unauthorized"
    world.post("/v1/alerts/duty", ALERT, X_PagerDuty_Signature=sign(ALERT, prefix="v1="))
    world.stop()
    (world.folder / "hub.secret").chmod(0o644)
    for secret, said in (("hub.secret", "chmod 600"), ("nowhere", "No such file"), ("short", "at least 16 bytes")):
        (world.folder / "short").write_text("short")
        (world.folder / "short").chmod(0o600)
        config = world.config.read_text().replace(f"{world.folder}/hub.secret", f"{world.folder}/{secret}")
        path = world.folder / "gateway.yaml"
        path.write_text(config)
        done = subprocess.run([BIN / "tocsin-gateway", "--key", broker.home / "keys/gateway.key", "--config", path],
                              capture_output=True, text=True, timeout=WAIT_S)
        assert done.returncode != 0 and "gateway.signatures: hub" in done.stderr and said in done.stderr, done
