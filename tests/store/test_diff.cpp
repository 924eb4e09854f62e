// SPDX-License-Identifier: MIT
#include "ckptlite/diff.hpp"

#include <cmath>
#include <cstdio>
#include <limits>

#include "ckptlite/error.hpp"
#include "format/rows.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Two trees in one file.
class Pair {
public:
    Pair(const Tree& first, const Tree& second, Compression compression = Compression::planes)
        : store(dir / "run.db", {.compression = compression}),
          a(store.save(first, {.step = 1})),
          b(store.save(second, {.step = 2})) {}

    DiffReport diff(const DiffOptions& options = {}) const {
        return ckptlite::diff(store, a, store, b, options);
    }
    /// "changed /a, added /b"
    std::string text(const DiffOptions& options = {}) const {
        std::string text;
        for (const LeafDifference& leaf : diff(options).leaves) {
            if (!text.empty()) text += ", ";
            text += std::string(change_name(leaf.change)) + " " + leaf.leaf.path;
        }
        return text;
    }

    const TempDir dir;
    Store store;
    const CheckpointInfo a;
    const CheckpointInfo b;
};

Tensor floats(std::vector<float> values) {
    const auto n = static_cast<std::int64_t>(values.size());
    return Tensor::own(std::move(values), {n});
}

/// The one leaf of two trees that are a leaf each.
LeafDifference difference(const Tree& a, const Tree& b) {
    const DiffReport report = Pair(a, b).diff();
    REQUIRE(report.leaves.size() == 1);
    return report.leaves.front();
}

TEST_CASE("every leaf is named once, in tree order, with what became of it", "[store]") {
    const Pair pair(Dict{{"a", 1}, {"c", 2}, {"d", floats({1, 2})}, {"e", 5}, {"g", "x"}},
                    Dict{{"a", 1},
                         {"b", 3},
                         {"d", floats({1, 2, 3})},
                         {"e", 6},
                         {"f", 1},
                         {"g", "y"},
                         {"h", 0}});
    CHECK(pair.text() ==
          "same /a, removed /c, added /b, retyped /d, changed /e, added /f,"
          " changed /g, added /h");
    const DiffReport report = pair.diff();
    CHECK(report.same == 1);
    CHECK(report.changed == 2);
    CHECK(report.added == 3);
    CHECK(report.removed == 1);
    CHECK(report.retyped == 1);
    CHECK(!report.equal());
    CHECK(report.leaves[3].after.value().shape == Shape{3});
    CHECK(pair.text({.only = "/g"}) == "changed /g");
    REQUIRE_THROWS_SAYING(pair.diff({.only = "/z"}), NotFound, "/z");
}

TEST_CASE("kind and dtype are part of a leaf's type", "[store]") {
    CHECK(difference(1, 1.0).change == LeafChange::retyped);
    CHECK(difference(1, Tensor::own(std::vector<std::int64_t>{1}, {})).change ==
          LeafChange::retyped);
    CHECK(difference(floats({1}), Tensor::own(std::vector<std::int32_t>{1}, {1})).change ==
          LeafChange::retyped);
}

TEST_CASE("containers of another kind differ even if all leaves are the same", "[store]") {
    const DiffReport report = Pair(List{{Tree(1)}}, Tuple{{Tree(1)}}).diff();
    CHECK(report.same == 1);
    CHECK(!report.same_structure);
    CHECK(!report.equal());
    CHECK(Pair(List{{Tree(1)}}, List{{Tree(1)}}).diff().equal());
}

TEST_CASE("elements that are not finite are counted, not measured", "[store]") {
    const auto leaf = difference(floats({3, 4, kNan, 1, kInfinity, kNan, 0.0F}),
                                 floats({3, 6, kNan, kNan, -kInfinity, 1, -0.0F}));
    CHECK(leaf.n_different == 5);
    CHECK(leaf.n_not_finite == 3);
    CHECK(leaf.max_abs == 2);
    CHECK(leaf.norm == 2);
    CHECK(std::abs(leaf.relative_norm.value() - 2 / std::sqrt(26.0)) < 1e-12);
    const auto nothing = difference(floats({kNan}), floats({0}));
    CHECK(nothing.n_different == 1);
    CHECK(!nothing.max_abs);
    CHECK(!nothing.relative_norm);
    CHECK(difference(floats({kNan, 1}), floats({kNan, 1})).change == LeafChange::same);
}

