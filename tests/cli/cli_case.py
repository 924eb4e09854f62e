# SPDX-License-Identifier: MIT
"""What the tests of the ckptlite command share. Their first arguments: CKPTLITE MAKE_FIXTURE."""
import fcntl
import json
import os
import pathlib
import pty
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import termios
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "CLI.md").read_text(encoding="utf-8")
CKPTLITE, MAKE_FIXTURE = (os.path.abspath(path) for path in sys.argv[1:3])
# Those that only look, and what they need besides the file.
COMMANDS = {
    "ls": [],
    "runs": [],
    "show": ["latest"],
    "best": ["eval/loss", "--lowest"],
    "history": ["eval/loss"],
    "leaves": [],
    "stats": [],
    "cat": ["/optimizer_state/count"],
    "nan": [],
    "plot": ["eval/loss"],
    "watch": ["--once"],
    "tag": [],
    "verify": [],
    "diff": ["latest", "100"],
    "sql": ["SELECT step FROM checkpoint"],
}
# Those that write: where they say OUT, into a new file.
WRITING_COMMANDS = {
    "prune": ["--keep-last", "1"],
    "pin": ["latest"],
    "unpin": ["latest"],
    "note": ["latest", "a note"],
    "rm": ["latest"],
    "backup": ["OUT"],
    "compact": [],
    "report": ["-o", "OUT"],
    "salvage": ["OUT"],
    "extract": ["latest", "-o", "OUT"],
    "export": ["latest", "OUT", "--format", "safetensors", "--convert"],
    "tensorboard": ["OUT"],
}
# Those with a first argument of another kind.
MERGING_COMMANDS = ["merge", "import"]
# Those without a file.
OTHER_COMMANDS = {"completion": ["bash"]}
NEVER_THAT_LONG = 60  # seconds; a command that waits for a FIFO would wait for ever


def run(*arguments, stdin=""):
    return subprocess.run(
        [CKPTLITE, *map(str, arguments)],
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        timeout=NEVER_THAT_LONG,
    )


def output_of(*arguments):
    """The bytes on stdout of a command that succeeds."""
    return subprocess.run(
        [CKPTLITE, *map(str, arguments)], stdout=subprocess.PIPE, check=True, timeout=NEVER_THAT_LONG
    ).stdout


def on_a_terminal(*arguments, columns, environment, until=None):
    """What the command writes to a terminal of that width; Ctrl-C once `until` says so of it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        [CKPTLITE, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        env={"PATH": os.environ["PATH"], "TERM": "xterm", **environment},
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux's way to say that the other side is closed
            piece = b""
        if not piece:
            break
        written += piece
        if until is not None and until(written):
            process.send_signal(signal.SIGINT)
            until = None
    os.close(ours)
    assert process.wait() == 0
    return written.decode().replace("\r\n", "\n")


def make_fixture(path, *kind):
    return subprocess.run(
        [MAKE_FIXTURE, str(path), *kind], stderr=subprocess.PIPE, encoding="utf-8"
    )


def execute(path, *statements):
    connection = sqlite3.connect(path)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


class CliTest(unittest.TestCase):
    """Each test has a folder of its own, with a fresh copy of the fixture."""

    @classmethod
    def setUpClass(cls):
        cls.class_folder = tempfile.TemporaryDirectory()
        original = pathlib.Path(cls.class_folder.name) / "fixture.db"
        made = make_fixture(original)
        assert made.returncode == 0, made.stderr
        cls.original = original.read_bytes()

    @classmethod
    def tearDownClass(cls):
        cls.class_folder.cleanup()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = self.folder / "run.db"
        self.file.write_bytes(self.original)

    def json_of(self, *arguments):
        done = run(*arguments, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def assert_one_message(self, done, code, *saying):
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Ackptlite: [^\n]+\n\Z")
        for words in saying:
            self.assertIn(words, done.stderr)


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
