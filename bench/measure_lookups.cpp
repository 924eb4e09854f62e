// SPDX-License-Identifier: MIT
// What a person waits for at a prompt: opening a store, and one leaf out of many.
#include <algorithm>
#include <cstring>
#include <memory>

#include "commands.hpp"
#include "raw_io.hpp"

namespace bench {
namespace {

constexpr std::uint32_t kCheckpoints = 100;
constexpr int kCalls = 500;
constexpr std::int64_t kSmallElements = 1024;  // 4 KB of float32

/// A hundred checkpoints of a state of which one part in a hundred is still trained, and a leaf of
/// 4 KB beside it.
class ManyCheckpoints {
public:
    explicit ManyCheckpoints(Context& context)
        : context_(context), file_(context.folder / "checkpoints.db") {}

    Figures open() {
        prepare();
        const auto open_as = [&](ckptlite::OpenMode mode) {
            return median_seconds(20, [&] { ckptlite::Store(file_, {.mode = mode}); });
        };
        return {{"open_read_only", open_as(ckptlite::OpenMode::read_only)},
                {"open", open_as(ckptlite::OpenMode::existing)}};
    }

    Figures look_up() {
        prepare();
        const ckptlite::Store store(file_, {.mode = ckptlite::OpenMode::read_only});
        const auto infos = store.checkpoints();
        std::size_t at = 0;
        const auto next = [&]() -> const ckptlite::CheckpointInfo& {
            at = (at + 37) % infos.size();
            return infos[at];
        };
        const std::string small = "/model_params/small/bias";
        const StateLeaf& large = largest();
        const auto rows = rows_of_4k(large);
        return {
            {"leaf_4k", median_seconds(kCalls, [&] { store.leaf(next(), small); })},
            {"slice_4k", median_seconds(kCalls, [&] { store.slice(next(), large.path, 0, rows); })},
        };
    }

private:
    const StateLeaf& largest() const {
        const auto leaves = context_.state.leaves();
        const StateLeaf* largest = &leaves.front();
        for (const StateLeaf& leaf : leaves) {
            if (leaf.nbytes > largest->nbytes) largest = &leaf;
        }
        return *largest;
    }

    /// How many rows of the leaf are 4 KB, or the next more.
    static std::int64_t rows_of_4k(const StateLeaf& leaf) {
        const auto rows = static_cast<std::size_t>(leaf.shape.at(0));
        const std::size_t row = leaf.nbytes / rows;
        return static_cast<std::int64_t>(std::min(rows, (4095 + row) / row));
    }

    void prepare() {
        if (is_prepared_) return;
        State& state = context_.state;
        ckptlite::Store store(file_);
        ckptlite::Checkpoint parts = state.checkpoint();
        std::vector<float> small(kSmallElements);
        std::memcpy(small.data(), state.bytes_of(largest()).data(),
                    std::min(largest().nbytes, small.size() * sizeof(float)));
        for (std::uint32_t i = 1; i <= kCheckpoints; ++i) {
            small[0] = static_cast<float>(i);
            auto& params = std::get<ckptlite::Dict>(parts.model_params.value());
            params["small"] =
                ckptlite::Dict{{"bias", ckptlite::Tensor::borrow(small, {kSmallElements})}};
            for (std::size_t k = i; k < state.leaves().size(); k += kCheckpoints) {
                state.show_leaf(k, i);
            }
            store.save(ckptlite::Dict{{"model_params", parts.model_params},
                                      {"optimizer_state", parts.optimizer_state}},
                       {.step = i});
        }
        is_prepared_ = true;
    }

    Context& context_;
    std::filesystem::path file_;
    bool is_prepared_ = false;
};

}  // namespace

void add_lookup_measures(Commands& commands, Context& context) {
    const auto many = std::make_shared<ManyCheckpoints>(context);
    commands["open"] = [=](const Arguments&) { return many->open(); };
    commands["look_up"] = [=](const Arguments&) { return many->look_up(); };
}

}  // namespace bench
