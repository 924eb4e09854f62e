#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`ckptlite tag`: names of checkpoints, and what they protect.

usage: test_cli_tags.py CKPTLITE MAKE_FIXTURE [unittest arguments]
"""
import sqlite3

from cli_case import CliTest, main, run


class Tag(CliTest):
    def rows(self, sql):
        connection = sqlite3.connect(self.file)
        found = connection.execute(sql).fetchall()
        connection.close()
        return found

    def tagged(self):
        return self.rows(
            "SELECT tag, run.name, step FROM checkpoint_tag JOIN checkpoint ON"
            " checkpoint.id = checkpoint_id JOIN run ON run.id = run_id ORDER BY tag"
        )

    def tag(self, *arguments):
        done = run("tag", self.file, *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_a_tag_names_what_the_selector_selects_and_the_list_has_it(self):
        said = self.tag("highest:eval/accuracy", "release")
        self.assertEqual(said, "run 'alpha', prefix 'checkpoint', step 300: tagged 'release'\n")
        self.assertEqual(self.tagged(), [("release", "alpha", 300)])
        title, line = self.tag().splitlines()
        self.assertRegex(title, r"^tag +run +prefix +step +created +metrics$")
        self.assertRegex(line, r"^release +alpha +checkpoint +300 +")
        (row,) = [row for row in self.json_of("ls", self.file)["checkpoints"] if row["tags"]]
        self.assertEqual((row["tags"], row["run"], row["step"]), (["release"], "alpha", 300))
        self.assertRegex(run("ls", self.file).stdout, r"\n[^\n]*alpha +checkpoint +300 .* release ")

    def test_json_has_the_tag_and_its_checkpoint(self):
        one = self.json_of("tag", self.file, "highest:eval/accuracy", "release")
        self.assertEqual(one["tag"], "release")
        self.assertEqual((one["checkpoint"]["run"], one["checkpoint"]["step"]), ("alpha", 300))
        self.assertEqual(one["checkpoint"]["tags"], ["release"])
        self.assertEqual(self.json_of("tag", self.file), {"tags": [one]})
        self.assertEqual(self.json_of("tag", self.file, "--delete", "release"),
                         {"deleted": "release"})
        self.assertEqual(self.json_of("tag", self.file), {"tags": []})

    def test_a_file_without_tags_is_an_empty_list(self):
        done = run("tag", self.file)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stderr, "ckptlite: the file has no tags\n")

    def test_a_tag_selects_its_checkpoint(self):
        self.tag("highest:eval/accuracy", "release")
        self.tag("tag:release", "paper")
        self.assertEqual(self.tagged(), [("paper", "alpha", 300), ("release", "alpha", 300)])
        self.assert_one_message(run("tag", self.file, "tag:relaese", "x"), 1, "relaese", "release")

    def test_a_tag_moves_only_when_told(self):
        self.tag("highest:eval/accuracy", "release")
        done = run("tag", self.file, "latest", "release")
        self.assert_one_message(done, 1, "release", "run 'alpha', prefix 'checkpoint', step 300")
        self.tag("latest", "release", "--move")
        self.assertEqual(self.tagged(), [("release", "alpha", 500)])

    def test_deleting_a_tag_leaves_its_checkpoint(self):
        self.tag("latest", "release")
        n = self.rows("SELECT count(*) FROM checkpoint")
        self.assertEqual(self.tag("--delete", "release"),
                         "'release' is no tag any more\n")
        self.assertEqual((self.tagged(), self.rows("SELECT count(*) FROM checkpoint")), ([], n))
        self.assert_one_message(run("tag", self.file, "--delete", "release"), 1, "there is none")

    def test_a_selector_that_selects_nothing_changes_nothing(self):
        self.assert_one_message(run("tag", self.file, "12345", "x"), 1, "12345")
        self.assertEqual(self.file.read_bytes(), self.original)

    def test_a_tagged_checkpoint_is_neither_pruned_nor_deleted(self):
        self.tag("200", "release")
        done = run("prune", self.file, "--keep-last", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.tagged(), [("release", "alpha", 200)])
        self.assert_one_message(run("rm", self.file, "tag:release"), 2, "--delete 'release'")

    def test_arguments_that_do_not_go_together_are_a_usage_error(self):
        for arguments in (["latest"], ["--move"], ["latest", "a", "--delete", "b"], ["latest", ""],
                          ["latest", "a", "--untrusted"], ["--run", "alpha"], ["--prefix", "x"],
                          ["--delete", "a", "--run", "alpha"]):
            with self.subTest(arguments=arguments):
                done = run("tag", self.file, *arguments)
                self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(self.file.read_bytes(), self.original)

    def test_control_characters_in_a_tag_are_not_printed(self):
        said = self.tag("latest", "\x1b[2J")
        self.assertNotIn("\x1b", said + self.tag() + run("ls", self.file).stdout)
        self.assertEqual(self.json_of("tag", self.file)["tags"][0]["tag"], "\x1b[2J")


if __name__ == "__main__":
    main()
