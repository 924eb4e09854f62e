// SPDX-License-Identifier: MIT
#include "ckptlite/reader.hpp"

#include <utility>

#include "api/checkpoint_tree.hpp"
#include "api/names.hpp"
#include "ckptlite/error.hpp"

namespace ckptlite {
namespace {

std::optional<Store> open_if_there(const CheckpointFileReaderOptions& options, OpenMode mode) {
    StoreOptions store = options.store;
    store.mode = mode;
    store.journal = JournalMode::keep;
    try {
        return Store(detail::checkpoint_path(options.dir), store);
    } catch (const NotFound&) {
        return std::nullopt;
    }
}

ErrorContext place(const std::string& file, const CheckpointInfo& info) {
    return {.file = file, .run = info.run, .step = info.step};
}

void check_version(const std::string& file, const CheckpointInfo& info, std::int64_t newest) {
    if (info.version <= newest) return;
    throw UnsupportedVersion("The checkpoint has layout version " + std::to_string(info.version) +
                                 ", and the initializer expects " + std::to_string(newest) +
                                 " at most: read it with a newer version of your program.",
                             place(file, info));
}

}  // namespace

struct CheckpointFileReader::Found {
    std::string file;
    CheckpointInfo info;
    Tree tree;
};

CheckpointFileReader::CheckpointFileReader(CheckpointFileReaderOptions options)
    : options_(std::move(options)) {
    detail::check_place(options_.dir, "dir");
}

CheckpointFileReader::CheckpointFileReader(CheckpointFileReaderOptions options, Ranking ranking)
    : CheckpointFileReader(std::move(options)) {
    ranking_ = std::move(ranking);
}

CheckpointFile CheckpointFileReader::operator()(const CheckpointFile& initializer) const {
    return read(initializer);
}

CheckpointFile CheckpointFileReader::operator()() const {
    if (!options_.target)
        throw InvalidArgument(
            "The reader has no target to make an initializer with: set the option 'target', or "
            "call read().",
            {.file = options_.dir});
    return read(options_.target());
}

CheckpointFile CheckpointFileReader::read(const CheckpointFile& initializer,
                                          const std::optional<std::string>& prefix) const {
    const std::optional<Found> found = find(prefix, initializer.version);
    if (!found) return initializer;
    auto differences = detail::checkpoint_differences(initializer, found->tree);
    if (!differences.empty())
        throw TypeError("The stored checkpoint does not fit the initializer:",
                        std::move(differences), place(found->file, found->info));
    return detail::checkpoint_file(found->tree, found->info);
}

std::optional<CheckpointFile> CheckpointFileReader::read(
    std::nullopt_t /*no initializer*/, const std::optional<std::string>& prefix) const {
    const std::optional<Found> found = find(prefix, std::nullopt);
    if (!found) return std::nullopt;
    return detail::checkpoint_file(found->tree, found->info);
}

std::optional<CheckpointInfo> CheckpointFileReader::select(
    const Store& store, const std::optional<std::string>& prefix) const {
    if (!ranking_)
        return store.latest(
            {.run = options_.run, .prefix = prefix.value_or(detail::kDefaultPrefix)});
    const auto best =
        store.best(ranking_->metric, ranking_->best, 1, {.run = options_.run, .prefix = prefix});
    if (best.empty()) return std::nullopt;
    return best.front();
}

std::optional<CheckpointFileReader::Found> CheckpointFileReader::find_in(
    const Store& store, const std::optional<std::string>& prefix,
    std::optional<std::int64_t> newest_version) const {
    const std::string file = store.file().string();
    std::optional<CheckpointInfo> info = select(store, prefix);
    while (info) {
        if (newest_version) check_version(file, *info, *newest_version);
        try {
            return Found{file, *info, store.load(*info)};
        } catch (const NotFound&) {
            // A writer may have replaced it since; then another one is meant by now.
            const auto next = select(store, prefix);
            if (next && next->id == info->id) throw;
            info = next;
        }
    }
    return std::nullopt;
}

std::optional<CheckpointFileReader::Found> CheckpointFileReader::find(
    const std::optional<std::string>& prefix, std::optional<std::int64_t> newest_version) const {
    try {
        const auto store = open_if_there(options_, OpenMode::read_only);
        return store ? find_in(*store, prefix, newest_version) : std::nullopt;
    } catch (const NeedsRecovery&) {
        if (options_.store.trust == Trust::untrusted) throw;
        const auto store = open_if_there(options_, OpenMode::existing);
        return store ? find_in(*store, prefix, newest_version) : std::nullopt;
    }
}

}  // namespace ckptlite
