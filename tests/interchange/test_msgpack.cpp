// SPDX-License-Identifier: MIT
#include <algorithm>
#include <limits>

#include "ckptlite/error.hpp"
#include "interchange/file_bytes_of.hpp"
#include "interchange/msgpack_plan.hpp"
#include "interchange/msgpack_reader.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::interchange {
namespace {

using namespace std::string_literals;

FileTree read_text(const std::string& bytes, bool infer_lists = true) {
    return read_msgpack(test::source_of(bytes), infer_lists);
}

/// A tree without tensors as its file.
std::string written(const Tree& tree) {
    return plan_msgpack({tree, {}}).tail;
}

/// uint8, shape [2].
std::string array_ext(const std::string& inner = "\x93\x91\x02\xa5uint8\xc4\x02hi") {
    return "\xc7" + std::string(1, static_cast<char>(inner.size())) + "\x01" + inner;
}

TEST_CASE("plain values are read as they were written", "[interchange]") {
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t edge :
         {0L, 127L, 128L, 255L, 256L, 65'535L, 65'536L, 4'294'967'295L, 4'294'967'296L, kMost}) {
        CHECK(read_text(written(edge)).tree == Tree(edge));
        CHECK(read_text(written(-edge - 1)).tree == Tree(-edge - 1));
    }
    for (const std::size_t size : {0UL, 31UL, 32UL, 255UL, 256UL, 65'535UL, 65'536UL}) {
        CHECK(read_text(written(std::string(size, 'x'))).tree == Tree(std::string(size, 'x')));
        CHECK(read_text(written(Bytes(size))).tree == Tree(Bytes(size)));
    }
    const Tree tree = Dict{{"a", true},
                           {"b", 1.5},
                           {"c", std::complex<double>(1, -2)},
                           {"d", None()},
                           {"e", Dict{{"3", false}, {"f", Dict()}}}};
    CHECK(read_text(written(tree)).tree == tree);
    CHECK(read_text("\x82\x03\xc2\xfd\x80").tree == Tree(Dict{{3, false}, {-3, Dict()}}));
}

TEST_CASE("integer keys are written as the text that flax looks up", "[interchange]") {
    const ExportPlan plan = plan_msgpack({Dict{{"d", Dict{{3, true}, {-3, false}}}}, {}});
    CHECK(plan.changes == std::vector<std::string>{"/d: integer keys become text"});
    CHECK(read_text(plan.tail).tree == Tree(Dict{{"d", Dict{{"3", true}, {"-3", false}}}}));
    REQUIRE_THROWS_SAYING(written(Dict{{"d", Dict{{3, true}, {"3", false}}}}), InvalidArgument,
                          "leaf /d/#3: this dict has the key 3 as an integer and as text");
}

TEST_CASE("maps with positions are lists, if that is wanted", "[interchange]") {
    List list;
    for (std::int64_t i = 0; i < 12; ++i) list.items.emplace_back(i);
    const std::string bytes = written(Dict{{"l", list}});
    const FileTree found = read_text(bytes);
    CHECK(found.tree == Tree(Dict{{"l", list}}));
    CHECK(found.inferred_lists == std::vector<std::string>{"/l"});
    const FileTree kept = read_text(bytes, false);
    CHECK(kept.inferred_lists.empty());
    CHECK(kept.tree.at("/l").dict().find("11") != nullptr);
}

TEST_CASE("an array is read from its place in the file", "[interchange]") {
    const std::string bytes = "\x81\xa1w" + array_ext();
    const FileTree found = read_text(bytes);
    const FileTensor& tensor = found.tensors.at("/w");
    CHECK(tensor.dtype == DType::uint8);
    CHECK(tensor.shape == Shape{2});
    CHECK(test::all_bytes(tensor) == "hi");
}

TEST_CASE("a divided array is one tensor", "[interchange]") {
    const std::string piece = array_ext("\x93\x91\x02\xa5uint8\xc4\x02hi");
    const std::string bytes =
        "\x81\xa1w\x83\xb9__msgpack_chunked_array__\xc3\xa5shape\x82\xa1"
        "0\x01\xa1"
        "1\x04\xa6"
        "chunks\x82\xa1"
        "0" +
        piece +
        "\xa1"
        "1" +
        piece;
    for (const bool infer_lists : {true, false}) {
        const FileTree found = read_text(bytes, infer_lists);
        REQUIRE(found.tensors.size() == 1);
        CHECK(found.inferred_lists.empty());
        CHECK(found.tensors.at("/w").shape == Shape{1, 4});
        CHECK(test::all_bytes(found.tensors.at("/w")) == "hihi");
    }
}

