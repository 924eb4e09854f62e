#!/bin/sh
# SPDX-License-Identifier: MIT
# For the other tools to source: installs what is missing, configures, compiles.

# Debian's name of each package, and what shows that it is there.
CKPTLITE_NEEDS='
g++                 command c++
cmake               command cmake
meson               command meson
ninja-build         command ninja
pkg-config          command pkg-config
python3             command python3
sqlite3             command sqlite3
zlib1g-dev          header  zlib.h
libxxhash-dev       header  xxhash.h
libdeflate-dev      header  libdeflate.h
libzip-dev          header  zip.h
libsqlite3-dev      header  sqlite3.h
libsqlitecpp-dev    header  SQLiteCpp/SQLiteCpp.h
nlohmann-json3-dev  header  nlohmann/json.hpp
libcli11-dev        header  CLI/CLI.hpp
catch2              header  catch2/catch.hpp|catch2/catch_all.hpp
libeigen3-dev       header  Eigen/Core|eigen3/Eigen/Core
libdlpack-dev       header  dlpack/dlpack.h
'

# The packages of a table like the one above that are missing, one a line.
ckptlite_missing() {
    printf '%s\n' "$1" | while read -r package kind what; do
        case $kind in
        command) command -v "$what" >/dev/null ;;
        header) ckptlite_has_header "$what" ;;
        esac || echo "$package"
    done
}

# True if the compiler finds one of the headers "A|B".
ckptlite_has_header() {
    condition=$(printf '%s' "$1" | sed 's/[^|]*/__has_include(<&>)/g; s/|/ || /g')
    printf '#if !(%s)\n#error missing\n#endif\n' "$condition" |
        "${CXX:-c++}" -x c++ -E - >/dev/null 2>&1
}

# ckptlite_apt PACKAGE...: installs them, or says what to do and fails.
ckptlite_apt() {
    if [ "$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi
    if ! command -v apt-get >/dev/null || { [ -n "$sudo" ] && ! command -v sudo >/dev/null; }; then
        echo "Missing, by their Debian names: $*" >&2
        echo "Please install them, as root: apt-get install $*" >&2
        return 1
    fi
    echo "Installing $*"
    $sudo env DEBIAN_FRONTEND=noninteractive sh -c \
        'apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" >/dev/null' \
        sh "$@" || {
        echo "apt-get could not install: $*" >&2
        return 1
    }
}

# Everything that building and testing needs.
ckptlite_setup() {
    missing=$(ckptlite_missing "$CKPTLITE_NEEDS")
    # shellcheck disable=SC2086  # one word per package
    [ -z "$missing" ] || ckptlite_apt $missing || return 1
    case $(meson --version) in
    0.*)
        echo "Meson $(meson --version) is too old: ckptlite needs 1.0. Debian 12 and Ubuntu 24.04 have" >&2
        echo "it; elsewhere 'pip install meson' in a virtual environment gives a newer one." >&2
        return 1
        ;;
    esac
}

# libtorch, which is large: 126 MB to fetch, 520 MB on disk. Only the suite torch needs it.
ckptlite_setup_torch() {
    ckptlite_has_header 'torch/script.h' || ckptlite_apt libtorch-dev
}

# clang++ with the libraries of its sanitizers and its fuzzer.
ckptlite_setup_clang() {
    command -v clang++ >/dev/null || ckptlite_apt clang || return 1
    probe=$(mktemp)
    echo 'int main() {}' | clang++ -fsanitize=address -x c++ - -o "$probe" 2>/dev/null ||
        ckptlite_apt "libclang-rt-$(clang++ -dumpversion | cut -d. -f1)-dev" llvm
    probed=$?
    rm -f "$probe"
    return $probed
}

# ckptlite_configure BUILD: once, and anew when the compiler or CKPTLITE_MESON_ARGS changed.
ckptlite_configure() {
    said="${CXX:-} ${CKPTLITE_MESON_ARGS:-}"
    if [ ! -f "$1/build.ninja" ]; then
        rm -rf "$1/meson-private" "$1/meson-info"
        again=
    elif [ "$(cat "$1/configured-with" 2>/dev/null || echo "$said")" != "$said" ]; then
        again=--wipe
    else
        return 0
    fi
    # shellcheck disable=SC2086  # words, as the user wrote them
    meson setup $again "$1" "$ckptlite_root" ${CKPTLITE_MESON_ARGS:-} || return 1
    echo "$said" >"$1/configured-with"
}

# ckptlite_compile BUILD [TARGET...]
ckptlite_compile() {
    ninja -j "$(nproc 2>/dev/null || echo 2)" -C "$@"
}
