// SPDX-License-Identifier: MIT
#include "db/chunk_pages.hpp"

#include <fstream>
#include <map>
#include <optional>
#include <random>

#include "ckptlite/error.hpp"
#include "db/transaction.hpp"
#include "store/raw_sql.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::db {
namespace {

using test::RawSql;
using test::TempDir;

/// A table of chunks and nothing else, with pages of any size.
class ChunkFile {
public:
    explicit ChunkFile(int page_size) : raw_(dir_ / "chunks.db") {
        raw_.run("PRAGMA page_size = " + std::to_string(page_size) +
                 "; PRAGMA auto_vacuum = INCREMENTAL; CREATE TABLE chunk (id INTEGER PRIMARY KEY "
                 "AUTOINCREMENT, digest BLOB, codec TEXT, nbytes INTEGER, data BLOB)");
    }

    std::string path() const { return (dir_ / "chunks.db").string(); }
    RawSql& sql() { return raw_; }

    void insert(std::size_t nbytes) {
        raw_.run(
            "INSERT INTO chunk (digest, codec, nbytes, data) VALUES (randomblob(16), "
            "'planes', 5, randomblob(" +
            std::to_string(nbytes) + "))");
    }
    std::map<std::int64_t, std::size_t> sizes() {
        std::map<std::int64_t, std::size_t> found;
        std::istringstream ids(raw_.column("SELECT id FROM chunk", 0));
        std::istringstream lengths(raw_.column("SELECT length(data) FROM chunk", 0));
        std::int64_t id = 0;
        std::size_t length = 0;
        while (ids >> id && lengths >> length) found[id] = length;
        return found;
    }
    std::string data(std::int64_t id) {
        return raw_.text("SELECT hex(data) FROM chunk WHERE id = " + std::to_string(id));
    }

private:
    TempDir dir_;
    RawSql raw_;
};

/// One connection in a transaction that has read something.
class Reading {
public:
    explicit Reading(const std::string& file)
        : connection_(file, Access::query_only, std::chrono::seconds(1)),
          transaction_(connection_),
          pages_(connection_) {}

    /// In hexadecimal digits; nothing if it cannot be read this way.
    std::optional<std::string> data(std::int64_t id, std::size_t nbytes) {
        std::vector<std::byte> data(nbytes);
        if (!pages_.read(id, data)) return std::nullopt;
        std::string hex;
        for (const std::byte byte : data) {
            constexpr std::string_view kDigits = "0123456789ABCDEF";
            hex += kDigits[std::to_integer<std::size_t>(byte >> 4)];
            hex += kDigits[std::to_integer<std::size_t>(byte & std::byte{15})];
        }
        return hex;
    }

private:
    Connection connection_;
    ReadTransaction transaction_;
    ChunkPages pages_;
};

TEST_CASE("chunks are read from pages of every size as SQLite reads them", "[db]") {
    for (const int page_size : {512, 1'024, 4'096, 32'768, 65'536}) {
        ChunkFile file(page_size);
        file.sql().run("BEGIN");
        for (const std::size_t nbytes :
             {0U, 1U, 400U, 479U, 500U, 1'000U, 4'000U, 32'000U, 33'000U, 700'000U}) {
            file.insert(nbytes);
        }
        for (std::size_t i = 0; i < 60; ++i) file.insert(i * 3'001);
        file.sql().run("COMMIT");
        Reading reading(file.path());
        for (const auto& [id, nbytes] : file.sizes()) {
            CAPTURE(page_size, id, nbytes);
            REQUIRE(reading.data(id, nbytes) == file.data(id));
        }
        CHECK_FALSE(reading.data(1'000, 10));     // no such row
        CHECK_FALSE(reading.data(3, 1'000'000));  // not as long
    }
}

TEST_CASE("chunks in pages that were free before are read right or not at all", "[db]") {
    const std::uint64_t seed = 5;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    ChunkFile file(1'024);
    for (int round = 0; round < 12; ++round) {
        file.sql().run("BEGIN");
        for (int i = 0; i < 40; ++i) file.insert(random() % 60'000);
        file.sql().run("DELETE FROM chunk WHERE id % 7 = " + std::to_string(round % 7) +
                       " OR id % 11 = 3; COMMIT");
    }
    Reading reading(file.path());
    std::size_t read = 0;
    const auto sizes = file.sizes();
    for (const auto& [id, nbytes] : sizes) {
        CAPTURE(id, nbytes);
        const auto data = reading.data(id, nbytes);
        if (!data) continue;
        ++read;
        REQUIRE(*data == file.data(id));
    }
    CHECK(read > sizes.size() / 2);
}

TEST_CASE("what is in a write-ahead log is not read from pages", "[db]") {
    ChunkFile file(4'096);
    file.insert(100'000);
    file.sql().run("PRAGMA journal_mode = WAL");
    file.sql().run("PRAGMA wal_autocheckpoint = 0");
    file.insert(200'000);
    Reading reading(file.path());
    CHECK(reading.data(1, 100'000) == file.data(1));
    CHECK_FALSE(reading.data(2, 200'000));
}

TEST_CASE("damaged pages give false or some bytes, and nothing worse", "[db]") {
    const std::uint64_t seed = 11;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    ChunkFile file(512);
    for (std::size_t i = 0; i < 200; ++i) file.insert(i * 37);
    const auto sizes = file.sizes();
    std::ifstream in(file.path(), std::ios::binary);
    const std::string whole(std::istreambuf_iterator<char>(in), {});
    const TempDir dir;
    const std::string path = (dir / "damaged.db").string();
    std::size_t refused = 0;
    for (int i = 0; i < 400; ++i) {
        std::string damaged = whole;
        // Not the first two pages: SQLite would refuse the file or not find the table.
        for (int j = 0; j < 20; ++j) {
            damaged[1'024 + random() % (whole.size() - 1'024)] = static_cast<char>(random());
        }
        if (i % 4 == 0) damaged.resize(1'024 + random() % (whole.size() - 1'024));
        std::ofstream(path, std::ios::binary) << damaged;
        try {
            Reading reading(path);
            for (const auto& [id, nbytes] : sizes) refused += reading.data(id, nbytes) ? 0 : 1;
        } catch (const Error&) {
            ++refused;
        }
    }
    CHECK(refused > 0);
}

}  // namespace
}  // namespace ckptlite::db
