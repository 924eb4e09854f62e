// SPDX-License-Identifier: MIT
// Journals and write-ahead logs that are damaged, missing, or of another store: what comes of
// opening the store is a state that was committed, or it is reported.
#include <iostream>
#include <random>

#include "ckptlite/error.hpp"
#include "damage/damage_check.hpp"
#include "damage/file_bytes.hpp"
#include "damage/reference_store.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

constexpr ReferenceStoreOptions kSmall{.n_logged = 60, .rows = 12};

/// A store's files at one moment, and what it may say once opened.
struct Files {
    std::string main{};
    std::string journal{};
    std::string wal{};
};

void put(const fs::path& file, const Files& files) {
    for (const char* side : {"-journal", "-wal", "-shm"}) fs::remove(file.string() + side);
    write_bytes(file, files.main);
    if (!files.journal.empty()) write_bytes(file.string() + "-journal", files.journal);
    if (!files.wal.empty()) write_bytes(file.string() + "-wal", files.wal);
}

Files taken(const fs::path& file) {
    return {.main = bytes_of(file),
            .journal = bytes_of(file.string() + "-journal"),
            .wal = bytes_of(file.string() + "-wal")};
}

/// Opens for writing first, which is what rolls back or takes over a side file.
DamageResult check(const fs::path& file, const Files& files,
                   const std::vector<Original>& committed) {
    put(file, files);
    try {
        Store(file, {.mode = OpenMode::existing,
                     .threads = 1,
                     .write_timeout = std::chrono::milliseconds(50)})
            .close();
    } catch (const Error& error) {
        return {.kind = Damage::refused, .what = error.what()};
    }
    DamageResult result;
    for (const Original& state : committed) {
        result = check_damage(file, state);
        if (result.kind != Damage::undetected) break;
    }
    return result;
}

/// Changes the bytes first, first + stride, ... of one of the files.
DamageCounts flip(const fs::path& file, const Files& whole, std::string Files::*which,
                  const std::vector<Original>& committed, std::size_t first, std::size_t stride,
                  unsigned char change) {
    DamageCounts counts;
    Files files = whole;
    for (std::size_t at = first; at < (whole.*which).size(); at += stride) {
        char& byte = (files.*which)[at];
        byte = static_cast<char>(static_cast<unsigned char>(byte) ^ change);
        const DamageResult result = check(file, files, committed);
        byte = (whole.*which)[at];
        counts.add(result);
        INFO("byte " << at << " ^ " << int{change} << ": " << result.what);
        CHECK(result.kind != Damage::undetected);
    }
    return counts;
}

/// The store's files while a transaction, which would make it what `later` is, has written some of
/// its pages, as a writer leaves them that is killed then.
Files killed_in_transaction(const fs::path& file, const fs::path& later) {
    RawSql raw(file);
    raw.run("PRAGMA foreign_keys = OFF; PRAGMA cache_size = 1; ATTACH '" + later.string() +
            "' AS later; BEGIN IMMEDIATE");
    for (const char* table : {"leaf_chunk", "chunk", "leaf", "checkpoint_metric", "checkpoint_tag",
                              "checkpoint", "tree", "metric", "run", "run_digest"}) {
        const std::string name(table);
        raw.run("DELETE FROM main." + name + "; INSERT INTO main." + name +
                " SELECT * FROM later." + name);
    }
    const Files files = taken(file);
    raw.run("ROLLBACK");
    return files;
}

void change_store(const fs::path& file, int step) {
    Store store(file, {.threads = 1});
    save_step(store, step, {.run = "a", .metrics = loss_of(step), .note = "later"});
    store.log(step, {{"train", {{"rate", 0.5}}}}, "a");
    store.set_note(*store.latest({.run = "b"}), "changed");
}

struct HotJournal {
    TempDir dir{};
    std::vector<Original> committed{};
    Files files{};

