#!/bin/sh
# SPDX-License-Identifier: MIT
# Trains a small language model into one file, then asks that file questions:
#   sh tools/demo.sh [--db FILE] [--steps N] [--programs BUILD] [TEXT...]
#
# Installs what is missing and builds into build/, like test.sh. Called again, it resumes.
#   --db FILE         default: demo.db in the repository's top folder
#   --steps N         how many more steps to train; default 4000, about 25 s on two slow cores
#   --programs BUILD  install and build nothing, use what is in this build folder
#   TEXT...           what to learn from; default: the licence texts of Debian and Ubuntu
set -eu
ckptlite_root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$ckptlite_root/tools/setup.sh"

usage() {
    [ $# = 0 ] || printf 'demo.sh: %s\n' "$1" >&2
    sed -n '3,11s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

# need_value OPTION REST...: complains if nothing follows the option.
need_value() {
    [ $# -ge 2 ] || usage "$1 needs a value"
}

db=
steps=4000
programs=
while [ $# -gt 0 ]; do
    case $1 in
    --db) need_value "$@" && db=$2 && shift 2 ;;
    --steps) need_value "$@" && steps=$2 && shift 2 ;;
    --programs) need_value "$@" && programs=$2 && shift 2 ;;
    --) shift && break ;;
    -*) usage "there is no option $1" ;;
    *) break ;;
    esac
done
case $steps in
'' | *[!0-9]* | 0?* | ????????*) usage "--steps takes a number of steps, not '$steps'" ;;
esac

# Called from the top folder, the commands below stay short enough to type.
here=$ckptlite_root/
[ "$PWD" != "$ckptlite_root" ] || here=
db=${db:-${here}demo.db}

if [ $# = 0 ]; then
    for text in /usr/share/common-licenses/*; do
        if [ -f "$text" ] && [ ! -L "$text" ]; then set -- "$@" "$text"; fi
    done
    if [ $# = 0 ]; then
        echo "demo.sh: there are no texts in /usr/share/common-licenses to learn from;" >&2
        echo "name some text files: sh tools/demo.sh TEXT..." >&2
        exit 1
    fi
fi

if [ -z "$programs" ]; then
    programs=${CKPTLITE_BUILD:-${here}build}
    ckptlite_setup
    ckptlite_configure "$programs"
    ckptlite_compile "$programs" examples/train_char_lm src/cli/ckptlite
fi

eval_every=$((steps / 20))
[ "$eval_every" -gt 0 ] || eval_every=1
"$programs/examples/train_char_lm" --db "$db" --more "$steps" --eval-every "$eval_every" -- "$@"
if [ -d "$db" ]; then db=${db%/}/checkpoints.db; fi
if [ ! -e "$db" ]; then
    echo "demo.sh: there is no $db yet; train at least one step" >&2
    exit 1
fi

# The commands that anybody can type, each above its answer.
ask() {
    printf '\n# %s\n$ sqlite3 -box %s "%s"\n' "$1" "$db" "$2"
    sqlite3 -box "$db" "$2"
}
command_line() {
    printf '\n# %s\n$ %s\n' "$1" "$2 $3 $db $4"
    # shellcheck disable=SC2086  # words
    "$2" $3 "$db" $4
}

last=$(sqlite3 -cmd '.timeout 2000' "$db" 'SELECT coalesce(max(step), 0) FROM checkpoint')
shown_every=$(((last / eval_every + 9) / 10 * eval_every))
[ "$shown_every" -gt 0 ] || shown_every=1

ask 'How did the loss fall?' "SELECT step,
  round(max(value) FILTER (WHERE metric_group = 'train'), 3) AS train_loss,
  round(max(value) FILTER (WHERE metric_group = 'eval'), 3) AS eval_loss
FROM history WHERE metric = 'loss' AND step % $shown_every = 0 GROUP BY run, step"

printf '\n# %s\n$ sqlite3 %s "%s"\n' 'Which checkpoint is the best?' "$db" \
    "SELECT step, metrics->>'\$.eval.loss' FROM checkpoint ORDER BY 2 LIMIT 1"
sqlite3 "$db" "SELECT step, metrics->>'\$.eval.loss' FROM checkpoint ORDER BY 2 LIMIT 1"

ask 'What is stored, and how large is it?' \
    "SELECT prefix, step, n_leaves, nbytes, stored_nbytes, percent FROM storage"
printf '\n# And the whole file?\n$ ls -lh %s\n' "$db"
ls -lh "$db"

ask 'Which weights have the largest norm?' "SELECT step, path, dtype, shape, round(norm, 2) AS norm
FROM tensor WHERE path LIKE '/model_params/%' ORDER BY tensor.norm DESC LIMIT 1"

command_line 'The losses as curves' "$programs/src/cli/ckptlite" plot 'eval/loss train/loss --height 9'
command_line 'The best checkpoint, for a program to read' \
    "$programs/src/cli/ckptlite" best 'eval/loss --lowest --json'
command_line 'Is every byte as it was written?' "$programs/src/cli/ckptlite" verify --full
