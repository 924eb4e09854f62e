#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The commands for the day something broke, as a user runs them: salvage, compact, backup.

usage: test_cli_repair.py CKPTLITE MAKE_FIXTURE [unittest arguments]
"""
import json
import os
import pathlib
import pty
import shutil
import sqlite3
import subprocess
import unittest

from cli_case import CKPTLITE, WRITING_COMMANDS, CliTest, execute, main, run


class RepairTest(CliTest):
    def setUp(self):
        super().setUp()
        self.out = self.folder / "out.db"

    def arguments_of(self, command, file=None):
        more = [self.out if argument == "OUT" else argument
                for argument in WRITING_COMMANDS[command]]
        return [command, file or self.file, *more]

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def rows(self, file):
        """What is in a file, but for the ids, the times of the rows and their order."""
        connection = sqlite3.connect(file)
        found = [
            connection.execute(query).fetchall()
            for query in (
                "SELECT name, uuid, config, created_at, finished_at, parent_step FROM run ORDER BY 1",
                "SELECT run.name, prefix, step, version, metrics, loss, pinned, note,"
                " checkpoint.created_at, tree.digest, tree.nbytes, tree.stored_nbytes, n_leaves"
                " FROM checkpoint JOIN run ON run.id = run_id JOIN tree ON tree.id = tree_id"
                " ORDER BY checkpoint.id",
                "SELECT digest, codec, nbytes, data FROM chunk ORDER BY 1",
                "SELECT run.name, metric_group, metric, step, value, at"
                " FROM metric JOIN run ON run.id = run_id ORDER BY 1, 2, 3, 4",
            )
        ]
        connection.close()
        return found

    def assert_sound(self, file):
        done = run("verify", file, "--full")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)


class Refusals(RepairTest):
    def test_what_is_no_store_is_refused_and_no_file_is_made(self):
        garbage = self.folder / "garbage.db"
        garbage.write_bytes(b"\x17" * 100_000)
        other = self.folder / "other.db"
        execute(other, "CREATE TABLE checkpoint (id)")
        before = self.names()
        for command in WRITING_COMMANDS:
            for file, code in ((self.folder / "none.db", 1), (garbage, 3), (other, 3),
                               (self.folder, 3), ("/dev/zero", 3)):
                for json_flag in ([], ["--json"]):
                    with self.subTest(command=command, file=file):
                        done = run(*self.arguments_of(command, file), *json_flag)
                        self.assert_one_message(done, code)
        self.assertEqual(self.names(), before)

    def test_a_file_that_exists_is_never_replaced(self):
        link = self.folder / "link.db"
        link.symlink_to(self.folder / "nowhere.db")
        other = self.folder / "other.db"
        other.write_text("mine")
        for command in ("backup", "salvage"):
            for out in (self.file, link, other, self.folder):
                with self.subTest(command=command, out=out):
                    done = run(command, self.file, out)
                    self.assert_one_message(done, 1, "already", str(out))
        self.assertEqual(other.read_text(), "mine")
        self.assertEqual(self.file.read_bytes(), self.original)
        self.assertEqual(self.names(), ["link.db", "other.db", "run.db"])

    def test_a_symbolic_link_is_refused_unless_asked_for(self):
        link = self.folder / "link.db"
        link.symlink_to(self.file)
        for command in WRITING_COMMANDS:
            with self.subTest(command=command):
                arguments = self.arguments_of(command, link)
                self.assert_one_message(run(*arguments), 2, "symbolic link")
                done = run(*arguments, "--follow-symlinks")
                self.assertEqual(done.returncode, 0, done.stderr)
                if self.out.is_dir():
                    shutil.rmtree(self.out)
                self.out.unlink(missing_ok=True)

    def test_a_locked_file_is_busy(self):
        holder = sqlite3.connect(self.file, isolation_level=None)
        self.addCleanup(holder.close)
        holder.execute("BEGIN EXCLUSIVE")
        for command in ("backup", "salvage"):
            self.assert_one_message(run(*self.arguments_of(command)), 5, "locked")
        self.assertFalse(self.out.exists())

    def test_out_is_required(self):
        for command in ("backup", "salvage"):
            done = run(command, self.file)
            self.assertEqual(done.returncode, 2)
            self.assertIn("OUT", done.stderr)


class Backup(RepairTest):
    def test_a_backup_has_the_same_rows(self):
        done = run("backup", self.file, self.out)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"\A[^\n]*out\.db: [\d.]+ [KMG]iB\n\Z")
        self.assertEqual(self.rows(self.out), self.rows(self.file))
        self.assertEqual(self.file.read_bytes(), self.original)
        self.assertEqual(self.names(), ["out.db", "run.db"])
        self.assert_sound(self.out)

    def test_json_says_how_large_it_is(self):
        made = self.json_of("backup", self.file, self.out)
        self.assertEqual(made, {"out": str(self.out), "nbytes": self.out.stat().st_size})


class Compact(RepairTest):
    def delete_most(self):
        execute(self.file, "DELETE FROM checkpoint_metric", "DELETE FROM checkpoint WHERE step > 100")

    def test_it_says_first_what_it_will_need(self):
        self.delete_most()
        before = self.file.stat().st_size
        done = run("compact", self.file)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"\Ackptlite: [^\n]*about [^\n]* given back;[^\n]*at most"
                                      r" [\d.]+ [KM]iB of disk space[^\n]*\n\Z")
        self.assertRegex(done.stdout, r"\A[\d.]+ [KM]iB before, [\d.]+ [KM]iB now: [^\n]+\n\Z")
        self.assertLess(self.file.stat().st_size, before)
        self.assertEqual(self.names(), ["run.db"])

    def test_json_says_how_much_it_gave_back(self):
        self.delete_most()
        before = self.file.stat().st_size
        report = self.json_of("compact", self.file)
        self.assertEqual(report["nbytes_before"], before)
        self.assertEqual(report["nbytes_after"], self.file.stat().st_size)
        self.assertGreater(report["garbage_nbytes"], 0)
        self.assertEqual(report["free_nbytes"], 0)
        self.assertEqual(set(report), {"nbytes_before", "nbytes_after", "garbage_nbytes",
                                       "free_nbytes", "planned_nbytes", "needed_nbytes"})

    def test_a_file_with_nothing_to_give_back_is_fine(self):
        rows = self.rows(self.file)
        self.assertEqual(run("compact", self.file).returncode, 0)
        self.assertEqual(self.rows(self.file), rows)
        self.assert_sound(self.file)

    def test_a_file_without_auto_vacuum_says_what_to_do(self):
        execute(self.file, "PRAGMA auto_vacuum = 0")
        connection = sqlite3.connect(self.file, isolation_level=None)
        connection.execute("PRAGMA auto_vacuum = 0")
        connection.execute("VACUUM")
        connection.close()
        self.assert_one_message(run("compact", self.file), 2, "ckptlite salvage")


class Salvage(RepairTest):
    def test_a_sound_file_is_salvaged_whole(self):
        done = run("salvage", self.file, self.out)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"\A2 runs, 8 checkpoints \([^\n]+\), \d+ metric values are"
                                      r" in the new file\nnothing was lost\n\Z")
        self.assertEqual(self.rows(self.out), self.rows(self.file))
        self.assert_sound(self.out)

    def test_losses_are_listed_and_the_exit_code_is_1(self):
        execute(self.file, "UPDATE chunk SET data = zeroblob(length(data)) WHERE id = 2")
        done = run("salvage", self.file, self.out)
        self.assertEqual(done.returncode, 1)
        self.assertIn("not all of it could be salvaged", done.stderr)
        self.assertRegex(done.stdout, r"(?m)^run 'alpha', prefix 'checkpoint', step 200: leaf"
                                      r" /model_params/dense_0/kernel: [^\n]+ damaged")
        self.assertRegex(done.stdout, r"(?m)^1 checkpoint lost$")
        self.assert_sound(self.out)
        self.out.unlink()
        in_json = run("salvage", self.file, self.out, "--json")
        self.assertEqual(in_json.returncode, 1)
        report = json.loads(in_json.stdout)
        self.assertEqual((report["complete"], report["checkpoints"], report["lost_checkpoints"]),
                         (False, 7, 1))
        self.assertIn("step 200", report["losses"][0]["where"])
        self.assertEqual(set(report), {"complete", "runs", "checkpoints", "metrics", "nbytes",
                                       "lost_checkpoints", "lost_metrics", "losses"})

    def test_a_lost_table_is_another_tools_work_first(self):
        execute(self.file, "DROP TABLE leaf_chunk")
        self.assert_one_message(run("salvage", self.file, self.out), 3, "leaf_chunk", ".recover")

    def recovered(self, file):
        """What `.recover` of the sqlite3 shell makes of it: SQL. Debian 12's cannot do it."""
        done = subprocess.run(["sqlite3", file, ".recover"], capture_output=True, check=False)
        return done.stdout if b"CREATE TABLE" in done.stdout else None

    @unittest.skipUnless(shutil.which("sqlite3"), "the sqlite3 shell is not installed")
    def test_what_the_shell_recovered_is_salvaged(self):
        if not self.recovered(self.file):
            self.skipTest("this sqlite3 shell cannot recover even a sound file")
        # The page with the root of the table `metric` is gone: what was in it is lost and found.
        connection = sqlite3.connect(self.file)
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'metric'").fetchone()
        (page,) = connection.execute("PRAGMA page_size").fetchone()
        connection.close()
        with open(self.file, "r+b") as file:
            file.seek((root - 1) * page)
            file.write(b"\x55" * page)
        script = self.recovered(self.file)
        recovered = self.folder / "recovered.db"
        subprocess.run(["sqlite3", recovered], input=script, capture_output=True, check=True)
        done = run("salvage", recovered, self.out)
        self.assertIn("8 checkpoints", done.stdout, done.stderr)
        self.assert_sound(self.out)
        self.assertEqual(self.rows(self.out)[1], self.rows(self.file)[1])


class Terminal(RepairTest):
    def on_terminal(self, *arguments):
        """What a command writes to stderr if that is a terminal."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen([CKPTLITE, *map(str, arguments)], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        text = b""
        try:
            while part := os.read(ours, 4096):
                text += part
        except OSError:  # the other side is closed
            pass
        os.close(ours)
        self.assertEqual(process.wait(), 0)
        return text.decode()

    def test_a_terminal_shows_progress_and_is_left_clean(self):
        for command in (["verify", self.file, "--full"], self.arguments_of("backup"),
                        self.arguments_of("salvage")):
            with self.subTest(command=command[0]):
                text = self.on_terminal(*command)
                self.assertRegex(text, r"\w+ing \[[#.]{20}\] +\d+%  [\d.]+ \w+ of [\d.]+ [KM]iB")
                self.assertTrue(text.endswith("\r\x1b[K"))
                self.out.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
