// SPDX-License-Identifier: MIT
// SQLite alone, with nothing hashed, encoded, checked or looked up: what it takes of our times.
#include <memory>

#include "bare_sqlite.hpp"
#include "commands.hpp"
#include "raw_io.hpp"

namespace bench {
namespace {

constexpr std::int64_t kKeep = 3;

/// Saves of as many bytes as a store makes of the state, in the steady state of keep=3.
class SqliteSeries {
public:
    explicit SqliteSeries(Context& context)
        : context_(context), file_(context.folder / "bare_sqlite.db") {}

    Figures save() {
        fill();
        settle(context_.state.nbytes());
        return {{"sqlite_save", seconds([&] { save_once(); })}};
    }

    Figures read_hot() {
        fill();
        settle(context_.state.nbytes());
        BareSqlite::read(file_, context_.buffer());
        settle();
        return {{"sqlite_read_hot", seconds([&] { BareSqlite::read(file_, context_.buffer()); })}};
    }

    Figures read_cold() {
        fill();
        drop_caches(file_);
        settle(context_.state.nbytes());
        return {{"sqlite_read_cold", seconds([&] { BareSqlite::read(file_, context_.buffer()); })}};
    }

private:
    /// Enough saves for freed pages to have been used again.
    void fill() {
        if (database_) return;
        Series& series = context_.changing_series();
        series.advance(true);
        stored_nbytes_ = series.save().stored_nbytes;
        database_.emplace(file_);
        for (std::int64_t i = 0; i < 2 * kKeep; ++i) save_once();
    }
    void save_once() { database_->save(context_.state.bytes().first(stored_nbytes_), kKeep); }

    Context& context_;
    std::filesystem::path file_;
    std::optional<BareSqlite> database_;
    std::size_t stored_nbytes_ = 0;
};

}  // namespace

void add_sqlite_measures(Commands& commands, Context& context) {
    const auto series = std::make_shared<SqliteSeries>(context);
    commands["sqlite_save"] = [=](const Arguments&) { return series->save(); };
    commands["sqlite_read_hot"] = [=](const Arguments&) { return series->read_hot(); };
    commands["sqlite_read_cold"] = [=](const Arguments&) { return series->read_cold(); };
}

}  // namespace bench
