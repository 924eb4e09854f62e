// SPDX-License-Identifier: MIT
// Restores of the newest of the saves, from the page cache and from the disk.
#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "commands.hpp"
#include "raw_io.hpp"

namespace bench {
namespace {

/// Opens the store and brings its newest checkpoint into the buffer, as a program that resumes
/// does.
void restore(const std::filesystem::path& file, Context& context) {
    const ckptlite::Store store(file, {.mode = ckptlite::OpenMode::read_only});
    const ckptlite::Tree tree = store.load(store.latest().value());
    // Until a store can load into memory that is there: load, then copy.
    for (const StateLeaf& leaf : context.state.leaves()) {
        std::ranges::copy(tree.at(leaf.path).tensor().bytes(), context.memory.get() + leaf.offset);
    }
}

/// Throws unless the buffer holds what the state shows.
void check_restored(const Context& context) {
    for (const StateLeaf& leaf : context.state.leaves()) {
        const auto expected = context.state.bytes_of(leaf);
        if (std::memcmp(expected.data(), context.memory.get() + leaf.offset, leaf.nbytes) != 0) {
            throw std::runtime_error("the restored " + leaf.path + " differs from what was saved");
        }
    }
}

/// Newest checkpoint of a series. The restore that warms the page cache is the one that is checked.
Figures restore_hot(Series& series, Context& context, const std::string& name) {
    settle_disk();
    std::memset(context.memory.get(), 0, context.buffer().size());
    restore(series.file(), context);
    series.show();
    check_restored(context);
    return {{name, seconds([&] { restore(series.file(), context); })}};
}

Figures restore_cold(Context& context) {
    Series& series = context.changing_series();
    drop_caches(series.file());
    return {{"restore_cold", seconds([&] { restore(series.file(), context); })}};
}

/// A store whose chunks are not compressed.
class Uncompressed {
public:
    explicit Uncompressed(Context& context) : context_(context) {}

    Figures operator()() {
        if (!series_) {
            series_.emplace(context_.state, context_.folder / "uncompressed.db",
                            ckptlite::StoreOptions{.compression = ckptlite::Compression::none});
            series_->advance(true);
            series_->save();
        }
        return restore_hot(*series_, context_, "restore_raw_codec");
    }

private:
    Context& context_;
    std::optional<Series> series_;
};

}  // namespace

void add_restore_measures(Commands& commands, Context& context) {
    commands["restore_hot"] = [&context](const Arguments&) {
        return restore_hot(context.changing_series(), context, "restore_hot");
    };
    commands["restore_cold"] = [&context](const Arguments&) { return restore_cold(context); };
    const auto uncompressed = std::make_shared<Uncompressed>(context);
    commands["restore_raw_codec"] = [=](const Arguments&) { return (*uncompressed)(); };
}

}  // namespace bench
