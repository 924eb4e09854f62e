#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The examples of docs/SQL_FUNCTIONS.md, run, and its table of functions, held against SQLite's.

usage: test_sql_functions.py CKPTLITE MAKE_FIXTURE [unittest arguments]
"""
import re

from cli_case import ROOT, CliTest, main, run

PAGE = (ROOT / "docs" / "SQL_FUNCTIONS.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```sql\n(.*?)^```\n\n```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
NAMES = ("SELECT name FROM pragma_function_list WHERE name GLOB 'tensor_*' UNION"
         " SELECT name FROM pragma_module_list WHERE name GLOB 'tensor_*'")


class SqlFunctions(CliTest):
    def test_every_example_prints_what_the_page_says(self):
        self.assertEqual(len(EXAMPLES), PAGE.count("```sql\n"))
        self.assertGreater(len(EXAMPLES), 5)
        for query, printed in EXAMPLES:
            with self.subTest(query=query):
                done = run("sql", self.file, query)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(done.stdout, printed)

    def test_the_page_has_every_function_and_an_example_of_each(self):
        names = {row["name"] for row in self.json_of("sql", self.file, NAMES)}
        table = PAGE.partition("## Functions")[2].partition("\n\n## ")[0]
        self.assertEqual(set(re.findall(r"`(tensor_\w+)\(", table)), names)
        for name in names:
            with self.subTest(name=name):
                self.assertTrue(any(name + "(" in query for query, _ in EXAMPLES))


if __name__ == "__main__":
    main()
