# SPDX-License-Identifier: MIT
"""Small mistakes in the decoders and in the retention plan, each of which some test must notice.

    python3 tests/mutations.py [--check] [NAME...]

copies the sources to a temporary folder, builds the tests there, and makes one change after the
other. The last line is "N caught, N survived". NAMEs are files such as path.cpp: only their changes.
With --check it only looks whether the changes could still be made.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
COPIED = ["meson.build", "meson_options.txt", "include", "src", "tests", "subprojects", "docs",
          "README.md", "examples", "bench", "tools", "CONTRIBUTING.md", "LICENSE", "CHANGELOG.md"]
SECONDS = 600  # a test that hangs has noticed

# File, what stands there, what stands there instead, test program and its arguments.
MUTATIONS = [
    ("codec/huffman_inflate.cpp", "return sum == 1U << kMaxCodeBits;", "return true;", ["codec"]),
    ("codec/huffman_inflate.cpp", "used + next.bits > kTableBits", "used + next.bits >= kTableBits + 8", ["codec"]),
    ("codec/huffman_inflate.cpp", "if (n_literals > kLiteralSymbols || n_distances != 2)", "if (n_literals > kLiteralSymbols)", ["codec"]),
    ("codec/huffman_inflate.cpp", "if (token.symbol == 16 && i == 0) return false;", "", ["codec"]),
    ("codec/huffman_inflate.cpp", "constexpr std::array<std::uint8_t, 3> kLeast = {3, 3, 11};", "constexpr std::array<std::uint8_t, 3> kLeast = {3, 3, 10};", ["codec"]),
    ("codec/huffman_inflate.cpp", "if (times > n - i) return false;", "if (times > n - i + 1) return false;", ["codec"]),
    ("codec/huffman_inflate.cpp", "if (all[n_literals] != 1 || all[n_literals + 1] != 1) return false;", "", ["codec"]),
    ("codec/huffman_inflate.cpp", "if (distance != 0 || out.at == out.begin || length > out.left())", "if (out.at == out.begin || length > out.left())", ["codec"]),
    ("codec/huffman_inflate.cpp", "if (distance != 0 || out.at == out.begin || length > out.left())", "if (distance != 0 || length > out.left())", ["codec"]),
    ("codec/huffman_inflate.cpp", "length > out.left()) return false;", "length > out.left() + 1) return false;", ["codec"]),
    ("codec/huffman_inflate.cpp", "if (a.out.left() != 0 || trailer.size() != 4) return false;", "if (trailer.size() != 4) return false;", ["codec"]),
    ("codec/huffman_inflate.cpp", "return check == adler32({a.out.begin, a.out.end}, set);", "return true;", ["codec"]),
    ("codec/huffman_inflate.cpp", "if (n > a.out.left()) return false;", "if (n > a.out.left() + 5) return false;", ["codec"]),
    ("codec/huffman_inflate.cpp", "if (!a.is_last) return begin_block(a);", "", ["codec"]),
    ("codec/huffman_inflate.cpp", "(flags & kDictionary) == 0 &&", "", ["codec"]),
    ("codec/huffman_inflate.cpp", "(method << 8 | flags) % 31 == 0;", "true;", ["codec"]),
    ("codec/plane_chunk.cpp", "if (!has_planes(headers.width)) {", "if (headers.width == 0 || headers.width > 8) {", ["codec"]),
    ("codec/plane_chunk.cpp", "if ((stored[1] & ~kRotatedFlag) != std::byte{0}) fail(\"it has unknown flags\");", "", ["codec"]),
    ("codec/plane_chunk.cpp", "if (end != stored.size()) {", "if (end > stored.size()) {", ["codec"]),
    ("codec/plane_chunk.cpp", "if (out_.size() % headers_.width != 0) {", "if (false) {", ["codec"]),
    ("codec/plane_chunk.cpp", "if (length != plane_size()) fail", "if (length > plane_size()) fail", ["codec"]),
    ("codec/plane_chunk.cpp", "if (length != 1) fail", "if (length == 0) fail", ["codec"]),
    ("codec/plane_chunk.cpp", "headers.rotated = stored[1] == kRotatedFlag;", "headers.rotated = false;", ["codec"]),
    ("codec/zlib_stream.cpp", "inflate(&zlib_, Z_FINISH) == Z_STREAM_END && zlib_.avail_in == 0 &&", "inflate(&zlib_, Z_FINISH) == Z_STREAM_END &&", ["codec"]),
    ("codec/zlib_stream.cpp", "               zlib_.avail_out == 0;", "               true;", ["codec"]),
    ("codec/zlib_stream.cpp", "return result == LIBDEFLATE_SUCCESS && consumed == stream.size();", "return result == LIBDEFLATE_SUCCESS;", ["codec"]),
    ("codec/chunk_codec.cpp", "if (stored.size() != out.size()) {", "if (stored.size() > out.size()) {", ["codec"]),
    ("codec/chunk_codec.cpp", "if (job.codec != Codec::planes) break;", "", ["codec"]),
    ("tree/structure_reader.cpp", "if (frame.as<Dict>() != nullptr && frame.key && !(*frame.key < name))", "if (false)", ["tree"]),
    ("tree/structure_reader.cpp", "if (frames_.size() > limits::kDepth) damaged(\"it has too many levels\");", "", ["tree"]),
    ("tree/structure_reader.cpp", "if (number > static_cast<number_unsigned_t>(INT64_MAX))", "if (false)", ["tree"]),
    ("tree/structure_reader.cpp", "if (text != \"*\") damaged(\"a leaf is not written \\\"*\\\"\");", "", ["tree"]),
    ("tree/structure_reader.cpp", "if (json.find('\\0') != json.npos)", "if (false)", ["tree"]),
    ("tree/structure_reader.cpp", "if (path_.size() > limits::kPathBytes) {", "if (false) {", ["tree"]),
    ("tree/structure_reader.cpp", "if (std::ranges::adjacent_find(names) != names.end())", "if (false)", ["tree"]),
    ("tree/path.cpp", "if (text.size() > 1 && text[negative ? 1 : 0] == '0') return std::nullopt;", "", ["tree"]),
    ("tree/path.cpp", "text += token[++i] == '1' ? '/' : '~';", "text += token[++i] == '1' ? '~' : '/';", ["tree"]),
    ("tree/path.cpp", "if (looks_like_integer_key(text)) path += '#';", "", ["tree"]),
    ("tree/path_pattern.cpp", "while (p < pattern.size() && is_wildcard(pattern[p])) ++p;", "", ["tree"]),
    ("tree/path_pattern.cpp", "s = ++resume;", "s = resume;", ["tree"]),
    ("tree/scalar_bytes.cpp", "if (value > 1) throw", "if (value > 2) throw", ["tree"]),
    ("tree/scalar_bytes.cpp", "if (bytes.size() != needed)", "if (bytes.size() < needed)", ["tree"]),
    ("format/shape_json.cpp", "if (shape_text(shape) != text) {", "if (shape.empty() && text != \"[]\") {", ["format"]),
    ("format/shape_json.cpp", "|| extent < 0) break;", ") break;", ["format"]),
    ("format/metrics_json.cpp", "if (depth_ == 2) not_a_metric();", "if (depth_ == 3) not_a_metric();", ["format"]),
    ("format/metrics_json.cpp", "if (opens && depth >= max_depth) too_deep = true;", "", ["format"]),
    ("format/metrics_json.cpp", "if (text == \"-Infinity\") return value(-Limits::infinity());", "if (text == \"-Infinity\") return value(Limits::infinity());", ["format"]),
    ("format/metrics_json.cpp", "return text.find('\\0') != std::string_view::npos;", "return false;", ["format"]),
    ("format/metrics_json.cpp", "if (depth_ != 2) not_a_metric();", "", ["format"]),
    ("store/retention.cpp", "if (policy.last && *policy.last < 0)", "if (policy.last && *policy.last < -1)", ["store", "-#", "[#test_retention]"]),
    ("store/retention.cpp", "*policy.every_n_steps <= 0", "*policy.every_n_steps < 0", ["store", "-#", "[#test_retention]"]),
    ("store/retention.cpp", "|| std::isnan(value->second)) return std::nullopt;", ") return std::nullopt;", ["store", "-#", "[#test_retention]"]),
    ("store/retention.cpp", "return std::pair(candidates_[a].step, candidates_[a].id) >", "return std::pair(candidates_[a].id, candidates_[a].step) >", ["store", "-#", "[#test_retention]"]),
    ("store/retention.cpp", "return rule.best == Best::lowest ? x < y : x > y;", "return rule.best == Best::lowest ? x <= y : x >= y;", ["store", "-#", "[#test_retention]"]),
    ("store/retention.cpp", "if (candidates_[row].stored_nbytes > left) return;", "if (candidates_[row].stored_nbytes >= left) return;", ["store", "-#", "[#test_retention]"]),
    ("store/retention.cpp", "if (candidates_[row].stored_nbytes > left) return;", "if (candidates_[row].stored_nbytes > left) continue;", ["store", "-#", "[#test_retention]"]),
    ("store/retention.cpp", "left -= candidates_[row].stored_nbytes;", "", ["store", "-#", "[#test_retention]"]),
    ("store/retention.cpp", "plan.keep_if(\"just written\",", "if (policy.keeps_everything()) plan.keep_if(\"just written\",", ["store", "-#", "[#test_retention]"]),
    ("store/retention.cpp", "plan.keep_if(\"pinned\", [](const Row& row) { return row.pinned; });", "", ["store", "-#", "[#test_retention]"]),
    ("store/retention.cpp", "now - row.created_at <= *age", "now - row.created_at < *age", ["store", "-#", "[#test_retention]"]),
    ("store/retention.cpp", "if (policy.keeps_everything()) plan.keep_if(\"no rules\"", "if (false) plan.keep_if(\"no rules\"", ["store", "-#", "[#test_retention]"]),
]


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def caught(build, program, arguments):
    """Whether the program's tests fail; raises what ninja says if the change does not compile."""
    built = run(["ninja", "-C", build, f"tests/test_{program}"])
    if built.returncode != 0:
        raise RuntimeError(built.stdout)
    try:
        tests = [build / "tests" / f"test_{program}", "--abort", *arguments]
        return run(tests, cwd=build, timeout=SECONDS).returncode != 0
    except subprocess.TimeoutExpired:
        return True


