// SPDX-License-Identifier: MIT
// What the settings cost that make SQLite check more and sync more than it does by default.
//
// An authorizer answers the statements that ask for them with SQLITE_IGNORE, so the library runs
// as it is, on connections without them. Processor time is compared, which differs less between
// rounds than the clock's; it still takes small saves and many rounds to tell a few percent.
#include <sqlite3.h>

#include <memory>
#include <string_view>

#include "commands.hpp"
#include "raw_io.hpp"

namespace bench {
namespace {

int ignore_settings(void*, int action, const char* name, const char* value, const char*,
                    const char*) {
    if (action != SQLITE_PRAGMA || name == nullptr || value == nullptr) return SQLITE_OK;
    const std::string_view setting(name);
    const bool checks = setting == "cell_size_check" || setting == "foreign_keys";
    const bool syncs = setting == "synchronous" && value == std::string_view("EXTRA");
    return checks || syncs ? SQLITE_IGNORE : SQLITE_OK;
}

int on_open(sqlite3* database, const char**, const sqlite3_api_routines*) {
    return sqlite3_set_authorizer(database, ignore_settings, nullptr);
}

/// While it lives, connections are opened without the settings.
class Lifted {
public:
    Lifted() { sqlite3_auto_extension(kEntry); }
    ~Lifted() { sqlite3_cancel_auto_extension(kEntry); }
    Lifted(const Lifted&) = delete;
    Lifted& operator=(const Lifted&) = delete;

private:
    using Entry = void (*)();
    static inline const Entry kEntry = reinterpret_cast<Entry>(on_open);
};

double processor_seconds(const std::function<void()>& action) {
    const ProcessUse before = process_use();
    action();
    const ProcessUse after = process_use();
    return after.user_seconds - before.user_seconds + after.system_seconds - before.system_seconds;
}

/// Two stores of the same saves, one of them without the settings.
class Safety {
public:
    explicit Safety(Context& context) : context_(context) {}

    Figures operator()() {
        fill();
        Figures figures;
        const auto guarded = [&] { measure(*guarded_, "guarded", figures); };
        const auto lifted = [&] {
            const Lifted scope;
            measure(*lifted_, "lifted", figures);
        };
        // Whoever is first finds other caches.
        even_ = !even_;
        if (even_) guarded();
        lifted();
        if (!even_) guarded();
        return figures;
    }

private:
    void fill() {
        if (guarded_) return;
        guarded_.emplace(context_.state, context_.folder / "guarded.db");
        guarded_->fill();
        const Lifted scope;
        lifted_.emplace(context_.state, context_.folder / "lifted.db");
        lifted_->fill();
    }
    void measure(Series& series, const std::string& name, Figures& figures) {
        series.advance(true);
        settle(context_.state.nbytes());
        figures.emplace_back(name + "_save", processor_seconds([&] { series.save(); }));
        const auto load = [&] { restore(series.file(), context_.state, context_.buffer()); };
        load();  // warms the caches
        settle();
        figures.emplace_back(name + "_restore", processor_seconds(load));
    }

    Context& context_;
    std::optional<Series> guarded_;
    std::optional<Series> lifted_;
    bool even_ = false;
};

}  // namespace

void add_safety_measures(Commands& commands, Context& context) {
    const auto safety = std::make_shared<Safety>(context);
    commands["safety"] = [=](const Arguments&) { return (*safety)(); };
}

}  // namespace bench
