"""What every scenario needs: a home with a real broker in it, clients for each role, and the checks at the end.

TOCSIN_BIN names the folder of the programs (build/bin when not set). A scenario asks for the fixture `broker`; when it
ends, the broker is stopped in good order, the state rebuilt from the journal must equal the live one, and tocsin-verify
must be content with the journal and with every receipt that any client was given. `broker.expect_broken()` says that a
scenario breaks the store on purpose.
"""
import base64
import hashlib
import itertools
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
import zmq

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("TOCSIN_BIN", ROOT / "build/bin"))
WAIT_S = float(os.environ.get("TOCSIN_WAIT_S", 30))
LIMITS = {name: int(value) for name, value in re.findall(
    r"^LIMIT\((\w+),\s*(\d+),", (ROOT / "protocol/limits.def").read_text(), re.M)}

PEOPLE = {
    "admin": ("admin", []),
    "lead": ("analyst+lead", []),
    "analyst": ("analyst", []),
    "manager": ("manager", []),
    "auditor": ("auditor", []),
    "reporter": ("reporter", []),
    "sensor": ("sensor", ["wazuh-test"]),
    "sensors": ("sensor", ["eve-test", "native-test"]),
    "worker": ("worker", []),
    "gateway": ("gateway", []),
}


# Below the ports that the kernel gives to connections; each worker of a parallel run has a stretch of its own.
FIRST_PORT = 20000 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 12 * 1000
PORTS = itertools.cycle(random.sample(range(FIRST_PORT, FIRST_PORT + 1000), 1000))


def free_port():
    for port in PORTS:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def sanitized():
    return b"__asan_init" in (BIN / "tocsin-worker").read_bytes() or b"__tsan_init" in (BIN / "tocsin-worker").read_bytes()


class Answer:
    """status, body and attachments of one answer; request is the id that it answers."""

    def __init__(self, frames):
        if frames and frames[0] == b"":
            frames = frames[1:]
        assert frames[0] == b"TOC1", frames
        self.request, self.status = frames[1], int(frames[2])
        self.body, self.parts = json.loads(frames[3]), frames[4:]

    def __getitem__(self, name):
        return self.body[name]

    def __repr__(self):
        return f"<{self.request} {self.status} {self.body} +{len(self.parts)}>"


class Client:
    """A plain DEALER of one key; what any language could write."""

    def __init__(self, broker, name, front="people", transport="ipc", pair=None, **options):
        self.broker, self.name, self.count = broker, name, 0
        self.socket = broker.context.socket(zmq.DEALER)
        self.socket.linger = 0
        for option, value in options.items():
            self.socket.set(getattr(zmq, option.upper()), value)
        public, secret = pair or broker.keys[name]
        self.socket.curve_publickey, self.socket.curve_secretkey = public, secret
        self.socket.curve_serverkey = broker.server
        self.socket.connect(broker.endpoint(front, transport))

    def send(self, verb, body=None, parts=(), request=None):
        self.count += 1
        request = request or b"%d" % self.count
        text = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        self.socket.send_multipart([b"TOC1", verb.encode(), request, text, *parts])
        return request

    def receive(self, timeout_s=WAIT_S):
        """The next answer, or None when none comes in time."""
        if not self.socket.poll(timeout_s * 1000):
            return None
        answer = Answer(self.socket.recv_multipart())
        self.broker.receipts.add((answer.body["seq"], answer.body["head"]))
        return answer

    def ask(self, verb, body=None, parts=(), timeout_s=WAIT_S):
        """The answer to this request; whatever else comes meanwhile is dropped."""
        request = self.send(verb, body, parts)
        until = time.monotonic() + timeout_s
        while (left := until - time.monotonic()) > 0:
            answer = self.receive(left)
            if answer is None:
                break
            if answer.request == request:
                return answer
        raise AssertionError(f"{verb} was not answered within {timeout_s} s; the log:\n{self.broker.tail()}")

    def ok(self, verb, body=None, parts=()):
        answer = self.ask(verb, body, parts)
        assert answer.status == 200, f"{verb} {body}: {answer}"
        return answer

    def refused(self, status, verb, body=None, parts=()):
        answer = self.ask(verb, body, parts)
        assert answer.status == status, f"{verb} {body}: {answer}"
        assert answer["error"] and answer["message"]
        return answer

    def close(self):
        self.socket.close(linger=0)


