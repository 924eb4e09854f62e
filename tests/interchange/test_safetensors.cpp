// SPDX-License-Identifier: MIT
#include "interchange/safetensors.hpp"

#include "ckptlite/error.hpp"
#include "interchange/file_bytes_of.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::interchange::safetensors {
namespace {

using test::Malformed;
using test::safetensors_file;

FlatFile read_text(const std::string& bytes) {
    return read(test::source_of(bytes));
}

/// A header with one tensor.
std::string one(const std::string& fields) {
    return R"({"w":{)" + fields + "}}";
}
std::string one(const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return one(R"("dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets);
}

TEST_CASE("tensors and metadata of a safetensors file are read", "[interchange]") {
    const std::string header =
        R"({"__metadata__":{"format":"pt"},"b":{"dtype":"U8","shape":[3],"data_offsets":[4,7]},)"
        R"("a.w":{"dtype":"F16","shape":[2,1],"data_offsets":[0,4]},)"
        R"("none":{"dtype":"F64","shape":[0,9],"data_offsets":[7,7]}}  )";
    const FlatFile file = read_text(safetensors_file(header, "abcdefg"));
    CHECK(file.metadata == std::map<std::string, std::string>{{"format", "pt"}});
    REQUIRE(file.tensors.size() == 3);
    CHECK(file.tensors[0].name == "a.w");
    CHECK(file.tensors[0].tensor.dtype == DType::float16);
    CHECK(file.tensors[0].tensor.shape == Shape{2, 1});
    CHECK(test::all_bytes(file.tensors[0].tensor) == "abcd");
    CHECK(test::all_bytes(file.tensors[1].tensor) == "efg");
    CHECK(file.tensors[2].tensor.shape == Shape{0, 9});
}

TEST_CASE("a file without tensors is read", "[interchange]") {
    CHECK(read_text(safetensors_file("{}")).tensors.empty());
}

TEST_CASE("a malformed start of a safetensors file says what is wrong", "[interchange]") {
    const std::string good = one("U8", "[1]", "[0,1]");
    const auto file = GENERATE_COPY(values<Malformed>({
        {"empty", "", "too short"},
        {"seven bytes", "1234567", "too short"},
        {"length over the cap", test::little_endian(100'000'001) + "{}", "the format allows"},
        {"length over the file", test::little_endian(3) + "{}", "the file ends"},
        {"length of 64 bits", test::little_endian(~0ULL) + "{}", "the format allows"},
        {"blank first", safetensors_file(" " + good, "x"), "does not begin with '{'"},
        {"an array", safetensors_file("[]"), "does not begin with '{'"},
        {"no JSON", safetensors_file("{w}"), "no JSON: at its byte"},
        {"cut JSON", safetensors_file(R"({"w":)"), "no JSON: at its byte"},
        {"something behind it", safetensors_file("{}x"), "no JSON"},
        {"no UTF-8", safetensors_file("{\"\xff\":1}"), "not UTF-8"},
        {"surrogate", safetensors_file(R"({"\ud800":{}})"), "no JSON"},
        {"cut off", safetensors_file(good), "the file is cut off"},
        {"bytes behind", safetensors_file(good, "xy"), "behind the last tensor"},
    }));
    CAPTURE(file.name);
    REQUIRE_THROWS_SAYING(read_text(file.bytes), Corrupt, file.words);
}

TEST_CASE("a malformed tensor of a safetensors file is named", "[interchange]") {
    const auto [fields, words] = GENERATE(table<const char*, const char*>({
        {R"("dtype":"F33","shape":[1],"data_offsets":[0,4])", "no dtype 'F33'"},
        {R"("dtype":5,"shape":[1],"data_offsets":[0,4])", "dtype holds a number"},
        {R"("shape":[1],"data_offsets":[0,4])", "dtype is missing"},
        {R"("dtype":"F32","data_offsets":[0,4])", "shape is missing"},
        {R"("dtype":"F32","shape":[1])", "data_offsets is missing"},
        {R"("dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4])", "shape stands twice"},
        {R"("dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1)", "does not know: 'x'"},
        {R"("dtype":"F32","shape":[-1],"data_offsets":[0,4])", "negative number -1"},
        {R"("dtype":"F32","shape":[1.5],"data_offsets":[0,4])", "no whole number"},
        {R"("dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4])", "no whole number"},
        {R"("dtype":"F32","shape":[1125899906842624,1125899906842624],"data_offsets":[0,4])",
         "larger than a leaf can be"},
        {R"("dtype":"F32","shape":["1"],"data_offsets":[0,4])", "shape holds a string"},
        {R"("dtype":"F32","shape":[[1]],"data_offsets":[0,4])", "shape holds an array"},
        {R"("dtype":"F32","shape":{},"data_offsets":[0,4])", "shape holds an object"},
        {R"("dtype":"F32","shape":null,"data_offsets":[0,4])", "shape holds null"},
        {R"("dtype":"F32","shape":[1],"data_offsets":[0])", "1 numbers instead of 2"},
        {R"("dtype":"F32","shape":[1],"data_offsets":[4,0])", "end before they begin"},
        {R"("dtype":"F32","shape":[1],"data_offsets":[0,8])", "needs 4 bytes"},
        {R"("dtype":"F32","shape":[1],"data_offsets":[4,8])", "a gap before these bytes"},
        {R"("dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4])", "dtype stands twice"},
        {R"("dtype":"F32","shape":[1],"data_offsets":[0,4],"data_offsets":[0,4])",
         "data_offsets stands twice"},
        {R"("dtype":["F32"],"shape":[1],"data_offsets":[0,4])", "dtype holds an array"},
        {R"("dtype":"F32","shape":-1,"data_offsets":[0,4])", "shape holds a number"},
        {R"("dtype":"F32","shape":1.5,"data_offsets":[0,4])", "shape holds a number"},
        {R"("dtype":"F32","shape":true,"data_offsets":[0,4])", "shape holds a boolean"},
        {R"("dtype":"F32","shape":"1","data_offsets":[0,4])", "shape holds a string"},
        {R"("dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775808])", "is too large"},
    }));
    CAPTURE(fields);
    const std::string file = safetensors_file(one(fields), "12345678");
    REQUIRE_THROWS_SAYING(read_text(file), Corrupt, words);
    REQUIRE_THROWS_SAYING(read_text(file), Corrupt, "leaf w");
}

