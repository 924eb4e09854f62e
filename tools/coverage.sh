#!/bin/sh
# SPDX-License-Identifier: MIT
# Which branches of src/ the tests take: sh tools/coverage.sh [GCOVR ARGUMENT...]
# Builds with -O1, runs what tools/test.sh runs and the suite `tools`, and prints a table of the
# files, with the lines that have a branch never taken. Half an hour.
#   CKPTLITE_BUILD  build folder (default: build/coverage)
set -u
ckptlite_root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$ckptlite_root/tools/setup.sh"
export CKPTLITE_BUILD="${CKPTLITE_BUILD:-$ckptlite_root/build/coverage}"
export CXX=g++ CKPTLITE_TEST_ARGS="--timeout-multiplier 8"
# Small functions of the standard library are inlined before branches are counted. Without that the
# tests of codecs take twenty times as long.
export CKPTLITE_MESON_ARGS="-Db_coverage=true -Dbuildtype=debug -Doptimization=1"
command -v gcovr >/dev/null || ckptlite_apt gcovr || exit 1

# Counts of runs before would be added to.
[ ! -d "$CKPTLITE_BUILD" ] || find "$CKPTLITE_BUILD" -name '*.gcda' -delete
for suite in '' tools; do
    # shellcheck disable=SC2086  # none is no argument
    sh "$ckptlite_root/tools/test.sh" $suite || exit 1
done
# Not counted: the ways of exceptions out of a function, what the compiler adds to a line that has no
# branch of its own (such as the destruction of half a list), assertions, and the failure of a C
# library to get memory.
cd "$ckptlite_root" || exit 1 # filters are relative to where gcovr runs
gcovr --root . --object-directory "$CKPTLITE_BUILD" --filter 'src/' \
    --exclude-throw-branches --exclude-unreachable-branches --exclude-branches-by-pattern \
    '^(?!.*(\b(if|for|while|switch)\b|\?|&&|\|\|)).*|.*(assert\(|bad_alloc).*' \
    --branches --print-summary "$@"
