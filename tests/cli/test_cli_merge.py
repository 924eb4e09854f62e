#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The commands between files, as a user runs them: merge, extract, diff.

usage: test_cli_merge.py CKPTLITE MAKE_FIXTURE [unittest arguments]
"""
import hashlib
import json
import os
import re
import sqlite3
import subprocess

from cli_case import CKPTLITE, CliTest, execute, main, make_fixture, run


class FilesTest(CliTest):
    def setUp(self):
        super().setUp()
        self.out = self.folder / "out.db"
        self.other = self.folder / "other.db"
        self.assertEqual(make_fixture(self.other).returncode, 0)

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def assert_sound(self, file):
        done = run("verify", file, "--full")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)

    def uuid_of(self, file, name):
        connection = sqlite3.connect(file)
        (uuid,) = connection.execute("SELECT uuid FROM run WHERE name = ?", (name,)).fetchone()
        connection.close()
        return uuid


class Merge(FilesTest):
    def test_two_files_become_one_and_runs_of_one_name_are_told_apart(self):
        done = run("merge", self.out, self.file, self.other)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"\A[^\n]+out.db: 4 runs, 16 checkpoints \([\d.]+ KiB of new"
                                      r" data\), \d+ metric values added, 0 rows updated; 0"
                                      r" checkpoints were there already\n\Z")
        name = "alpha~" + self.uuid_of(self.other, "alpha")[:8]
        self.assertRegex(done.stderr, rf"(?m)^ckptlite: run 'alpha': in [^\n]+other.db: is now"
                                      rf" '{name}', since another run has its name$")
        runs = {run["name"]: run for run in self.json_of("ls", self.out)["runs"]}
        self.assertEqual(len(runs), 4)
        beta = runs["b\u00eata~" + self.uuid_of(self.other, "b\u00eata")[:8]]
        self.assertEqual((beta["parent_run"], beta["parent_step"]), (name, 200))
        self.assert_sound(self.out)

    def test_merging_again_changes_nothing(self):
        run("merge", self.out, self.file)
        before = hashlib.sha256(self.out.read_bytes()).hexdigest()
        report = self.json_of("merge", self.out, self.file)
        self.assertEqual(report, {"out": str(self.out), "runs": 0, "checkpoints": 0, "metrics": 0,
                                  "updated": 0, "nbytes": 0, "known_checkpoints": 8, "notes": []})
        self.assertIn("nothing is new; 8 checkpoints were there already",
                      run("merge", self.out, self.file).stdout)
        self.assertEqual(hashlib.sha256(self.out.read_bytes()).hexdigest(), before)
        self.assertEqual(self.file.read_bytes(), self.original)

    def test_notes_are_in_the_json(self):
        report = self.json_of("merge", self.file, self.other)
        self.assertEqual(report["runs"], 2)
        self.assertEqual({note["where"] for note in report["notes"]},
                         {"run 'alpha'", "run 'b\u00eata'"})

    def test_a_conflict_names_files_run_prefix_and_step(self):
        execute(self.other, "PRAGMA foreign_keys = OFF",
                f"UPDATE run SET uuid = '{self.uuid_of(self.file, 'alpha')}' WHERE id = 1",
                "UPDATE checkpoint SET version = 3 WHERE run_id = 1 AND step = 200",
                "DROP TABLE run_digest", "PRAGMA user_version = 1001")
        before = self.other.read_bytes()
        done = run("merge", self.other, self.file)
        self.assert_one_message(done, 1, "run 'alpha', prefix 'checkpoint', step 200", "run.db",
                                "other.db", "versions", "nothing was merged")
        self.assertEqual(self.other.read_bytes(), before)
        self.assert_one_message(run("merge", self.out, self.file, self.other), 1, "step 200")
        self.assertFalse(self.out.exists())

    def test_what_cannot_be_merged_is_refused_and_nothing_is_made(self):
        garbage = self.folder / "garbage.db"
        garbage.write_bytes(b"\x17" * 100_000)
        link = self.folder / "link.db"
        link.symlink_to(self.other)
        before = self.names()
        for ins, code in (([self.folder / "none.db"], 1), ([garbage], 3), ([self.folder], 3),
                          (["/dev/zero"], 3), ([link], 2), ([self.file, self.file], 2)):
            with self.subTest(ins=ins):
                self.assert_one_message(run("merge", self.out, self.file, *ins)
                                        if len(ins) == 1 else run("merge", self.out, *ins), code)
        self.assert_one_message(run("merge", self.file, self.file), 2, "itself")
        self.assert_one_message(run("merge", garbage, self.file), 3)
        self.assertEqual(self.names(), before)
        done = run("merge", self.out, link, "--follow-symlinks")
        self.assertEqual(done.returncode, 0, done.stderr)
        for arguments in ([], [self.out]):
            self.assertEqual(run("merge", *arguments).returncode, 2)

    def test_a_locked_file_is_busy(self):
        holder = sqlite3.connect(self.other, isolation_level=None)
        self.addCleanup(holder.close)
        holder.execute("BEGIN EXCLUSIVE")
        self.assert_one_message(run("merge", self.out, self.other), 5, "locked")
        self.assertFalse(self.out.exists())


class Extract(FilesTest):
    def test_a_checkpoint_becomes_a_file(self):
        done = run("extract", self.file, "lowest:eval/loss", "-o", self.out)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"\A[^\n]+out.db: run 'b\u00eata', prefix '[^\n]+', step 300:"
                                      r" 6 leaves, 2 metric values, [\d.]+ KiB\n\Z")
        listed = self.json_of("ls", self.out)
        self.assertEqual(len(listed["checkpoints"]), 1)
        self.assertEqual({run["name"] for run in listed["runs"]}, {"alpha", "b\u00eata"})
        self.assert_sound(self.out)

    def test_json_has_the_checkpoint_and_the_size(self):
        report = self.json_of("extract", self.file, "100", "-o", self.out, "--no-history")
        self.assertEqual(report["metrics"], 0)
        self.assertEqual(report["nbytes"], self.out.stat().st_size)
        self.assertEqual(report["checkpoint"]["step"], 100)
        self.assertEqual(set(report), {"out", "checkpoint", "metrics", "nbytes"})

    def test_only_some_leaves(self):
        run("extract", self.file, "200", "-o", self.out, "--only", "/model_params/**")
        leaves = self.json_of("leaves", self.out)["leaves"]
        self.assertEqual([leaf["path"] for leaf in leaves],
                         ["/model_params/dense_0/bias", "/model_params/dense_0/kernel"])
        self.out.unlink()
        done = run("extract", self.file, "200", "-o", self.out, "--only", "/nothing")
        self.assert_one_message(done, 1, "/nothing")
        self.assertFalse(self.out.exists())

    def test_damage_names_the_leaf_and_makes_no_file(self):
        execute(self.file, "UPDATE chunk SET data = zeroblob(length(data))")
        done = run("extract", self.file, "200", "-o", self.out)
        self.assert_one_message(done, 1, "/model_params/dense_0/kernel", "200")
        self.assertEqual(self.names(), ["other.db", "run.db"])

    def test_nothing_is_replaced_and_a_wrong_selector_is_named(self):
        self.assert_one_message(run("extract", self.file, "200", "-o", self.other), 1, "already")
        done = run("extract", self.file, "7777", "-o", self.out)
        self.assertEqual(done.returncode, 1)
        self.assertIn("7777", done.stderr)
        self.assertEqual(run("extract", self.file, "200").returncode, 2)


class Diff(FilesTest):
    def test_a_summary_first_then_what_differs(self):
        done = run("diff", self.file, "alpha@100", "alpha@500")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0], "a: run 'alpha', prefix 'checkpoint', step 100")
        self.assertEqual(lines[1], "b: run 'alpha', prefix 'checkpoint', step 500")
        self.assertRegex(lines[2], r"^3 changed, 0 added, 0 removed, 0 retyped, 3 the same;"
                                   r" of floats, largest difference 50, relative norm ")
        self.assertRegex(lines[4], r"^changed  /model_params/dense_0/bias +float32 \[3\] +1 +- +- +1$")
        self.assertRegex(lines[5], r"^changed  /model_params/dense_0/kernel .* 30000 +50 +")
        self.assertEqual(len(lines), 7)
        everything = run("diff", self.file, "alpha@100", "alpha@500", "--all").stdout
        self.assertEqual(len(everything.splitlines()), 10)

    def test_json_has_every_number(self):
        report = self.json_of("diff", self.file, "alpha@100", "alpha@500")
        self.assertEqual((report["changed"], report["same"], report["equal"]), (3, 3, False))
        self.assertEqual(report["max_abs"], 50)
        bias, kernel, step = report["leaves"]
        self.assertEqual((bias["n_different"], bias["n_not_finite"], bias["max_abs"]), (1, 1, None))
        self.assertEqual((kernel["max_abs"], kernel["n_different"]), (50, 30000))
        self.assertAlmostEqual(kernel["norm"], 50 * 30000 ** 0.5)
        self.assertEqual(step["a"], {"kind": "int", "dtype": None, "shape": None, "nbytes": 8})
        brief = self.json_of("diff", self.file, "alpha@100", "alpha@500", "--no-values")
        self.assertIsNone(brief["leaves"][1]["max_abs"])
        self.assertEqual(brief["changed"], 3)

    def test_every_way_to_name_the_second_checkpoint(self):
        for more, step, file in (
            (["200"], 200, self.file),
            ([self.other], 100, self.other),
            ([f"{self.other}:200"], 200, self.other),
            (["200", "--other", self.other], 200, self.other),
            (["--other", self.other], 100, self.other),
        ):
            with self.subTest(more=more):
                b = self.json_of("diff", self.file, "alpha@100" if more == ["200"] else "100",
                                 *more)["b"]
                self.assertEqual((b["checkpoint"]["step"], b["file"]), (step, str(file)))
        # A file called like a selector is not taken for one.
        done = subprocess.run([CKPTLITE, "diff", self.file, "100", "latest"], cwd=self.folder,
                              capture_output=True, encoding="utf-8")
        os.link(self.other, self.folder / "latest")
        with_file = subprocess.run([CKPTLITE, "diff", self.file, "100", "latest"], cwd=self.folder,
                                   capture_output=True, encoding="utf-8")
        self.assertEqual(with_file.stdout, done.stdout)
        self.assertEqual(run("diff", self.file, "100").returncode, 2)

    def test_files_with_the_same_state_are_equal(self):
        report = self.json_of("diff", self.file, "latest", self.other, "--exit-code")
        self.assertTrue(report["equal"])
        self.assertEqual(report["leaves"], [])
        everything = self.json_of("diff", self.file, "latest", self.other, "--all")
        self.assertEqual({leaf["change"] for leaf in everything["leaves"]}, {"same"})
        self.assertIn("a: " + str(self.file), run("diff", self.file, "latest", self.other).stdout)

    def test_the_exit_code_tells_only_if_asked(self):
        self.assertEqual(run("diff", self.file, "100", "200").returncode, 0)
        self.assertEqual(run("diff", self.file, "100", "200", "--exit-code").returncode, 1)
        self.assertEqual(run("diff", self.file, "100", "100", "--exit-code").returncode, 0)

    def test_only_some_leaves(self):
        report = self.json_of("diff", self.file, "alpha@100", "alpha@500", "--only", "/**/bias")
        self.assertEqual([leaf["path"] for leaf in report["leaves"]],
                         ["/model_params/dense_0/bias"])
        done = run("diff", self.file, "100", "200", "--run", "alpha", "--only", "/nothing")
        self.assert_one_message(done, 1, "/nothing")

    def test_the_output_is_safe_for_a_terminal(self):
        text = run("diff", self.file, "100", "latest").stdout
        self.assertIsNone(re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text))
        plain = run("diff", self.file, "100", "latest", "--json").stdout
        self.assertRegex(plain, r"\A[\n -~]+\Z")
        json.loads(plain)


if __name__ == "__main__":
    main()
