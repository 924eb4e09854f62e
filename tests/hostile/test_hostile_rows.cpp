// SPDX-License-Identifier: MIT
// Rows that a stranger wrote: wrong types, sizes, shapes, chunk lists, names of things unknown.
// Each is refused with a message of its own, or does no harm.
#include "hostile/hostile_store.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

using Catch::Contains;

constexpr const char* kKernel = " WHERE tree_id = 1 AND path = '/kernel'";
constexpr const char* kKernelChunk =
    " WHERE id = (SELECT chunk_id FROM leaf_chunk JOIN leaf ON leaf.id = leaf_id"
    " WHERE tree_id = 1 AND path = '/kernel')";
constexpr const char* kKernelList =
    " WHERE leaf_id = (SELECT id FROM leaf WHERE tree_id = 1 AND path = '/kernel')";

std::string leaf(const std::string& set) {
    return "UPDATE leaf SET " + set + kKernel;
}
std::string chunk(const std::string& set) {
    return "UPDATE chunk SET " + set + kKernelChunk;
}
std::string list(const std::string& set) {
    return "UPDATE leaf_chunk SET " + set + kKernelList;
}

/// After `sql`, both load and verify(full) say this of step 1, and step 2 still loads.
void check_said(const std::string& sql, const std::string& words) {
    HostileStore of;
    of.run_untyped(sql);
    CHECK_THAT(of.load_error(1), Contains(words));
    CHECK_THAT(of.problems(), Contains(words));
    CHECK(of.load_error(2).empty());
}

/// Listing says it, and verify(full).
void check_listing_said(const std::string& sql, const std::string& words) {
    HostileStore of;
    of.run_untyped(sql);
    REQUIRE_THROWS_SAYING(of.open().checkpoints(), Corrupt, words);
    CHECK_THAT(of.problems(), Contains(words));
}

// --- types

TEST_CASE("text in a column of integers is refused", "[hostile]") {
    const std::string words = "not of its column's type";
    check_said(leaf("nbytes = 'many'"), words);
    check_said(leaf("nan_count = 'none'"), words);
    check_said(chunk("nbytes = 'x'"), words);
    check_listing_said("UPDATE checkpoint SET version = 'new' WHERE step = 1", words);
    check_listing_said("UPDATE checkpoint SET pinned = 'yes' WHERE step = 1", words);
    check_listing_said("UPDATE checkpoint SET n_completed_steps = 'x' WHERE step = 1", words);
    check_listing_said("UPDATE tree SET n_leaves = 'three' WHERE id = 1", words);
}

TEST_CASE("numbers of the wrong kind are refused", "[hostile]") {
    const std::string words = "not of its column's type";
    check_said(leaf("nbytes = 8192.5"), words);
    check_listing_said("UPDATE checkpoint SET step = 1.5 WHERE step = 1", words);
    check_listing_said("UPDATE checkpoint SET loss = 'low' WHERE step = 1", words);
}

TEST_CASE("NULL where a number belongs is refused", "[hostile]") {
    check_said(leaf("nbytes = NULL"), "not of its column's type");
    check_listing_said("UPDATE checkpoint SET version = NULL WHERE step = 1",
                       "not of its column's type");
}

TEST_CASE("a blob in a column of text is refused", "[hostile]") {
    const std::string words = "not of its column's type";
    check_said(leaf("kind = x'74656e736f72'"), words);
    check_said(chunk("codec = x'7a6c6962'"), words);
    check_listing_said("UPDATE checkpoint SET metrics = x'7b7d' WHERE step = 1", words);
    check_listing_said("UPDATE run SET name = x'61'", words);
}

TEST_CASE("text in a column of blobs is refused", "[hostile]") {
    check_said(chunk("digest = 'sixteen letters!'"), "not of its column's type");
    check_said(leaf("digest = 'sixteen letters!'"), "not of its column's type");
    check_said(chunk("data = 'text'"), "zlib stream is damaged");
}

