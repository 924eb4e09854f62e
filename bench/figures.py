# SPDX-License-Identifier: MIT
"""What is measured, under which name, and what is promised of it.

A figure is a number that some program measured, once a round: seconds unless its name says
otherwise. A key is what the JSON reports: a figure or the ratio of two, of their medians.
"""
import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Key:
    name: str
    figure: str
    over: str = ""  # another figure; empty: the key is the figure itself
    target: float | None = None
    at_least: bool = False  # the target is a lower limit
    scale: float = 1.0

    @property
    def figures(self):
        return [self.figure] + ([self.over] if self.over else [])

    def value(self, samples):
        """The key's value, or None if a figure is missing."""
        if not all(samples.get(name) for name in self.figures):
            return None
        value = statistics.median(samples[self.figure]) * self.scale
        return value / statistics.median(samples[self.over]) if self.over else value

    def spread(self, samples):
        """Lowest and highest value among the rounds."""
        values = [value * self.scale for value in samples[self.figure]]
        if self.over:
            values = [a / b for a, b in zip(values, samples[self.over])]
        return [min(values), max(values)]

    def met(self, value):
        """True, False, or None if nothing is promised or nothing was measured."""
        if self.target is None or value is None:
            return None
        return value >= self.target if self.at_least else value <= self.target


# The figures of each group, by the command that measures them, in the order of a round.
STORE_COMMANDS = {
    "raw_save": ["raw_save"],
    "save": ["save", "save_user", "save_system", "save_written_over_stored"],
    "save_unchanged": ["save_unchanged"],
    "save_frozen90": ["save_frozen90"],
    "memcpy": ["memcpy"],
    "blocked": ["blocked"],
    "pread_hot": ["pread_hot"],
    "restore_hot": ["restore_hot"],
    "restore_raw_codec": ["restore_raw_codec"],
    "pread_cold": ["pread_cold"],
    "restore_cold": ["restore_cold"],
}

# Measured with anything else of a round, so that the reader sees what the machine can do today.
BASELINES = ["raw_save", "memcpy", "pread_hot", "pread_cold"]

KEYS = [
    Key("save_over_raw", "save", "raw_save", 1.3),
    Key("save_unchanged_over_raw", "save_unchanged", "raw_save", 0.15),
    Key("save_frozen90_over_raw", "save_frozen90", "raw_save", 0.35),
    Key("blocked_over_memcpy", "blocked", "memcpy", 1.3),
    Key("restore_hot_over_pread", "restore_hot", "pread_hot", 2.5),
    Key("restore_cold_over_pread", "restore_cold", "pread_cold", 1.2),
    Key("restore_raw_codec_over_pread", "restore_raw_codec", "pread_hot", 1.2),
    Key("write_amplification", "save_written_over_stored", target=1.1),
]