TEST_CASE("entries of a safetensors header that do not go together are refused", "[interchange]") {
    std::string ones;
    for (int i = 0; i < 255; ++i) ones += ",1";
    const std::string a = R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)";
    const auto file = GENERATE_COPY(values<Malformed>({
        {"twins", safetensors_file(a + a.substr(1, a.size() - 2) + "}", "xx"), "have this name"},
        {"overlap",
         safetensors_file(a + R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})", "xxx"),
         "overlap"},
        {"a number", safetensors_file(R"({"a":1})"), "a number instead of a tensor"},
        {"a string", safetensors_file(R"({"a":"F32"})"), "a string instead of a tensor"},
        {"a negative number", safetensors_file(R"({"a":-1})"), "a number instead of a tensor"},
        {"a fraction", safetensors_file(R"({"a":0.5})"), "a number instead of a tensor"},
        {"metadata with an object", safetensors_file(R"({"__metadata__":{"a":{}}})"),
         "strings only"},
        {"metadata with a number", safetensors_file(R"({"__metadata__":{"a":1}})"), "strings only"},
        {"metadata twice", safetensors_file(R"({"__metadata__":{"a":"1","a":"2"}})"),
         "this key twice"},
        {"256 extents", safetensors_file(one("U8", "[1" + ones + "]", "[0,1]")), "more than 255"},
        {"deep", safetensors_file(R"({"a":)" + std::string(100'000, '[')), "an array instead"},
    }));
    CAPTURE(file.name);
    REQUIRE_THROWS_SAYING(read_text(file.bytes), Corrupt, file.words);
}

TEST_CASE("a dtype of safetensors that ckptlite lacks is refused by name", "[interchange]") {
    const std::string name = GENERATE("F4", "F6_E2M3", "F6_E3M2", "F8_E8M0");
    const std::string file = safetensors_file(one(name, "[2]", "[0,2]"), "ab");
    REQUIRE_THROWS_SAYING(read_text(file), InvalidArgument, "no dtype for " + name);
}

TEST_CASE("a head is read as it was written, for every dtype of safetensors", "[interchange]") {
    std::vector<Entry> entries;
    for (const DType dtype : all_dtypes()) {
        if (dtype_code(dtype)) entries.push_back({std::string(dtype_name(dtype)), dtype, {2, 3}});
    }
    REQUIRE(entries.size() == 18);
    std::ranges::sort(entries, stands_before);
    entries.push_back({"\"\\ \x01\x7f \xc3\xa9", DType::uint8, {}});
    const std::map<std::string, std::string> metadata{{"a\n", "\t"}, {"b", ""}};
    const std::string text = head(entries, metadata);
    CHECK(text.size() % 8 == 0);
    std::size_t nbytes = 0;
    for (const Entry& entry : entries) nbytes += nbytes_of(entry.dtype, entry.shape);
    const FlatFile file = read_text(text + std::string(nbytes, 'x'));
    CHECK(file.metadata == metadata);
    REQUIRE(file.tensors.size() == entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        CHECK(file.tensors[i].name == entries[i].name);
        CHECK(file.tensors[i].tensor.dtype == entries[i].dtype);
        CHECK(file.tensors[i].tensor.shape == entries[i].shape);
    }
}

}  // namespace
}  // namespace ckptlite::interchange::safetensors