    HotJournal() {
        make_reference_store(dir / "run.db", kSmall);
        committed.emplace_back(dir / "run.db");
        fs::copy_file(dir / "run.db", dir / "later.db");
        change_store(dir / "later.db", 50);
        files = killed_in_transaction(dir / "run.db", dir / "later.db");
    }
};

TEST_CASE("a journal left by a killed writer is rolled back", "[damage]") {
    HotJournal of;
    REQUIRE(of.files.journal.size() > 10'000);
    REQUIRE(of.files.main != bytes_of(of.dir / "run.db"));
    CHECK(check(of.dir / "copy.db", of.files, of.committed).kind == Damage::unnoticed);
    put(of.dir / "copy.db", of.files);
    CHECK_THROWS_AS(Store(of.dir / "copy.db", {.mode = OpenMode::read_only}), NeedsRecovery);
}

TEST_CASE("a changed byte of a journal gives what was committed, or a report", "[damage]") {
    HotJournal of;
    const std::size_t stride = 97;
    std::cout << "every " << stride << "th byte of a journal: "
              << flip(of.dir / "copy.db", of.files, &Files::journal, of.committed, 0, stride, 0xFF)
              << "\nits header: ";
    Files header = of.files;
    DamageCounts counts;
    for (std::size_t at = 0; at < 28; ++at) {
        header.journal[at] ^= 1;
        const DamageResult result = check(of.dir / "copy.db", header, of.committed);
        header.journal[at] ^= 1;
        counts.add(result);
        INFO("byte " << at << ": " << result.what);
        CHECK(result.kind != Damage::undetected);
    }
    std::cout << counts << '\n';
}

TEST_CASE("every changed byte of a journal gives what was committed, or a report",
          "[damage][long]") {
    HotJournal of;
    std::cout << "every byte of a journal: "
              << flip(of.dir / "copy.db", of.files, &Files::journal, of.committed, 0, 1, 0xFF)
              << std::endl;
}

TEST_CASE("a copy without its journal is reported", "[damage]") {
    HotJournal of;
    of.files.journal.clear();
    const DamageResult result = check(of.dir / "copy.db", of.files, of.committed);
    INFO(result.what);
    CHECK((result.kind == Damage::reported || result.kind == Damage::refused));
}

TEST_CASE("a journal cut anywhere gives what was committed, or a report", "[damage]") {
    HotJournal of;
    DamageCounts counts;
    const std::string whole = of.files.journal;
    for (std::size_t size = 0; size < whole.size(); size += 257) {
        of.files.journal = whole.substr(0, size);
        const DamageResult result = check(of.dir / "copy.db", of.files, of.committed);
        counts.add(result);
        INFO(size << " of " << whole.size() << " bytes: " << result.what);
        CHECK(result.kind != Damage::undetected);
    }
    std::cout << "a journal cut: " << counts << '\n';
}

/// A store in WAL mode that was never closed: the main file, the log, and every committed state.
struct OpenWal {
    TempDir dir{};
    std::vector<Original> committed{};
    std::vector<Files> moments{};
    Files files{};

    OpenWal() {
        ReferenceStoreOptions options = kSmall;
        options.wal = true;
        make_reference_store(dir / "run.db", options);
        committed.emplace_back(dir / "run.db");
        Store store(dir / "run.db", {.threads = 1, .log_buffer = 1});
        moments.push_back(taken(dir / "run.db"));
        const auto moment = [&] {
            committed.emplace_back(dir / "run.db");
            moments.push_back(taken(dir / "run.db"));
        };
        save_step(store, 50, {.run = "a", .metrics = loss_of(0.5)});
        moment();
        store.set_note(*store.latest({.run = "b"}), "changed");
        moment();
        store.log(7, {{"train", {{"rate", 0.5}}}}, "a");
        moment();
        store.remove(*store.latest({.run = "zlib"}));
        moment();
        files = moments.back();
    }
};

TEST_CASE("a log left by a killed writer is taken over", "[damage]") {
    OpenWal of;
    REQUIRE(of.files.wal.size() > 10'000);
    CHECK(check(of.dir / "copy.db", of.files, {of.committed.back()}).kind == Damage::unnoticed);
}

TEST_CASE("a changed byte of a log gives what was committed, or a report", "[damage]") {
    OpenWal of;
    const std::size_t stride = 101;
    std::cout << "every " << stride << "th byte of a log: "
              << flip(of.dir / "copy.db", of.files, &Files::wal, of.committed, 0, stride, 0xFF)
              << '\n';
}

TEST_CASE("every changed byte of a log gives what was committed, or a report", "[damage][long]") {
    OpenWal of;
    std::cout << "every byte of a log: "
              << flip(of.dir / "copy.db", of.files, &Files::wal, of.committed, 0, 1, 0xFF)
              << std::endl;
}

TEST_CASE("a log cut anywhere gives what was committed, or a report", "[damage]") {
    OpenWal of;
    DamageCounts counts;
    const std::string whole = of.files.wal;
    for (std::size_t size = 0; size < whole.size(); size += 263) {
        of.files.wal = whole.substr(0, size);
        const DamageResult result = check(of.dir / "copy.db", of.files, of.committed);
        counts.add(result);
        INFO(size << " of " << whole.size() << " bytes: " << result.what);
        CHECK(result.kind != Damage::undetected);
    }
    std::cout << "a log cut: " << counts << '\n';
}

TEST_CASE("a copy without its log is an earlier state", "[damage]") {
    OpenWal of;
    for (Files files : of.moments) {
        files.wal.clear();
        const DamageResult result = check(of.dir / "copy.db", files, of.committed);
        INFO(result.what);
        CHECK(result.kind == Damage::unnoticed);
    }
}

TEST_CASE("a log of an earlier moment beside a later main file is reported or a state",
          "[damage]") {
    OpenWal of;
    // The store is closed now: its main file holds everything.
    Files sealed = of.files;
    put(of.dir / "sealed.db", sealed);
    Store(of.dir / "sealed.db").close();
    sealed = taken(of.dir / "sealed.db");
    DamageCounts counts;
    for (const Files& earlier : of.moments) {
        sealed.wal = earlier.wal;
        const DamageResult result = check(of.dir / "copy.db", sealed, of.committed);
        INFO(result.what);
        counts.add(result);
        CHECK(result.kind != Damage::undetected);
    }
    std::cout << "stale logs: " << counts << '\n';
}

TEST_CASE("a journal or log of another store is reported or one of the two stores", "[damage]") {
    HotJournal a;
    OpenWal b;
    std::vector<Original> states;
    for (const auto* all : {&a.committed, &b.committed}) {
        states.insert(states.end(), all->begin(), all->end());
    }
    const std::string rollback = bytes_of(a.dir / "run.db");
    Files other{.main = rollback, .wal = b.files.wal};
    const auto log = check(a.dir / "copy.db", other, states);
    INFO("log: " << log.what);
    CHECK(log.kind != Damage::undetected);
    const Files wal_sealed{.main = b.moments.front().main, .journal = a.files.journal};
    const auto journal = check(a.dir / "copy.db", wal_sealed, states);
    INFO("journal: " << journal.what);
    CHECK(journal.kind != Damage::undetected);
    // Opened read-only, neither is written.
    for (const Files& files : {other, wal_sealed}) {
        put(a.dir / "copy.db", files);
        const auto result = check_damage(a.dir / "copy.db", a.committed.front());
        CHECK(bytes_of(a.dir / "copy.db") == files.main);
        CHECK((result.kind != Damage::undetected ||
               check_damage(a.dir / "copy.db", b.committed.front()).kind != Damage::undetected));
    }
}

}  // namespace
}  // namespace ckptlite::test
