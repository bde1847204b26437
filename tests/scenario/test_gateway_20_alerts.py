"""POST /v1/alerts: what a SIEM sends by HTTP is in the journal when it is told so."""
import gzip
import json
import signal
import socket
import ssl
import subprocess
import time
import zlib

import pytest

from conftest import BIN, LIMITS, WAIT_S, issue_token
from http_gateway import Gateway, Reply

ALERT = {"title": "Odd logon", "severity": "high", "host": "web1"}
MANY = 1024


def payload(broker, reply, number=0):
    """The bytes of the reply's first alert, or of one behind it."""
    alert = f"ALR-{int(reply['alert'][4:]) + number}"
    return broker.client("lead").ok("alert.show", {"alert": alert, "payload": True, "min_seq": reply["seq"]}).parts[0]


@pytest.fixture
def token(issue):
    return issue(role=["sensor"], source=["wazuh-prod"])


def test_an_alert_is_answered_once_it_is_durable(broker, gateway, token):
    body = b'{ "title" : "Odd logon",\n"severity":"high"}'
    reply = gateway.post("/v1/alerts/wazuh-prod", body, token)
    assert (reply["alert"], reply["count"]) == ("ALR-1", 1)
    broker.receipts.add((reply["seq"], reply["head"]))
    # A crash now loses nothing, and the bytes are as they came.
    broker.kill()
    broker.start()
    assert payload(broker, reply) == body


