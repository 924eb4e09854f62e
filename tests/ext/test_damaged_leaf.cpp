// SPDX-License-Identifier: MIT
// What somebody did to the file comes out as an SQL error; and what the functions may be used for.
#include <string>

#include "base/digest.hpp"
#include "ckptlite/store.hpp"
#include "ext/tensor_sql.hpp"
#include "format/rows.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

/// Of checkpoint 1 `/kernel` lies in a chunk, `/step` in its row.
struct File {
    File() {
        Store store(dir / "run.db");
        store.save(state_at(1), {.step = 1});
        store.save(state_at(2), {.step = 2});
    }
    std::string after(const std::string& change, const std::string& query) const {
        RawSql(dir / "run.db").run("PRAGMA ignore_check_constraints = ON; " + change);
        return TensorSql(dir / "run.db")(query);
    }
    TempDir dir;
};

const std::string kNorm = "SELECT tensor_norm(1, '/kernel')";

struct Damage {
    const char* change;
    const char* says;
};

TEST_CASE("a damaged chunk or row is an SQL error that names the leaf", "[ext]") {
    const auto [change, says] = GENERATE(
        Damage{"UPDATE chunk SET data = zeroblob(length(data))", "damaged"},
        Damage{"UPDATE chunk SET data = zeroblob(7)", "damaged"},
        Damage{"UPDATE chunk SET codec = 'lz9'", "unknown codec 'lz9'"},
        Damage{"UPDATE chunk SET codec = 'raw'", "not the"},
        Damage{"UPDATE chunk SET nbytes = 99999999999", "does not allow"},
        Damage{"UPDATE chunk SET nbytes = -1", "negative"},
        Damage{"UPDATE chunk SET digest = x'00' WHERE id = 1", "16 bytes"},
        Damage{"UPDATE chunk SET digest = randomblob(16)", "digest does not match"},
        Damage{"DELETE FROM leaf_chunk", "hold 0 of"}, Damage{"DELETE FROM chunk", "hold 0 of"},
        Damage{"UPDATE leaf_chunk SET first_byte = 8", "gap or overlap"},
        Damage{"UPDATE leaf SET nbytes = nbytes + 64", "do not take"},
        Damage{"UPDATE leaf SET dtype = 'float33'", "'float33' is unknown"},
        Damage{"UPDATE leaf SET dtype = 'int32'", "digest does not match"},
        Damage{"UPDATE leaf SET shape = '[9223372036854775807, 9]'", "larger than a leaf"},
        Damage{"UPDATE leaf SET shape = 'x'", "not a shape"},
        Damage{"UPDATE leaf SET kind = 'tenor'", "'tenor' is unknown"},
        Damage{"UPDATE leaf SET kind = 'int', dtype = NULL, shape = NULL",
               "a leaf of kind int has"},
        Damage{"UPDATE leaf SET data = zeroblob(100000)", "more than the format allows"},
        Damage{"UPDATE leaf SET data = x'00'", "its row holds 1 of"},
        Damage{"UPDATE leaf SET digest = randomblob(16)", "digest does not match"});
    CAPTURE(change);
    const File file;
    REQUIRE_THROWS_SAYING(file.after(change, kNorm), std::runtime_error, "leaf ");
    REQUIRE_THROWS_SAYING(file.after("", kNorm), std::runtime_error, says);
    REQUIRE_THROWS_SAYING(file.after("", "SELECT sum(value) FROM tensor_each(1, '/kernel')"),
                          std::runtime_error, says);
}

TEST_CASE("another leaf's chunk in the place of this one's is noticed", "[ext]") {
    const File file;
    REQUIRE_THROWS_SAYING(file.after("UPDATE leaf_chunk SET chunk_id = 2 WHERE leaf_id = 1", kNorm),
                          std::runtime_error, "digest does not match");
}

TEST_CASE("a leaf of a tree that is not published does not exist", "[ext]") {
    const File file;
    const std::string stage = "UPDATE tree SET staged_by = '{}' WHERE id = 1";
    REQUIRE_THROWS_SAYING(file.after(stage, "SELECT tensor_norm(1)"), std::runtime_error,
                          "there is no leaf 1");
    REQUIRE_THROWS_SAYING(file.after("", kNorm), std::runtime_error, "has no leaf '/kernel'");
}

TEST_CASE("control characters of a file do not reach the message", "[ext]") {
    const File file;
    REQUIRE_THROWS_SAYING(
        file.after("UPDATE leaf SET dtype = 'a' || char(27) || '[2Jb' WHERE id = 1",
                   "SELECT tensor_norm(1)"),
        std::runtime_error, "'a?[2Jb' is unknown");
}

