#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the fuzz targets with clang's libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer,
# and runs them one after the other: sh tools/fuzz.sh [TARGET...] [--runs N] [--max-len N] [--untraced]
# Without a target: all of them. Ends with a line for each: executions, seconds, findings.
# --untraced leaves away the trace of what is compared with what, which finds the magic words of a
# text, but takes over half the time where tables of codes are made.
# What it finds is put into tests/fuzz/corpus/TARGET/, to be replayed by the tests from then on.
#   CKPTLITE_BUILD    build folder (default: build/fuzz); inputs that reach new code gather in it
#   CKPTLITE_FUZZ_ARGS  more arguments for libFuzzer
set -u
ckptlite_root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$ckptlite_root/tools/setup.sh"
runs=1000000
max_len=512
targets=
variant=
# The number of executions counts, and the sanitizers find at -O2 what they find at -O1. Their checks
# make every operator[] look too large to be inlined, hence the threshold. Meson takes a list of words.
flags="'-fsanitize=fuzzer-no-link','-mllvm','-inline-threshold=1000'"

stop() {
    echo "fuzz.sh: $1" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
    --runs) runs=${2:?a number} && shift ;;
    --max-len) max_len=${2:?a number} && shift ;;
    --untraced) variant=-untraced && flags="$flags,'-fno-sanitize-coverage=trace-cmp'" ;;
    -*) stop "unknown option $1" ;;
    *) targets="$targets $1" ;;
    esac
    shift
done

build=${CKPTLITE_BUILD:-$ckptlite_root/build/fuzz$variant}

ckptlite_setup || stop "something is missing, see above"
ckptlite_setup_clang || stop "something is missing, see above"
export CXX=clang++
CKPTLITE_MESON_ARGS="-Dbuildtype=debug -Doptimization=2 -Db_sanitize=address,undefined
    -Db_lundef=false -Dcpp_args=[$flags] -Dfuzzer=true -Dcli=false -Dexamples=false" \
    ckptlite_configure "$build" || stop "meson setup failed, see above"

ninja -C "$build" build.ninja >/dev/null || stop "meson setup failed" # targets may have been added
all=$(ninja -C "$build" -t targets all | sed -n 's/^tests\/fuzz\/fuzz_\([a-z_]*\): .*/\1/p' | sort -u)
[ -n "$targets" ] || targets=$all
for target in $targets; do
    printf '%s\n' "$all" | grep -qx -e "$target" ||
        stop "no target is named $target; there are: $(echo $all)"
    ckptlite_compile "$build" "tests/fuzz/fuzz_$target" >/dev/null || stop "$target did not compile"
done

# Stores are made anew for each input: in memory, where there is a folder for that.
if [ -z "${TMPDIR:-}" ] && [ -d /dev/shm ]; then export TMPDIR=/dev/shm; fi
# Deep traces of each allocation, freed memory kept for long and a search for leaks after each input
# would halve the speed. Leaks are looked for at the end.
export ASAN_OPTIONS=halt_on_error=1:detect_leaks=1:malloc_context_size=1:quarantine_size_mb=1:thread_local_quarantine_size_kb=16
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
failed=0
summary=
for target in $targets; do
    seeds=$ckptlite_root/tests/fuzz/corpus/$target
    work=$build/corpus/$target
    found=$build/found/$target
    log=$build/fuzz-$target.log
    mkdir -p "$work" "$found" "$seeds"
    echo "$target: $runs executions, log in $log"
    # shellcheck disable=SC2086  # words
    "$build/tests/fuzz/fuzz_$target" -runs="$runs" -max_len="$max_len" -use_value_profile=0 -entropic=0 \
        -detect_leaks=0 -rss_limit_mb=2048 -timeout=20 -print_final_stats=1 -artifact_prefix="$found/" \
        ${CKPTLITE_FUZZ_ARGS:-} "$work" "$seeds" >"$log" 2>&1 || {
        failed=1
        tail -n 40 "$log" >&2
        for input in "$found"/*; do
            [ ! -f "$input" ] || cp "$input" "$seeds/"
        done
    }
    count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
    seconds=$(sed -n 's/^Done .* runs in \([0-9]*\) second.*/\1/p' "$log" | tail -n 1)
    findings=$(find "$found" -type f | wc -l)
    summary="$summary
$target: ${count:-0} executions, ${seconds:-?} seconds, $findings findings"
done
echo "$summary"
exit $failed
