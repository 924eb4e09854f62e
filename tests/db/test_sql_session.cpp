// SPDX-License-Identifier: MIT
#include "ckptlite/sql_session.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include "ckptlite/error.hpp"
#include "ckptlite/store.hpp"
#include "store/child_process.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

/// Two checkpoints in a file of its own.
struct File {
    File() {
        Store store(path);
        store.save(state_at(1), {.step = 1, .metrics = loss_of(0.5)});
        store.save(state_at(2), {.step = 2, .metrics = loss_of(0.25)});
    }
    TempDir dir;
    std::filesystem::path path = dir / "run.db";
};

struct Result {
    std::vector<std::vector<std::string>> names{};
    std::vector<std::vector<SqlValue>> rows{};
};

Result run(SqlSession& session, std::string_view sql) {
    Result result;
    session.run(sql, {.on_columns = [&](const auto& names) { result.names.push_back(names); },
                      .on_row = [&](const auto& values) { result.rows.push_back(values); }});
    return result;
}

std::int64_t integer(SqlSession& session, std::string_view sql) {
    return std::get<std::int64_t>(run(session, sql).rows.at(0).at(0));
}

TEST_CASE("a query gives its columns and values of every type", "[db]") {
    const File file;
    SqlSession session(file.path);
    const Result result =
        run(session, "SELECT NULL AS a, 7 AS b, 0.5 AS c, 'x' AS d, x'00ff' AS e");
    CHECK(result.names == std::vector<std::vector<std::string>>{{"a", "b", "c", "d", "e"}});
    const std::vector<SqlValue> expected{std::monostate(), std::int64_t{7}, 0.5, std::string("x"),
                                         std::vector{std::byte{0}, std::byte{255}}};
    REQUIRE(result.rows.size() == 1);
    CHECK((result.rows.front() == expected));
}

TEST_CASE("statements run one after the other, comments are none", "[db]") {
    const File file;
    SqlSession session(file.path);
    const Result result = run(session, "SELECT 1 AS a; -- SELECT 9;\n;SELECT step FROM checkpoint");
    CHECK(result.names == std::vector<std::vector<std::string>>{{"a"}, {"step"}});
    CHECK(result.rows.size() == 3);
    REQUIRE_THROWS_SAYING(run(session, " ; -- nothing"), InvalidArgument, "no statement");
}

TEST_CASE("a session has the views and the tensor functions", "[db]") {
    const File file;
    SqlSession session(file.path);
    CHECK(integer(session, "SELECT count(*) FROM tensor") == 6);
    CHECK(integer(session,
                  "SELECT tensor_norm(leaf_id) = norm FROM tensor WHERE path = '/kernel'") == 1);
    REQUIRE_THROWS_SAYING(run(session, "SELECT tensor_norm(99)"), NotFound, "there is no leaf 99");
    REQUIRE_THROWS_SAYING(run(session, "SELECT tensor_norm('x')"), InvalidArgument, "not text");
}

TEST_CASE("a session that reads refuses whatever writes, and changes nothing", "[db]") {
    const File file;
    SqlSession session(file.path);
    for (const char* sql :
         {"DELETE FROM checkpoint", "CREATE TABLE t (a)", "PRAGMA user_version = 9",
          "PRAGMA journal_mode = WAL", "BEGIN IMMEDIATE", "CREATE TEMP TABLE t (a)",
          "PRAGMA query_only = OFF; DELETE FROM leaf"}) {
        CAPTURE(sql);
        REQUIRE_THROWS_SAYING(run(session, sql), InvalidArgument, "this statement writes");
    }
    CHECK(integer(session, "SELECT count(*) FROM checkpoint") == 2);
    CHECK(Store(file.path).verify(true).ok());
}

TEST_CASE("other files are out of reach, of a session that writes, too", "[db]") {
    const File file;
    SqlSession session(file.path, {.write = true});
    const std::string copy = (file.dir / "copy.db").string();
    for (const std::string& sql :
         {"ATTACH '" + copy + "' AS other", "VACUUM INTO '" + copy + "'", std::string("VACUUM")}) {
        CAPTURE(sql);
        REQUIRE_THROWS_SAYING(run(session, sql), InvalidArgument, "refused");
    }
    CHECK_FALSE(std::filesystem::exists(copy));
    REQUIRE_THROWS_SAYING(run(session, "SELECT load_extension('x')"), InvalidArgument,
                          "not authorized");
}

TEST_CASE("a session that writes writes, and verify reports it", "[db]") {
    const File file;
    {
        SqlSession session(file.path, {.write = true});
        run(session, "UPDATE checkpoint SET note = 'by hand' WHERE step = 1");
    }
    const Store store(file.path);
    CHECK(store.checkpoints({.step = 1}).at(0).note == "by hand");
    CHECK(store.verify().problems.size() == 1);
}

TEST_CASE("of a transaction that fails or stays open nothing is kept", "[db]") {
    const File file;
    SqlSession session(file.path, {.write = true});
    REQUIRE_THROWS_SAYING(run(session, "BEGIN; DELETE FROM run_digest"), InvalidArgument, "COMMIT");
    REQUIRE_THROWS_SAYING(run(session, "BEGIN; DELETE FROM run_digest; SELECT absent"),
                          InvalidArgument, "no such column");
    CHECK(integer(session, "SELECT count(*) > 0 FROM run_digest") == 1);
    run(session, "BEGIN; DELETE FROM run_digest; COMMIT");
    CHECK(integer(session, "SELECT count(*) FROM run_digest") == 0);
}

