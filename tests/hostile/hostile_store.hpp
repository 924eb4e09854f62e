// SPDX-License-Identifier: MIT
// A small store, and what a stranger makes of it with SQL. The store has run "a", steps 1 and 2 of
// tree {"kernel": float32 [64, 16], "notes": "...", "step": n}; kernel lies in one chunk.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ckptlite/error.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {

class HostileStore {
public:
    HostileStore() : file_(dir_ / "run.db") {
        Store store(file_, {.compression = Compression::zlib, .threads = 1});
        store.start_run("a", R"({"lr": 0.1})");
        for (std::int64_t step : {1, 2}) {
            std::vector<float> values(64 * 32, static_cast<float>(step));
            store.save(Dict{{"kernel", Tensor::own(std::move(values), {64, 32})},
                            {"notes", "words"},
                            {"step", step}},
                       {.run = "a", .step = step, .metrics = loss_of(0.5)});
        }
        store.log(1, {{"train", {{"rate", 0.25}}}}, "a");
    }
    /// With a change that the schema allows.
    explicit HostileStore(const std::string& sql) : HostileStore() { run(sql); }

    const std::filesystem::path& file() const noexcept { return file_; }
    const TempDir& dir() const noexcept { return dir_; }

    void run(const std::string& sql) {
        RawSql raw(file_);
        raw.run("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON");
        raw.run(sql);
    }
    /// With a change that the schema forbids: types, NOT NULL and UNIQUE within a row do not count.
    void run_untyped(const std::string& sql) {
        edit_schema(
            "CREATE TABLE hostile_saved AS SELECT rowid AS at, sql FROM sqlite_schema;"
            "UPDATE sqlite_schema SET sql = replace(replace(replace(sql, ') STRICT', ')'),"
            " '), WITHOUT', ') WITHOUT'), ' NOT NULL', '') WHERE type = 'table'"
            " AND sql LIKE '%STRICT%'");
        run(sql);
        edit_schema(
            "UPDATE sqlite_master SET sql = (SELECT sql FROM hostile_saved WHERE at ="
            " sqlite_master.rowid) WHERE rowid IN (SELECT at FROM hostile_saved)"
            " AND name <> 'hostile_saved'");
        run("DROP TABLE hostile_saved");
    }
    /// Changes the text of the schema itself.
    void edit_schema(const std::string& sql) {
        RawSql raw(file_);
        raw.run("PRAGMA writable_schema = ON");
        raw.run(sql);
        // The next connection must read the schema anew.
        raw.run("PRAGMA schema_version = " +
                std::to_string(raw.number("PRAGMA schema_version") + 1));
    }
    std::string text(const std::string& sql) { return RawSql(file_).text(sql); }

    Store open(OpenMode mode = OpenMode::read_only) const {
        return Store(file_, {.mode = mode, .threads = 1});
    }
    /// What load says of the checkpoint at this step; "" if it loads.
    std::string load_error(std::int64_t step = 1) const {
        try {
            const Store store = open();
            CheckpointInfo checkpoint;
            checkpoint.id = step;
            static_cast<void>(store.load(checkpoint));
            return {};
        } catch (const Error& error) {
            return error.what();
        }
    }
    /// The problems of verify(full), one a line; or what it throws.
    std::string problems() const {
        std::string found;
        try {
            for (const VerifyProblem& problem : open().verify(true).problems) {
                found += problem.where + ": " + problem.what + "\n";
            }
        } catch (const Error& error) {
            found += error.what();
        }
        return found;
    }

private:
    TempDir dir_;
    std::filesystem::path file_;
};

}  // namespace ckptlite::test
