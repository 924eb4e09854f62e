// SPDX-License-Identifier: MIT
#include "interchange/safetensors_index.hpp"

#include <fstream>

#include "ckptlite/error.hpp"
#include "interchange/file_bytes_of.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::interchange::safetensors {
namespace {

std::string shard(const std::string& name, const std::string& format) {
    return test::safetensors_file(R"({"__metadata__":{"format":")" + format + R"("},")" + name +
                                      R"(":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
                                  "x");
}

/// Two files, each with a tensor, and an index.
class Sharded {
public:
    explicit Sharded(const std::string& index) {
        write("one.safetensors", shard("a", "pt"));
        write("two.safetensors", shard("b", "pt"));
        write("index.json", index);
    }
    void write(const char* name, const std::string& bytes) const {
        std::ofstream(dir_ / name, std::ios::binary) << bytes;
    }
    FlatFile read(bool metadata = true) const {
        return read_sharded(dir_ / "index.json", metadata);
    }

private:
    const test::TempDir dir_;
};

constexpr const char* kIndex =
    R"({"metadata":{"total_size":2},"weight_map":{"a":"one.safetensors","b":"two.safetensors"}})";

TEST_CASE("an index brings the tensors of all its files together", "[interchange]") {
    const FlatFile file = Sharded(kIndex).read();
    REQUIRE(file.tensors.size() == 2);
    CHECK(file.tensors[0].name == "a");
    CHECK(file.tensors[1].name == "b");
    CHECK(file.metadata == std::map<std::string, std::string>{{"format", "pt"}});
}

TEST_CASE("a malformed index says what is wrong", "[interchange]") {
    const auto [index, words] = GENERATE(table<const char*, const char*>({
        {"", "no JSON"},
        {"[]", "no object weight_map"},
        {"{}", "no object weight_map"},
        {R"({"weight_map":[]})", "no object weight_map"},
        {R"({"weight_map":{"a":1}})", "gives no file's name"},
        {R"({"weight_map":{"a":""}})", "no file beside the index"},
        {R"({"weight_map":{"a":".."}})", "no file beside the index"},
        {R"({"weight_map":{"a":"../one.safetensors"}})", "no file beside the index"},
        {R"({"weight_map":{"a":"/etc/passwd"}})", "no file beside the index"},
        {R"({"weight_map":{"c":"one.safetensors"}})", "does not say that this tensor"},
        {R"({"weight_map":{"a":"one.safetensors","c":"one.safetensors"}})", "and it is not"},
        {R"([[[[[[[[[[1]]]]]]]]]])", "nested too deeply"},
    }));
    CAPTURE(index);
    REQUIRE_THROWS_SAYING(Sharded(index).read(), Corrupt, words);
}

TEST_CASE("a file that an index names must be there", "[interchange]") {
    const Sharded files(R"({"weight_map":{"a":"three.safetensors"}})");
    REQUIRE_THROWS_SAYING(files.read(), NotFound, "three.safetensors");
}

TEST_CASE("metadata of two files that contradict each other are refused if wanted",
          "[interchange]") {
    const Sharded files(kIndex);
    files.write("two.safetensors", shard("b", "tf"));
    REQUIRE_THROWS_SAYING(files.read(), InvalidArgument, "'format'");
    REQUIRE_THROWS_SAYING(files.read(), InvalidArgument, "--no-metadata");
    const FlatFile without = files.read(false);
    CHECK(without.tensors.size() == 2);
    CHECK(without.metadata.empty());
}

}  // namespace
}  // namespace ckptlite::interchange::safetensors
