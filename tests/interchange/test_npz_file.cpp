// SPDX-License-Identifier: MIT
#include "interchange/npz_file.hpp"

#include "ckptlite/error.hpp"
#include "interchange/zip_bytes.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::interchange {
namespace {

using test::zip_file;
using test::ZipEntry;

/// One array of two bytes.
std::string array(const std::string& data = "ab") {
    return test::npy_file("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}\n", data);
}

ZipEntry entry(const std::string& name = "w.npy") {
    return {.name = name, .stored = array()};
}

/// All arrays of an archive with their bytes.
std::string read_all(const std::string& bytes) {
    std::string all;
    const FlatFile file = read_npz(memory_source(as_bytes(bytes)));
    for (const NamedTensor& named : file.tensors) {
        all += named.name + "=" + test::all_bytes(named.tensor) + ";";
    }
    return all;
}

TEST_CASE("the arrays of an archive are read in its order", "[interchange]") {
    CHECK(read_all(zip_file({entry("w.npy"), entry("a/b.npy")})) == "w=ab;a/b=ab;");
    CHECK(read_all(zip_file({})).empty());
    CHECK(read_all(zip_file({{.name = "w.npy", .stored = array("cd")}})) == "w=cd;");
}

TEST_CASE("a malformed .npz says what is wrong", "[interchange]") {
    const std::string good = zip_file({entry()});
    const auto with = [](auto change) {
        ZipEntry changed = entry();
        change(changed);
        return zip_file({changed});
    };
    const auto file = GENERATE_COPY(values<test::Malformed>({
        {"empty", "", "it is empty"},
        {"no archive", "hello, this is text", "Not a zip archive"},
        {"cut off", good.substr(0, good.size() - 30), "Not a zip archive"},
        {"cut front", good.substr(10), "inconsistent"},
        {"an entry too few", zip_file({entry()}, 1), "no whole zip archive"},
        {"another checksum", with([](ZipEntry& e) { e.crc = 7; }), "CRC"},
        {"no deflate", with([](ZipEntry& e) { e.method = 8; }), "the data are damaged"},
        {"unknown method", with([](ZipEntry& e) { e.method = 77; }), "cannot be unpacked"},
        {"elsewhere", with([](ZipEntry& e) { e.at = 3; }), "the data are damaged"},
        {"behind the end", with([](ZipEntry& e) { e.at = 4'000'000'000; }), "cannot be unpacked"},
        {"a smaller size", with([](ZipEntry& e) { e.nbytes = e.stored.size() - 1; }), "needs 2"},
        {"a larger size", with([](ZipEntry& e) { e.nbytes = 4'000'000'000; }), "needs 2 bytes"},
        {"no array", with([](ZipEntry& e) { e.stored = "text"; }), "first bytes are others"},
        {"an empty entry", with([](ZipEntry& e) { e.stored = ""; }), "first bytes are others"},
        {"a cut array", with([](ZipEntry& e) { e.stored = array("a"); }), "needs 2 bytes"},
    }));
    CAPTURE(file.name);
    REQUIRE_THROWS_SAYING(read_all(file.bytes), Corrupt, file.words);
}

TEST_CASE("an archive with other things than arrays is refused by name", "[interchange]") {
    REQUIRE_THROWS_SAYING(read_all(zip_file({entry(), entry("data.pkl")})), InvalidArgument,
                          "data.pkl");
    REQUIRE_THROWS_SAYING(read_all(zip_file({{.name = "w.npy", .stored = array(), .flags = 1}})),
                          InvalidArgument, "encrypted");
    const std::string pickle =
        test::npy_file("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}\n", "cos\nsystem\n");
    REQUIRE_THROWS_SAYING(read_all(zip_file({{.name = "w.npy", .stored = pickle}})),
                          InvalidArgument, "pickles");
}

}  // namespace
}  // namespace ckptlite::interchange
