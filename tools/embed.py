#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a C++ file that defines a std::string_view with the text of another file.

embed.py INPUT OUTPUT HEADER NAMESPACE::NAME   (HEADER declares the name)
"""
import sys

source, target, header, name = sys.argv[1:]
with open(source, encoding="utf-8") as file:
    text = file.read()
if ')text"' in text:
    sys.exit(f'{source}: the characters )text" would end the string constant')

namespace, _, name = name.rpartition("::")
with open(target, "w", encoding="utf-8") as file:
    file.write(
        f'#include "{header}"\n\n'
        f"namespace {namespace} {{\n\n"
        f'const std::string_view {name} = R"text({text})text";\n\n'
        f"}}  // namespace {namespace}\n"
    )
