#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Files that are not what they should be: refused, reported or recovered, and never changed.

usage: test_cli_files.py CKPTLITE MAKE_FIXTURE [unittest arguments]
"""
import hashlib
import os
import pathlib
import sqlite3
import subprocess
import sys

from cli_case import COMMANDS, CliTest, execute, main, make_fixture, run


class Refusals(CliTest):
    def assert_refused(self, path, code, *saying):
        """By each command, with the same message and everything left as it was."""
        before = self.contents()
        for command, more in COMMANDS.items():
            for json_flag in ([], ["--json"]):
                with self.subTest(command=command, json=json_flag):
                    done = run(command, path, *more, *json_flag)
                    self.assert_one_message(done, code, *saying)
        self.assertEqual(self.contents(), before)

    def contents(self):
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
            for path in self.folder.iterdir()
        }

    def test_a_missing_file_is_not_found_and_not_made(self):
        self.assert_refused(self.folder / "none.db", 1, "none.db", "no such file")

    def test_a_missing_folder_is_not_found_and_not_made(self):
        self.assert_refused(self.folder / "none" / "run.db", 1, "none")

    def test_an_empty_file_is_not_a_ckptlite_file(self):
        self.file.write_bytes(b"")
        self.assert_refused(self.file, 3, "run.db", "empty")

    def test_garbage_is_not_a_ckptlite_file(self):
        self.file.write_bytes(hashlib.sha256(b"seed 1").digest() * 5_000)
        self.assert_refused(self.file, 3, "not an SQLite database")

    def test_a_few_bytes_of_text_are_not_a_ckptlite_file(self):
        self.file.write_text("step,loss\n1,0.5\n")
        self.assert_refused(self.file, 3, "not an SQLite database")

    def test_another_database_is_not_a_ckptlite_file(self):
        self.file.unlink()
        execute(self.file, "CREATE TABLE checkpoint (id)")
        self.assert_refused(self.file, 3, "not one of ckptlite")

    def test_a_folder_is_not_a_ckptlite_file(self):
        self.assert_refused(self.folder, 3, "folder")

    def test_a_fifo_is_not_a_ckptlite_file_and_nobody_waits_for_it(self):
        os.mkfifo(self.folder / "fifo")
        self.assert_refused(self.folder / "fifo", 3, "FIFO")

    def test_a_device_is_not_a_ckptlite_file(self):
        self.assert_refused("/dev/zero", 3, "device")

    def test_a_newer_format_is_an_unsupported_version(self):
        execute(self.file, "PRAGMA user_version = 2000")
        self.assert_refused(self.file, 4, "2.0", "newer")

    def test_an_unknown_incompatible_feature_is_an_unsupported_version(self):
        execute(self.file, "INSERT INTO feature VALUES ('telepathy', 'incompatible')")
        self.assert_refused(self.file, 4, "telepathy", "newer")

    def test_a_missing_table_is_damage(self):
        execute(self.file, "DROP TABLE leaf_chunk")
        self.assert_refused(self.file, 1, "leaf_chunk")

    def test_half_a_file_is_damage(self):
        self.file.write_bytes(self.original[: len(self.original) // 2])
        for command, more in COMMANDS.items():
            with self.subTest(command=command):
                done = run(command, self.file, *more)
                self.assertNotIn("terminate", done.stderr)
                self.assertIn(done.returncode, (0, 1), done.stderr)
        self.assertEqual(run("verify", self.file).returncode, 1)

    def test_a_symbolic_link_is_refused_unless_asked_for(self):
        link = self.folder / "link.db"
        link.symlink_to(self.file)
        self.assert_refused(link, 2, "symbolic link")
        self.assertEqual(run("ls", link, "--follow-symlinks").returncode, 0)

    def test_an_untrusted_file_is_checked_first_and_nothing_is_made_beside_it(self):
        plain = run("ls", self.file).stdout
        self.assertEqual(run("ls", self.file, "--untrusted").stdout, plain)
        execute(self.file, "PRAGMA journal_mode = WAL")
        for command, more in COMMANDS.items():
            done = run(command, self.file, *more, "--untrusted")
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(os.listdir(self.folder), [self.file.name])
        execute(self.file, "PRAGMA journal_mode = DELETE", "CREATE TABLE mine (a)")
        self.assertEqual(run("ls", self.file).returncode, 0)
        self.assert_one_message(run("ls", self.file, "--untrusted"), 1, "'mine'")

    def test_an_untrusted_file_is_not_rolled_back(self):
        journal = self.file.with_name("run.db-journal")
        journal.write_bytes(b"anything")
        self.assert_one_message(run("ls", self.file, "--untrusted"), 1, "run.db-journal")
        self.assertEqual(journal.read_bytes(), b"anything")

    def test_commands_that_write_or_take_damage_know_no_untrusted_files(self):
        for command, more in {"compact": [], "salvage": [self.folder / "out.db"]}.items():
            done = run(command, self.file, *more, "--untrusted")
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("--untrusted", done.stderr)
        self.assertEqual(os.listdir(self.folder), [self.file.name])

    def test_a_locked_file_is_busy(self):
        holder = sqlite3.connect(self.file, isolation_level=None)
        self.addCleanup(holder.close)
        holder.execute("BEGIN EXCLUSIVE")
        self.assert_one_message(run("ls", self.file), 5, "locked")

    def test_a_file_without_permission_is_one_message(self):
        self.file.chmod(0)
        if os.access(self.file, os.R_OK):
            self.skipTest("root reads every file")
        self.assert_refused(self.file, 1, "run.db")

    def test_a_place_that_cannot_be_written_is_one_message(self):
        for place in ("/proc/nope.db", self.file / "below_a_file.db"):
            with self.subTest(place=place):
                made = make_fixture(place)
                self.assertEqual(made.returncode, 1)
                self.assertRegex(made.stderr, r"\Amake_fixture: [^\n]+\n\Z")
                self.assertIn(str(place), made.stderr)
        self.assertEqual(self.file.read_bytes(), self.original)


class Recovery(CliTest):
    def cut_off_a_write(self):
        """A transaction that has spilled into the file, by a process that then vanishes."""
        script = """if True:
            import os, sqlite3, sys
            c = sqlite3.connect(sys.argv[1], isolation_level=None)
            c.execute("PRAGMA cache_size = 1")
            c.execute("BEGIN IMMEDIATE")
            c.execute("UPDATE chunk SET data = zeroblob(length(data))")
            c.execute("INSERT INTO chunk VALUES (99, zeroblob(16), 'raw', 1, zeroblob(3000000))")
            os._exit(0)
        """
        subprocess.run([sys.executable, "-c", script, str(self.file)], check=True)
        self.assertTrue(pathlib.Path(f"{self.file}-journal").exists())
        self.assertNotEqual(self.file.read_bytes(), self.original)

    def test_an_interrupted_write_is_rolled_back_and_said_so(self):
        self.cut_off_a_write()
        done = run("ls", self.file)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stderr, r"\Ackptlite: [^\n]*interrupted[^\n]*rolling it back\n\Z")
        self.assertFalse(pathlib.Path(f"{self.file}-journal").exists())
        done = run("verify", self.file, "--full")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_verify_and_salvage_say_what_to_do_and_roll_nothing_back(self):
        self.cut_off_a_write()
        journal = pathlib.Path(f"{self.file}-journal")
        before = (self.file.read_bytes(), journal.read_bytes())
        for arguments in (["verify", self.file], ["salvage", self.file, self.folder / "out.db"]):
            for json_flag in ([], ["--json"]):
                done = run(*arguments, *json_flag)
                self.assert_one_message(done, 1, "interrupted", "ckptlite ls")
        self.assertEqual((self.file.read_bytes(), journal.read_bytes()), before)
        self.assertFalse((self.folder / "out.db").exists())

    def test_reading_changes_nothing_and_leaves_no_files_behind(self):
        for command, more in COMMANDS.items():
            self.assertEqual(run(command, self.file, *more).returncode, 0)
        self.assertEqual(self.file.read_bytes(), self.original)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["run.db"])


if __name__ == "__main__":
    main()
