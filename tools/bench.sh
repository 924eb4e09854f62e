#!/bin/sh
# SPDX-License-Identifier: MIT
# Measures the library beside the plain disk and memory, and beside other formats:
#   sh tools/bench.sh [--size MIB] [--rounds N] [--json FILE] [--peers] [--only KEY,...] [--state FILE]
#
# Installs what is missing, builds into build-bench/, trains a model once and keeps it there.
#   --size MIB      size of the state, default 1024; 4 times as much for some figures
#   --rounds N      rounds that count, default 5
#   --json FILE     write the figures there, too
#   --peers         measure numpy, safetensors, torch, h5py, flax and orbax, too, from a virtual
#                   environment in the build folder (several GB)
#   --only KEY,...  these keys of the table alone
#   --state FILE    safetensors or npz instead of a model trained here
#   CKPTLITE_BUILD  the build folder; its disk is the one that is measured
set -eu
ckptlite_root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$ckptlite_root/tools/setup.sh"
build=${CKPTLITE_BUILD:-$ckptlite_root/build-bench}

case ${1:-} in
-h | --help)
    sed -n '3,15s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
esac

ckptlite_setup
for argument in "$@"; do
    if [ "$argument" = --peers ] && ! python3 -c 'import ensurepip' 2>/dev/null; then
        ckptlite_apt python3-venv
    fi
done
CKPTLITE_MESON_ARGS="-Dbuildtype=release -Dbench=true ${CKPTLITE_MESON_ARGS:-}"
ckptlite_configure "$build" >&2
ckptlite_compile "$build" bench/bench_store bench/bench_codec examples/train_char_lm >&2
exec python3 "$ckptlite_root/bench/bench.py" --programs "$build" "$@"
