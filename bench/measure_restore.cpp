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

/// Throws unless the bytes are what the state shows.
void check_restored(const State& state, std::span<const std::byte> restored) {
    for (const StateLeaf& leaf : state.leaves()) {
        const auto expected = state.bytes_of(leaf);
        if (!std::ranges::equal(expected, restored.subspan(leaf.offset, leaf.nbytes))) {
            throw std::runtime_error("the restored " + leaf.path + " differs from what was saved");
        }
    }
}

Figures restore_cold(Context& context) {
    Series& series = context.changing_series();
    drop_caches(series.file());
    settle(context.state.nbytes());
    const State& state = context.state;
    return {{"restore_cold", seconds([&] { restore(series.file(), state, context.buffer()); })}};
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
        return restore_hot(*series_, context_.buffer(), "restore_raw_codec");
    }

private:
    Context& context_;
    std::optional<Series> series_;
};

/// Into memory that the store allocates, as who has no buffers does.
Figures restore_fresh(Context& context) {
    const std::filesystem::path& file = context.changing_series().file();
    settle(context.state.nbytes());
    return {{"restore_fresh", seconds([&] {
                 const ckptlite::Store store(file, {.mode = ckptlite::OpenMode::read_only});
                 store.load(store.latest().value());
             })}};
}

}  // namespace

void restore(const std::filesystem::path& file, const State& state, std::span<std::byte> into) {
    std::vector<ckptlite::TensorBuffer> buffers;
    for (const StateLeaf& leaf : state.leaves()) {
        buffers.push_back({.path = leaf.path,
                           .dtype = leaf.dtype,
                           .shape = leaf.shape,
                           .bytes = into.subspan(leaf.offset, leaf.nbytes)});
    }
    const ckptlite::Store store(file, {.mode = ckptlite::OpenMode::read_only});
    store.load_into(store.latest().value(), buffers);
}

Figures restore_hot(Series& series, std::span<std::byte> into, const std::string& name) {
    settle(series.state().nbytes());
    std::memset(into.data(), 0, into.size());
    restore(series.file(), series.state(), into);
    series.show();
    check_restored(series.state(), into);
    settle();
    return {{name, seconds([&] { restore(series.file(), series.state(), into); })}};
}

void add_restore_measures(Commands& commands, Context& context) {
    commands["restore_hot"] = [&context](const Arguments&) {
        return restore_hot(context.changing_series(), context.buffer(), "restore_hot");
    };
    commands["restore_fresh"] = [&context](const Arguments&) { return restore_fresh(context); };
    commands["restore_cold"] = [&context](const Arguments&) { return restore_cold(context); };
    const auto uncompressed = std::make_shared<Uncompressed>(context);
    commands["restore_raw_codec"] = [=](const Arguments&) { return (*uncompressed)(); };
}

}  // namespace bench