TEST_CASE("another database is refused", "[ext]") {
    const TempDir dir;
    RawSql(dir / "other.db").run("CREATE TABLE t (a)");
    REQUIRE_THROWS_SAYING(TensorSql(dir / "other.db")("SELECT tensor_norm(1)"), std::runtime_error,
                          "not a ckptlite file");
}

TEST_CASE("nothing in a file can call the functions, and so no file depends on them", "[ext]") {
    const File file;
    TensorSql sql(file.dir / "run.db");
    sql("CREATE VIEW norms AS SELECT tensor_norm(1)");
    sql("CREATE VIEW elements AS SELECT * FROM tensor_each(1)");
    REQUIRE_THROWS_SAYING(sql("SELECT * FROM norms"), std::runtime_error, "unsafe use");
    REQUIRE_THROWS_SAYING(sql("SELECT * FROM elements"), std::runtime_error, "unsafe use");
    REQUIRE_THROWS_SAYING(sql("CREATE TABLE t (a, b AS (tensor_norm(a)))"), std::runtime_error,
                          "unsafe use");
    sql("CREATE TEMP VIEW mine AS SELECT round(tensor_norm(1, '/step')) AS norm");
    CHECK(sql("SELECT * FROM mine") == "1.0");
}

TEST_CASE("neither a temporary table nor an attached file stands in for the tables", "[ext]") {
    const File file;
    TensorSql sql(file.dir / "run.db");
    const std::string expected = sql(kNorm);
    sql("ATTACH ':memory:' AS other");
    sql("CREATE TABLE other.leaf (id)");
    sql("CREATE TEMP TABLE leaf (id)");
    sql("CREATE TEMP TABLE chunk (id)");
    CHECK(sql(kNorm) == expected);
}

TEST_CASE("an interrupt ends a function, as it ends a statement", "[ext]") {
    const File file;
    TensorSql sql(file.dir / "run.db");
    sqlite3_progress_handler(
        sql.handle(), 1, [](void*) { return 1; }, nullptr);
    REQUIRE_THROWS_SAYING(sql(kNorm), std::runtime_error, "interrupted");
    sqlite3_progress_handler(sql.handle(), 0, nullptr, nullptr);
    CHECK_NOTHROW(sql(kNorm));
}

Digest leaf_digest(const format::LeafRow& leaf, const std::vector<Digest>& chunks) {
    format::LeafDigester digester(leaf);
    for (const Digest& chunk : chunks) digester.add_chunk(chunk);
    return digester.finish();
}

std::string hex_literal(ByteView bytes) {
    std::string text = "x'";
    for (const std::byte byte : bytes) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        text += kDigits[std::to_integer<std::size_t>(byte >> 4)];
        text += kDigits[std::to_integer<std::size_t>(byte & std::byte{15})];
    }
    return text + "'";
}

TEST_CASE("chunks may end inside an element", "[ext]") {
    const TempDir dir;
    const std::vector<double> elements{1, 2, 3, 4, 5};
    Store(dir / "run.db").save(Dict{{"w", Tensor::borrow(elements, {5})}}, {.step = 1});
    const ByteView bytes = std::as_bytes(std::span(elements));
    RawSql sql(dir / "run.db");
    std::vector<Digest> digests;
    const std::vector<std::size_t> ends{3, 5, 20, 40};
    for (std::size_t i = 0, begin = 0; i < ends.size(); begin = ends[i++]) {
        const ByteView piece = bytes.subspan(begin, ends[i] - begin);
        digests.push_back(digest_of(piece));
        sql.run("INSERT INTO chunk (digest, codec, nbytes, data) VALUES (" +
                hex_literal(digests.back()) + ", 'raw', " + std::to_string(piece.size()) + ", " +
                hex_literal(piece) + "); INSERT INTO leaf_chunk VALUES (1, " +
                std::to_string(begin) + ", last_insert_rowid())");
    }
    const format::LeafRow leaf{.path = "/w", .kind = "tensor", .dtype = "float64", .shape = "[5]"};
    sql.run("UPDATE leaf SET data = NULL, digest = " + hex_literal(leaf_digest(leaf, digests)));
    TensorSql tensors(dir / "run.db");
    CHECK(tensors("SELECT tensor_json(1), tensor_mean(1), tensor_at(1, 2)") ==
          "[1.0, 2.0, 3.0, 4.0, 5.0]|3.0|3.0");
    CHECK(tensors("SELECT group_concat(value) FROM tensor_each(1)") == "1.0,2.0,3.0,4.0,5.0");
}

}  // namespace
}  // namespace ckptlite::test
