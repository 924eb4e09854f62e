#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`ckptlite watch` beside a writer.

usage: test_cli_watch.py CKPTLITE MAKE_FIXTURE MAKE_CURVES [unittest arguments]
"""
import datetime
import json
import os
import signal
import threading

from curves_case import start
from cli_case import NEVER_THAT_LONG, CliTest, execute, main, make_fixture, on_a_terminal, run

NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"


class Watch(CliTest):
    def watching(self, *arguments):
        """A process that is killed should it ever hang."""
        process = start("watch", *arguments, "--interval", "0.1")
        guard = threading.Timer(NEVER_THAT_LONG, process.kill)
        guard.start()
        self.addCleanup(lambda: (process.kill(), process.communicate()))
        self.addCleanup(guard.cancel)
        return process

    def log(self, step, value, metric="loss"):
        execute(self.file, "INSERT INTO metric SELECT id, 'train', '" + metric + f"', {step},"
                f" {value}, {NOW} FROM run WHERE name = 'alpha'")

    def assert_ends(self, process, code):
        out, err = process.communicate(timeout=NEVER_THAT_LONG)
        self.assertEqual(process.returncode, code, err)
        return out, err

    def test_a_new_step_is_a_new_line_and_ctrl_c_ends_it_well(self):
        process = self.watching(self.file, "--run", "alpha", "--json")
        first = json.loads(process.stdout.readline())
        self.assertEqual((first["run"], first["step"]), ("alpha", 500))
        self.log(501, 0.5)
        second = json.loads(process.stdout.readline())
        self.assertEqual(second["step"], 501)
        self.log(502, 0.25)
        third = json.loads(process.stdout.readline())
        (loss,) = [of for of in third["metrics"] if of["metric"] == "train/loss"]
        self.assertEqual((loss["step"], loss["value"], loss["change"]), (502, 0.25, -0.25))
        process.send_signal(signal.SIGINT)
        self.assertEqual(self.assert_ends(process, 0), ("", ""))

    def test_a_file_that_is_not_there_yet_is_waited_for(self):
        later = self.folder / "later.db"
        process = self.watching(later)
        self.assertIn("not there yet; waiting", process.stderr.readline())
        self.assertEqual(make_fixture(later).returncode, 0)
        self.assertIn("step", process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        self.assert_ends(process, 0)

    def test_a_file_that_disappears_is_an_error_with_its_name(self):
        process = self.watching(self.file)
        process.stdout.readline()
        self.file.unlink()
        _, err = self.assert_ends(process, 1)
        self.assertRegex(err, r"\Ackptlite: [^\n]*run\.db[^\n]*\n\Z")

    def test_it_writes_nothing_and_holds_no_lock(self):
        process = self.watching(self.file)
        process.stdout.readline()
        self.log(501, 0.5)  # would fail after a while if the reader kept its lock
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        self.assert_ends(process, 0)
        self.assertEqual(os.listdir(self.folder), ["run.db"])


    def test_a_terminal_is_drawn_anew_in_place(self):
        logged = []

        def drawn(written):
            if not logged and b"eval/peak" in written:
                logged.append(self.log(501, 0.5))
            return b"train/loss " in written

        text = on_a_terminal("watch", self.file, "--run", "alpha", "--interval", "0.1",
                             columns=60, environment={}, until=drawn)
        before, _, after = text.partition("\x1b[")
        self.assertIn("step 500", before)
        self.assertRegex(after, r"\A[0-9]+A\x1b\[J")
        self.assertIn("step 501", after)


class Once(CliTest):
    def test_once_prints_one_object_and_exits(self):
        state = self.json_of("watch", self.file, "--once", "--run", "alpha")
        self.assertEqual(state["checkpoint"]["step"], 500)
        self.assertEqual(state["nbytes"], self.file.stat().st_size)
        self.assertTrue(state["finished"])
        values = {of["metric"]: of["value"] for of in state["metrics"]}
        self.assertEqual(values["eval/loss"], "NaN")
        self.assertEqual(values["eval/accuracy"], 0.6)
        self.assertGreaterEqual(state["since_save"], 0)

    def test_the_run_with_the_last_news_is_chosen(self):
        self.assertEqual(self.json_of("watch", self.file, "--once")["run"], "b\u00eata")
        execute(self.file, "UPDATE metric SET at = '2999-01-01T00:00:00.000Z' WHERE run_id = 1")
        self.assertEqual(self.json_of("watch", self.file, "--once")["run"], "alpha")

    def test_the_rate_and_a_stall_come_from_the_times(self):
        last = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=100)
        times = [last - datetime.timedelta(seconds=2 * ago) for ago in range(10)]
        rows = ", ".join(
            f"(1, 'train', 'loss', {5 * (1000 - ago)}, 1, "
            f"'{at.strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3]}Z')" for ago, at in enumerate(times))
        execute(self.file, "DELETE FROM metric",
                "UPDATE run SET finished_at = NULL", "INSERT INTO metric VALUES " + rows)
        state = self.json_of("watch", self.file, "--once", "--run", "alpha")
        self.assertAlmostEqual(state["steps_per_second"], 2.5, delta=0.01)
        self.assertFalse(state["stalled"])  # it has just saved
        execute(self.file, "UPDATE checkpoint SET created_at = '2001-01-01T00:00:00.000Z'")
        state = self.json_of("watch", self.file, "--once", "--run", "alpha")
        self.assertTrue(state["stalled"])
        self.assertAlmostEqual(state["since_news"], 100, delta=30)
        self.assertIn("stalled?", run("watch", self.file, "--once", "--run", "alpha").stdout)

    def test_text_is_one_printable_line(self):
        done = run("watch", self.file, "--once")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"\A[^\n\x1b]+\n\Z")
        for words in ("b\u00eata", "step 300", "eval/loss=0.28", "saved step 300"):
            self.assertIn(words, done.stdout)

    def test_a_terminal_gets_a_table_no_wider_than_it_is(self):
        for columns in (40, 100):
            text = on_a_terminal("watch", self.file, "--once", columns=columns, environment={})
            lines = text.splitlines()
            self.assertLessEqual(max(map(len, lines)), columns)
            self.assertEqual(len(lines), 5)
            self.assertIn("run b\u00eata: last news", lines[1])
            self.assertRegex(lines[3], r"\Ametric +latest +change +step\Z")
            self.assertRegex(lines[4], r"\Aeval/loss +0.28 +-0.42 +300\Z")

    def test_a_line_has_rates_and_what_changed(self):
        execute(self.file, "UPDATE metric SET at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now',"
                " (step - 1000) || ' seconds') WHERE run_id = 1",
                "UPDATE checkpoint SET created_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now',"
                " (step - 1000) || ' seconds')",
                "UPDATE run SET finished_at = NULL")
        line = run("watch", self.file, "--once", "--run", "alpha").stdout
        for words in ("eval/accuracy=0.6 (-0.1)", "1 steps/s", "saved step 500 8 min", "every 1 min"):
            self.assertIn(words, line)

    def test_what_is_missing_is_an_error(self):
        self.assert_one_message(run("watch", self.folder / "none.db", "--once"), 1, "none.db")
        self.assert_one_message(run("watch", self.file, "--run", "alfa"), 1, "alfa", "alpha")
        for wrong in (["--interval", "0"], ["--interval", "soon"], ["--untrusted"]):
            self.assertEqual(run("watch", self.file, *wrong).returncode, 2)

    def test_an_empty_store_has_no_run_yet(self):
        empty = self.folder / "empty.db"
        make_fixture(empty, "empty")
        state = self.json_of("watch", empty, "--once")
        self.assertEqual((state["run"], state["step"], state["checkpoint"]), (None, None, None))
        self.assertIn("no run yet", run("watch", empty, "--once").stdout)


if __name__ == "__main__":
    main()