class Broker:
    """One home and its tocsind."""

    def __init__(self, home, config=""):
        self.home, self.process, self.lines = Path(home), None, []
        self.news = threading.Condition()
        self.context, self.clients, self.receipts = zmq.Context(), [], set()
        self.broken, self.environment = False, {}
        self.ports = {"people": free_port(), "sensors": free_port()}
        self.keys = {name: zmq.curve_keypair() for name in PEOPLE}
        self.home.mkdir(exist_ok=True)
        (self.home / "tocsin.yaml").write_text(
            f"broker:\n  people: {{tcp: \"tcp://127.0.0.1:{self.ports['people']}\"}}\n"
            f"  sensors: {{tcp: \"tcp://127.0.0.1:{self.ports['sensors']}\"}}\n{config}")

    def tool(self, *words, check=True, meddled=False):
        """What a program says; meddled: its disk and clock obey meddle(), too."""
        done = subprocess.run([BIN / words[0], *map(str, words[1:])], capture_output=True, text=True,
                              env={**os.environ, **(self.environment if meddled else {})})
        assert not check or done.returncode == 0, f"{words} exited {done.returncode}:\n{done.stdout}{done.stderr}"
        return done

    def init(self):
        enrol = []
        for name, (roles, sources) in PEOPLE.items():
            text = f"{name}:{roles}:{self.keys[name][0].decode()}"
            enrol += ["--enrol", text + (":" + "+".join(sources) if sources else "")]
        self.tool("tocsind", "init", "--home", self.home, *enrol)
        self.server = (self.home / "keys/broker.public").read_text().strip().encode()
        for name in PEOPLE:
            self.write_key(name, self.keys[name])

    def write_key(self, name, pair):
        """A key file as the command line and the workers read it."""
        path = self.home / f"keys/{name}.key"
        path.touch(mode=0o600)
        path.write_text(json.dumps({
            "name": name, "public": pair[0].decode(), "secret": pair[1].decode(), "server": self.server.decode(),
            **{front: [self.endpoint(front, "ipc"), self.endpoint(front, "tcp")] for front in self.ports}}))
        return path

    def endpoint(self, front, transport):
        return f"ipc://{self.home}/run/{front}.sock" if transport == "ipc" else f"tcp://127.0.0.1:{self.ports[front]}"

    # Running it.

    def launch(self):
        """Starts it and returns at once."""
        self.lines = []
        self.process = subprocess.Popen(
            [BIN / "tocsind", "run", "--home", self.home], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
            env={**os.environ, **self.environment}, text=True, errors="replace")
        self.reader = threading.Thread(target=self.read_log, args=(self.process.stderr, self.lines), daemon=True)
        self.reader.start()

    def start(self):
        self.launch()
        self.wait_log(r" ready: ")

    def read_log(self, stream, lines):
        for line in stream:
            with self.news:
                lines.append(line.rstrip("\n"))
                self.news.notify_all()
        with self.news:
            lines.append("")  # it has ended
            self.news.notify_all()

    def wait_log(self, pattern, timeout_s=WAIT_S):
        """The first line of this run that matches; waits until it is written."""
        until = time.monotonic() + timeout_s
        with self.news:
            while True:
                for line in self.lines:
                    if re.search(pattern, line):
                        return line
                left = until - time.monotonic()
                if left <= 0 or (self.lines and self.lines[-1] == ""):
                    raise AssertionError(f"{pattern!r} is not in the log:\n{self.tail()}")
                self.news.wait(left)

    def tail(self):
        return "\n".join(self.lines[-40:])

    def wait(self, timeout_s=WAIT_S):
        """Its exit code, once it has ended by itself."""
        code = self.process.wait(timeout_s)
        self.reader.join(timeout_s)
        return code

    def stop(self):
        """SIGTERM; it must end in good order."""
        self.process.send_signal(signal.SIGTERM)
        code = self.wait()
        assert code == 0, f"the broker exited {code}:\n{self.tail()}"

    def kill(self):
        self.process.kill()
        self.wait()

    def restart(self):
        self.stop()
        self.start()

    def memory_kib(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1])
        raise AssertionError("no RssAnon")

    # Talking to it.

    def client(self, name, front="people", transport="ipc", **options):
        client = Client(self, name, front, transport, **options)
        self.clients.append(client)
        return client

    # At the end.

    def expect_broken(self):
        self.broken = True

    def dump(self):
        return self.tool("tocsind", "dump", "--home", self.home).stdout

    def check_store(self):
        """Of a stopped broker: the rebuilt state is the live one, the journal and each receipt verify."""
        live = self.dump()
        self.tool("tocsind", "rebuild", "--home", self.home)
        rebuilt = self.dump()
        if live != rebuilt:
            different = set(live.splitlines()) ^ set(rebuilt.splitlines())
            raise AssertionError("the rebuilt state differs:\n" + "\n".join(sorted(different)[:20]))
        receipts = self.home / "receipts.txt"
        receipts.write_text("".join(f"{seq} {head}\n" for seq, head in sorted(self.receipts) if seq > 0))
        words = ["--receipt-file", receipts] if self.receipts else []
        self.tool("tocsin-verify", *words, self.home / "store")

    def end(self):
        try:
            if self.process is not None and self.process.poll() is None:
                if self.broken:
                    self.kill()
                else:
                    self.stop()
            if not self.broken:
                self.check_store()
        finally:
            if self.process is not None and self.process.poll() is None:
                self.kill()
            for client in self.clients:
                client.close()
            self.context.term()


