#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The page of `ckptlite report`.

usage: test_cli_report.py CKPTLITE MAKE_FIXTURE MAKE_CURVES [unittest arguments]
"""
import html.parser
import os
import re
import subprocess

from curves_case import SCRIPT_RUN, CurvesTest
from cli_case import CKPTLITE, CliTest, execute, main, make_fixture, run

VOID = {"meta", "br", "path", "line", "use", "link", "img", "input", "hr"}


class Page(html.parser.HTMLParser):
    """Fails on what is not well-formed; keeps tags, attributes and words."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words, self.problems = [], [], [], []
        self.feed(text)
        self.close()
        self.problems += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if len({name for name, _ in attributes}) != len(attributes):
            self.problems.append(f"<{tag}> has an attribute twice")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes something else")

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    def named(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]

    def text(self):
        return " ".join("".join(self.words).split())


class ReportTest:
    def page(self, file=None):
        done = run("report", file or self.file, "-o", "-")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        page = Page(done.stdout)
        self.assertEqual(page.problems, [])
        return page, done.stdout


class Curves(ReportTest, CurvesTest):
    runs = 10

    def test_ten_runs_of_ten_thousand_points_stay_under_a_megabyte(self):
        _, text = self.page()
        self.assertLess(len(text.encode()), 1_000_000)

    def test_it_refers_to_nothing_outside_and_runs_nothing(self):
        page, text = self.page()
        self.assertNotRegex(text, r"(?i)https?://|@import|url\(|javascript:|\son[a-z]+=")
        for tag in ("script", "link", "img", "iframe", "object"):
            self.assertEqual(page.named(tag), [], tag)
        for tag in ("a", "use"):
            for attributes in page.named(tag):
                self.assertRegex(attributes["href"], r"^#\w+$")
        (policy,) = [m["content"] for m in page.named("meta") if "http-equiv" in m]
        self.assertIn("default-src 'none'", policy)

    def test_every_reference_has_its_target_and_ids_are_unique(self):
        page, _ = self.page()
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        self.assertEqual(len(ids), len(set(ids)))
        for tag, attributes in page.tags:
            for name in ("href", "aria-labelledby"):
                for target in attributes.get(name, "").replace("#", "").split():
                    self.assertIn(target, ids, (tag, attributes))

    def test_names_are_escaped_and_shown(self):
        page, text = self.page()
        self.assertNotIn("<script", text)
        self.assertNotIn("<b>kernel", text)
        self.assertIn(SCRIPT_RUN, page.text())
        self.assertIn("/model_params/<b>kernel", page.text())

    def test_a_spike_of_one_point_is_in_the_curve_and_in_words(self):
        page, text = self.page()
        self.assertIn("77 at 4000", page.text())
        svg = text[text.index("<title>train/loss</title>") :]
        raw = re.search(r'<path class="c0 raw" d="([^"]*)"', svg).group(1)
        heights, height = [], 0
        for kind, y in re.findall(r"([Ml])-?\d+[ ]?(-?\d+)", raw):
            height = int(y) if kind == "M" else height + int(y)
            heights.append(height)
        self.assertLess(min(heights), 0.05 * max(heights))

    def test_alarms_name_metrics_and_leaves_with_their_first_step(self):
        page, _ = self.page()
        text = page.text()
        self.assertIn("1 metric and 2 leaves have values that are NaN or infinite", text)
        self.assertIn("NaN at 2000 steps, first at 8001; infinity at step 8000", text)
        self.assertRegex(text, r"/model_params/bias ?run-9 ?10000 ?1 ?0")

    def test_each_metric_has_a_chart_with_title_description_and_units(self):
        page, text = self.page()
        self.assertEqual(len(re.findall(r'<svg role="img"', text)),
                         len(re.findall(r"<desc>", text)))
        for metric in ("train/loss", "train/lr", "train/grad_norm", "eval/loss", "eval/score"):
            self.assertIn(f"<title>{metric}</title>", text)
        self.assertGreaterEqual(page.text().count("step"), 5)


class Sections(ReportTest, CliTest):
    def test_best_checkpoints_storage_runs_and_lineage_are_there(self):
        text = self.page()[0].text()
        self.assertRegex(text, r"eval/loss ?0\.28 step 300, b\u00eata")
        self.assertIn("NaN only", text)
        for expected in ("/model_params", "/optimizer_state", "learning_rate", "0.1",
                         "b\u00eata from step 200", "pinned", "not finished", "Stored bytes"):
            self.assertIn(expected, text)

    def test_control_characters_and_bytes_that_are_no_text_cannot_break_the_page(self):
        execute(self.file, "UPDATE run SET name = CAST(x'61ff1b3c2f7464' AS TEXT) WHERE id = 1")
        page, text = self.page()
        self.assertNotRegex(text, "[\x00-\x08\x0b-\x1f\x7f-\x9f]")
        self.assertIn("a\ufffd\\x1b</td", page.text())

    def test_a_config_that_is_no_object_is_shown_as_it_is(self):
        long = "x" * 300
        for config, words in (
            ('[1, "two"]', r'\[1,"two"\]'),
            ('"a text"', r"a text"),
            (f'"{long}"', r"x{150,199}\u2026"),
            ("{no json", r"{no json"),
            ('{"name": "a", "deep": {"b": [1]}}', r'deep\s?{"b":\[1\]}\s?name\s?a'),
        ):
            with self.subTest(config=config):
                execute(self.file, f"UPDATE run SET config = '{config}' WHERE id = 1")
                page, text = self.page()
                self.assertRegex(page.text(), words)
                self.assertNotIn(long, text)

    def test_runs_whose_parents_go_round_in_a_circle_are_all_listed(self):
        execute(self.file, "UPDATE run SET parent_run_id = 2, parent_step = 1 WHERE id = 1")
        text = self.page()[0].text()
        self.assertRegex(text, r"Lineage ?alpha from step 1 ?b\u00eata from step 200")

    def test_an_empty_store_has_a_page_that_says_so(self):
        empty = self.folder / "empty.db"
        make_fixture(empty, "empty")
        text = self.page(empty)[0].text()
        for expected in ("Nothing was logged", "There are no checkpoints", "There are no runs"):
            self.assertIn(expected, text)

    def test_nothing_is_replaced_without_force_and_json_says_what_was_written(self):
        out = self.folder / "report.html"
        written = self.json_of("report", self.file, "-o", out)
        self.assertEqual(written["nbytes"], out.stat().st_size)
        self.assertEqual((written["out"], written["runs"]), (str(out), 2))
        self.assert_one_message(run("report", self.file, "-o", out), 1, "--force")
        self.assertEqual(run("report", self.file, "-o", out, "--force").returncode, 0)
        self.assertEqual(sorted(os.listdir(self.folder)), ["report.html", "run.db"])

    def test_stdout_that_is_full_is_an_error(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([CKPTLITE, "report", self.file, "-o", "-"], stdout=full,
                                  stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"could not be written", done.stderr)

    def test_json_and_the_page_cannot_both_go_to_stdout(self):
        self.assertEqual(run("report", self.file, "-o", "-", "--json").returncode, 2)


if __name__ == "__main__":
    main()
