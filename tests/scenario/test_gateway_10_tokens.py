"""Tokens: issued by an administrator, proved through a gateway's key, revoked."""
import hashlib
import itertools
import json

import pytest

from conftest import Client

ALERT = json.dumps({"title": "Odd logon", "severity": "high"}).encode()
counter = itertools.count(1)


class Courier(Client):
    """The gateway's key, with the bearer that it forwards."""

    bearer = None

    def send(self, verb, body=None, parts=(), request=None):
        self.count += 1
        request = request or b"%d" % self.count
        head = [b"TOC1"] if self.bearer is None else [b"TOC1B", self.bearer]
        self.socket.send_multipart([*head, verb.encode(), request, json.dumps(body or {}).encode(), *parts])
        return request


@pytest.fixture
def courier(broker):
    made = Courier(broker, "gateway")
    broker.clients.append(made)
    return made


def issue(broker, **fields):
    """A token of the administrator's making; its text and its name."""
    secret = f"{next(counter):043d}"
    answer = broker.client("admin").ok("token.new", {
        "hash": hashlib.blake2b(secret.encode(), digest_size=32).hexdigest(), **fields})
    return f"toc_{answer['number']}_{secret}".encode(), answer["name"]


def test_a_bearer_may_do_what_its_token_was_issued_for(broker, courier, lead):
    courier.bearer, name = issue(broker, role=["sensor"], source=["wazuh-prod"])
    assert courier.ok("whoami")["name"] == name == f"wazuh-prod-token-{courier.ok('whoami')['number']}"
    pushed = courier.ok("alert.push", parts=[ALERT])
    assert pushed["alert"] == "ALR-1"
    courier.refused(403, "alert.push", {"source": "other"}, [ALERT])
    courier.refused(403, "list")
    # The audit names the token, not the gateway.
    shown = lead.ok("alert.show", {"alert": "ALR-1", "min_seq": pushed["seq"]})
    assert (shown["source"], shown["pushed_by"]) == ("wazuh-prod", name)
    tokens = broker.client("admin").ok("token.list")["tokens"]
    assert [row["name"] for row in tokens] == [name] and tokens[0]["used"]
    assert name not in [row["name"] for row in lead.ok("people.list")["people"]]


def test_the_gateway_s_own_key_grants_nothing(broker, courier):
    for verb in "whoami", "status", "alert.push", "list", "open":
        assert "forwards the token" in courier.refused(403, verb)["message"]


def test_nobody_else_forwards_tokens(broker, courier):
    token, _ = issue(broker, role=["lead"])
    for name in "sensor", "admin", "lead":
        other = Courier(broker, name)
        broker.clients.append(other)
        other.bearer = token
        assert "only a gateway" in other.refused(403, "whoami")["message"]


def test_a_revoked_token_ends_at_once_and_for_ever(broker, courier, lead):
    courier.bearer, name = issue(broker, role=["analyst"])
    courier.ok("open", {"title": "by token"})
    broker.client("admin").ok("token.revoke", {"name": name, "reason": "leaked"})
    assert courier.refused(401, "open", {"title": "after"})["error"] == "unauthorized"
    broker.restart()
    courier.refused(401, "whoami")
    # Its connection is the gateway's: others go on.
    courier.bearer, _ = issue(broker, role=["analyst"])
    courier.ok("whoami")
    assert [row["actor"] for row in lead.ok("show", {"incident": "INC-1"})["history"]] == [name]


@pytest.mark.parametrize("bearer", [b"x", b"toc_1_" + b"a" * 43, b"toc_4294967295_" + b"a" * 43, b"\xff" * 128])
def test_a_bearer_that_is_no_token_is_401(broker, courier, bearer):
    courier.bearer = bearer
    courier.refused(401, "whoami")


def test_a_token_has_a_rate_of_its_own(broker, courier):
    courier.bearer, _ = issue(broker, role=["sensor"], source=["s"], rate=1)
    pushes = [courier.ask("alert.push", parts=[ALERT] * 1024) for _ in range(2)]
    assert [push.status for push in pushes][-1] == 429
    assert pushes[-1]["retry_after_ms"] > 0 and "1 alerts a second" in pushes[-1]["message"]
    courier.bearer, _ = issue(broker, role=["sensor"], source=["s"])
    courier.ok("alert.push", parts=[ALERT] * 1024)


def test_a_token_issued_on_the_command_line_is_shown_once(broker, courier):
    made = broker.tool("tocsin", "--home", broker.home, "--as", "admin", "--json", "token", "new", "--role", "sensor",
                       "--source", "wazuh-prod")
    answer = json.loads(made.stdout)
    courier.bearer = answer["token"].encode()
    assert courier.ok("whoami")["name"] == answer["name"]
    shown = broker.tool("tocsin", "--home", broker.home, "--as", "admin", "token", "new", "sensor", "--source", "w2")
    assert shown.stdout.count("toc_") == 1 and "Bearer" in shown.stdout
    assert "token" in broker.tool("tocsin", "--home", broker.home, "--as", "admin", "token", "list").stdout
    done = broker.tool("tocsin", "--home", broker.home, "--as", "admin", "token", "revoke", answer["name"], "test")
    assert done.stdout == f"{answer['name']} revoked\n"
    courier.refused(401, "whoami")
    # What the journal keeps is the hash.
    secret = answer["token"].rsplit("_", 1)[1].encode()
    assert not any(secret in path.read_bytes() for path in (broker.home / "store/journal").iterdir())
