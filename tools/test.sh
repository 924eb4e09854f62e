#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing, builds, and runs the tests: sh tools/test.sh [SUITE...]
# Without a suite: all but `long`, `tools` and `torch`, which installs libtorch. The last line is "N passed, N failed".
#   CKPTLITE_BUILD       build folder (default: build)
#   CKPTLITE_MESON_ARGS  more arguments for `meson setup`
#   CKPTLITE_TEST_ARGS   more arguments for `meson test`
#   CXX                  the compiler
set -u
ckptlite_root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$ckptlite_root/tools/setup.sh"
build=${CKPTLITE_BUILD:-$ckptlite_root/build}

stop() {
    echo "test.sh: $1" >&2
    echo "0 passed, 1 failed"
    exit 1
}

ckptlite_setup || stop "something is missing, see above"
case " $* " in
*" torch "*) ckptlite_setup_torch || stop "libtorch is missing, see above" ;;
esac
ckptlite_configure "$build" || stop "meson setup failed, see above"
case " $* " in
*" torch "*) # What was configured before libtorch was there has not looked for it since.
    meson setup --reconfigure "$build" "$ckptlite_root" -Dtorch=enabled || stop "meson setup failed, see above" ;;
esac

suites=$(meson test -C "$build" --no-rebuild --list | sed -n 's/^ckptlite:\([a-z]*\) .*/\1/p' | sort -u)
chosen=
for suite in "$@"; do
    printf '%s\n' "$suites" | grep -qx -e "$suite" ||
        stop "no suite is named $suite; there are: $(echo $suites)"
    chosen="$chosen --suite ckptlite:$suite"
done

# A suite by name is built by `meson test` itself, which compiles only what it needs.
if [ -z "$chosen" ]; then
    ckptlite_compile "$build" || stop "it did not compile, see above"
    chosen="--no-rebuild --suite ckptlite --no-suite ckptlite:long --no-suite ckptlite:tools --no-suite ckptlite:torch"
fi

log=$build/meson-logs/testlog.json
rm -f "$log"
# shellcheck disable=SC2086  # words
meson test -C "$build" $chosen ${CKPTLITE_TEST_ARGS:-}
[ -s "$log" ] || stop "no test ran"
python3 "$ckptlite_root/tools/count_tests.py" "$log"
