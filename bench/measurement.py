# SPDX-License-Identifier: MIT
"""What was measured so far."""
import sys

from session import Failed


class Measurement:
    def __init__(self):
        self.samples = {}  # by figure
        self.missing = {}  # by figure: why it has no samples
        self.about = {}  # for the JSON
        self.nbytes = {}  # by figure: the bytes that it moved, for rates

    def take(self, figures):
        for name, value in figures.items():
            self.samples.setdefault(name, []).append(value)

    def give_up(self, names, why):
        for name in names:
            self.missing.setdefault(name, why)
            self.samples.pop(name, None)

    def is_given_up(self, names):
        return any(name in self.missing for name in names)

    def guarded(self, names, ask):
        """What `ask` returns; None if it fails, now or earlier: then the figures are missing."""
        if self.is_given_up(names):
            return None
        try:
            return ask()
        except Failed as error:
            self.give_up(names, str(error))
            print(f"{names[0]}: {error}", file=sys.stderr)
            return None