TEST_CASE("a divided array leaves nothing of its pieces, and all of what is beside it",
          "[interchange]") {
    const auto key = [](const std::string& name) {
        return std::string(1, static_cast<char>(0xA0 | name.size())) + name;
    };
    const std::string list = "\x81" + key("0") + array_ext();
    const std::string divided = "\x83\xb9__msgpack_chunked_array__\xc3" + key("shape") + "\x81" +
                                key("0") + "\x02" + key("chunks") + list;
    const FileTree found = read_text("\x84" + key("a") + list + key("d") + divided + key("d2") +
                                     list + key("e") + divided);
    std::vector<std::string> paths;
    for (const auto& [path, tensor] : found.tensors) paths.push_back(path);
    std::ranges::sort(paths);
    CHECK(paths == std::vector<std::string>{"/a/0", "/d", "/d2/0", "/e"});
    CHECK(found.inferred_lists == std::vector<std::string>{"/a", "/d2"});
    CHECK(test::all_bytes(found.tensors.at("/e")) == "hi");
}

TEST_CASE("an array over 1 GiB is divided as flax does it", "[interchange]") {
    const StoredTree stored{Dict{{"w", Tensor()}}, {{"/w", {DType::float32, {3, 1 << 28}}}}};
    const ExportPlan plan = plan_msgpack(stored);
    REQUIRE(plan.tensors.size() == 1);
    CHECK(plan.tensors[0].before.find(kChunkedArray) != std::string::npos);
    REQUIRE(plan.tensors[0].within.size() == 2);
    CHECK(plan.tensors[0].within[0].at == 1ULL << 30);
}

TEST_CASE("a malformed msgpack file says what is wrong", "[interchange]") {
    const auto file = GENERATE(values<test::Malformed>({
        {"empty", "", "the data end at byte 0"},
        {"no code", "\xc1", "nothing in msgpack"},
        {"cut number", "\xcd\x01", "within a value"},
        {"cut text",
         "\xa3"
         "ab",
         "3 bytes or more are declared"},
        {"long text", "\xdb\xff\xff\xff\xff", "4294967295 bytes or more"},
        {"long array", "\xdd\xff\xff\xff\xff", "4294967295 bytes or more"},
        {"long map", "\xdf\xff\xff\xff\xff", "8589934590 bytes or more"},
        {"behind it", "\xc0\xc0", "bytes behind the value"},
        {"no UTF-8", "\xa1\xff", "not UTF-8"},
        {"twins",
         "\x82\xa1"
         "a\xc0\xa1"
         "a\xc0",
         "a key stands twice"},
        {"deep", std::string(1000, '\x91') + "\xc0", "nested deeper"},
        {"no parts", array_ext("\x05"), "no parts"},
        {"two parts", array_ext("\x92\x91\x02\xa5uint8"), "other parts"},
        {"no shape", array_ext("\x93\xc0\xa5uint8\xc4\x02hi"), "no shape"},
        {"negative", array_ext("\x93\x91\xff\xa5uint8\xc4\x02hi"), "negative extent"},
        {"an extent", array_ext("\x93\x91\xc0\xa5uint8\xc4\x02hi"), "no integer"},
        {"no dtype", array_ext("\x93\x91\x02\xc0\xc4\x02hi"), "no name of a dtype"},
        {"sizes", array_ext("\x93\x91\x03\xa5uint8\xc4\x02hi"), "needs 3 bytes"},
        {"overflow",
         array_ext("\x93\x92\xcf\0\4\0\0\0\0\0\0\xcf\0\4\0\0\0\0\0\0\xa5uint8\xc4\2hi"s),
         "larger than a leaf"},
        {"behind an array", array_ext("\x93\x91\x02\xa5uint8\xc4\x02hi\xc0"),
         "behind the elements"},
        {"complex", "\xc7\x02\x02\x91\xc0", "not two parts"},
        {"chunks", "\x81\xb9__msgpack_chunked_array__\xc3", "has no shape"},
        {"no pieces",
         "\x83\xb9__msgpack_chunked_array__\xc3\xa5shape\x80\xa6"
         "chunks\x80",
         "no pieces"},
    }));
    CAPTURE(file.name);
    REQUIRE_THROWS_SAYING(read_text(file.bytes), Corrupt, file.words);
}

TEST_CASE("what no tree can hold is refused by name", "[interchange]") {
    const auto [bytes, words] = GENERATE(table<std::string, const char*>({
        {"\xcf\xff\xff\xff\xff\xff\xff\xff\xff", "does not fit"},
        {"\x81\xc0\xc0", "neither text nor an integer"},
        {"\x81\xa1\0\xc0"s, "NUL"},
        {"\xd4\x05x", "no extension 5"},
        {array_ext("\x93\x91\x02\xa6object\xc4\x02hi"), "no dtype 'object'"},
    }));
    REQUIRE_THROWS_SAYING(read_text(bytes), InvalidArgument, words);
}

}  // namespace
}  // namespace ckptlite::interchange
