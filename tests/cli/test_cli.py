#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What docs/CLI.md says of arguments, tables and JSON, held against the ckptlite command.

usage: test_cli.py CKPTLITE MAKE_FIXTURE [unittest arguments]
"""
import json
import re
import sqlite3
import subprocess
import unittest

from cli_case import (
    CKPTLITE, COMMANDS, MERGING_COMMANDS, OTHER_COMMANDS, PAGE, WRITING_COMMANDS, CliTest, execute, main,
    make_fixture, run
)

ALL_COMMANDS = {*COMMANDS, *WRITING_COMMANDS, *OTHER_COMMANDS, *MERGING_COMMANDS}

METRIC = "json_extract(metrics, '$.' || ? || '.\"' || ? || '\"')"


class Usage(CliTest):
    def assert_usage(self, done, *saying):
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Ackptlite: [^\n]+\nusage: ckptlite [^\n]+\n\Z")
        for words in saying:
            self.assertIn(words, done.stderr)

    def test_wrong_arguments_print_the_short_usage(self):
        self.assert_usage(run(), "COMMAND")
        self.assert_usage(run("lss", self.file), "lss")
        self.assert_usage(run("ls"), "FILE")
        self.assert_usage(run("ls", self.file, "--jsn"), "--jsn", "ckptlite ls")
        self.assert_usage(run("leaves", self.file, "--step", "last"), "last", "ckptlite leaves")

    def test_best_wants_a_metric_and_one_direction(self):
        best = ["best", self.file]
        self.assert_usage(run(*best, "--lowest"), "GROUP/METRIC")
        self.assert_usage(run(*best, "eval/loss"), "--lowest or --highest")
        self.assert_usage(run(*best, "eval/loss", "--lowest", "--highest"), "--lowest")
        for n in ("0", "-1", "many"):
            done = run(*best, "eval/loss", "--lowest", "-n", n)
            self.assert_usage(done, f"-n: '{n}' is no whole number of 1 or more\n")

    def test_a_number_below_zero_is_no_large_one(self):
        for command in (["show", self.file, "latest", "--depth"],
                        ["plot", self.file, "eval/loss", "--smooth"]):
            with self.subTest(command=command[0]):
                self.assert_usage(run(*command, "-1"), "'-1' is no whole number of 0 or more\n")
                self.assertEqual(run(*command, "0").returncode, 0)

    def test_a_malformed_metric_is_a_usage_error(self):
        for metric in ("loss", "/loss", "eval/", ""):
            with self.subTest(metric=metric):
                done = run("best", self.file, metric, "--lowest")
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn("GROUP/", done.stderr)
                self.assertEqual(done.stdout, "")

    def test_every_command_has_help_with_an_example_that_stands_in_the_page(self):
        for command in ALL_COMMANDS:
            with self.subTest(command=command):
                done = run(command, "--help")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                example = re.search(rf"Example:\s+(ckptlite {command} .*\S)", done.stdout)
                self.assertIsNotNone(example, done.stdout)
                self.assertIn(example.group(1), PAGE)

    def test_every_command_and_option_is_in_the_page_and_the_other_way_round(self):
        listed = set(re.findall(r"^  (\w+)(?: +\S|$)", run("--help").stdout, re.MULTILINE))
        self.assertEqual(listed - {"ckptlite"}, ALL_COMMANDS)
        self.assertEqual(set(re.findall(r"^## ([a-z]+)$", PAGE, re.MULTILINE)), ALL_COMMANDS)
        options = set()
        for command in ALL_COMMANDS:
            options |= set(re.findall(r"(?<!\w)--?[a-z-]+", run(command, "--help").stdout))
        documented = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", PAGE))
        self.assertEqual(options - documented - {"-h"}, set())
        self.assertEqual(documented - options - {"--version"}, set())

    def test_the_summary_of_the_page_is_the_usage_of_every_command(self):
        def on_one_line(text):
            return " ".join(text.split()).replace("| ", "|")

        summary = on_one_line(re.search(r"```\n(ckptlite ls .*?)```", PAGE, re.DOTALL).group(1))
        for command in ALL_COMMANDS:
            with self.subTest(command=command):
                usage = run(command).stderr.splitlines()[-1][len("usage: "):]
                usage = re.sub(r" \[--json\]|\|--json", "", usage)
                self.assertIn(f"{on_one_line(usage)} ckptlite ", summary)

    def test_the_shells_complete_commands_and_their_options(self):
        script = run("completion", "bash").stdout
        words = "_ckptlite; echo ${COMPREPLY[@]}"
        for line, cursor, expected in (
            ("ckptlite le", 1, "leaves"),
            ("ckptlite prune --keep-l", 2, "--keep-last --keep-lowest"),
        ):
            done = subprocess.run(
                ["bash", "-c", f"{script}\nCOMP_WORDS=({line}) COMP_CWORD={cursor}; {words}"],
                stdout=subprocess.PIPE, check=True, encoding="utf-8",
            )
            self.assertEqual(done.stdout.strip(), expected)
        self.assertIn("bashcompinit", run("completion", "zsh").stdout)
        self.assertEqual(run("completion", "fish").returncode, 2)

    def test_version_is_a_number_on_stdout(self):
        done = run("--version")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"\Ackptlite \d+\.\d+\.\d+\n\Z")

    def test_output_that_cannot_be_written_is_an_error(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([CKPTLITE, "ls", self.file], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"could not be written", done.stderr)


class Ls(CliTest):
    def test_json_has_the_rows_of_the_tables(self):
        listed = self.json_of("ls", self.file)
        connection = sqlite3.connect(self.file)
        rows = connection.execute(
            "SELECT run.name, prefix, step, version, pinned, note, n_leaves, nbytes"
            " FROM checkpoint JOIN run ON run.id = run_id JOIN tree ON tree.id = tree_id"
            " ORDER BY run_id, step DESC, checkpoint.id DESC"
        ).fetchall()
        connection.close()
        names = ("run", "prefix", "step", "version", "pinned", "note", "n_leaves", "nbytes")
        self.assertEqual([tuple(row[n] for n in names) for row in listed["checkpoints"]], rows)
        self.assertEqual([run["name"] for run in listed["runs"]], ["alpha", "b\u00eata"])
        self.assertEqual(listed["runs"][0]["config"], {"learning_rate": 0.1})
        self.assertIsNotNone(listed["runs"][0]["finished_at"])
        self.assertEqual(listed["runs"][1]["parent_run"], "alpha")
        self.assertEqual(listed["runs"][1]["parent_step"], 200)

    def test_json_is_ascii_without_control_characters(self):
        done = run("ls", self.file, "--json")
        self.assertRegex(done.stdout, r"\A[\n -~]+\Z")
        self.assertIn(r"b\u00eata", done.stdout)

    def test_json_writes_what_is_not_a_number_as_strings(self):
        rows = {row["step"]: row for row in self.json_of("ls", self.file)["checkpoints"]
                if row["run"] == "alpha"}
        self.assertEqual(rows[500]["metrics"]["eval"]["loss"], "NaN")
        self.assertEqual(rows[200]["metrics"]["eval"]["peak"], "Infinity")
        self.assertEqual(rows[400]["metrics"]["eval"]["peak"], "-Infinity")
        self.assertIsNone(rows[400]["elapsed_time"])

    def test_the_table_has_a_line_a_checkpoint_and_no_control_characters(self):
        done = run("ls", self.file)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), 1 + 8)
        self.assertNotRegex(done.stdout, "[\x00-\x09\x0b-\x1f\x7f-\x9f]")
        self.assertIn(r"\x1b[2J\x9b2J\x0alowest", done.stdout)
        column = lines[0].index("prefix")
        self.assertEqual({line[column - 2 : column] for line in lines}, {"  "})

    def test_an_empty_store_is_an_empty_list(self):
        empty = self.folder / "empty.db"
        self.assertEqual(make_fixture(empty, "empty").returncode, 0)
        self.assertEqual(self.json_of("ls", empty), {"runs": [], "checkpoints": []})
        self.assert_one_message(run("leaves", empty), 1, "no such checkpoint")
        self.assert_one_message(run("best", empty, "a/b", "--lowest"), 1, "none reports any")


class Best(CliTest):
    def by_sql(self, group, label, order):
        """The ranking in plain SQL; infinities are text in JSON and are left out."""
        connection = sqlite3.connect(self.file)
        rows = connection.execute(
            f"SELECT run.name, step, {METRIC} AS value FROM checkpoint"
            " JOIN run ON run.id = run_id WHERE typeof(value) IN ('real', 'integer')"
            f" ORDER BY value {order}, step DESC, checkpoint.id DESC",
            (group, label),
        ).fetchall()
        connection.close()
        return rows

    def test_best_is_what_plain_sql_says(self):
        for metric in ("eval/loss", "eval/accuracy", "train/loss/aux"):
            group, label = metric.split("/", 1)
            for flag, order in (("--lowest", "ASC"), ("--highest", "DESC")):
                with self.subTest(metric=metric, flag=flag):
                    expected = self.by_sql(group, label, order)
                    found = self.json_of("best", self.file, metric, flag, "-n", "100")
                    self.assertEqual([(r["run"], r["step"], r["value"]) for r in found], expected)
                    self.assertGreater(len(expected), 3)
                    first = self.json_of("best", self.file, metric, flag)
                    self.assertEqual(first, found[:1])

    @unittest.skipIf(sqlite3.sqlite_version_info < (3, 38), "SQLite has no ->> before 3.38")
    def test_the_documented_query_names_the_same_step(self):
        execute(self.file, "DELETE FROM checkpoint WHERE step = 300")
        connection = sqlite3.connect(self.file)
        query = "SELECT step, metrics->>'$.eval.loss' FROM checkpoint ORDER BY 2 LIMIT 1"
        step, value = connection.execute(query).fetchone()
        connection.close()
        (best,) = self.json_of("best", self.file, "eval/loss", "--lowest")
        self.assertEqual((best["step"], best["value"]), (step, value))

    def test_ties_go_to_the_later_step_and_run_restricts(self):
        (best,) = self.json_of("best", self.file, "eval/loss", "--lowest", "--run", "alpha")
        self.assertEqual((best["run"], best["step"], best["value"]), ("alpha", 400, 0.31))

    def test_infinities_compare_as_numbers(self):
        (highest,) = self.json_of("best", self.file, "eval/peak", "--highest")
        (lowest,) = self.json_of("best", self.file, "eval/peak", "--lowest")
        self.assertEqual((highest["step"], highest["value"]), (200, "Infinity"))
        self.assertEqual((lowest["step"], lowest["value"]), (400, "-Infinity"))

    def test_the_table_has_the_best_first(self):
        done = run("best", self.file, "eval/accuracy", "--highest", "-n", "2")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        title, first, second = done.stdout.splitlines()
        self.assertRegex(title, r"^eval/accuracy +run +prefix +step")
        self.assertRegex(first, r"^ +0\.7 +alpha +checkpoint +300")
        self.assertRegex(second, r"^ +0\.6 +alpha +checkpoint +400")

    def test_a_missing_metric_names_those_there_are_the_nearest_first(self):
        done = run("best", self.file, "eval/lass", "--lowest")
        self.assert_one_message(done, 1, "eval/lass", "there are: eval/loss, ", "train/loss/aux")

    def test_a_metric_that_is_only_nan_says_so(self):
        self.assert_one_message(run("best", self.file, "eval/odd", "--lowest"), 1, "only NaN")

    def test_a_missing_run_names_those_there_are(self):
        for command in ("best", "leaves"):
            done = run(command, self.file, *COMMANDS[command], "--run", "alfa")
            self.assert_one_message(done, 1, "run 'alfa'", "there are: alpha, b\u00eata")


class Leaves(CliTest):
    def test_the_leaves_are_the_rows_of_the_view(self):
        listed = self.json_of("leaves", self.file, "--step", "200")
        connection = sqlite3.connect(self.file)
        names = ("path", "kind", "dtype", "shape", "nbytes", "stored_nbytes", "min", "max",
                 "mean", "norm", "nan_count", "inf_count")
        rows = connection.execute(
            f"SELECT {', '.join(names)} FROM tensor WHERE step = 200 ORDER BY leaf_id"
        ).fetchall()
        connection.close()
        expected = [dict(zip(names, row)) for row in rows]
        for row in expected:
            row["shape"] = json.loads(row["shape"]) if row["shape"] else None
        self.assertEqual(listed["leaves"], expected)
        self.assertEqual(len(expected), 6)
        self.assertEqual(listed["checkpoint"]["step"], 200)
        self.assertNotIn("value", listed["checkpoint"])

    def test_the_highest_step_is_the_default_and_nan_is_counted(self):
        listed = self.json_of("leaves", self.file)
        self.assertEqual((listed["checkpoint"]["run"], listed["checkpoint"]["step"]), ("alpha", 500))
        counts = {leaf["path"]: leaf["nan_count"] for leaf in listed["leaves"]}
        self.assertEqual(counts["/model_params/dense_0/bias"], 1)

    def test_an_ambiguous_step_says_which_one_is_shown(self):
        done = run("leaves", self.file, "--step", "300")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"\Ackptlite: 3 checkpoints have step 300; [^\n]+\n\Z")
        chosen = run("leaves", self.file, "--step", "300", "--run", "b\u00eata",
                     "--prefix", "checkpoint")
        self.assertEqual((chosen.returncode, chosen.stderr), (0, ""))
        self.assertIn("run 'b\u00eata', prefix 'checkpoint', step 300: 6 leaves", chosen.stdout)

    def test_the_table_has_types_shapes_and_sizes(self):
        lines = run("leaves", self.file, "--step", "100", "--run", "alpha").stdout.splitlines()
        self.assertRegex(lines[1], r"^path +type +shape +size +stored +min +max +mean +norm")
        (kernel,) = [line for line in lines if line.startswith("/model_params/dense_0/kernel")]
        self.assertRegex(kernel, r"float32 +\[200, 150\] +117\.2 KiB +")

    def test_a_missing_checkpoint_is_not_found(self):
        for more, words in (
            (["--step", "7"], "the nearest step is 100"),
            (["--prefix", "check"], "there are: checkpoint, "),
            (["--step", "-1"], "the nearest step is 100"),
        ):
            with self.subTest(more=more):
                done = run("leaves", self.file, *more)
                self.assert_one_message(done, 1, "no such checkpoint", words)


class Nan(CliTest):
    def test_a_prefix_that_is_not_there_is_not_found(self):
        done = run("nan", self.file, "--prefix", "chekpoint")
        self.assert_one_message(done, 1, "no such checkpoint", "there are: checkpoint, ")
        found = self.json_of("nan", self.file, "--prefix", "checkpoint")
        self.assertEqual({leaf["path"] for leaf in found["leaves"]}, {"/model_params/dense_0/bias"})
        self.assertIn("eval/odd", {metric["metric"] for metric in found["metrics"]})


class Verify(CliTest):
    def test_a_sound_file_has_no_problems(self):
        for more in ([], ["--full"]):
            with self.subTest(more=more):
                report = self.json_of("verify", self.file, *more)
                self.assertEqual((report["ok"], report["problems"]), (True, []))
                self.assertEqual(report["full"], bool(more))
                self.assertEqual(report["checkpoints"], 8)
                self.assertEqual(report["nbytes"] > 0, bool(more))
        done = run("verify", self.file)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"\A8 checkpoints, \d+ leaves, \d+ chunks; .*\nno problems\n")

    def test_damaged_tensor_data_is_found_by_full(self):
        execute(self.file, "UPDATE chunk SET data = zeroblob(length(data)) WHERE id = 2")
        done = run("verify", self.file, "--full")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"\n[^\n]*leaf /model_params/dense_0/kernel: [^\n]+\n")
        self.assertIn("the file is damaged", done.stderr)
        in_json = run("verify", self.file, "--full", "--json")
        self.assertEqual(in_json.returncode, 1)
        report = json.loads(in_json.stdout)
        self.assertFalse(report["ok"])
        self.assertIn("/model_params/dense_0/kernel", report["problems"][0]["where"])

    def test_a_missing_leaf_is_found_without_full(self):
        execute(self.file, "DELETE FROM leaf WHERE path = '/optimizer_state/count' AND tree_id = 1")
        done = run("verify", self.file)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"\nrun '[^\n]*step 100[^\n]*: [^\n]+\n1 problem\n")


if __name__ == "__main__":
    main()
