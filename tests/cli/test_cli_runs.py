#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The commands that look into real runs, on a file of the example trainer: runs, show, history, stats,
cat, nan, leaves, and the selectors they share.

usage: test_cli_runs.py CKPTLITE MAKE_FIXTURE TRAIN_CHAR_LM MAKE_DIVERGED [unittest arguments]
"""
import csv
import io
import json
import math
import pathlib
import re
import sqlite3
import struct
import tempfile

import trained_case
from cli_case import (
    COMMANDS, MERGING_COMMANDS, WRITING_COMMANDS, main, make_fixture, output_of, run
)

BIAS = "/model_params/hidden/bias"
KERNEL = "/model_params/output/kernel"


class Runs(trained_case.TrainedTest):
    def test_runs_says_which_steps_each_has_and_what_was_best(self):
        alpha, beta = self.json_of("runs", self.file)
        self.assertEqual((alpha["name"], beta["name"]), ("alpha", "beta"))
        self.assertEqual((alpha["first_step"], alpha["last_step"]), (60, 100))
        self.assertEqual(beta["last_step"], 120)
        self.assertEqual(alpha["config"]["seed"], 1)
        self.assertGreater(alpha["duration"], 0)
        best = {entry["metric"]: entry for entry in alpha["best"]}
        least = min(point["value"] for point in self.points("eval/loss", "alpha"))
        self.assertEqual(best["eval/loss"]["best"], "lowest")
        self.assertAlmostEqual(best["eval/loss"]["value"], least)
        shown = run("runs", self.file).stdout
        self.assertRegex(shown, r"(?m)^alpha +\d+ +60 to 100 .*eval/loss=")

    def points(self, metric, name):
        [history] = self.json_of("history", self.file, metric, "--run", name)
        return history["points"]

    def test_runs_of_an_empty_file_are_none(self):
        empty = self.folder / "empty.db"
        make_fixture(empty, "empty")
        self.assertEqual(self.json_of("runs", empty), [])
        self.assertIn("no runs", run("runs", empty).stderr)


class Show(trained_case.TrainedTest):
    def test_show_prints_metrics_sizes_and_the_tree(self):
        shown = run("show", self.file, "alpha@latest", "--prefix", "checkpoint")
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        self.assertRegex(shown.stdout, r"(?m)^run +alpha$")
        self.assertRegex(shown.stdout, r"(?m)^metrics +.*eval/loss=")
        self.assertRegex(shown.stdout, r"(?m)^model_params +\d+ leaves")
        self.assertRegex(shown.stdout, r"(?m)^ {4}kernel +float32 +\[\d+, \d+\]")

    def test_depth_sums_up_what_lies_below(self):
        shown = run("show", self.file, "alpha@100", "--prefix", "checkpoint", "--depth", "1").stdout
        self.assertNotIn("kernel", shown)
        totals = [int(n) for n in re.findall(r"(?m)^\w+ +(\d+) lea", shown)]
        leaves = self.json_of("leaves", self.file, "--at", "alpha@100", "--prefix", "checkpoint")
        nested = [leaf for leaf in leaves["leaves"] if leaf["path"].count("/") > 1]
        self.assertEqual(sum(totals), len(nested))

    def test_json_has_the_checkpoint_and_its_leaves(self):
        shown = self.json_of("show", self.file, "best:eval/loss", "--run", "alpha")
        self.assertEqual(shown["checkpoint"]["run"], "alpha")
        self.assertEqual(len(shown["leaves"]), shown["checkpoint"]["n_leaves"])
        self.assertIsInstance(shown["others_with_this_tree"], int)


class Selectors(trained_case.TrainedTest):
    def test_each_form_finds_its_checkpoint(self):
        def step(selector, *more):
            return self.json_of("show", self.file, selector, *more)["checkpoint"]["step"]

        self.assertEqual(step("latest"), 120)
        self.assertEqual(step("alpha@latest"), 100)
        self.assertEqual(step("80", "--run", "alpha"), 80)
        self.assertEqual(step("step:80", "--prefix", "checkpoint"), 80)
        best = self.json_of("best", self.file, "eval/loss", "--lowest")[0]
        for selector in ("best:eval/loss", "lowest:eval/loss", f"id:{best['id']}"):
            self.assertEqual(step(selector), best["step"])

    def test_what_is_not_there_is_answered_with_the_nearest(self):
        cases = [
            ("lates", 2, "latest"),
            ("alpa@latest", 1, "there are: alpha, beta"),
            ("61", 1, "the nearest steps are 80 and 60"),
            ("best:eval/los", 1, "there are: eval/loss"),
            ("id:999", 1, "id 999"),
        ]
        for selector, code, words in cases:
            with self.subTest(selector=selector):
                self.assert_one_message(run("show", self.file, selector), code, words)
        self.assert_one_message(
            run("leaves", self.file, "/model_parms/**"), 1, "/model_params/hidden/bias"
        )
        self.assert_one_message(
            run("history", self.file, "train/los"), 1, "there are: train/loss"
        )
        self.assert_one_message(
            run("history", self.file, "train/loss", "--run", "gamma"), 1, "alpha, beta"
        )
        self.assert_one_message(run("cat", self.file, BIAS + "s"), 1, BIAS)
        self.assert_one_message(run("stats", self.file, "/x"), 1, "no leaf matches")
        self.assert_one_message(run("nan", self.file, "--run", "bet"), 1, "beta")

    def test_several_checkpoints_of_a_step_are_pointed_out_if_they_differ(self):
        shown = run("show", self.file, "80")
        self.assertEqual(shown.returncode, 0)
        self.assertIn("checkpoints have step 80", shown.stderr)
        best = self.json_of("best", self.file, "eval/loss", "--lowest", "--run", "alpha")[0]
        same = run("show", self.file, f"alpha@{best['step']}")
        self.assertIn("shared", same.stdout)
        self.assertEqual(same.stderr, "")


class Leafless(trained_case.TrainedTest):
    def test_a_checkpoint_without_leaves_is_an_empty_list(self):
        made = make_fixture(self.folder / "leafless.db", "leafless")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertEqual(self.json_of("leaves", self.folder / "leafless.db")["leaves"], [])
        self.assertEqual(self.json_of("stats", self.folder / "leafless.db"), [])
        done = run("leaves", self.folder / "leafless.db", "/**")
        self.assert_one_message(done, 1, "no leaf matches '/**'")


class History(trained_case.TrainedTest):
    def rows(self):
        connection = sqlite3.connect(self.file)
        self.addCleanup(connection.close)
        return connection.execute(
            "SELECT run, step, value FROM history WHERE metric_group = 'train' AND metric = 'loss'"
            " ORDER BY run, step"
        ).fetchall()

    def test_json_is_what_the_file_has(self):
        histories = self.json_of("history", self.file, "train/loss")
        found = [
            (history["run"], point["step"], None if point["value"] == "NaN" else point["value"])
            for history in histories
            for point in history["points"]
        ]
        self.assertEqual(found, self.rows())
        self.assertEqual(histories[1]["points"][-1]["value"], "NaN")

    def test_a_metric_that_is_named_twice_is_one_column(self):
        once = run("history", self.file, "train/loss").stdout
        self.assertEqual(run("history", self.file, "train/loss", "train/loss").stdout, once)

    def test_csv_has_a_column_a_metric_and_every_digit(self):
        text = run("history", self.file, "train/loss", "eval/loss", "--csv").stdout
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(list(rows[0]), ["run", "step", "train/loss", "eval/loss"])
        found = [(row["run"], int(row["step"]), row["train/loss"]) for row in rows]
        self.assertEqual([row[:2] for row in found], [row[:2] for row in self.rows()])
        for (_, _, text), (_, _, value) in zip(found, self.rows()):
            self.assertEqual(text, "NaN") if value is None else self.assertEqual(float(text), value)
        evaluated = [int(row["step"]) for row in rows if row["run"] == "alpha" and row["eval/loss"]]
        self.assertEqual(evaluated, [20, 40, 60, 80, 100])

    def test_an_option_takes_one_word_wherever_it_stands(self):
        for command in ("history", "plot"):
            before = self.json_of(command, self.file, "--run", "alpha", "eval/loss")
            self.assertEqual(before, self.json_of(command, self.file, "eval/loss", "--run", "alpha"))
        pruned = run("prune", "--keep-lowest", "eval/loss", self.file, "--dry-run")
        self.assertEqual(pruned.returncode, 0, pruned.stderr)

    def test_the_table_has_a_row_a_step(self):
        shown = run("history", self.file, "eval/loss", "--run", "alpha").stdout.splitlines()
        self.assertEqual(shown[0].split(), ["run", "step", "eval/loss"])
        self.assertEqual([line.split()[1] for line in shown[1:]], ["20", "40", "60", "80", "100"])


class Numbers(trained_case.TrainedTest):
    AT = ["--at", "alpha@100", "--prefix", "checkpoint"]

    def leaf(self, path, *at):
        [leaf] = self.json_of("leaves", self.file, path, *(at or self.AT))["leaves"]
        return leaf

    def test_cat_prints_the_numbers_of_which_the_statistics_speak(self):
        leaf = self.leaf(KERNEL)
        printed = self.json_of("cat", self.file, KERNEL, *self.AT)
        self.assertEqual((printed["dtype"], printed["shape"]), ("float32", leaf["shape"]))
        values = [value for row in printed["data"] for value in row]
        self.assertEqual(len(values), leaf["shape"][0] * leaf["shape"][1])
        self.assertAlmostEqual(math.sqrt(sum(v * v for v in values)), leaf["norm"], places=4)
        self.assertAlmostEqual(max(values), leaf["max"], places=5)

    def test_every_format_has_the_same_numbers(self):
        rows, columns = self.leaf(KERNEL)["shape"]
        data = self.json_of("cat", self.file, KERNEL, *self.AT)["data"]
        raw = output_of("cat", self.file, KERNEL, "--format", "raw", *self.AT)
        numbers = struct.unpack(f"<{rows * columns}f", raw)
        packed = struct.pack(f"<{rows * columns}f", *[v for row in data for v in row])
        self.assertEqual(raw, packed)
        npy = output_of("cat", self.file, KERNEL, "--format", "npy", *self.AT)
        head, _, elements = npy.partition(b"\n")
        self.assertEqual(npy[:8], b"\x93NUMPY\x01\x00")
        self.assertEqual((len(head) + 1) % 64, 0)
        self.assertIn(f"'shape': ({rows}, {columns})".encode(), head)
        self.assertEqual(elements, raw)
        text = run("cat", self.file, KERNEL, *self.AT).stdout.splitlines()
        self.assertEqual(len(text), rows)
        self.assertAlmostEqual(float(text[0].split()[0]), numbers[0], places=6)

    def test_a_slice_is_what_python_would_take(self):
        data = self.json_of("cat", self.file, KERNEL, *self.AT)["data"]
        cases = {
            "0:3": data[0:3],
            "::2,1": [row[1] for row in data[::2]],
            "-1": data[-1],
            "-1,-1": data[-1][-1],
            "...,0": [row[0] for row in data],
            "2:2": [],
            ":,:0": [[] for _ in data],
            "99:": [],
        }
        for text, wanted in cases.items():
            with self.subTest(slice=text):
                printed = self.json_of("cat", self.file, KERNEL, f"--slice={text}", *self.AT)
                self.assertEqual(printed["data"], wanted)

    def test_a_malformed_slice_says_what_is_wrong(self):
        for text, words in {
            "0,0,0": "3 axes",
            "99": "outside axis 0",
            "::0": "1 or more",
            "a": "is no integer",
            "1:2:3:4": "more than FIRST:LAST:STEP",
        }.items():
            with self.subTest(slice=text):
                done = run("cat", self.file, KERNEL, "--slice", text, *self.AT)
                self.assert_one_message(done, 2, words)

    def test_plain_values_are_printed_as_what_they_are(self):
        leaves = self.json_of("leaves", self.file, *self.AT)["leaves"]
        plain = [leaf for leaf in leaves if leaf["kind"] != "tensor"]
        self.assertGreater(len(plain), 0)
        types = {"int": int, "float": float, "string": str, "bool": bool}
        for leaf in plain:
            printed = self.json_of("cat", self.file, leaf["path"], *self.AT)
            self.assertIsInstance(printed["data"], types[leaf["kind"]])
        done = run("cat", self.file, plain[0]["path"], "--slice", "0", *self.AT)
        self.assert_one_message(done, 2, "no axes")

    def test_a_leaf_of_any_kind_is_printed_in_the_forms_it_has(self):
        kinds = self.folder / "kinds.db"
        self.assertEqual(make_fixture(kinds, "kinds").returncode, 0)
        for path, text, data in (
            ("/bool", "true", True), ("/bytes", "[0,255]", [0, 255]),
            ("/complex", "[1.5, -Infinity]", [1.5, "-Infinity"]), ("/float", "2.5", 2.5),
            ("/int", "7", 7), ("/nan", "NaN", "NaN"), ("/text", "\\x1b[2Jtext", "\x1b[2Jtext"),
            ("/cube", "1 2\n3 4\n\n5 6\n7 8", [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]),
            ("/waves", "[1, 2] [NaN, 4]", [[1, 2], ["NaN", 4]]),
        ):
            with self.subTest(path=path):
                self.assertEqual(run("cat", kinds, path).stdout, text + "\n")
                self.assertEqual(self.json_of("cat", kinds, path)["data"], data)
        raw = ("--format", "raw")
        self.assertEqual(output_of("cat", kinds, "/bytes", *raw), b"\x00\xff")
        self.assertEqual(output_of("cat", kinds, "/text", *raw), b"\x1b[2Jtext")
        self.assertEqual(output_of("cat", kinds, "/cube", *raw, "--slice", "::,0"), bytes([1, 2, 5, 6]))
        for path, form in (("/int", "raw"), ("/bytes", "npy")):
            done = run("cat", kinds, path, "--format", form)
            self.assert_one_message(done, 2, path, "text or json")

    def test_stats_follow_a_leaf_over_the_steps(self):
        rows = self.json_of("stats", self.file, "/model_params/**", "--over-steps", *self.AT)
        kernel = [row for row in rows if row["path"] == KERNEL]
        self.assertEqual([row["step"] for row in kernel], [60, 80, 100])
        now = self.json_of("stats", self.file, KERNEL, *self.AT)
        self.assertEqual(now, kernel[-1:])
        values = [v for row in self.json_of("cat", self.file, KERNEL, *self.AT)["data"] for v in row]
        mean = sum(values) / len(values)
        spread = math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))
        self.assertAlmostEqual(now[0]["std"], spread, places=5)
        self.assertIn("std", run("stats", self.file, KERNEL, *self.AT).stdout)


class EveryCommand(trained_case.TrainedTest):
    def test_each_answers_people_and_programs(self):
        commands = {**COMMANDS, **WRITING_COMMANDS, **{name: ["IN"] for name in MERGING_COMMANDS}}
        for command, words in commands.items():
            for more in ([], ["--json"]):
                with self.subTest(command=command, more=more):
                    done = self.run_on_a_copy(command, words, more)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    if more:
                        json.loads(done.stdout)
                    elif command != "tag":  # nothing is tagged yet, which stderr says
                        self.assertNotEqual(done.stdout, "")

    def run_on_a_copy(self, command, words, more):
        self.file.write_bytes(self.original)
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        out, tensors = folder / "out", folder / "in.safetensors"
        if command == "import":
            run("export", self.file, "latest", tensors, "--convert")
        places = {"OUT": out, "IN": tensors if command == "import" else self.file}
        first = out if "IN" in words else self.file
        return run(command, first, *(places.get(word, word) for word in words), *more)


class Nan(trained_case.TrainedTest):
    def test_the_first_step_and_leaf_are_named(self):
        found = self.json_of("nan", self.file)
        self.assertEqual(
            [(leaf["run"], leaf["step"], leaf["path"], leaf["nan_count"], leaf["inf_count"])
             for leaf in found["leaves"]],
            [("beta", 110, BIAS, 1, 0), ("beta", 110, KERNEL, 0, 1)],
        )
        self.assertEqual(
            found["metrics"],
            [{"run": "beta", "metric": "train/loss", "step": 110, "value": "NaN"}],
        )
        shown = run("nan", self.file).stdout
        self.assertRegex(shown, rf"(?m)^beta +110 +{BIAS} +1 +0 +checkpoint$")

    def test_a_sound_run_has_none(self):
        self.assertEqual(
            self.json_of("nan", self.file, "--run", "alpha"), {"leaves": [], "metrics": []}
        )
        done = run("nan", self.file, "--run", "alpha")
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertIn("finite", done.stderr)


if __name__ == "__main__":
    main()
