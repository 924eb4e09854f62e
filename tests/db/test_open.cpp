// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <fstream>

#include "ckptlite/error.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

constexpr OpenMode kModes[] = {OpenMode::read_only, OpenMode::existing, OpenMode::create};

std::string bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void make_store(const fs::path& file) {
    Store store(file);
    save_step(store, 1);
}

/// Every mode refuses the file with this error, and its bytes stay as they are.
template <typename Kind>
void check_refused(const fs::path& file, const std::string& words) {
    const std::string before = bytes_of(file);
    for (const OpenMode mode : kModes) {
        CAPTURE(static_cast<int>(mode));
        REQUIRE_THROWS_SAYING(Store(file, {.mode = mode}), Kind, words);
        REQUIRE_THROWS_SAYING(Store(file, {.mode = mode}), Kind, file.filename().string());
    }
    CHECK(bytes_of(file) == before);
    for (const char* side : {"-journal", "-wal", "-shm"}) {
        CHECK(!fs::exists(file.string() + side));
    }
}

/// A store whose schema or content a stranger changed with `sql`.
fs::path changed_store(const TempDir& dir, const std::string& sql) {
    make_store(dir / "run.db");
    RawSql(dir / "run.db").run(sql);
    return dir / "run.db";
}

TEST_CASE("garbage is not a checkpoint file", "[db]") {
    const TempDir dir;
    std::mt19937_64 random(3);
    for (const std::size_t size : {1U, 15U, 16U, 100U, 4096U, 70'000U}) {
        CAPTURE(size);
        std::string garbage(size, '\0');
        for (char& c : garbage) c = static_cast<char>(random());
        std::ofstream(dir / "x.db", std::ios::binary) << garbage;
        check_refused<NotACheckpointFile>(dir / "x.db", "not an SQLite database");
    }
}

TEST_CASE("a file that only begins like an SQLite database is refused", "[db]") {
    const TempDir dir;
    std::ofstream(dir / "x.db", std::ios::binary)
        << std::string("SQLite format 3\0", 16) << std::string(5000, 'x');
    check_refused<NotACheckpointFile>(dir / "x.db", "not");
}

TEST_CASE("an empty file is not a checkpoint file and stays empty", "[db]") {
    const TempDir dir;
    std::ofstream{dir / "x.db"};
    check_refused<NotACheckpointFile>(dir / "x.db", "empty");
    CHECK(fs::file_size(dir / "x.db") == 0);
}

TEST_CASE("a folder, a FIFO and a device are refused at once", "[db]") {
    const TempDir dir;
    fs::create_directory(dir / "folder.db");
    REQUIRE(::mkfifo((dir / "fifo.db").c_str(), 0600) == 0);
    for (const OpenMode mode : kModes) {
        REQUIRE_THROWS_SAYING(Store(dir / "folder.db", {.mode = mode}), NotACheckpointFile,
                              "folder");
        REQUIRE_THROWS_SAYING(Store(dir / "fifo.db", {.mode = mode}), NotACheckpointFile, "FIFO");
        REQUIRE_THROWS_SAYING(Store("/dev/null", {.mode = mode}), NotACheckpointFile, "device");
    }
    CHECK(fs::is_fifo(dir / "fifo.db"));
}

TEST_CASE("somebody else's database is refused and unchanged", "[db]") {
    const TempDir dir;
    RawSql(dir / "x.db").run("CREATE TABLE checkpoint (id); INSERT INTO checkpoint VALUES (1)");
    check_refused<NotACheckpointFile>(dir / "x.db", "not one of ckptlite");
}

TEST_CASE("a newer major version is refused", "[db]") {
    const TempDir dir;
    check_refused<UnsupportedVersion>(changed_store(dir, "PRAGMA user_version = 2000"), "2.0");
}

TEST_CASE("version 0 is refused", "[db]") {
    const TempDir dir;
    check_refused<UnsupportedVersion>(changed_store(dir, "PRAGMA user_version = 0"), "0.0");
}

TEST_CASE("a newer minor version is read, not written", "[db]") {
    const TempDir dir;
    const auto file = changed_store(dir, "PRAGMA user_version = 1004");
    const std::string before = bytes_of(file);
    REQUIRE_THROWS_SAYING(Store(file), UnsupportedVersion, "1.4");
    REQUIRE_THROWS_SAYING(Store(file, {.mode = OpenMode::existing}), UnsupportedVersion, "1.4");
    CHECK(Store(file, {.mode = OpenMode::read_only}).latest()->step == 1);
    CHECK(bytes_of(file) == before);
}

TEST_CASE("a store that somebody upgrades while it is open is written no more", "[db]") {
    const TempDir dir;
    Store store(dir / "run.db", {.log_interval = std::chrono::hours(1)});
    save_step(store, 1, {.metrics = loss_of(1)});
    RawSql(dir / "run.db").run("PRAGMA user_version = 1004");
    REQUIRE_THROWS_SAYING(save_step(store, 2), UnsupportedVersion, "newer");
    REQUIRE_THROWS_SAYING(store.pin(*store.latest()), UnsupportedVersion, "newer");
    CHECK(store.best(kLoss, Best::lowest).at(0).step == 1);
    RawSql(dir / "run.db").run("PRAGMA user_version = 1003");
    CHECK(save_step(store, 2).step == 2);
}

TEST_CASE("an incompatible feature refuses the file", "[db]") {
    const TempDir dir;
    check_refused<UnsupportedVersion>(
        changed_store(dir, "INSERT INTO feature VALUES ('delta chunks', 'incompatible')"),
        "delta chunks");
}

TEST_CASE("a read-compatible feature refuses writing only", "[db]") {
    const TempDir dir;
    const auto file =
        changed_store(dir, "INSERT INTO feature VALUES ('new index', 'read_compatible')");
    const std::string before = bytes_of(file);
    REQUIRE_THROWS_SAYING(Store(file), UnsupportedVersion, "new index");
    CHECK(Store(file, {.mode = OpenMode::read_only}).latest()->step == 1);
    CHECK(bytes_of(file) == before);
}

TEST_CASE("a compatible feature is ignored", "[db]") {
    const TempDir dir;
    const auto file = changed_store(dir, "INSERT INTO feature VALUES ('hints', 'compatible')");
    Store store(file);
    CHECK(save_step(store, 2).step == 2);
    CHECK(RawSql(file).count("feature") == 1);
}

TEST_CASE("a table that is not as the format says is damage", "[db]") {
    const TempDir dir;
    check_refused<Corrupt>(changed_store(dir, "ALTER TABLE checkpoint ADD COLUMN more TEXT"),
                           "checkpoint");
    fs::remove(dir / "run.db");
    check_refused<Corrupt>(changed_store(dir, "DROP INDEX leaf_chunk_by_chunk"),
                           "leaf_chunk_by_chunk");
    fs::remove(dir / "run.db");
    check_refused<Corrupt>(changed_store(dir, "DROP TABLE metric"), "missing");
    fs::remove(dir / "run.db");
    check_refused<Corrupt>(changed_store(dir, "DROP TABLE checkpoint_metric"), "missing");
}

TEST_CASE("tables, indices and views of somebody's own are fine", "[db]") {
    const TempDir dir;
    const auto file = changed_store(dir,
                                    "CREATE TABLE my_notes (text);"
                                    "CREATE INDEX mine ON metric (value);"
                                    "CREATE VIEW v AS SELECT 1; DROP VIEW history");
    Store store(file);
    CHECK(save_step(store, 2).step == 2);
    CHECK(RawSql(file).count("my_notes") == 0);
}

TEST_CASE("a missing file is made only if asked for", "[db]") {
    const TempDir dir;
    for (const OpenMode mode : {OpenMode::read_only, OpenMode::existing}) {
        REQUIRE_THROWS_SAYING(Store(dir / "new.db", {.mode = mode}), NotFound, "no such file");
        REQUIRE_THROWS_SAYING(Store(dir / "sub" / "new.db", {.mode = mode}), NotFound, "folder");
        // Something else than that it is missing: who may start anew without a file shall not.
        REQUIRE_THROWS_SAYING(Store(dir.path() / std::string(300, 'x') / "a.db", {.mode = mode}),
                              IoError, "cannot be entered");
    }
    CHECK(fs::is_empty(dir.path()));
    CHECK(!Store(dir / "sub" / "deep" / "new.db").latest());
    CHECK(fs::is_regular_file(dir / "sub" / "deep" / "new.db"));
}

TEST_CASE("a symbolic link is refused unless links are followed", "[db]") {
    const TempDir dir;
    make_store(dir / "run.db");
    fs::create_symlink(dir / "run.db", dir / "link.db");
    fs::create_symlink(dir / "nowhere.db", dir / "dangling.db");
    for (const OpenMode mode : kModes) {
        REQUIRE_THROWS_SAYING(Store(dir / "link.db", {.mode = mode}), InvalidArgument, "link");
        CHECK_THROWS_AS(Store(dir / "dangling.db", {.mode = mode}), InvalidArgument);
        const Store followed(dir / "link.db", {.mode = mode, .follow_symlinks = true});
        CHECK(followed.latest()->step == 1);
    }
    CHECK_THROWS_AS(Store(dir / "dangling.db", {.follow_symlinks = true}), NotFound);
    CHECK(!fs::exists(dir / "nowhere.db"));
}

TEST_CASE("a link among the folders above the file is no matter", "[db]") {
    const TempDir dir;
    fs::create_directory(dir / "real");
    make_store(dir / "real" / "run.db");
    fs::create_directory_symlink(dir / "real", dir / "alias");
    CHECK(Store(dir / "alias" / "run.db").latest()->step == 1);
}

TEST_CASE("any file name is a plain name", "[db]") {
    const TempDir dir;
    const char* const names[] = {"file:x.db?mode=memory", ":memory:",      "with space.db",
                                 "it's \"quoted\".db",    "größe 模型.db", "a%20b.db",
                                 "x.db?immutable=1",      "-dash.db",      "semi;colon.db"};
    const fs::path home = fs::current_path();
    fs::current_path(dir.path());
    for (const char* name : names) {
        CAPTURE(name);
        make_store(name);
        CHECK(fs::is_regular_file(dir / name));
        CHECK(Store(dir / name, {.mode = OpenMode::read_only}).latest()->step == 1);
    }
    fs::current_path(home);
    CHECK_THROWS_AS(Store(""), InvalidArgument);
}

TEST_CASE("a store cut short is damaged or no database, never a crash", "[db]") {
    const TempDir dir;
    make_store(dir / "run.db");
    const std::string whole = bytes_of(dir / "run.db");
    for (std::size_t size = 50; size < whole.size(); size += 9'973) {
        CAPTURE(size);
        // SQLite takes what is missing of a page for zeros: behind the end of an empty index, they
        // are.
        if (whole.find_first_not_of('\0', size) == std::string::npos) continue;
        const fs::path file = dir / "cut.db";
        std::ofstream(file, std::ios::binary) << whole.substr(0, size);
        try {
            const Store store(file, {.mode = OpenMode::read_only});
            CHECK(!store.verify(true).ok());
        } catch (const Error& error) {
            CHECK((error.code() == ErrorCode::corrupt ||
                   error.code() == ErrorCode::not_a_checkpoint_file));
        }
    }
}

}  // namespace
}  // namespace ckptlite::test