TEST_CASE("a digest of another length is refused", "[hostile]") {
    check_said(leaf("digest = zeroblob(15)"), "a digest is not 16 bytes long");
    check_said(chunk("digest = zeroblob(1000)"), "a digest is not 16 bytes long");
    check_said("UPDATE tree SET digest = zeroblob(17) WHERE id = 1",
               "a digest is not 16 bytes long");
}

TEST_CASE("a metric that is no number is refused", "[hostile]") {
    HostileStore of;
    of.run_untyped("UPDATE metric SET value = 'good' WHERE metric = 'rate'");
    REQUIRE_THROWS_SAYING(of.open().history({"train", "rate"}, "a"), Corrupt,
                          "not of its column's type");
    CHECK_THAT(of.problems(), Contains("run 'a', its metric history"));
}

TEST_CASE("a tag that is no text, or of what is no number, is refused", "[hostile]") {
    const std::string words = "not of its column's type";
    check_listing_said("INSERT INTO checkpoint_tag VALUES (x'61', 1)", words);
    HostileStore of;
    of.run_untyped("INSERT INTO checkpoint_tag VALUES ('a', 'one')");
    REQUIRE_THROWS_SAYING(of.open().tags(), Corrupt, words);
    CHECK_THAT(of.problems(), Contains(words));
}

// --- sizes

TEST_CASE("a leaf of 2^40 bytes that its shape does not give is refused", "[hostile]") {
    check_said(leaf("nbytes = 1099511627776"), "do not take the 1099511627776 bytes");
}

TEST_CASE("a leaf of 2^40 bytes that its chunks do not give is refused", "[hostile]") {
    check_said(leaf("nbytes = 1099511627776, dtype = 'uint8', shape = '[1099511627776]'"),
               "its chunks hold 8192 of 1099511627776 bytes");
}

TEST_CASE("an inline leaf of 2^40 bytes is refused", "[hostile]") {
    check_said(leaf("nbytes = 1099511627776, dtype = 'uint8', shape = '[1099511627776]',"
                    " data = x'00'"),
               "its row holds 1 of 1099511627776 bytes");
}

TEST_CASE("a leaf over the format's limit is refused", "[hostile]") {
    check_said(leaf("nbytes = 2251799813685248, dtype = 'uint8', shape = '[2251799813685248]'"),
               "declares too many bytes");
}

TEST_CASE("a negative size is refused", "[hostile]") {
    check_said(leaf("nbytes = -1"), "a size is negative");
    check_said(chunk("nbytes = -4096"), "a size is negative");
    check_listing_said("UPDATE tree SET nbytes = -1 WHERE id = 1", "a size is negative");
}

TEST_CASE("a chunk of 2^40 bytes is refused", "[hostile]") {
    check_said(chunk("nbytes = 1099511627776"), "declares a size that the format does not allow");
}

TEST_CASE("a chunk larger than its bytes decoded is refused", "[hostile]") {
    check_said(chunk("nbytes = 4"), "declares a size that the format does not allow");
}

TEST_CASE("a tree of 2^40 bytes is reported and loads what it has", "[hostile]") {
    HostileStore of("UPDATE tree SET nbytes = 1099511627776 WHERE id = 1");
    CHECK_THAT(of.problems(), Contains("the tree's number of leaves or bytes is wrong"));
    CHECK(of.load_error().empty());
}

TEST_CASE("a tree of 2^40 leaves is reported and loads what it has", "[hostile]") {
    HostileStore of("UPDATE tree SET n_leaves = 1099511627776 WHERE id = 1");
    CHECK_THAT(of.problems(), Contains("the tree's number of leaves or bytes is wrong"));
    CHECK(of.load_error().empty());
}

TEST_CASE("a slice of a leaf of 2^40 bytes is refused", "[hostile]") {
    HostileStore of(leaf("nbytes = 1099511627776, dtype = 'uint8', shape = '[1099511627776]'"));
    const Store store = of.open();
    CheckpointInfo checkpoint;
    checkpoint.id = 1;
    REQUIRE_THROWS_SAYING(store.slice(checkpoint, "/kernel", 0, 1), Corrupt, "its chunks hold");
    REQUIRE_THROWS_SAYING(store.slice(checkpoint, "/kernel", 0, INT64_MAX), InvalidArgument,
                          "outside");
}