TEST_CASE("what SQLite refuses is an invalid argument with its words", "[db]") {
    const File file;
    SqlSession session(file.path, {.write = true});
    REQUIRE_THROWS_SAYING(run(session, "SELEC 1"), InvalidArgument, "syntax error");
    REQUIRE_THROWS_SAYING(run(session, "SELECT * FROM nowhere"), InvalidArgument, "no such table");
    REQUIRE_THROWS_SAYING(run(session, "INSERT INTO feature VALUES ('x', 'y')"), InvalidArgument,
                          "CHECK constraint failed");
    REQUIRE_THROWS_SAYING(run(session, "SELECT zeroblob(2000000000)"), InvalidArgument, "too big");
    REQUIRE_THROWS_SAYING(run(session, std::string_view("SELECT 1\0", 9)), InvalidArgument, "NUL");
}

TEST_CASE("damage is Corrupt", "[db]") {
    const File file;
    RawSql(file.path).run("UPDATE chunk SET data = zeroblob(length(data))");
    SqlSession session(file.path);
    REQUIRE_THROWS_SAYING(run(session, "SELECT tensor_norm(1)"), Corrupt, "leaf 1: ");
}

TEST_CASE("a session waits for a lock as long as it was told, then says so", "[db]") {
    const File file;
    RawSql other(file.path);
    other.run("BEGIN EXCLUSIVE");
    const auto open = [&] { SqlSession(file.path, {.timeout = std::chrono::milliseconds(20)}); };
    REQUIRE_THROWS_AS(open(), Busy);
    other.run("COMMIT");
    open();
}

TEST_CASE("a session opens what a store opens, and makes no file", "[db]") {
    const TempDir dir;
    REQUIRE_THROWS_SAYING(SqlSession(dir / "none.db"), NotFound, "no such file");
    REQUIRE_THROWS_SAYING(SqlSession(dir / "none.db", {.write = true}), NotFound, "no such file");
    RawSql(dir / "other.db").run("CREATE TABLE t (a)");
    REQUIRE_THROWS_AS(SqlSession(dir / "other.db"), NotACheckpointFile);
    const File file;
    std::filesystem::create_symlink(file.path, dir / "link.db");
    REQUIRE_THROWS_SAYING(SqlSession(dir / "link.db"), InvalidArgument, "symbolic link");
    SqlSession linked(dir / "link.db", {.follow_symlinks = true});
    CHECK(integer(linked, "SELECT count(*) FROM checkpoint") == 2);
}

TEST_CASE("an untrusted file is checked first and only read", "[db]") {
    const File file;
    {
        SqlSession session(file.path, {.untrusted = true});
        CHECK(integer(session, "SELECT count(*) FROM tensor") == 6);
    }
    REQUIRE_THROWS_SAYING(SqlSession(file.path, {.write = true, .untrusted = true}),
                          InvalidArgument, "only be read");
    RawSql(file.path).run("CREATE VIEW mine AS SELECT 1");
    REQUIRE_THROWS_SAYING(SqlSession(file.path, {.untrusted = true}), Corrupt, "'mine'");
}

TEST_CASE("triggers of a file do not run", "[db]") {
    const File file;
    RawSql(file.path).run(
        "CREATE TRIGGER t AFTER UPDATE ON checkpoint BEGIN DELETE FROM metric; END");
    SqlSession session(file.path, {.write = true});
    run(session, "UPDATE checkpoint SET note = 'x'");
    CHECK(integer(session, "SELECT count(*) FROM metric") == 2);
}

TEST_CASE("an older file stays as it is", "[db]") {
    const TempDir dir;
    const auto path = dir / "old.db";
    std::filesystem::copy_file(std::filesystem::path(CKPTLITE_GOLDEN) / "format_1_0.ckptlite",
                               path);
    SqlSession session(path, {.write = true});
    CHECK(integer(session, "PRAGMA user_version") == 1000);
    CHECK(integer(session, "SELECT count(tensor_norm(id)) > 0 FROM leaf") == 1);
}

TEST_CASE("what the caller throws ends the query", "[db]") {
    const File file;
    SqlSession session(file.path);
    const SqlOutput output{.on_row = [](const auto&) { throw std::runtime_error("enough"); }};
    REQUIRE_THROWS_SAYING(session.run("SELECT step FROM checkpoint", output), std::runtime_error,
                          "enough");
    CHECK(integer(session, "SELECT count(*) FROM checkpoint") == 2);
}

TEST_CASE("a session that was moved elsewhere says so", "[db]") {
    const File file;
    SqlSession session(file.path);
    SqlSession other(std::move(session));
    CHECK(other.file() == file.path);
    CHECK(integer(other, "SELECT count(*) FROM checkpoint") == 2);
    CHECK(session.file().empty());
    REQUIRE_THROWS_SAYING(session.run("SELECT 1", {}), InvalidArgument, "moved elsewhere");
    session = std::move(other);
    CHECK(integer(session, "SELECT count(*) FROM checkpoint") == 2);
    // Nothing need be done with what it gives, and a statement has no NUL in it.
    session.run("SELECT 1", {});
    REQUIRE_THROWS_SAYING(session.run(std::string_view("SELECT\0 1", 9), {}), InvalidArgument,
                          "NUL");
}

TEST_CASE("after fork a session throws in the child and lives on in the parent", "[db]") {
    const File file;
    std::optional<SqlSession> session(file.path);
    const pid_t child = ::fork();
    if (child == 0) {
        int code = 1;
        try {
            session->run("SELECT 1", {});
        } catch (const WrongProcess&) {
            code = 0;
        }
        session.reset();
        end_child(code);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(integer(*session, "SELECT count(*) FROM checkpoint") == 2);
}

}  // namespace
}  // namespace ckptlite::test
