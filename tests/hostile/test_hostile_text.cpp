// SPDX-License-Identifier: MIT
// Texts that a stranger wrote: JSON without end, names that are none, a megabyte where a word
// belongs.
#include "hostile/hostile_store.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

using Catch::Contains;

/// SQL for `text` a hundred thousand times.
std::string deep(const std::string& text) {
    return "replace(hex(zeroblob(100000)), '00', '" + text + "')";
}
/// SQL for a megabyte of one letter.
const std::string kMegabyte = "replace(hex(zeroblob(1048576)), '00', 'x')";

CheckpointInfo first_checkpoint() {
    CheckpointInfo checkpoint;
    checkpoint.id = 1;
    return checkpoint;
}

// --- JSON of a hundred thousand levels

TEST_CASE("a structure of a hundred thousand levels is refused", "[hostile]") {
    for (const char* level : {"{\"list\":[", "[", "{\"dict\":[[\"a\",", "{\"a\":"}) {
        CAPTURE(level);
        const HostileStore of("UPDATE tree SET structure = " + deep(level) + " WHERE id = 1");
        CHECK_THAT(of.load_error(), Contains("The structure of the tree is damaged"));
        CHECK_THAT(of.problems(), Contains("run 'a', prefix 'checkpoint', step 1"));
    }
}

TEST_CASE("metrics of a hundred thousand levels are refused", "[hostile]") {
    const std::pair<const char*, const char*> cases[] = {
        {"{\"a\":", "a metric is neither a number nor"},
        {"[", "the metrics are not a JSON object of groups"}};
    for (const auto& [level, words] : cases) {
        CAPTURE(level);
        const HostileStore of("UPDATE checkpoint SET metrics = " + deep(level) + " WHERE id = 1");
        REQUIRE_THROWS_SAYING(of.open().checkpoints(), Corrupt, words);
        CHECK_THAT(of.problems(), Contains(words));
    }
}

