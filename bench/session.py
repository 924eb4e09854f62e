# SPDX-License-Identifier: MIT
"""A program that measures on request: a command a line in, its figures a line out."""
import subprocess


class Failed(Exception):
    """The program answered with an error."""


class Gone(Exception):
    """The program ended."""


class Session:
    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, line):
        """The figures of the answer by name."""
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise Gone(f"{self.name} ended with code {self.process.wait()} at '{line}'")
        word, _, rest = answer.strip().partition(" ")
        if word != "ok":
            raise Failed(rest)
        words = rest.split()
        return {name: float(value) for name, value in zip(words[::2], words[1::2])}

    def close(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.stdout.close()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