TEST_CASE("plain numbers have a difference, texts only differ", "[store]") {
    CHECK(difference(3, 10).max_abs == 7);
    CHECK(difference(std::int64_t{1} << 62, (std::int64_t{1} << 62) + 1).max_abs == 1);
    CHECK(difference(true, false).max_abs == 1);
    CHECK(difference(std::complex<double>(1, 1), std::complex<double>(4, 5)).max_abs == 5);
    const auto text = difference("a", "ab");
    CHECK(text.change == LeafChange::changed);
    CHECK(!text.n_different);
    CHECK(!difference(std::string(9'000, 'a'), std::string(9'000, 'b')).max_abs);
}

TEST_CASE("only chunks with another digest are read", "[store]") {
    constexpr std::size_t kElements = 4 << 20;  // eight chunks
    std::vector<float> values(kElements, 1.5F);
    const Tensor before = Tensor::own(values, {static_cast<std::int64_t>(kElements)});
    values[kElements / 2 + 7] = 4.0F;
    const Tensor after = Tensor::own(values, {static_cast<std::int64_t>(kElements)});
    const Pair pair(Dict{{"big", before}, {"other", weights(1, 100'000)}},
                    Dict{{"big", after}, {"other", weights(1, 100'000)}}, Compression::none);
    const DiffReport report = pair.diff();
    CHECK(report.read_nbytes == 2 * (2 << 20));
    CHECK(report.leaves[0].n_different == 1);
    CHECK(report.leaves[0].max_abs == 2.5);
    CHECK(report.leaves[1].change == LeafChange::same);
    CHECK(report.max_abs == 2.5);
    const DiffReport brief = pair.diff({.values = false});
    CHECK(brief.read_nbytes == 0);
    CHECK(brief.changed == 1);
    CHECK(!brief.leaves[0].n_different);
}

TEST_CASE("counters and random states do not drown the weights in the summary", "[store]") {
    const auto state = [](std::uint64_t random, float weight) {
        return Dict{{"random", Tensor::own(std::vector<std::uint64_t>{random}, {})},
                    {"step", static_cast<std::int64_t>(random)},
                    {"w", Tensor::own(std::vector<float>{weight, 4}, {2})}};
    };
    const Pair pair(state(1, 3), state(std::uint64_t{1} << 62, 2));
    const DiffReport report = pair.diff();
    CHECK(report.changed == 3);
    CHECK(report.leaves[0].max_abs > 1e18);
    CHECK(report.max_abs == 1);
    CHECK(report.relative_norm == 0.2);
}

TEST_CASE("progress of a diff grows and ends at its total", "[store]") {
    const Pair pair(state_at(1, 9 << 20), state_at(2, 9 << 20));
    Progress last;
    static_cast<void>(pair.diff({.on_progress = [&](const Progress& now) {
        CHECK(now.done >= last.done);
        last = now;
    }}));
    CHECK(last.done == last.total);
    CHECK(last.total > 9 << 20);
}

TEST_CASE("checkpoints of two files are compared", "[store]") {
    const TempDir dir;
    Store one(dir / "one.db");
    Store other(dir / "other.db", {.compression = Compression::zlib});
    const CheckpointInfo a = one.save(state_at(1), {.step = 1});
    const CheckpointInfo same = other.save(state_at(1), {.step = 5});
    const CheckpointInfo b = other.save(state_at(2), {.step = 6});
    CHECK(diff(one, a, other, same).equal());
    CHECK(diff(one, a, other, b).changed == 3);
    other.remove(b);
    CHECK_THROWS_AS(diff(one, a, other, b), NotFound);
}

std::string hex(ByteView bytes) {
    std::string text = "x'";
    for (const std::byte byte : bytes) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", std::to_integer<unsigned>(byte));
        text += digits;
    }
    return text + "'";
}

/// Gives the only leaf of the file, /w, two raw chunks, as another writer may.
void cut_in_two(const fs::path& file, const Tensor& tensor, std::size_t at) {
    RawSql raw(file);
    format::LeafDigester leaf({.path = "/w",
                               .kind = "tensor",
                               .dtype = std::string(dtype_name(tensor.dtype())),
                               .shape = shape_text(tensor.shape())});
    raw.run("DELETE FROM leaf_chunk; DELETE FROM chunk");
    const auto add = [&](std::size_t first, ByteView part) {
        leaf.add_chunk(digest_of(part));
        raw.run("INSERT INTO chunk (digest, codec, nbytes, data) VALUES (" + hex(digest_of(part)) +
                ", 'raw', " + std::to_string(part.size()) + ", " + hex(part) +
                "); INSERT INTO leaf_chunk VALUES (1, " + std::to_string(first) +
                ", last_insert_rowid())");
    };
    add(0, tensor.bytes().first(at));
    add(at, tensor.bytes().subspan(at));
    const Digest digest = leaf.finish();
    format::TreeDigester tree(raw.text("SELECT structure FROM tree"));
    tree.add_leaf(digest);
    raw.run("UPDATE leaf SET digest = " + hex(digest) +
            "; UPDATE tree SET digest = " + hex(tree.finish()));
}

TEST_CASE("a leaf that another writer cut in another way is compared by its bytes", "[store]") {
    const Tensor before = weights(3, 3'000);
    for (const std::size_t at : {std::size_t{4'096}, std::size_t{4'097}, std::size_t{11'999}}) {
        for (const std::size_t changed : {std::size_t{0}, at / 4, std::size_t{2'999}}) {
            CAPTURE(at, changed);
            const auto elements = before.as<float>();
            std::vector<float> values(elements.begin(), elements.end());
            values[changed] += 1;
            const Tensor after = Tensor::own(std::move(values), before.shape());
            const TempDir dir;
            Store store(dir / "run.db");
            Store same(dir / "same.db");
            Store other(dir / "other.db");
            const CheckpointInfo a = store.save(Dict{{"w", before}}, {.step = 1});
            const CheckpointInfo b = same.save(Dict{{"w", before}}, {.step = 1});
            const CheckpointInfo c = other.save(Dict{{"w", after}}, {.step = 1});
            cut_in_two(dir / "same.db", before, at);
            cut_in_two(dir / "other.db", after, at);
            CHECK(diff(store, a, same, b).equal());
            CHECK(diff(same, b, store, a, {.values = false}).equal());
            const DiffReport report = diff(same, b, other, c);
            CHECK(report.leaves[0].n_different == 1);
            CHECK(diff(other, c, store, a).leaves[0].n_different == 1);
            CHECK(diff(other, c, store, a, {.values = false}).changed == 1);
        }
    }
}

TEST_CASE("damage is an error that names the leaf and the file", "[store]") {
    const TempDir dir;
    Store one(dir / "one.db");
    Store other(dir / "other.db");
    const CheckpointInfo a = one.save(state_at(1), {.step = 1});
    const CheckpointInfo b = other.save(state_at(2), {.step = 2});
    RawSql(dir / "other.db").run("UPDATE chunk SET data = zeroblob(length(data)) WHERE id = 2");
    REQUIRE_THROWS_SAYING(diff(one, a, other, b), Corrupt, "leaf /moment");
    REQUIRE_THROWS_SAYING(diff(other, b, one, a), Corrupt, "other.db");
    CHECK(diff(one, a, other, b, {.values = false}).changed == 3);
    RawSql(dir / "other.db").run("UPDATE leaf SET digest = zeroblob(16) WHERE path = '/step'");
    REQUIRE_THROWS_SAYING(diff(one, a, other, b), Corrupt, "digest");
}

}  // namespace
}  // namespace ckptlite::test