// --- shapes

TEST_CASE("a shape whose product overflows is refused", "[hostile]") {
    check_said(leaf("shape = '[4294967296, 4294967296, 4294967296]'"), "larger than a leaf can be");
    check_said(leaf("shape = '[9223372036854775807, 2]'"), "larger than a leaf can be");
}

TEST_CASE("a shape whose product overflows is refused even if an extent is 0", "[hostile]") {
    check_said(leaf("shape = '[4294967296, 4294967296, 2048, 0, 1]', nbytes = 0"),
               "larger than a leaf can be");
}

TEST_CASE("a shape that is no list of extents is refused", "[hostile]") {
    for (const char* shape : {"[64,32]", "[-64, -32]", "64, 32", "[64, 32", "[]]", "[064, 32]",
                              "[6.4, 32]", "[[64, 32]]", "", "[99999999999999999999]"}) {
        CAPTURE(shape);
        check_said(leaf("shape = '" + std::string(shape) + "'"), "is not a shape such as");
    }
}

TEST_CASE("a shape of 256 extents is refused", "[hostile]") {
    check_said(leaf("shape = '[' || replace(hex(zeroblob(255)), '00', '1, ') || '2048]'"),
               "is not a shape such as");
}

TEST_CASE("a shape of a megabyte is refused with a short message", "[hostile]") {
    HostileStore of(leaf("shape = '[' || replace(hex(zeroblob(500000)), '00', '1, ') || '1]'"));
    CHECK_THAT(of.load_error(), Contains("is not a shape such as"));
    CHECK(of.load_error().size() < 1000);
}

// --- chunk lists

TEST_CASE("a list of chunks that begins late is refused", "[hostile]") {
    check_said(list("first_byte = 1"), "leave a gap or overlap at byte 0");
}

TEST_CASE("a list of chunks that begins before the leaf is refused", "[hostile]") {
    check_said(list("first_byte = -8192"), "a size is negative");
}

TEST_CASE("a list of chunks with a gap is refused", "[hostile]") {
    check_said("INSERT INTO leaf_chunk SELECT leaf_id, 8193, chunk_id FROM leaf_chunk" +
                   std::string(kKernelList),
               "leave a gap or overlap at byte 8192");
}

TEST_CASE("a list of chunks that overlap is refused", "[hostile]") {
    check_said("INSERT INTO leaf_chunk SELECT leaf_id, 4096, chunk_id FROM leaf_chunk" +
                   std::string(kKernelList),
               "leave a gap or overlap at byte 8192");
}

TEST_CASE("a chunk twice in a list is refused", "[hostile]") {
    check_said("INSERT INTO leaf_chunk SELECT leaf_id, 8192, chunk_id FROM leaf_chunk" +
                   std::string(kKernelList),
               "its chunks hold 16384 of 8192 bytes");
}

TEST_CASE("a chunk far away in a list is refused", "[hostile]") {
    check_said(
        "INSERT INTO leaf_chunk SELECT leaf_id, 9223372036854775807, chunk_id FROM"
        " leaf_chunk" +
            std::string(kKernelList),
        "leave a gap or overlap at byte 8192");
}

TEST_CASE("a leaf without chunks is refused", "[hostile]") {
    check_said("DELETE FROM leaf_chunk" + std::string(kKernelList),
               "its chunks hold 0 of 8192 bytes");
}

TEST_CASE("a chunk that is missing is refused", "[hostile]") {
    check_said("DELETE FROM chunk" + std::string(kKernelChunk), "its chunks hold 0 of 8192 bytes");
}

TEST_CASE("a chunk of another size is refused", "[hostile]") {
    check_said(list("chunk_id = (SELECT max(id) FROM chunk)") +
                   ";UPDATE chunk SET nbytes = 4096 WHERE id = (SELECT min(id) FROM chunk)" + ";" +
                   list("chunk_id = (SELECT min(id) FROM chunk)"),
               "its chunks hold 4096 of 8192 bytes");
}