def test_curl_is_a_client(broker, gateway, token):
    done = subprocess.run(
        ["curl", "-sS", "-w", "%{http_code}", "-H", f"Authorization: Bearer {token}", "-d", json.dumps(ALERT),
         f"http://127.0.0.1:{gateway.port}/v1/alerts/wazuh-prod"], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("200") and '"ALR-1"' in done.stdout
    done = subprocess.run(
        ["curl", "-sS", "-u", f"siem:{token}", "--data-binary", "@-", "-H", "Content-Type: application/x-ndjson",
         f"http://127.0.0.1:{gateway.port}/v1/alerts"], input='{"a":1}\n\n{"a":2}\r\n', capture_output=True, text=True,
        check=True)
    assert json.loads(done.stdout)["count"] == 2
    assert payload(broker, json.loads(done.stdout), 1) == b'{"a":2}'


def at_once(gateway, posts):
    """The replies to requests, (source, body, token) each, that stand there when the gateway next looks."""
    gateway.process.send_signal(signal.SIGSTOP)
    connections = [gateway.connect() for _ in posts]
    for connection, (source, body, token) in zip(connections, posts):
        connection.request("POST", f"/v1/alerts/{source}", body, {"Authorization": f"Bearer {token}"})
    gateway.process.send_signal(signal.SIGCONT)
    replies = [Reply(connection.getresponse()) for connection in connections]
    for connection in connections:
        connection.close()
    return replies


def test_alerts_that_come_at_once_are_answered_each_with_its_own(broker, gateway, token, issue):
    other = issue(role=["sensor"], source=["eve-test"])
    posts = [("wazuh-prod", b'{"n":%d}' % n, token) if n % 3 else ("eve-test", b'{"n":%d}' % n, other) for n in range(30)]
    posts.append(("eve-test", b"{}", token))
    *replies, refused = at_once(gateway, posts)
    assert refused.status == 403
    assert sorted(int(reply["alert"][4:]) for reply in replies) == list(range(1, 31))
    assert {reply["count"] for reply in replies} == {1}
    assert [payload(broker, reply) for reply in replies] == [body for _, body, _ in posts[:-1]]
    # What came as one message is one entry.
    assert len({reply["seq"] for reply in replies}) < 30


def test_of_alerts_that_come_at_once_those_within_the_quota_are_kept(make_broker):
    broker = make_broker("intake: {alerts_per_second: 10}\n")
    broker.start()
    gateway = Gateway(broker).start()
    token = issue_token(broker.client("admin"), role=["sensor"], source=["wazuh-prod"])
    replies = at_once(gateway, [("wazuh-prod", b"{}", token)] * 14)
    kept = [reply for reply in replies if reply.status == 200]
    assert 10 <= len(kept) < 14
    assert all(reply.status == 429 and int(reply.headers["Retry-After"]) >= 1 for reply in replies if reply not in kept)
    gateway.stop()


def test_an_array_and_lines_are_an_alert_each(broker, gateway, token):
    elements = [b'{"title":"[1]","x":"},{"}', b'{"a":[{"b":"\\""}]}']
    reply = gateway.post("/v1/alerts/wazuh-prod", b" [ " + b" ,\n".join(elements) + b"] ", token)
    assert reply["count"] == 2
    assert [payload(broker, reply, number) for number in (0, 1)] == elements
    # What is no array of objects is kept as it came.
    for body in b"[1,2]", b'[{"a":1}', b"<14>Jan 1 host app: text", b'{"a":1}\n{"b":2}':
        reply = gateway.post("/v1/alerts/wazuh-prod", body, token)
        assert reply["count"] == 1 and payload(broker, reply) == body


def test_bodies_may_come_compressed_and_grow_to_a_bound(broker, gateway, token):
    body = json.dumps(ALERT).encode()
    for coding, packed in ("gzip", gzip.compress(body)), ("deflate", zlib.compress(body)):
        reply = gateway.post("/v1/alerts/wazuh-prod", packed, token, Content_Encoding=coding)
        assert payload(broker, reply) == body
    halves = gzip.compress(body[:9]) + gzip.compress(body[9:])
    reply = gateway.post("/v1/alerts/wazuh-prod", halves, token, Content_Encoding="gzip")
    assert payload(broker, reply) == body
    bomb = gzip.compress(b"[") + gzip.compress(b" " * (1 << 24)) * 64  # a GiB in 1 MiB, of many members
    assert gateway.post("/v1/alerts/wazuh-prod", bomb, token, 413, Content_Encoding="gzip")["error"] == "too_large"
    for packed in gzip.compress(body)[:-4], gzip.compress(body) + b"x", body, b"":
        gateway.post("/v1/alerts/wazuh-prod", packed, token, 400, Content_Encoding="gzip")
    gateway.post("/v1/alerts/wazuh-prod", body, token, 415, Content_Encoding="br")
    gateway.post("/v1/alerts/wazuh-prod", body, token, 415, Content_Type="multipart/form-data; boundary=x")


def test_who_may_send_what(broker, gateway, token, issue):
    body = json.dumps(ALERT)
    assert "Bearer" in gateway.post("/v1/alerts/wazuh-prod", body, None, 401).headers["WWW-Authenticate"]
    gateway.post("/v1/alerts/wazuh-prod", body, token[:-1] + ("a" if token[-1] != "a" else "b"), 401)
    assert gateway.post("/v1/alerts/other", body, token, 403)["field"] == "source"
    gateway.post("/v1/alerts/wazuh-prod", body, issue(role=["auditor"]), 403)
    for header, value in ("X-Api-Key", token), ("X-Auth-Token", token), ("Authorization", f"Splunk {token}"), \
            ("Authorization", f"GenieKey {token}"), ("Authorization", token):
        gateway.post("/v1/alerts/wazuh-prod", body, None, **{header: value})
    reply = gateway.post(f"/v1/alerts/wazuh-prod?token={token}", body)
    lead = broker.client("lead")
    name = lead.ok("alert.show", {"alert": "ALR-1", "min_seq": reply["seq"]})["pushed_by"]
    broker.client("admin").ok("token.revoke", {"name": name, "reason": "over"})
    gateway.post("/v1/alerts/wazuh-prod", body, token, 401)


def test_addresses_that_are_none(gateway, token):
    gateway.post("/v1/alert", "x", token, 404)
    gateway.post("/v1/alerts/a/b", "x", token, 404)
    gateway.post("/v1/alerts/UPPER", "x", token, 400)
    gateway.post("/v1/alerts/" + "a" * 65, "x", token, 404)
    assert gateway.ask("PUT", "/v1/alerts/wazuh-prod", "x", token).status == 405
    assert gateway.ask("HEAD", "/healthz").status == 200


def test_limits_are_said(gateway, token):
    assert gateway.post("/v1/alerts/wazuh-prod", b"", token, 400)["message"] == "there is no alert in the body"
    gateway.post("/v1/alerts/wazuh-prod", b"[]", token, 400)
    line = json.dumps(ALERT) + "\n"
    assert gateway.post("/v1/alerts/wazuh-prod", line * MANY, token, Content_Type="application/x-ndjson")["count"] == MANY
    gateway.post("/v1/alerts/wazuh-prod", line * (MANY + 1), token, 413, Content_Type="application/x-ndjson")
    gateway.post("/v1/alerts/wazuh-prod", "[" + ",".join(["{}"] * (MANY + 1)) + "]", token, 413)
    gateway.post("/v1/alerts/wazuh-prod", b" " * 1048576 + b"1", token, 413)
    gateway.post("/v1/alerts/wazuh-prod", b" " * (LIMITS["HTTP_BODY_BYTES_MAX"] + 1), token, 413)
    whole = (b'"' + b"x" * 1048500 + b'"\n') * 7
    assert gateway.post("/v1/alerts/wazuh-prod", whole, token, Content_Type="application/x-ndjson")["count"] == 7


def test_a_rate_is_429_with_when_to_come_back(gateway, issue):
    slow = issue(role=["sensor"], source=["s"], rate=100)
    lines = "{}\n" * 1000
    replies = [gateway.ask("POST", "/v1/alerts/s", lines, slow, {"Content-Type": "application/x-ndjson"})
               for _ in range(3)]
    assert replies[-1].status == 429 and 5 <= int(replies[-1].headers["Retry-After"]) <= 11
    assert replies[-1]["retry_after_ms"] > 0


def test_a_broker_that_is_away_is_503_until_it_is_back(broker, gateway, token):
    body = json.dumps(ALERT)
    gateway.post("/v1/alerts/wazuh-prod", body, token)
    broker.stop()
    gateway.wait_log("does not answer at the sensors' front")
    reply = gateway.post("/v1/alerts/wazuh-prod", body, token, 503)
    assert reply.headers["Retry-After"] == "1" and reply["error"] == "unavailable"
    gateway.wait_log("does not answer at the people' front")
    assert gateway.get("/readyz", status=503).bytes == b"the broker does not answer\n"
    assert gateway.get("/healthz").bytes == b"ok\n"
    heard = len(gateway.lines)
    broker.start()
    with gateway.news:
        assert gateway.news.wait_for(
            lambda: sum("answers at the" in line for line in gateway.lines[heard:]) == 2, WAIT_S)
    gateway.get("/readyz")
    assert gateway.post("/v1/alerts/wazuh-prod", body, token)["alert"] == "ALR-2"


def test_what_became_of_an_alert(broker, gateway, token, issue):
    gateway.post("/v1/alerts/wazuh-prod", json.dumps(ALERT), token)
    outcome = gateway.get("/v1/alerts/ALR-1", token)
    assert (outcome["source"], outcome["triaged"], outcome["status"]) == ("wazuh-prod", False, "new")
    worker = subprocess.Popen(
        [BIN / "tocsin-worker", "--key", broker.home / "keys/worker.key", "--workflow", "triage"])
    lead = broker.client("lead")
    lead.send("watch", {"from": 1})
    while lead.receive()["kind"] != "alert.triaged":
        pass
    worker.terminate()
    worker.wait(WAIT_S)
    outcome = gateway.get("/v1/alerts/ALR-1", token)
    assert (outcome["triaged"], outcome["status"], outcome["disposition"]) == (True, "promoted", "opened")
    part = gateway.get("/v1/alerts/ALR-1.1", token)["parts"][0]
    assert (part["incident"], part["incident_status"], part["severity"]) == ("INC-1", "new", "high")
    broker.client("lead").ok("restrict", {"incident": "INC-1", "reason": "insider"})
    assert "incident" not in gateway.get("/v1/alerts/ALR-1.1", token)["parts"][0]
    # Whose source it is not learns nothing, not even that it is there.
    other = issue(role=["sensor"], source=["other"])
    assert gateway.get("/v1/alerts/ALR-1", other, 404).body["message"] == \
        gateway.get("/v1/alerts/ALR-9", other, 404).body["message"].replace("ALR-9", "ALR-1")
    gateway.get("/v1/alerts/nonsense", token, 400)


def test_metrics_are_prometheus_s(gateway, token, issue):
    gateway.post("/v1/alerts/wazuh-prod", "[{},{}]", token)
    gateway.post("/v1/alerts/wazuh-prod", "x", None, 401)
    text = gateway.get("/metrics").bytes.decode()
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert values["tocsin_gateway_alerts_total"] == "2" and values["tocsin_gateway_answers_4xx_total"] == "1"
    assert values["tocsin_gateway_ready"] == "1" and "tocsin_alerts_received" not in values
    text = gateway.get("/metrics", issue(role=["manager"])).bytes.decode()
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert values["tocsin_alerts_received"] == "2" and values["tocsin_writing"] == "1"
    gateway.get("/metrics?token=toc_1_" + 43 * "x", status=401)


# Slow, cut and idle ones.

def head(token, length):
    return (f"POST /v1/alerts/wazuh-prod HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Length: {length}\r\n\r\n").encode()


def test_a_body_cut_short_is_nothing(broker, gateway, token):
    for sent in b"", b'{"title":', b'{"title":"x"}':
        with socket.create_connection(("127.0.0.1", gateway.port)) as cut:
            cut.sendall(head(token, 100) + sent)
    with socket.create_connection(("127.0.0.1", gateway.port)) as cut:
        cut.sendall(head(token, 100)[:-20])
    assert gateway.post("/v1/alerts/wazuh-prod", "{}", token)["alert"] == "ALR-1"


def test_chunks_that_never_end_are_refused_at_the_limit(gateway, token):
    def chunks():
        for _ in range(10):
            yield b"x" * 1000000

    connection = gateway.connect()
    connection.request("POST", "/v1/alerts/wazuh-prod", chunks(), {"Authorization": f"Bearer {token}"},
                       encode_chunked=True)
    assert Reply(connection.getresponse()).status == 413
    connection.close()


def test_ten_thousand_idle_connections_do_no_harm(gateway, token):
    idle = []
    try:
        for number in range(10000):
            one = socket.create_connection(("127.0.0.1", gateway.port), source_address=(f"127.0.{number % 4 + 1}.1", 0))
            idle.append(one)
            if number % 2:
                one.sendall(head(token, 10)[:40])  # half a head
        assert gateway.post("/v1/alerts/wazuh-prod", "{}", token)["alert"] == "ALR-1"
        values = gateway.get("/metrics").bytes.decode()
        assert "\ntocsin_gateway_connections 1000" in values
        memory = next(int(line.split()[1]) for line in open(f"/proc/{gateway.process.pid}/status") if
                      line.startswith("RssAnon:"))
        assert memory < 300 << 10
    finally:
        for one in idle:
            one.close()


def until_metric(gateway, name, value):
    """Waits until /metrics has the value."""
    for _ in range(3000):
        if f"\n{name} {value}\n" in gateway.get("/metrics").bytes.decode():
            return
        time.sleep(0.01)
    raise AssertionError(f"{name} is not {value}: {gateway.get('/metrics').bytes.decode()}")


def test_slow_senders_and_idle_ones_are_shut(broker, token):
    gateway = Gateway(broker, "  idle: 1s\n  body: 1s\n").start()
    slow = [socket.create_connection(("127.0.0.1", gateway.port)) for _ in range(3)]
    slow[0].sendall(head(token, 100) + b"{")  # a body that stops
    slow[1].sendall(head(token, 100)[:-20])  # a head that stops
    for one in slow:
        one.settimeout(WAIT_S)
        assert one.recv(1) == b""
        one.close()
    # One that sends a byte now and then is no better off.
    with socket.create_connection(("127.0.0.1", gateway.port)) as drip:
        drip.sendall(head(token, 10000))
        drip.settimeout(0.05)
        for _ in range(int(WAIT_S / 0.05)):
            try:
                drip.sendall(b"{")
                if drip.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                break
        else:
            raise AssertionError("it may send for ever")
    until_metric(gateway, "tocsin_gateway_shut_total", 4)
    assert gateway.post("/v1/alerts/wazuh-prod", "{}", token)["alert"] == "ALR-1"
    gateway.stop()


def test_bodies_are_held_up_to_a_sum(gateway, token):
    """Of HTTP_BODIES_BYTES_MAX; a body's memory grows by doubling, to 8 MiB."""
    held = []
    for _ in range(LIMITS["HTTP_BODIES_BYTES_MAX"] >> 23):
        held.append(socket.create_connection(("127.0.0.1", gateway.port)))
        held[-1].sendall(head(token, LIMITS["HTTP_BODY_BYTES_MAX"]) + b" " * 8000000)
    until_metric(gateway, "tocsin_gateway_body_bytes", LIMITS["HTTP_BODIES_BYTES_MAX"])
    reply = gateway.post("/v1/alerts/wazuh-prod", "{}", token, 503)
    assert reply.headers["Retry-After"] == "1" and "too many bodies" in reply["message"]
    held.pop().close()
    until_metric(gateway, "tocsin_gateway_body_bytes", LIMITS["HTTP_BODIES_BYTES_MAX"] - (8 << 20))
    gateway.post("/v1/alerts/wazuh-prod", "{}", token)
    for one in held:
        one.close()


def test_connections_end_where_descriptors_do(broker, gateway, token):
    gateway.wait_log(f"{LIMITS['HTTP_CONNECTIONS_MAX']} connections")
    small = Gateway(broker)
    small.prefix = ["prlimit", "--nofile=192:192"]
    small.start()
    small.wait_log(" 128 connections")
    idle = [socket.create_connection(("127.0.0.1", small.port)) for _ in range(128)]
    with socket.create_connection(("127.0.0.1", small.port)) as last:
        last.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        idle.pop().close()  # makes room for one that waited
        last.settimeout(WAIT_S)
        assert last.recv(4096).startswith(b"HTTP/1.")
    for one in idle:
        one.close()
    small.stop()


def test_a_broker_that_hangs_is_504_and_few_wait_for_it(broker, token):
    """No more than HTTP_QUESTIONS_MAX."""
    gateway = Gateway(broker, "  answer: 3s\n").start()
    broker.process.send_signal(signal.SIGSTOP)
    try:
        waiting = []
        for _ in range(LIMITS["HTTP_QUESTIONS_MAX"]):
            waiting.append(socket.create_connection(("127.0.0.1", gateway.port)))
            waiting[-1].sendall(head(token, 2) + b"{}")
        until_metric(gateway, "tocsin_gateway_waiting", LIMITS["HTTP_QUESTIONS_MAX"])
        gateway.post("/v1/alerts/wazuh-prod", "{}", token, 503)
        for one in waiting:
            one.settimeout(WAIT_S)
            assert one.recv(12) == b"HTTP/1.1 504"
            one.close()
    finally:
        broker.process.send_signal(signal.SIGCONT)
    gateway.stop()


def test_many_requests_share_a_connection(broker, gateway, token):
    connection = gateway.connect()
    for number in range(50):
        connection.request("POST", "/v1/alerts/wazuh-prod", "{}", {"Authorization": f"Bearer {token}"})
        assert Reply(connection.getresponse())["alert"] == f"ALR-{number + 1}"
    connection.close()


# Where it listens.

def refused(broker, listen, config=""):
    gateway = Gateway(broker, config, listen)
    done = subprocess.run([BIN / "tocsin-gateway", "--key", broker.home / "keys/gateway.key", "--config",
                           gateway.config], capture_output=True, text=True)
    return done.returncode, done.stderr


def test_elsewhere_than_on_loopback_tls_is_needed_or_words(broker):
    code, said = refused(broker, "0.0.0.0:0")
    assert code == 3 and "no loopback address" in said and "gateway.certificate" in said
    assert refused(broker, "0.0.0.0:0", '  plaintext: "yes"\n')[0] == 3
    for listen in "localhost", "127.0.0.1", "127.0.0.1:http", "[::1:7":
        code, said = refused(broker, listen)
        assert code == 2 and "expected address:port" in said
    code, said = refused(broker, "127.0.0.1:0", "  certificate: /x\n")
    assert code == 2 and "gateway.private_key" in said
    gateway = Gateway(broker, '  plaintext: "tokens may be read on the way"\n', "0.0.0.0:0").start()
    gateway.get("/healthz")
    gateway.stop()


def test_tls(broker, issue):
    token = issue(role=["sensor"], source=["s"])
    pem = broker.home / "pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", f"{pem}.key", "-out", f"{pem}.crt", "-days", "1", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    gateway = Gateway(broker, f"  certificate: {pem}.crt\n  private_key: {pem}.key\n", "0.0.0.0:0").start()
    assert gateway.scheme == "https"
    context = ssl.create_default_context(cafile=f"{pem}.crt")
    with socket.create_connection(("127.0.0.1", gateway.port), WAIT_S) as raw:
        with context.wrap_socket(raw, server_hostname="localhost") as secure:
            secure.sendall(f"POST /v1/alerts/s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
                           "Content-Length: 2\r\n\r\n{}".encode())
            assert secure.recv(4096).startswith(b"HTTP/1.1 200")
    gateway.stop()
    code, said = refused(broker, "127.0.0.1:0", f"  certificate: {pem}.key\n  private_key: {pem}.crt\n")
    assert code == 2 and "do not make a pair" in said
