"""What a triage worker may do: it parses hostile bytes, so it has one key, one socket, and few system calls."""
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import BIN, WAIT_S, sanitized
from test_workers_10 import SSHD, Workers, push, triaged

STRANGER = 64123  # a user id without an account

LOOK = """
import os, sys
for top in sys.argv[1:]:
    for folder, folders, files in os.walk(top):
        for name in files:
            try:
                os.close(os.open(os.path.join(folder, name), os.O_RDONLY))
                print("may read", os.path.join(folder, name))
            except OSError:
                pass
    for name in ("journal", "state", "keys/root.public", "keys/seal.secret", "lead.key", "admin.key", "broker.key"):
        try:
            os.listdir(os.path.join(top, name)) if name in ("journal", "state") else open(os.path.join(top, name))
            print("may open", os.path.join(top, name))
        except OSError:
            pass
"""


@pytest.fixture
def workers(broker):
    made = Workers(broker)
    yield made
    made.end()


def filters(pid):
    """How many filters of system calls lie around its threads, beyond those that lie around this one already."""
    def count(status):
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("Seccomp_filters:"))
    own = count(Path("/proc/self/status"))
    return {count(task / "status") - own for task in Path(f"/proc/{pid}/task").iterdir()}


def test_a_worker_that_does_triage_alone_is_confined_and_outlives_its_broker(broker, lead, sensor, workers):
    worker = workers.start("--workflow", "triage")
    assert triaged(lead, push(sensor, SSHD))["disposition"] == "opened"
    if sanitized():
        pytest.skip("a build under sanitizers has no sandbox")
    assert filters(worker.pid) == {1}
    broker.kill()
    broker.start()
    lead, sensor = broker.client("lead"), broker.client("sensor", "sensors")
    assert triaged(lead, push(sensor, {**SSHD, "agent": {"name": "web2"}}))["disposition"] == "opened"
    assert worker.poll() is None and filters(worker.pid) == {1}


def test_a_confined_worker_finds_a_broker_elsewhere(broker, lead, sensor, workers):
    path = broker.home / "keys/far.key"
    key = json.loads((broker.home / "keys/worker.key").read_text())
    try:
        socket.getaddrinfo("localhost", None)
    except OSError:
        pytest.skip("localhost is no name here")
    path.touch(mode=0o600)
    path.write_text(json.dumps({**key, "people": [broker.endpoint("people", "tcp").replace("127.0.0.1", "localhost")]}))
    worker = workers.start("--workflow", "triage", key="far")
    assert triaged(lead, push(sensor, SSHD))["disposition"] == "opened"
    broker.kill()
    broker.start()
    lead, sensor = broker.client("lead"), broker.client("sensor", "sensors")
    assert triaged(lead, push(sensor, {**SSHD, "agent": {"name": "web2"}}))["disposition"] == "opened"
    assert worker.poll() is None and (sanitized() or filters(worker.pid) == {1})


def test_a_worker_that_runs_programs_is_not_confined(broker, lead, sensor, workers):
    worker = workers.start()
    triaged(lead, push(sensor, SSHD))
    assert filters(worker.pid) == {0}


@pytest.mark.parametrize("folder,sockets", [(0o700, 0o600), (0o710, 0o660), (0o755, 0o666)])
def test_who_may_enter_the_folder_of_a_socket_may_connect(make_broker, folder, sockets):
    broker = make_broker()
    (broker.home / "run").chmod(folder)
    broker.start()
    for front in broker.ports:
        assert stat.S_IMODE((broker.home / f"run/{front}.sock").stat().st_mode) == sockets


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="needs root, and setpriv of util-linux")
def test_triage_works_as_a_user_who_can_open_neither_the_store_nor_another_key(make_broker):
    broker = make_broker()
    # Reachable as far as its folders let one: all that holds the stranger off are the modes that init gave.
    broker.home.parent.chmod(0o755)
    broker.home.chmod(0o755)
    (broker.home / "run").chmod(0o755)
    own = broker.home.parent / "own"
    own.mkdir(mode=0o700)
    key = shutil.copy(broker.home / "keys/worker.key", own / "triage.key")
    for path in (own, key):
        os.chown(path, STRANGER, STRANGER)
    broker.start()
    as_stranger = ["setpriv", "--reuid", str(STRANGER), "--regid", str(STRANGER), "--clear-groups", "--no-new-privs"]
    if subprocess.run([*as_stranger, BIN / "tocsin-worker", "--help"], capture_output=True, check=False).returncode == 127:
        pytest.skip("nobody but root may reach the programs here")
    worker = subprocess.Popen([*as_stranger, BIN / "tocsin-worker", "--key", key, "--workflow", "triage"],
                              stderr=subprocess.PIPE, text=True)
    try:
        lead, sensor = broker.client("lead"), broker.client("sensor", "sensors")
        assert triaged(lead, push(sensor, SSHD))["disposition"] == "opened"
        assert f"\nUid:\t{STRANGER}\t{STRANGER}\t" in Path(f"/proc/{worker.pid}/status").read_text()
        look = [sys.executable, "-c", LOOK, broker.home / "store", broker.home / "keys"]
        seen = subprocess.run([*as_stranger, *look], capture_output=True, text=True, timeout=WAIT_S, check=True)
        assert seen.stdout == ""
        seen = subprocess.run(look, capture_output=True, text=True, timeout=WAIT_S, check=True)
        assert "seal.secret" in seen.stdout and "lead.key" in seen.stdout and "broker.key" in seen.stdout
    finally:
        worker.terminate()
        assert worker.wait(WAIT_S) == 0
        worker.stderr.close()
