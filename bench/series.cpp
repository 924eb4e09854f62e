// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "commands.hpp"
#include "raw_io.hpp"

namespace bench {

Series::Series(State& state, const std::filesystem::path& file, ckptlite::StoreOptions options,
               std::int64_t keep)
    : state_(state), store_(file, options), tree_(state.tree()), keep_(keep) {}

void Series::fill() {
    for (std::int64_t i = 0; i <= keep_; ++i) {
        advance(true);
        save();
    }
}

ckptlite::CheckpointInfo Series::save() {
    return store_.save(tree_, {.step = ++step_, .retention = {.last = keep_}});
}

void Series::advance(bool all) {
    ++epochs_.live;
    if (all) ++epochs_.frozen;
    show();
}

Series& Context::changing_series() {
    if (!changing) {
        changing.emplace(state, folder / "changing.db");
        changing->fill();
    }
    return *changing;
}

MemoryFile::MemoryFile(const std::string& name) {
    std::string folder = "/dev/shm/ckptlite-bench-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), folder);
    }
    path_ = std::filesystem::path(folder) / name;
}

MemoryFile::~MemoryFile() {
    std::error_code ignored;
    std::filesystem::remove_all(path_.parent_path(), ignored);
}

double median_seconds(int n, const std::function<void()>& action) {
    std::vector<double> times;
    for (int i = 0; i < n; ++i) times.push_back(seconds(action));
    std::ranges::sort(times);
    return times.at(times.size() / 2);
}

}  // namespace bench
