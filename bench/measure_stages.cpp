// SPDX-License-Identifier: MIT
// Saves on a disk in memory, where nothing but our own work takes time: what is left out of a save
// one after the other tells what each part costs.
#include <memory>

#include "commands.hpp"
#include "raw_io.hpp"

namespace bench {
namespace {

/// A save of a state that has changed, and one of the same state again.
Figures save_in_memory(Context& context, const std::string& name, ckptlite::StoreOptions options) {
    const MemoryFile file("stage.db");
    Series series(context.state, file.path(), options, 1);
    series.fill();
    series.advance(true);
    Figures figures = timed_save(series, name);
    figures.resize(figures.size() - 2);  // nothing was read from a disk or written to one
    figures.emplace_back(name + "_again", seconds([&] { series.save(); }));
    return figures;
}

}  // namespace

void add_stage_measures(Commands& commands, Context& context) {
    const auto add = [&](const std::string& name, ckptlite::StoreOptions options) {
        commands[name] = [=, &context](const Arguments&) {
            return save_in_memory(context, name, options);
        };
    };
    add("stage_planes", {});
    add("stage_raw", {.compression = ckptlite::Compression::none});
    add("stage_one_thread", {.threads = 1});
    add("stage_two_threads", {.threads = 2});
}

}  // namespace bench
