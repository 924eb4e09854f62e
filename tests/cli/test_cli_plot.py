#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Curves in the terminal and as SVG.

usage: test_cli_plot.py CKPTLITE MAKE_FIXTURE MAKE_CURVES [unittest arguments]
"""
import os
import re
import unittest
import xml.etree.ElementTree

from curves_case import SCRIPT_RUN, CurvesTest
from cli_case import CliTest, execute, main, make_fixture, on_a_terminal, run

BRAILLE = re.compile("[\u2801-\u28ff]")
SVG = "{http://www.w3.org/2000/svg}"


class Terminal(CurvesTest):
    def lines(self, *arguments):
        done = run("plot", self.file, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()

    def test_eighty_columns_with_axes_and_a_legend_when_piped(self):
        lines = self.lines("train/loss", "--run", "run-0")
        self.assertLessEqual(max(map(len, lines)), 80)
        self.assertGreater(sum(bool(BRAILLE.search(line)) for line in lines), 10)
        text = "\n".join(lines)
        self.assertNotIn("\x1b", text)
        self.assertRegex(text, r"(?m)^ *train/loss$")
        self.assertRegex(text, r"(?m)^ *20 ┤")
        self.assertRegex(text, r"(?m)^step +2k +4k +6k +8k +10k$")
        self.assertRegex(text, r"(?m)^● run-0 .* 77 at 4000$")

    def test_a_spike_of_one_point_reaches_the_top(self):
        step, _ = self.spike
        lines = self.lines("train/loss", "--run", "run-0")
        top = next(line for line in lines if BRAILLE.search(line))
        margin = top.index("│") + 1
        at = BRAILLE.search(top).start() - margin
        self.assertAlmostEqual(at / (80 - margin), step / self.points, delta=0.03)
        self.assertLess(lines.index(top), 3)

    def test_what_is_not_finite_is_marked_and_named(self):
        text = "\n".join(self.lines("train/loss"))
        self.assertRegex(text, r"└[─┬]+×{10,}")
        self.assertRegex(text, r"┌─+∞")
        self.assertIn("× run-2: NaN at 2000 steps, first at 8001; infinity at step 8000", text)

    def test_runs_and_metrics_have_markers_of_their_own(self):
        text = "\n".join(self.lines("eval/loss"))
        picture, legend = text.split("\n\n")
        for marker, name in (("●", "run-0"), ("▲", SCRIPT_RUN), ("■", "run-2")):
            self.assertIn(marker, picture)
            self.assertIn(f"{marker} {name}", legend)
        text = "\n".join(self.lines("eval/loss", "train/lr", "--run", "run-0"))
        self.assertIn("● eval/loss", text)
        self.assertIn("▲ train/lr", text)

    def test_steps_restrict_and_smoothing_leaves_the_extremes_in_the_legend(self):
        text = "\n".join(self.lines("train/loss", "--run", "run-0", "--steps", "3000:5000",
                                    "--smooth", "200"))
        self.assertIn("smoothed over 200", text)
        self.assertIn("77 at 4000", text)
        self.assertNotIn("at 1\n", text)
        self.assertRegex(text, r"(?m)^step +3\.\d?k|^step +3k|^step +3000|^step +3500")

    def test_width_and_colours_are_those_of_the_terminal(self):
        asked = ("plot", self.file, "eval/loss")
        colourful = on_a_terminal(*asked, columns=60, environment={})
        self.assertIn("\x1b[36m", colourful)
        plain = re.sub(r"\x1b\[\d+m", "", colourful)
        self.assertLessEqual(max(map(len, plain.splitlines())), 60)
        self.assertEqual(on_a_terminal(*asked, columns=60, environment={"NO_COLOR": "1"}), plain)
        wide = on_a_terminal(*asked, columns=130, environment={"NO_COLOR": "1"})
        self.assertGreater(max(map(len, wide.splitlines())), 120)

    def test_json_has_every_point(self):
        plotted = self.json_of("plot", self.file, "train/loss", "--smooth", "10")
        self.assertEqual((plotted["log"], plotted["smooth"], plotted["out"]), (False, 10, None))
        first, _, last = plotted["series"]
        self.assertEqual((first["metric"], first["run"]), ("train/loss", "run-0"))
        self.assertEqual(first["steps"], [*range(1, self.points + 1)])
        self.assertEqual(first["values"][self.spike[0] - 1], 77)
        self.assertLess(first["smoothed"][self.spike[0] - 1], 20)
        self.assertEqual(last["values"][7999:8001], ["Infinity", "NaN"])


class Svg(CurvesTest):
    def picture(self, *arguments):
        done = run("plot", self.file, *arguments, "-o", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        return xml.etree.ElementTree.fromstring(done.stdout), done.stdout

    def test_it_is_complete_in_itself_and_names_are_escaped(self):
        root, text = self.picture("train/loss")
        self.assertEqual(set(re.findall(r"https?://[^\"]*", text)), {SVG.strip("{}")})
        self.assertNotIn("<script", text)
        words = [element.text for element in root.iter(SVG + "text")]
        for expected in ("train/loss", "step", "10k", "20", SCRIPT_RUN, "77 at 4000"):
            self.assertIn(expected, words)
        self.assertIsNotNone(root.find(SVG + "title"))
        self.assertIn("prefers-color-scheme", root.find(SVG + "style").text)

    def test_a_spike_of_one_point_reaches_the_top(self):
        root, _ = self.picture("train/loss", "--run", "run-0", "--smooth", "100")
        (raw,) = [path for path in root.iter(SVG + "path") if "raw" in path.get("class", "")]
        heights, height = [], 0
        for kind, x, y in re.findall(r"([Ml])(-?\d+)[ ]?(-?\d+)", raw.get("d")):
            height = int(y) if kind == "M" else height + int(y)
            heights.append(height)
        self.assertLess(min(heights), 0.05 * max(heights))
        self.assertLess(sorted(heights)[2] / max(heights), 1)
        self.assertGreater(sorted(heights)[2], 0.5 * max(heights))

    def test_nothing_is_replaced_without_force_and_no_other_file_stays(self):
        out = self.folder / "out.svg"
        self.assertEqual(run("plot", self.file, "eval/loss", "-o", out).returncode, 0)
        before = out.read_text()
        done = run("plot", self.file, "train/lr", "-o", out)
        self.assert_one_message(done, 1, "out.svg", "--force")
        self.assertEqual(out.read_text(), before)
        self.assertEqual(run("plot", self.file, "train/lr", "-o", out, "--force").returncode, 0)
        self.assertIn("train/lr", out.read_text())
        self.assertEqual(sorted(os.listdir(self.folder)), ["out.svg", "run.db"])
        lost = run("plot", self.file, "train/lr", "-o", self.folder / "none" / "out.svg")
        self.assert_one_message(lost, 1, "could not be written")


class Selections(CliTest):
    def test_what_is_not_positive_is_left_out_of_a_log_scale_and_stderr_says_so(self):
        execute(self.file, "UPDATE metric SET value = -1 WHERE metric = 'accuracy' AND step = 200")
        done = run("plot", self.file, "eval/accuracy", "--log")
        self.assertEqual(done.returncode, 0)
        self.assertIn("1 value is not positive and left out", done.stderr)
        self.assertIn("step 200", done.stderr)
        self.assertIn("log scale", done.stdout)

    def test_what_is_missing_is_named_with_the_nearest(self):
        plot = ("plot", self.file)
        self.assert_one_message(run(*plot, "eval/lass"), 1, "eval/lass", "eval/loss")
        self.assert_one_message(run(*plot, "eval/loss", "--run", "alfa"), 1, "alfa", "alpha")
        self.assert_one_message(run(*plot, "eval/loss", "--steps", "900:"), 1, "900:")
        done = run(*plot, "eval/accuracy", "--run", "alpha", "--run", "b\u00eata")
        self.assertEqual(done.returncode, 0)
        self.assertIn("b\u00eata", done.stderr)

    def test_wrong_arguments_are_usage_errors(self):
        for wrong in (["--steps", "5"], ["--steps", "9:5"], ["--steps", "a:b"], ["--width", "7"],
                      ["--height", "1"], ["--width", "100", "-o", "x.svg"], ["-o", "-", "--json"]):
            with self.subTest(wrong=wrong):
                done = run("plot", self.file, "eval/loss", *wrong)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(done.stdout, "")

    def test_a_metric_that_is_only_nan_has_a_picture_and_a_note(self):
        done = run("plot", self.file, "eval/odd")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("NaN at step 500", done.stdout)
        self.assertIn("×", done.stdout)

    def test_names_do_not_steer_the_terminal(self):
        execute(self.file, "UPDATE run SET name = 'a' || char(27) || '[2J' WHERE name = 'alpha'")
        done = run("plot", self.file, "eval/loss")
        self.assertNotIn("\x1b", done.stdout)
        self.assertIn(r"a\x1b[2J", done.stdout)

    def test_an_empty_store_has_nothing_to_plot(self):
        empty = self.folder / "empty.db"
        make_fixture(empty, "empty")
        self.assert_one_message(run("plot", empty, "a/b"), 1, "a/b")


if __name__ == "__main__":
    main()
