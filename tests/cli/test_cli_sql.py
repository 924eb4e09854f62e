#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What docs/CLI.md says of `ckptlite sql`.

usage: test_cli_sql.py CKPTLITE MAKE_FIXTURE [unittest arguments]
"""
import csv
import io
import sqlite3
import subprocess
import sys

from cli_case import CKPTLITE, CliTest, execute, main, run

BIAS = "'/model_params/dense_0/bias'"


class Output(CliTest):
    def sql(self, query, *more, **how):
        done = run("sql", self.file, query, *more, **how)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_the_table_has_names_and_aligned_values(self):
        printed = self.sql("SELECT path, nan_count, norm FROM tensor WHERE checkpoint_id = 5 LIMIT 2")
        self.assertEqual(printed.splitlines(), [
            "path                          nan_count              norm",
            "/model_params/dense_0/bias            1  2.23606797749979",
            "/model_params/dense_0/kernel          0  19739.1033230996",
        ])

    def test_the_table_tells_null_from_text_and_shows_short_blobs(self):
        printed = self.sql("SELECT NULL AS a, '' AS b, x'00ff' AS c, zeroblob(40) AS d, 9e999 AS e")
        self.assertEqual(printed.splitlines()[1].split(), ["NULL", "x'00ff'", "(40", "B)", "Infinity"])

    def test_the_table_has_no_control_characters(self):
        printed = self.sql("SELECT prefix AS \"a\x1b\" FROM checkpoint WHERE note != ''")
        self.assertEqual(printed.splitlines(), [r"a\x1b", r"\x1b[2J\x9b2J\x0alowest"])

    def test_json_has_an_object_a_row_and_every_type(self):
        rows = self.json_of(
            "sql", self.file,
            "SELECT NULL AS a, 7 AS b, 0.1 AS c, 'x' AS d, x'00ff' AS e, -9e999 AS f, 1 AS b")
        self.assertEqual(rows, [{"a": None, "b": 7, "c": 0.1, "d": "x", "e": {"hex": "00ff"},
                                 "f": "-Infinity", "b:1": 1}])
        self.assertEqual(self.json_of("sql", self.file, "SELECT 1 WHERE 0"), [])

    def test_csv_is_read_back_as_the_rows_it_was(self):
        query = ("SELECT 'a,b' AS \"x,y\", 'say \"hi\"' AS q, 'two' || char(10) || 'lines' AS n,"
                 " '' AS e, NULL AS z, 0.1 + 0.2 AS r, 2.0 AS w, x'0a' AS h")
        printed = self.sql(query, "--csv")
        self.assertEqual(list(csv.reader(io.StringIO(printed))), [
            ["x,y", "q", "n", "e", "z", "r", "w", "h"],
            ["a,b", 'say "hi"', "two\nlines", "", "", "0.30000000000000004", "2.0", "0a"]])
        self.assertIn(',"",,', printed)

    def test_several_statements_print_several_tables_and_one_array(self):
        query = "SELECT 1 AS a; SELECT 2 AS b, 3 AS c"
        self.assertEqual(self.sql(query), "a\n1\n\nb  c\n2  3\n")
        self.assertEqual(self.sql(query, "--csv"), "a\n1\n\nb,c\n2,3\n")
        self.assertEqual(self.json_of("sql", self.file, query), [{"a": 1}, {"b": 2, "c": 3}])

    def test_a_dash_reads_the_query_from_stdin(self):
        self.assertEqual(self.sql("-", stdin="-- why\nSELECT 7 AS n\n"), "n\n7\n")

    def test_the_functions_read_tensors(self):
        (row,) = self.json_of("sql", self.file, f"SELECT tensor_norm(5, {BIAS}) AS norm,"
                              f" tensor_json(5, {BIAS}) AS json")
        self.assertEqual(row, {"norm": 5 ** 0.5, "json": '[1.0, "NaN", -2.0]'})


class Refusals(CliTest):
    def test_sql_that_sqlite_refuses_is_a_usage_error(self):
        for query, words in {
            "SELEC 1": "syntax error",
            "SELECT * FROM nowhere": "no such table: nowhere",
            "": "no statement",
            f"SELECT tensor_at(1, {BIAS}, 3)": "index 3 is outside",
            f"SELECT tensor_at(1, {BIAS}, 'x')": "an integer, not text",
            "ATTACH 'other.db' AS other": "refused",
            "VACUUM INTO 'other.db'": "writes",
            "BEGIN": "COMMIT",
        }.items():
            with self.subTest(query=query):
                self.assert_one_message(run("sql", self.file, query), 2, words)

    def test_a_leaf_that_is_not_there_is_not_found(self):
        self.assert_one_message(run("sql", self.file, "SELECT tensor_norm(999)"), 1, "no leaf 999")
        self.assert_one_message(
            run("sql", self.file, "SELECT tensor_norm(1, '/model_params/dense_0/bais')"),
            1, "the nearest path is '/model_params/dense_0/bias'")

    def test_damage_is_reported(self):
        execute(self.file, "UPDATE chunk SET data = zeroblob(length(data))")
        self.assert_one_message(run("sql", self.file, "SELECT tensor_norm(2)"), 1, "leaf 2", "damaged")

    def test_options_that_contradict_are_refused(self):
        for more in (["--csv", "--json"], ["--write", "--untrusted"]):
            done = run("sql", self.file, "SELECT 1", *more)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn("usage: ckptlite sql FILE QUERY", done.stderr)

    def test_an_untrusted_file_is_checked_first(self):
        query = f"SELECT tensor_norm(1, {BIAS}) > 2 AS ok"
        self.assertEqual(self.json_of("sql", self.file, query, "--untrusted"), [{"ok": 1}])
        execute(self.file, "CREATE VIEW mine AS SELECT 1")
        self.assert_one_message(run("sql", self.file, query, "--untrusted"), 1, "mine")


class Writing(CliTest):
    UPDATE = "UPDATE checkpoint SET note = 'by hand' WHERE id = 1"

    def note(self):
        (row,) = self.json_of("sql", self.file, "SELECT note FROM checkpoint WHERE id = 1")
        return row["note"]

    def test_nothing_is_written_unless_told(self):
        self.assert_one_message(run("sql", self.file, self.UPDATE), 2, "--write")
        self.assertEqual(self.file.read_bytes(), self.original)

    def test_with_write_it_is_and_verify_says_so(self):
        done = run("sql", self.file, self.UPDATE, "--write")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertEqual(self.note(), "by hand")
        self.assertEqual(run("verify", self.file).returncode, 1)

    def test_a_query_that_fails_keeps_nothing_of_its_transaction(self):
        done = run("sql", self.file, f"BEGIN; {self.UPDATE}; SELECT absent; COMMIT", "--write")
        self.assert_one_message(done, 2, "no such column: absent")
        self.assertEqual(self.note(), "")

    def test_a_write_that_was_cut_off_is_rolled_back_first(self):
        code = ("import os, sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
                "db.execute('PRAGMA cache_size = 1'); db.execute('BEGIN');"
                "db.execute('UPDATE chunk SET data = zeroblob(length(data))'); os._exit(0)")
        subprocess.run([sys.executable, "-c", code, str(self.file)], check=True)
        done = run("sql", self.file, "SELECT count(*) AS n FROM checkpoint")
        self.assertEqual((done.returncode, done.stdout), (0, "n\n8\n"))
        self.assertRegex(done.stderr, r"\Ackptlite: [^\n]+rolling it back\n\Z")
        self.assertEqual(run("verify", self.file, "--full").returncode, 0)

    def test_a_locked_file_is_busy(self):
        db = sqlite3.connect(self.file, isolation_level=None)
        db.execute("BEGIN EXCLUSIVE")
        done = run("sql", self.file, "SELECT 1")
        db.close()
        self.assert_one_message(done, 5, "locked")

    def test_output_that_cannot_be_written_is_an_error(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([CKPTLITE, "sql", self.file, "SELECT 1", "--csv"], stdout=full,
                                  stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"could not be written", done.stderr)


if __name__ == "__main__":
    main()
