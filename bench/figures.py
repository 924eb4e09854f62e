# SPDX-License-Identifier: MIT
"""What is measured, under which name, and what is promised of it.

A figure is a number that some program measured, once a round: seconds, unless its name says
otherwise. A key is what the JSON reports: a figure, or the ratio of two, of their medians.
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


@dataclasses.dataclass(frozen=True)
class Command:
    """What one of the programs is asked once a round, and the figures of its answer."""

    text: str
    figures: list[str]
    peer: str = ""  # empty: bench_store is asked
    moves_state: bool = False  # all its bytes: told with a rate, and beside the baselines
    once: bool = False  # slow, and the same each time
    late: bool = False  # in rounds after those of the others, whose caches it empties


PEERS = ["npy", "npz", "safetensors", "torch", "h5py", "msgpack", "orbax"]


def saves(name):
    parts = ["user", "system", "read_over_stored", "written_over_stored"]
    return [name] + [f"{name}_{part}" for part in parts]


def bulk(text, figures=None, late=False):
    return Command(text, figures or [text], moves_state=True, late=late)


def peer_commands(peer, state):
    prefix = "" if state == "state" else f"{state}_"
    moves_state = state == "state"
    saved = [f"{prefix}{peer}_save", f"{prefix}{peer}_save_fsync"]
    return [
        Command(f"save {peer} {state}", saved, peer, moves_state),
        Command(f"load {peer} {state}", [f"{prefix}{peer}_load"], peer, moves_state),
    ]


BASELINES = ["raw_save", "memcpy", "pread_hot", "pread_cold"]

# In the order of a round.
COMMANDS = [
    bulk("raw_save"),
    bulk("save", saves("save")),
    bulk("sqlite_save"),
    bulk("save_unchanged", saves("save_unchanged")),
    bulk("save_frozen90", saves("save_frozen90")),
    bulk("memcpy"),
    bulk("blocked"),
    bulk("pread_hot"),
    bulk("restore_hot"),
    bulk("sqlite_read_hot"),
    bulk("restore_raw_codec"),
    bulk("restore_fresh"),
    bulk("export_safetensors", ["export", "copy"]),
    bulk("import_safetensors", ["import"]),
    Command("safety", ["guarded_save", "lifted_save", "guarded_restore", "lifted_restore"]),
    bulk("pread_cold", late=True),
    bulk("restore_cold", late=True),
    bulk("sqlite_read_cold", late=True),
    *(command for peer in PEERS for command in peer_commands(peer, "state")),
    Command("stored", ["stored_f32_params", "stored_f32_state", "stored_bf16_params"], once=True),
    Command("open", ["open_read_only", "open"]),
    Command("look_up", ["leaf_4k", "slice_4k"]),
    Command("best_query", ["best_query"]),
    Command("history", ["history"]),
    Command("log_commit", ["log_commit", "sqlite_commit", "fsync_4k"]),
    Command("log_buffered", ["log_value"]),
    Command("leaves_10k_save", saves("leaves_10k_save")),
    Command("leaves_10k_restore", ["leaves_10k_restore"]),
    *peer_commands("torch", "leaves_10k"),
    bulk("stage_planes", ["stage_planes", "stage_planes_again"]),
    bulk("stage_raw", ["stage_raw", "stage_raw_again"]),
    bulk("stage_one_thread", ["stage_one_thread"]),
    bulk("stage_two_threads", ["stage_two_threads"]),
    Command("file_growth", ["file_growth"], once=True),
]

OURS = [
    Key("save_over_raw", "save", "raw_save", 1.3),
    Key("save_over_sqlite", "save", "sqlite_save"),
    Key("sqlite_save_over_raw", "sqlite_save", "raw_save"),
    Key("save_unchanged_over_raw", "save_unchanged", "raw_save", 0.15),
    Key("save_frozen90_over_raw", "save_frozen90", "raw_save", 0.35),
    Key("blocked_over_memcpy", "blocked", "memcpy", 1.3),
    Key("restore_hot_over_pread", "restore_hot", "pread_hot", 2.5),
    Key("restore_cold_over_pread", "restore_cold", "pread_cold", 1.2),
    Key("sqlite_read_hot_over_pread", "sqlite_read_hot", "pread_hot"),
    Key("sqlite_read_cold_over_pread", "sqlite_read_cold", "pread_cold"),
    Key("restore_raw_codec_over_pread", "restore_raw_codec", "pread_hot", 1.2),
    Key("restore_fresh_over_pread", "restore_fresh", "pread_hot"),
    Key("import_over_save", "import", "save", 1.43),  # at 0.7 of its speed
    Key("export_over_copy", "export", "copy", 1.3),
    Key("stored_f32_params", "stored_f32_params", target=0.84),
    Key("stored_f32_state", "stored_f32_state", target=0.83),
    Key("stored_bf16_params", "stored_bf16_params", target=0.68),
    Key("encode_gbps_per_thread", "encode_gbps_per_thread", target=2.0, at_least=True),
    Key("encode_over_stock_zlib", "encode_gbps_per_thread", "encode_stock_zlib_gbps_per_thread"),
    Key("decode_gbps_per_thread", "decode_gbps_per_thread", target=1.8, at_least=True),
    Key("decode_stock_zlib_gbps_per_thread", "decode_stock_zlib_gbps_per_thread"),
    Key("safety_save_cost", "guarded_save", "lifted_save", 1.03),
    Key("safety_restore_cost", "guarded_restore", "lifted_restore", 1.03),
    Key("leaf_4k_hot_ms", "leaf_4k", target=0.2, scale=1e3),
    Key("slice_4k_hot_ms", "slice_4k", scale=1e3),
    Key("open_ms", "open", target=3, scale=1e3),
    Key("open_read_only_ms", "open_read_only", target=3, scale=1e3),
    Key("best_query_ms", "best_query", target=20, scale=1e3),
    Key("history_ms", "history", target=300, scale=1e3),
    Key("log_over_fsync", "log_commit", "fsync_4k", 4),
    Key("sqlite_commit_over_fsync", "sqlite_commit", "fsync_4k"),
    Key("log_us_per_value", "log_value", target=2, scale=1e6),
    Key("extra_memory_mib", "extra_memory", target=160),
    Key("reader_block_ms", "reader_block", target=30, scale=1e3),
    Key("reader_block_wal_ms", "reader_block_wal", target=2, scale=1e3),
    Key("reader_idle_ms", "reader_idle", scale=1e3),
    Key("growth", "growth", target=1.5),
    Key("growth_save", "growth_save", target=1.5),
    Key("growth_restore", "growth_restore", target=1.5),
    Key("raw_growth", "raw_growth"),
    Key(
        "encode_two_threads",
        "encode_gbps_two_threads",
        "encode_gbps_per_thread",
        target=1.5,
        at_least=True,
    ),
    Key("save_two_threads", "stage_one_thread", "stage_two_threads"),
    Key("file_growth", "file_growth", target=1.15),
    Key("write_amplification", "save_written_over_stored", target=1.1),
]

TORCH_SMALL = "leaves_10k_torch"
PEER_TARGETS = {
    "save_over_torch_fsync": 0.9,
    "save_over_safetensors_fsync": 1.2,
    "save_over_orbax": 0.5,
    "restore_hot_over_torch": 1.0,
}


def peer_keys():
    ratios = [
        ("save_over_{}", "save", "{}_save"),
        ("save_over_{}_fsync", "save", "{}_save_fsync"),
        ("restore_hot_over_{}", "restore_hot", "{}_load"),
    ]
    for name, ours, theirs in ratios:
        for peer in PEERS:
            key = name.format(peer)
            yield Key(key, ours, theirs.format(peer), PEER_TARGETS.get(key))
    small = f"{TORCH_SMALL}_save_fsync"
    yield Key("leaves_10k_over_torch_fsync", "leaves_10k_save", small, 1.0)
    yield Key("leaves_10k_restore_over_torch", "leaves_10k_restore", f"{TORCH_SMALL}_load", 1.0)


THEIRS = list(peer_keys())

# Names for --only that stand for several keys or for figures that no key has.
GROUPS = {
    "save": ["save_over_raw", "save_over_sqlite", "sqlite_save_over_raw", "save_unchanged_over_raw", "save_frozen90_over_raw"],
    "restore": [key.name for key in OURS if key.name.startswith(("restore_", "sqlite_read_"))],
    "stored": [key.name for key in OURS if key.name.startswith("stored_")],
    "queries": ["leaf_4k_hot_ms", "slice_4k_hot_ms", "open_ms", "open_read_only_ms"]
    + ["best_query_ms", "history_ms", "log_over_fsync", "sqlite_commit_over_fsync", "log_us_per_value"],
    "codec": [key.name for key in OURS if "code_" in key.name and "threads" not in key.name],
    "reader": [key.name for key in OURS if key.name.startswith("reader_")],
    "leaves": ["leaves_10k_over_torch_fsync", "leaves_10k_restore_over_torch"],
    "peers": [key.name for key in THEIRS],
    "profile": ["save_over_raw", "save_two_threads"],
}
PROFILE = {"stage_planes", "stage_planes_again", "stage_raw", "save_user", "save_system"}
