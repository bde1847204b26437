"""The command line as a person or a script runs it: in a pipe, or on a terminal of a given width."""
import errno
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

from conftest import BIN, WAIT_S

PLAIN = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "xterm"}


def environment(**more):
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("TOCSIN_") and name not in ("NO_COLOR", "COLUMNS", "VISUAL", "EDITOR")}
    return {**kept, **PLAIN, **more}


class CommandLine:
    """tocsin in one home, as one person."""

    def __init__(self, home, name=None):
        self.home, self.name = home, name

    def words(self, words):
        who = ["--as", self.name] if self.name else []
        return [str(BIN / "tocsin"), "--home", str(self.home), *who, *map(str, words)]

    def environment(self, **more):
        """With the person's own files beside the home."""
        own = {"XDG_CONFIG_HOME": f"{self.home}/own/config", "XDG_STATE_HOME": f"{self.home}/own/state"}
        return environment(**{**own, **more})

    def run(self, *words, code=0, stdin="", **more):
        """What it did; it must have exited with the code."""
        done = subprocess.run(self.words(words), input=stdin, capture_output=True, timeout=WAIT_S, text=True,
                              env=self.environment(**more))
        assert done.returncode == code, f"{words} exited {done.returncode}:\n{done.stdout}{done.stderr}"
        return done

    def out(self, *words, **more):
        """What it printed."""
        return self.run(*words, **more).stdout

    def json(self, *words, **more):
        """The answer; one line and nothing else."""
        text = self.out(*words, "--json", **more)
        assert text.count("\n") == 1, text
        return json.loads(text)

    def settled(self, *words):
        """An answer that shows all that is durable by now, whoever wrote it."""
        return self.json(*words, "--min-seq", self.json("status")["journal"]["durable"])

    def says(self, *words, code, **more):
        """The one sentence that it refuses with."""
        done = self.run(*words, code=code, **more)
        assert done.stderr.startswith("tocsin: ") and done.stderr.count("\n") == 1, done.stderr
        return done.stderr

    def start(self, *words, **more):
        """A process that runs on, with pipes."""
        return subprocess.Popen(self.words(words), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, env=self.environment(**more))

    def screen(self, *words, columns=80, typed="", **more):
        """All that a terminal of so many columns is sent, and the exit code."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen(self.words(words), stdin=theirs, stdout=theirs, stderr=theirs,
                                   env=self.environment(**more), start_new_session=True)
        os.close(theirs)
        os.write(ours, typed.encode())
        sent = b""
        while True:
            try:
                more_of_it = os.read(ours, 65536)
            except OSError as fault:
                assert fault.errno == errno.EIO
                break
            if not more_of_it:
                break
            sent += more_of_it
        os.close(ours)
        return sent.decode(), process.wait(WAIT_S)


class Terminal:
    """A program on a terminal that somebody looks at while typing: wait for what it shows, then type."""

    def __init__(self, words, columns=80, **more):
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.shown, self.seen = "", 0
        self.process = subprocess.Popen(
            list(map(str, words)), stdin=theirs, stdout=theirs, stderr=theirs, env=environment(**more),
            preexec_fn=self.become_its_session)
        os.close(theirs)

    @staticmethod
    def become_its_session():
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a job in the background was given SIG_IGN

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(WAIT_S)
        os.close(self.ours)

    def type(self, text):
        os.write(self.ours, text.encode())

    def read(self, until):
        """More of what it shows; False at its end."""
        if not select.select([self.ours], [], [], max(until - time.monotonic(), 0))[0]:
            raise AssertionError(f"nothing more came; it shows:\n{self.shown[-2000:]}")
        try:
            more = os.read(self.ours, 65536)
        except OSError as fault:
            assert fault.errno == errno.EIO
            return False
        self.shown += more.decode(errors="replace")
        return bool(more)

    def expect(self, pattern):
        """Waits until what it shows from here on matches; returns the match."""
        until = time.monotonic() + WAIT_S
        while not (found := re.search(pattern, self.shown[self.seen:])):
            assert self.read(until), f"{pattern!r} never came; it showed:\n{self.shown[-2000:]}"
        self.seen += found.end()
        return found

    def end(self):
        """All that it showed, once it has ended, and its exit code."""
        until = time.monotonic() + WAIT_S
        while self.read(until):
            pass
        return self.shown, self.process.wait(WAIT_S)