def source(tree, name, old):
    """The file and its text."""
    file = tree / "src" / name
    text = file.read_text()
    if old not in text:
        sys.exit(f"{name} has no {old!r} any more: change {pathlib.Path(__file__).name}")
    return file, text


def main(names):
    if names[:1] == ["--check"]:
        for name, old, _, _ in MUTATIONS:
            source(ROOT, name, old)
        return 0
    chosen = [m for m in MUTATIONS if not names or pathlib.Path(m[0]).name in names]
    survived = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, tree / name)
        build = tree / "build"
        # A byte read or written beside its array is a mistake that nothing else may show.
        options = ["-Dbuildtype=debug", "-Doptimization=1", "-Dexamples=false", "-Dcli=false",
                   "-Db_sanitize=address,undefined", "-Db_lundef=false"]
        subprocess.run(["meson", "setup", build, tree, *options], check=True, stdout=subprocess.DEVNULL)
        for program, *arguments in {tuple(m[3]) for m in chosen}:
            if caught(build, program, arguments):
                sys.exit(f"test_{program} fails without any change")
        for name, old, new, (program, *arguments) in chosen:
            file, text = source(tree, name, old)
            file.write_text(text.replace(old, new, 1))
            found = caught(build, program, arguments)
            file.write_text(text)
            survived += not found
            print(f"{'caught  ' if found else 'SURVIVED'} {name}: {old} -> {new or '(nothing)'}", flush=True)
    print(f"{len(chosen) - survived} caught, {survived} survived")
    return survived != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
