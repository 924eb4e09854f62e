#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The commands that decide which checkpoints stay: prune, pin, unpin, note, rm.

usage: test_cli_keeping.py CKPTLITE MAKE_FIXTURE TRAIN_CHAR_LM MAKE_DIVERGED [unittest arguments]
"""
import trained_case
from cli_case import execute, main, run

SERIES = ["--run", "alpha", "--prefix", "checkpoint"]


class KeepingTest(trained_case.TrainedTest):
    def steps(self, *series):
        run_name, prefix = series or ("alpha", "checkpoint")
        return sorted(
            row["step"]
            for row in self.json_of("ls", self.file)["checkpoints"]
            if (row["run"], row["prefix"]) == (run_name, prefix)
        )

    def find(self, selector, *more):
        return self.json_of("show", self.file, selector, *more)["checkpoint"]


class Prune(KeepingTest):
    def test_a_dry_run_says_why_and_changes_nothing(self):
        before = self.file.read_bytes()
        done = self.json_of("prune", self.file, "--keep-last", "1", "--dry-run", *SERIES)
        self.assertTrue(done["dry_run"])
        self.assertEqual(
            [(row["step"], row["keep"], row["reason"]) for row in done["checkpoints"]],
            [(100, True, "last 1"), (80, False, "no rule keeps it"), (60, False, "no rule keeps it")],
        )
        self.assertEqual((done["deleted"], done["freed_nbytes"]), (2, 0))
        self.assertEqual(self.file.read_bytes(), before)
        shown = run("prune", self.file, "--keep-last", "1", "--dry-run", *SERIES).stdout
        self.assertRegex(shown, r"(?m)^alpha +checkpoint +80 +deleted +no rule keeps it$")

    def test_what_no_rule_keeps_is_deleted_and_the_space_named(self):
        others = self.steps("beta", "checkpoint")
        done = self.json_of("prune", self.file, "--keep-every", "60", *SERIES)
        self.assertEqual(self.steps(), [60])
        self.assertEqual(self.steps("beta", "checkpoint"), others)
        self.assertEqual(done["deleted"], 2)
        self.assertGreater(done["freed_nbytes"], 0)
        self.assertTrue(self.json_of("verify", self.file, "--full")["ok"])

    def test_rules_add_up_and_without_a_series_all_are_pruned(self):
        losses = {
            row["step"]: row["metrics"]["eval"]["loss"]
            for row in self.json_of("ls", self.file)["checkpoints"]
            if (row["run"], row["prefix"]) == ("alpha", "checkpoint")
        }
        self.assertEqual(len(losses), 3)
        kept = {max(losses), min(losses, key=losses.get)}
        self.json_of("prune", self.file, "--keep-last", "1", "--keep-lowest", "eval/loss")
        self.assertEqual(self.steps(), sorted(kept))
        self.assertIn(120, self.steps("beta", "checkpoint"))
        self.assertNotIn(110, self.steps("beta", "checkpoint"))

    def test_every_rule_is_understood(self):
        for rule in (
            ["--keep-highest", "eval/loss"],
            ["--keep-highest", "eval/loss:2"],
            ["--keep-within", "7d"],
            ["--keep-size", "10GiB"],
            ["--keep-size", "1.5 MiB"],
            ["--keep-size", "1e9"],
            ["--keep-size", "2TB"],
        ):
            with self.subTest(rule=rule):
                done = self.json_of("prune", self.file, *rule, "--dry-run", *SERIES)
                self.assertTrue(any(row["keep"] for row in done["checkpoints"]))

    def test_a_number_behind_a_metric_says_how_many(self):
        for rule, n in (("eval/loss", 1), ("eval/loss:2", 2), ("eval/loss:9", 3)):
            with self.subTest(rule=rule):
                done = self.json_of("prune", self.file, "--keep-lowest", rule, "--dry-run", *SERIES)
                self.assertEqual(sum(row["keep"] for row in done["checkpoints"]), n)

    def test_a_metric_that_no_checkpoint_of_a_series_has_deletes_nothing(self):
        before = self.file.read_bytes()
        # What is no number above 0 belongs to the label.
        for rule in ("evl/loss", "eval/loss:0", "eval/loss:two", "eval/loss:"):
            with self.subTest(rule=rule):
                done = run("prune", self.file, "--keep-lowest", rule, "--keep-last", "1")
                self.assert_one_message(done, 1, f"no checkpoint reports {rule}; there are: eval/l")
        self.assertEqual(self.file.read_bytes(), before)
        execute(self.file, "UPDATE checkpoint SET metrics = '{}' WHERE run_id = 2")
        before = self.file.read_bytes()
        for arguments in ([], ["--dry-run"]):
            done = run("prune", self.file, "--keep-lowest", "eval/loss", *arguments)
            self.assert_one_message(done, 2, "run 'beta'", "no checkpoint would stay", "--keep-last")
        self.assertEqual(self.file.read_bytes(), before)
        self.json_of("prune", self.file, "--keep-lowest", "eval/loss", *SERIES)
        self.assertEqual(len(self.steps()), 1)

    def test_without_a_rule_or_with_a_malformed_one_nothing_happens(self):
        before = self.file.read_bytes()
        cases = [
            ([], "--keep-last"),
            (["--keep-within", "soon"], "'soon' is no time"),
            *((["--keep-size", size], f"'{size}' is no size")
              for size in ("big", "-1G", "1.5XB", "3 months", "nan", "1e30T")),
            (["--keep-lowest", "loss"], "GROUP/"),
            *(([rule, n], f"'{n}' is no whole number of 1 or more")
              for rule in ("--keep-last", "--keep-every") for n in ("-1", "0")),
            (["--keep-within", "0d"], "'0d' is no time"),
            (["--keep-size", "0"], "'0' is no size"),
        ]
        for arguments, words in cases:
            with self.subTest(arguments=arguments):
                done = run("prune", self.file, *arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                self.assertIn(words, done.stderr)
        done = run("prune", self.file, "--keep-last", "1", "--run", "alpa")
        self.assert_one_message(done, 1, "there are: alpha, beta")
        self.assertEqual(self.file.read_bytes(), before)


class OneCheckpoint(KeepingTest):
    def test_a_pin_keeps_a_checkpoint_until_it_is_taken_off(self):
        pinned = self.json_of("pin", self.file, "60", *SERIES)
        self.assertTrue(pinned["pinned"])
        self.json_of("prune", self.file, "--keep-last", "1", *SERIES)
        self.assertEqual(self.steps(), [60, 100])
        self.assert_one_message(run("rm", self.file, f"id:{pinned['id']}"), 2, "unpin")
        self.assertFalse(self.json_of("unpin", self.file, f"id:{pinned['id']}")["pinned"])
        self.json_of("prune", self.file, "--keep-last", "1", *SERIES)
        self.assertEqual(self.steps(), [100])

    def test_a_note_is_set_and_taken_away(self):
        noted = self.json_of("note", self.file, "80", "a good one", *SERIES)
        self.assertEqual(noted["note"], "a good one")
        self.assertIn("a good one", run("show", self.file, f"id:{noted['id']}").stdout)
        self.assertEqual(self.json_of("note", self.file, f"id:{noted['id']}", "")["note"], "")

    def test_rm_deletes_one_checkpoint_and_says_what_is_freed(self):
        dry = self.json_of("rm", self.file, "80", "--dry-run", *SERIES)
        self.assertEqual((dry["dry_run"], self.steps()), (True, [60, 80, 100]))
        done = self.json_of("rm", self.file, "80", *SERIES)
        self.assertEqual((done["checkpoint"]["step"], self.steps()), (80, [60, 100]))
        self.assert_one_message(run("rm", self.file, "80", *SERIES), 1, "nearest steps")

    def test_a_step_that_several_checkpoints_have_is_not_changed(self):
        before = self.file.read_bytes()
        for command in (["rm", self.file, "80"], ["pin", self.file, "80"],
                        ["note", self.file, "step:80", "x"]):
            with self.subTest(command=command[0]):
                self.assert_one_message(run(*command), 2, "checkpoints have step 80", "id:N")
        self.assertEqual(self.file.read_bytes(), before)

    def test_people_are_told_what_was_done(self):
        shown = run("pin", self.file, "100", *SERIES).stdout
        self.assertEqual(shown, "run 'alpha', prefix 'checkpoint', step 100: pinned\n")
        self.assertIn("noted: x\\x1b[2J", run("note", self.file, "100", "x\x1b[2J", *SERIES).stdout)


if __name__ == "__main__":
    main()
