// SPDX-License-Identifier: MIT
#include "commands.hpp"

namespace bench {

namespace {
constexpr std::int64_t kKeep = 3;
}

Series::Series(State& state, std::filesystem::path file, ckptlite::StoreOptions options)
    : state_(state), store_(file, options), tree_(state.tree()) {}

void Series::fill() {
    for (std::int64_t i = 0; i <= kKeep; ++i) {
        advance(true);
        save();
    }
}

ckptlite::CheckpointInfo Series::save() {
    return store_.save(tree_, {.step = ++step_, .retention = {.last = kKeep}});
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

}  // namespace bench