TEST_CASE("an empty chunk is refused", "[hostile]") {
    check_said(chunk("nbytes = 0, data = x''"), "leave a gap or overlap at byte 0");
}

TEST_CASE("a list of a hundred thousand chunks is refused", "[hostile]") {
    check_said(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
        " INSERT INTO leaf_chunk SELECT leaf_id, i, chunk_id FROM leaf_chunk, n" +
            std::string(kKernelList),
        "leave a gap or overlap at byte 8192");
}

// --- cycles

TEST_CASE("a run that is its own parent is listed", "[hostile]") {
    HostileStore of("UPDATE run SET parent_run_id = id, parent_step = 1");
    CHECK(of.open().runs().at(0).parent_run == "a");
    CHECK(of.load_error().empty());
    CHECK_THAT(of.problems(), Contains("run 'a': is not as ckptlite wrote it"));
}

TEST_CASE("runs that are each other's parents are listed", "[hostile]") {
    HostileStore of(
        "INSERT INTO run (name, uuid, created_at, parent_run_id) VALUES ('b', 'u', 't', 1);"
        "UPDATE run SET parent_run_id = 2 WHERE id = 1");
    CHECK(of.open().runs().size() == 2);
    Store store = of.open(OpenMode::existing);
    REQUIRE_THROWS_SAYING(store.start_run("b", "{}", "a", 1), InvalidArgument,
                          "cannot be its parent");
    CHECK(store.start_run("b").parent_run == "a");
    CHECK(save_step(store, 3, {.run = "b"}).step == 3);
}

// --- bombs

TEST_CASE("a stream that inflates to more than its chunk declares is refused", "[hostile]") {
    // What follows 8192 bytes is not looked at.
    HostileStore of;
    const auto bomb = Tensor::own(std::vector<float>(1 << 20), {1 << 20});
    {
        Store store = of.open(OpenMode::existing);
        store.close();
        Store zlib(of.file(), {.compression = Compression::zlib, .threads = 1});
        zlib.save(Dict{{"w", bomb}}, {.run = "bomb", .step = 1});
    }
    of.run(chunk("data = (SELECT data FROM chunk WHERE nbytes = 2097152)"));
    CHECK_THAT(of.load_error(), Contains("chunk"));
    CHECK_THAT(of.problems(), Contains("leaf /kernel"));
}

TEST_CASE("a stream that ends before its chunk does is refused", "[hostile]") {
    check_said(chunk("data = x'789c030000000001'"), "");
    HostileStore of(chunk("data = x'789c030000000001'"));
    CHECK(!of.load_error().empty());
}

// --- unknown names

TEST_CASE("an unknown codec is refused", "[hostile]") {
    check_said(chunk("codec = 'lz77'"), "has the unknown codec 'lz77'");
    check_said(chunk("codec = ''"), "has the unknown codec ''");
}

TEST_CASE("the wrong codec is refused", "[hostile]") {
    check_said(chunk("codec = 'raw'"), "chunk");
    check_said(chunk("codec = 'planes'"), "chunk");
}

TEST_CASE("an unknown dtype is refused", "[hostile]") {
    check_said(leaf("dtype = 'float31'"), "the dtype 'float31' is unknown");
    check_said(leaf("dtype = NULL"), "the dtype '' is unknown");
}

TEST_CASE("an unknown kind of leaf is refused", "[hostile]") {
    check_said(leaf("kind = 'pickle'"), "the kind 'pickle' is unknown");
}

TEST_CASE("a leaf that became another kind or dtype is refused", "[hostile]") {
    check_said(leaf("kind = 'bytes', dtype = NULL, shape = NULL"), "its digest does not match");
    check_said(leaf("dtype = 'int32'"), "its digest does not match");
    check_said(leaf("shape = '[32, 64]'"), "its digest does not match");
}

}  // namespace
}  // namespace ckptlite::test