@pytest.fixture
def make_broker():
    """Makes brokers: make_broker(config="...") with an initialised home, not started."""
    made = []

    def make(config=""):
        # Not tmp_path: a local socket's path has at most 107 bytes.
        home = tempfile.mkdtemp(prefix="tocsin-")
        broker = Broker(Path(home) / "h", config)
        made.append(broker)
        broker.init()
        return broker

    yield make
    for broker in made:
        try:
            broker.end()
        finally:
            shutil.rmtree(broker.home.parent, ignore_errors=True)


@pytest.fixture(scope="session")
def shim(tmp_path_factory):
    path = tmp_path_factory.mktemp("shim") / "fail_disk.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", path, ROOT / "tests/scenario/fail_disk.c", "-ldl"], check=True)
    return path


@pytest.fixture
def failing(make_broker, shim):
    """A running broker whose disk and clock obey broker.meddle("CALL PART NUMBER", ...)."""
    def make(config=""):
        broker = make_broker(config)
        control, held = broker.home / "fail", broker.home / "fail.held"
        control.write_text("")

        def meddle(*lines):
            new = control.with_suffix(".new")
            new.write_text("".join(line + "\n" for line in lines))
            new.rename(control)
            held.unlink(missing_ok=True)

        def wait_held():
            """Until a call waits for as long as it is told to."""
            until = time.monotonic() + WAIT_S
            while not held.exists():
                assert time.monotonic() < until, f"nothing is held; the log:\n{broker.tail()}"
                time.sleep(0.005)

        broker.meddle, broker.wait_held = meddle, wait_held
        broker.environment = {"LD_PRELOAD": str(shim), "FAIL_DISK": str(control)}
        broker.start()
        return broker

    return make


@pytest.fixture
def broker(make_broker):
    """A running broker with everybody of PEOPLE enrolled."""
    made = make_broker()
    made.start()
    return made


@pytest.fixture
def lead(broker):
    return broker.client("lead")


@pytest.fixture
def sensor(broker):
    return broker.client("sensor", "sensors")


@pytest.fixture
def gateway(broker):
    """A tocsin-gateway in front of the broker, on a port of its own."""
    from http_gateway import Gateway

    made = Gateway(broker).start()
    yield made
    made.stop()


def issue_token(admin, **fields):
    secret = base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
    answer = admin.ok("token.new", {"hash": hashlib.blake2b(secret.encode(), digest_size=32).hexdigest(), **fields})
    return f"toc_{answer['number']}_{secret}"


@pytest.fixture
def issue(broker):
    """Issues tokens: issue(role=["sensor"], source=["wazuh-prod"])."""
    return lambda **fields: issue_token(broker.client("admin"), **fields)
