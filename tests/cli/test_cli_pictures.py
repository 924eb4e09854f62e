#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""plot, report and watch on a file of the example trainer, one of whose runs diverged.

usage: test_cli_pictures.py CKPTLITE MAKE_FIXTURE TRAIN_CHAR_LM MAKE_DIVERGED [unittest arguments]
"""
import html
import re

import trained_case
from cli_case import main, output_of, run


class Pictures(trained_case.TrainedTest):
    def test_the_curves_of_both_runs_and_where_one_diverged(self):
        done = run("plot", self.file, "train/loss")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"(?m)^● alpha +\d")
        self.assertRegex(done.stdout, r"(?m)^▲ beta +NaN")
        self.assertIn("× beta: NaN at 2 steps, first at 110", done.stdout)
        plotted = self.json_of("plot", self.file, "train/loss", "--run", "beta")
        self.assertEqual(plotted["series"][0]["steps"][-3:], [100, 110, 120])
        self.assertEqual(plotted["series"][0]["values"][-2:], ["NaN", "NaN"])

    def test_the_report_names_the_leaves_that_diverged_and_the_best_checkpoint(self):
        page = output_of("report", self.file, "-o", "-").decode()
        words = re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.S)
        text = " ".join(html.unescape(words).split())
        self.assertRegex(text, r"/model_params/hidden/bias beta 110 1 0")
        self.assertRegex(text, r"/model_params/output/kernel beta 110 0 1")
        self.assertIn("NaN at 2 steps, first at 110", text)
        [best] = self.json_of("best", self.file, "eval/loss", "--lowest")
        self.assertIn(f"eval/loss {best['value']:.6g} step {best['step']}, {best['run']}", text)
        self.assertRegex(text, r"seed 1 .* seed 2")

    def test_watch_shows_the_run_that_was_trained_last(self):
        state = self.json_of("watch", self.file, "--once")
        self.assertEqual((state["run"], state["step"]), ("beta", 120))
        values = {of["metric"]: of["value"] for of in state["metrics"]}
        self.assertEqual(values["train/loss"], "NaN")
        self.assertGreater(values["eval/loss"], 0)
        self.assertGreater(state["steps_per_second"], 0)


if __name__ == "__main__":
    main()