TEST_CASE("a config of a hundred thousand levels is text and reported", "[hostile]") {
    const HostileStore of("UPDATE run SET config = " + deep("{\"a\":"));
    CHECK(of.open().runs().at(0).config.size() == 500'000);
    CHECK_THAT(of.problems(), Contains("run 'a': is not as ckptlite wrote it"));
    Store store = of.open(OpenMode::existing);
    const std::string config = store.runs().at(0).config;
    REQUIRE_THROWS_SAYING(store.start_run("b", config), InvalidArgument, "must be a JSON object");
}

TEST_CASE("a writer's name of a hundred thousand levels is garbage", "[hostile]") {
    HostileStore of(
        "INSERT INTO tree (n_leaves, nbytes, stored_nbytes, staged_by, structure)"
        " VALUES (0, 0, 0, " +
        deep("[") + ", 'null')");
    Store store = of.open(OpenMode::existing);
    CHECK(save_step(store, 3, {.run = "a"}).step == 3);
    CHECK(of.text("SELECT count(*) FROM tree WHERE staged_by IS NOT NULL") == "0");
}

// --- what else JSON can be

TEST_CASE("metrics that are no numbers are refused", "[hostile]") {
    const HostileStore of(
        R"(UPDATE checkpoint SET metrics = '{"eval":{"loss":"high"}}' WHERE id = 1)");
    REQUIRE_THROWS_SAYING(of.open().checkpoints(), Corrupt, "a metric is neither a number nor");
}

TEST_CASE("metrics that are no groups are refused", "[hostile]") {
    const HostileStore of(R"(UPDATE checkpoint SET metrics = '{"eval":1}' WHERE id = 1)");
    REQUIRE_THROWS_SAYING(of.open().checkpoints(), Corrupt, "the metric group 'eval' is no object");
}

TEST_CASE("metrics with a NUL are refused", "[hostile]") {
    const HostileStore of("UPDATE checkpoint SET metrics = '{}' || char(0) || '{}' WHERE id = 1");
    REQUIRE_THROWS_SAYING(of.open().checkpoints(), Corrupt, "the metrics have a NUL byte");
}

TEST_CASE("metrics over their size are refused", "[hostile]") {
    const HostileStore of("UPDATE checkpoint SET metrics = '{\"' || " + kMegabyte +
                          " || '\":{}}' WHERE id = 1");
    REQUIRE_THROWS_SAYING(of.open().checkpoints(), Corrupt, "over their size limit");
}

TEST_CASE("a structure that names other leaves is refused", "[hostile]") {
    const HostileStore of(R"(UPDATE tree SET structure = '{"list":["*","*","*"]}' WHERE id = 1)");
    CHECK_THAT(of.load_error(), Contains("the structure names the leaf /0, which has no row"));
}

TEST_CASE("a structure that names more leaves than there are is refused", "[hostile]") {
    const HostileStore of(
        R"(UPDATE tree SET structure = replace(structure, ']]}', '],["z","*"]]}') WHERE id = 1)");
    CHECK_THAT(of.load_error(), Contains("the structure names the leaf /z, which has no row"));
}

TEST_CASE("a structure that names fewer leaves than there are is refused", "[hostile]") {
    const HostileStore of(
        R"(UPDATE tree SET structure = '{"dict":[["kernel","*"]]}' WHERE id = 1)");
    CHECK_THAT(of.load_error(), Contains("its digest does not match its leaves"));
}

TEST_CASE("a structure with a NUL is refused", "[hostile]") {
    const HostileStore of("UPDATE tree SET structure = structure || char(0) WHERE id = 1");
    CHECK_THAT(of.load_error(), Contains("it has a NUL"));
}

TEST_CASE("a structure that is not UTF-8 is refused", "[hostile]") {
    const HostileStore of(
        R"(UPDATE tree SET structure = CAST(x'7b2264696374223a5b5b22ff222c222a225d5d7d' AS TEXT))"
        " WHERE id = 1");
    CHECK_THAT(of.load_error(), Contains("it is not JSON from byte"));
}

// --- paths

TEST_CASE("a leaf's path with a NUL is refused", "[hostile]") {
    const HostileStore of("UPDATE leaf SET path = '/kernel' || char(0) || 'x' WHERE id = 1");
    CHECK_THAT(of.load_error(), Contains("the structure names the leaf /kernel"));
    CHECK_THAT(of.problems(), Contains("its digest does not match"));
}

TEST_CASE("a leaf's path that is not UTF-8 is refused", "[hostile]") {
    const HostileStore of("UPDATE leaf SET path = CAST(x'2fff' AS TEXT) WHERE id = 1");
    CHECK_THAT(of.load_error(), Contains("the structure names the leaf /kernel"));
    CHECK_THAT(of.problems(), Contains("its digest does not match"));
}

TEST_CASE("a leaf's path of a megabyte is refused", "[hostile]") {
    const HostileStore of("UPDATE leaf SET path = '/' || " + kMegabyte + " WHERE id = 1");
    CHECK_THAT(of.load_error(), Contains("the structure names the leaf /kernel"));
    CHECK(of.load_error().size() < 1000);
    REQUIRE_THROWS_SAYING(of.open().leaf(first_checkpoint(), "/kernel"), NotFound, "no such leaf");
}

TEST_CASE("a path of a megabyte in the structure is refused", "[hostile]") {
    const HostileStore of("UPDATE tree SET structure = '{\"dict\":[[\"' || " + kMegabyte +
                          " || '\",\"*\"]]}' WHERE id = 1");
    CHECK_THAT(of.load_error(), Contains("a path is too long"));
    CHECK(of.load_error().size() < 1000);
}

TEST_CASE("a path of a megabyte that is asked for is not found", "[hostile]") {
    const HostileStore of;
    const Store store = of.open();
    const std::string path = "/" + std::string(1 << 20, 'x');
    REQUIRE_THROWS_SAYING(store.leaf(first_checkpoint(), path), NotFound, "no such leaf");
    REQUIRE_THROWS_SAYING(store.load(first_checkpoint(), path), NotFound, "no leaf matches");
}

// --- names and notes

TEST_CASE("names that are not UTF-8 come back as they are and are reported", "[hostile]") {
    const HostileStore of(
        "UPDATE run SET name = CAST(x'ff61' AS TEXT);"
        "UPDATE checkpoint SET prefix = CAST(x'fe' AS TEXT), note = CAST(x'c3' AS TEXT)"
        " WHERE id = 1");
    const auto found = of.open().checkpoints({.prefix = "\xfe"});
    REQUIRE(found.size() == 1);
    CHECK(found[0].run ==
          "\xff"
          "a");
    CHECK(found[0].note == "\xc3");
    CHECK(of.load_error().empty());
    CHECK_THAT(of.problems(), Contains("is not as ckptlite wrote it"));
}

TEST_CASE("names with a NUL come back whole and are reported", "[hostile]") {
    const HostileStore of("UPDATE run SET name = 'a' || char(0) || 'b'");
    CHECK(of.open().runs().at(0).name == std::string("a\0b", 3));
    CHECK_THAT(of.problems(), Contains("is not as ckptlite wrote it"));
}

TEST_CASE("names of a megabyte come back whole and are reported", "[hostile]") {
    const HostileStore of("UPDATE run SET name = " + kMegabyte);
    CHECK(of.open().runs().at(0).name.size() == 1 << 20);
    CHECK_THAT(of.problems(), Contains("is not as ckptlite wrote it"));
}

TEST_CASE("a time that is none stops what asks for times, by name", "[hostile]") {
    const HostileStore of("UPDATE checkpoint SET created_at = 'yesterday' WHERE id = 1");
    CHECK(of.open().checkpoints().size() == 2);
    REQUIRE_THROWS_SAYING(of.open().plan({.last = 1}, "a", "checkpoint"), Corrupt,
                          "'yesterday' is not a time");
}

TEST_CASE("a time of a megabyte is refused", "[hostile]") {
    const HostileStore of("UPDATE checkpoint SET created_at = " + kMegabyte + " WHERE id = 1");
    REQUIRE_THROWS_SAYING(of.open().plan({.last = 1}, "a", "checkpoint"), Corrupt, "is not a time");
}

}  // namespace
}  // namespace ckptlite::test
