"""What is measured: servers that are started in a folder of their own and ended again, and the load generators for each."""
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

START_S = 30
TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    pass


def run(*words, **more):
    """The output of a program that has to end well."""
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=600, **more)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, words))} exited {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def children(pid):
    """The process and all below it."""
    found = [pid]
    for parent in found:
        try:
            for task in os.listdir(f"/proc/{parent}/task"):
                found += map(int, Path(f"/proc/{parent}/task/{task}/children").read_text().split())
        except OSError:
            pass
    return found


def cpu_s(pids):
    """Seconds of processor time that they have had."""
    ticks = 0
    for pid in pids:
        try:
            ticks += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))
        except OSError:
            pass
    return ticks / TICKS


class Server:
    """One server: `name`, `program` (its load generator) and `target` (where it is)."""

    program = "bench_tocsin"
    options = ()

    def __init__(self, bin_, folder, sockets):
        self.bin, self.folder, self.sockets = bin_, folder / self.name, sockets
        self.process = None

    def prepare(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def launch(self, *words, ready=True, **more):
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen([str(w) for w in words], stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, **more)
        if ready:
            self.await_ready()

    def await_ready(self):
        until = time.monotonic() + START_S
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > until:
                raise Failed(f"{self.name} did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.002)

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(START_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None
        self.log.close()

    def fresh(self):
        """As it was at first, before the next measurement."""

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def pids(self):
        return children(self.process.pid) if self.process else []

    def push(self, shape, seconds, *more):
        """What the load generator says, and how much processor time the server took for each alert."""
        connections, in_flight, batch, *own = shape
        before = cpu_s(self.pids())
        out = run(self.bin / self.program, "--connections", connections, "--in-flight", in_flight, "--batch", batch,
                  "--seconds", seconds, *own, *self.options, *more, self.target)
        result = json.loads(out)
        result["cpu_us"] = (cpu_s(self.pids()) - before) * 1e6 / max(result["pushed"], 1)
        return result


class Tocsin(Server):
    name = "tocsin"
    broker = "tocsind"

    def prepare(self):
        super().prepare()
        (self.folder / "tocsin.yaml").write_text('broker:\n  people: {tcp: ""}\n  sensors: {tcp: ""}\n')
        run(self.bin / "tocsin", "init", "--home", self.folder)
        self.target = self.folder / "keys/lead.key"

    def launch(self, *words, **more):
        self.log_before = len(self.read_log())
        super().launch(*words, **more)

    def start(self):
        self.launch(self.bin / self.broker, "run", "--home", self.folder)

    def read_log(self):
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def ready(self):
        return " ready: " in self.read_log()[self.log_before:]

    def fresh(self):
        self.stop()
        self.prepare()
        self.start()

    def ask(self, *words):
        return json.loads(run(self.bin / "tocsin", "--home", self.folder, "--json", *words))

    def rss_anon_kib(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1])
        raise Failed("no RssAnon")


class Unfolded(Tocsin):
    """The same broker, whose fold never hears of the alerts (unfolded.c)."""

    name = "unfolded"
    broker = "bench_unfolded"


class Plain(Tocsin):
    """The same broker without CURVE (plain.c)."""

    name = "plain"
    broker = "bench_plain"
    options = ("--plain",)


class Other(Tocsin):
    """The broker of another build."""

    name = "other"


class Redis(Server):
    name = "redis"
    program = "bench_redis"

    def start(self):
        self.target = self.sockets / "redis.sock"
        self.launch("redis-server", "--port", 0, "--unixsocket", self.target, "--dir", self.folder, "--save", "",
                    "--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", 0,
                    "--daemonize", "no")

    def ready(self):
        return "eady to accept connections" in (self.folder / "log").read_text()

    def fresh(self):
        self.stop()
        self.prepare()
        self.start()


class Postgres(Server):
    """A cluster of its own, run by `postgres` when the bench runs as root, for it refuses to be root's."""

    name = "postgres"
    program = "bench_postgres"
    user = "postgres" if os.geteuid() == 0 else None

    def programs(self):
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
        if not found:
            raise Failed("no PostgreSQL in /usr/lib/postgresql: deploy/install run bench")
        return found[-1]

    def prepare(self):
        super().prepare()
        if self.user:
            shutil.chown(self.folder, self.user)
        self.data = self.folder / "data"
        run(self.programs() / "initdb", "-D", self.data, "-A", "trust", "-U", "bench", "-E", "UTF8", "--no-locale",
            "--no-instructions", user=self.user, cwd="/")

    def start(self):
        self.target = f"host={self.sockets} user=bench dbname=postgres"
        settings = {"listen_addresses": "", "unix_socket_directories": self.sockets, "synchronous_commit": "on",
                    "fsync": "on", "shared_buffers": "512MB", "max_wal_size": "8GB", "checkpoint_timeout": "30min",
                    "max_connections": 100}
        words = [w for name, value in settings.items() for w in ("-c", f"{name}={value}")]
        self.launch(self.programs() / "postgres", "-D", self.data, *words, user=self.user, cwd="/")

    def ready(self):
        return "ready to accept connections" in (self.folder / "log").read_text()

    def stop(self, how=signal.SIGINT):  # a fast shutdown
        super().stop(how)

    def fresh(self):
        """Empty tables, and nothing left to write."""
        self.push((1, 1, 1), 0.01, "--plain")
        run("psql", "-q", "-c", "CHECKPOINT", self.target)


class Echo(Server):
    name = "echo"
    options = ("--plain",)
    words = ()

    def prepare(self):
        super().prepare()
        self.endpoint = f"ipc://{self.sockets}/{self.name}.sock"
        # Any key will do: it only has to be one.
        run(self.bin / "tocsin", "init", "--home", self.folder / "home")
        key = json.loads((self.folder / "home/keys/lead.key").read_text())
        key["sensors"] = [self.endpoint]
        self.target = self.folder / "lead.key"
        self.target.touch(mode=0o600)
        self.target.write_text(json.dumps(key))

    def start(self):
        self.launch(self.bin / "bench_echo", self.endpoint, *self.words)

    def ready(self):
        return (self.sockets / f"{self.name}.sock").exists()


class CurveEcho(Echo):
    name = "curve-echo"
    options = ()

    def start(self):
        self.words = (self.folder / "home/keys/broker.key",)
        super().start()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


class Http(Tocsin):
    """A broker with the gateway before it, asked by a sensor's token."""

    name = "http"
    program = "bench_http"

    def start(self):
        super().start()
        port = free_port()
        token = self.ask("--as", "admin", "token", "new", "--role", "sensor", "--source", "bench")["token"]
        self.target = f"{port} /v1/alerts/bench {token}"
        config = self.folder / "gateway.yaml"
        config.write_text(f'gateway: {{listen: "127.0.0.1:{port}"}}\n')
        self.gateway_log = open(self.folder / "gateway.log", "w+")
        self.gateway = subprocess.Popen([self.bin / "tocsin-gateway", "--key", self.folder / "keys/gateway.key", "--config", config],
                                        stdout=self.gateway_log, stderr=self.gateway_log)
        until = time.monotonic() + START_S
        while (self.folder / "gateway.log").read_text().count("answers at the") < 2:
            if self.gateway.poll() is not None or time.monotonic() > until:
                raise Failed(f"the gateway did not start:\n{(self.folder / 'gateway.log').read_text()}")
            time.sleep(0.01)

    def stop(self, how=signal.SIGTERM):
        if getattr(self, "gateway", None):
            self.gateway.send_signal(signal.SIGTERM)
            self.gateway.wait(START_S)
            self.gateway_log.close()
            self.gateway = None
        super().stop(how)

    def pids(self):
        return super().pids() + (children(self.gateway.pid) if getattr(self, "gateway", None) else [])


class HttpPostgres(Postgres):
    """A plain insert behind the same HTTP library."""

    name = "http-postgres"
    program = "bench_http"

    def start(self):
        super().start()
        port, target = free_port(), self.target
        self.server = subprocess.Popen([self.bin / "bench_http_postgres", str(port), target], stdout=subprocess.PIPE, text=True)
        if self.server.stdout.readline() != "ready\n":
            raise Failed("bench_http_postgres did not start")
        self.target = f"{port} / none"

    def stop(self, how=signal.SIGINT):
        if getattr(self, "server", None):
            self.server.terminate()
            self.server.wait(START_S)
            self.server = None
        super().stop(how)

    def pids(self):
        return super().pids() + (children(self.server.pid) if getattr(self, "server", None) else [])


def settle(servers, limit_s=10):
    """Waits until what one measurement left to do is done, so that the next one is not charged with it."""
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        pids = [pid for server in servers for pid in server.pids()]
        before = cpu_s(pids)
        time.sleep(0.1)
        if cpu_s(pids) - before < 0.02:
            return
