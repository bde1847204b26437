"""Debian's own rsyslogd and prometheus-alertmanager in front of a Tocsin, each stopped and started in the middle."""
import array
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import termios
import time

import pytest

from conftest import BIN, WAIT_S, free_port
from http_gateway import Gateway

RSYSLOGD, ALERTMANAGER = shutil.which("rsyslogd", path="/usr/sbin"), shutil.which("prometheus-alertmanager")


def until(condition, what):
    """Polls what no event tells of: another product's doings."""
    end = time.monotonic() + 2 * WAIT_S
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def payloads(broker, count):
    """Every payload, once there are so many alerts in the journal."""
    lead = broker.client("lead")
    until(lambda: lead.ok("status")["alerts"]["received"] >= count, f"fewer than {count} alerts came")
    received = lead.ok("status")["alerts"]["received"]
    return [lead.ok("alert.show", {"alert": f"ALR-{number}", "payload": True}).parts[0] for number in range(1, received + 1)]


class Rsyslogd:
    def __init__(self, broker):
        self.broker, self.socket = broker, broker.home / "log.sock"
        work = broker.home / "rsyslog"
        work.mkdir()
        self.pid, self.config = work / "pid", work / "rsyslog.conf"
        self.config.write_text(f"""
global(workDirectory="{work}" maxMessageSize="64k")
module(load="imuxsock" SysSock.Use="off")
module(load="omprog")
input(type="imuxsock" Socket="{self.socket}" CreatePath="on" RateLimit.Interval="0")
template(name="alert" type="string" string="%msg:2:$%\\n")
action(type="omprog" template="alert" name="tocsin"
       binary="{BIN}/tocsin --home {broker.home} --as sensor alert push --confirm --source wazuh-test -"
       confirmMessages="on" confirmTimeout="20000" reportFailures="on" killUnresponsive="on"
       action.resumeRetryCount="-1" action.resumeInterval="1"
       queue.type="LinkedList" queue.filename="tocsin" queue.saveOnShutdown="on" queue.size="20000")
""")
        self.process = None

    def start(self):
        self.process = subprocess.Popen([RSYSLOGD, "-n", "-f", self.config, "-i", self.pid], stderr=subprocess.DEVNULL)
        until(self.socket.exists, "rsyslogd does not listen")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(WAIT_S)

    def log(self, text):
        """As a program logs by syslog(3): the datagram is rsyslogd's once it has read it, and not while it lies in the socket."""
        unread = array.array("i", [1])
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
            to.connect(str(self.socket))
            to.send(f"<14>Jan  1 00:00:00 app: {text}".encode())
            until(lambda: fcntl.ioctl(to, termios.TIOCOUTQ, unread) == 0 and unread[0] == 0, "rsyslogd does not read")


@pytest.mark.skipif(not RSYSLOGD, reason="rsyslogd is not installed")
def test_rsyslogd_loses_nothing_while_either_side_is_away(broker):
    rsyslogd = Rsyslogd(broker)
    rsyslogd.start()
    sent = []

    def log(count):
        for _ in range(count):
            sent.append(json.dumps({"title": f"event {len(sent)}", "severity": "low"}))
            rsyslogd.log(sent[-1])

    try:
        log(20)
        payloads(broker, 20)
        broker.stop()
        log(20)
        broker.start()
        payloads(broker, 40)
        log(20)
        rsyslogd.stop()  # keeps on its disk what Tocsin did not confirm
        rsyslogd.start()
        log(20)
        came = payloads(broker, 80)
    finally:
        rsyslogd.stop()
    # Every one is there; one that was in the air at a stop may be there twice.
    assert {text.decode().strip() for text in came} == set(sent)
    assert len(came) < len(sent) + 20


class Alertmanager:
    def __init__(self, broker, gateway, token):
        work = broker.home / "alertmanager"
        work.mkdir()
        self.port = free_port()
        (work / "config.yml").write_text(f"""
route: {{receiver: tocsin, group_by: [alertname], group_wait: 10ms, group_interval: 500ms, repeat_interval: 1h}}
receivers:
- name: tocsin
  webhook_configs:
  - url: http://127.0.0.1:{gateway.port}/v1/alertmanager/prom
    send_resolved: true
    http_config: {{authorization: {{credentials: {token}}}}}
""")
        self.words = [ALERTMANAGER, f"--config.file={work}/config.yml", f"--storage.path={work}/data",
                      f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address=", "--log.level=error"]
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.words, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        until(self.answers, "alertmanager does not listen")

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(WAIT_S)

    def alert(self, name, ends=None):
        body = [{"labels": {"alertname": name, "severity": "critical", "instance": "db1"},
                 "startsAt": "2026-01-01T00:00:00Z", **({"endsAt": ends} if ends else {})}]
        subprocess.run(["curl", "-sSf", "-H", "Content-Type: application/json", "-d", json.dumps(body),
                        f"http://127.0.0.1:{self.port}/api/v2/alerts"], check=True)


@pytest.mark.skipif(not ALERTMANAGER, reason="prometheus-alertmanager is not installed")
def test_alertmanager_loses_nothing_while_either_side_is_away(broker, issue):
    gateway = Gateway(broker).start()
    manager = Alertmanager(broker, gateway, issue(role=["sensor"], source=["prom"]))
    worker = subprocess.Popen(
        [BIN / "tocsin-worker", "--key", broker.home / "keys/worker.key", "--workflow", "triage"], stderr=subprocess.DEVNULL)
    manager.start()

    def names(count):
        return {alert["labels"]["alertname"] for text in payloads(broker, count) for alert in json.loads(text)["alerts"]}

    try:
        manager.alert("First")
        assert names(1) == {"First"}
        gateway.stop()
        manager.alert("Second")  # it is tried again and again
        gateway.start(gateway.port)
        assert names(2) == {"First", "Second"}
        broker.stop()
        manager.alert("Third")
        broker.start()
        assert names(3) == {"First", "Second", "Third"}
        manager.stop()
        manager.start()
        manager.alert("Fourth")
        assert "Fourth" in names(4)
        # What it says is over is over here, too.
        lead = broker.client("lead")
        manager.alert("First", ends="2026-01-01T00:00:01Z")
        until(lambda: any(row.get("disposition") == "resolved" for row in lead.ok("alert.list")["alerts"]),
              "the end of First was not told")
    finally:
        worker.terminate()
        worker.wait(WAIT_S)
        manager.stop()
        gateway.stop()
    assert os.path.exists(broker.home)
