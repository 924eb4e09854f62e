// SPDX-License-Identifier: MIT
// Many small leaves, and what a trained state takes when it is stored.
#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "commands.hpp"
#include "raw_io.hpp"

namespace bench {
namespace {

using ckptlite::DType;
using ckptlite::Tensor;

constexpr std::size_t kSmallLeaves = 10'000;
constexpr std::size_t kSmallLeafElements = 256;

/// The elements of all float32 leaves that `wanted` admits, in one row.
std::vector<float> elements(const BaseState& base, bool params_only) {
    std::vector<float> all;
    for (const BaseLeaf& leaf : base.leaves) {
        if (leaf.tensor.dtype() != DType::float32) continue;
        if (params_only && leaf.part != Part::params) continue;
        const std::size_t old_size = all.size();
        all.resize(old_size + leaf.tensor.size());
        std::memcpy(all.data() + old_size, leaf.tensor.bytes().data(), leaf.tensor.bytes().size());
    }
    if (all.empty()) throw std::runtime_error("the state has no float32 leaves");
    return all;
}

/// Trained numbers, cut into small leaves; from the beginning again if there are too few.
BaseState small_leaves(const BaseState& base) {
    const std::vector<float> all = elements(base, false);
    BaseState small;
    for (std::size_t i = 0; i < kSmallLeaves; ++i) {
        std::vector<float> leaf(kSmallLeafElements);
        for (std::size_t k = 0; k < leaf.size(); ++k) {
            leaf[k] = all[(i * leaf.size() + k) % all.size()];
        }
        small.leaves.push_back({.part = Part::params,
                                .path = "/leaf_" + std::to_string(i),
                                .tensor = Tensor::own(std::move(leaf), {kSmallLeafElements})});
    }
    return small;
}

class SmallLeaves {
public:
    explicit SmallLeaves(Context& context) : context_(context) {}

    Figures write_manifest(const std::string& file) {
        prepare();
        state_->write_manifest(file);
        return {};
    }
    Figures save() {
        prepare();
        series_->advance(true);
        return timed_save(*series_, "leaves_10k_save");
    }
    Figures load() {
        prepare();
        return restore_hot(*series_, buffer_, "leaves_10k_restore");
    }

private:
    void prepare() {
        if (state_) return;
        const BaseState base = small_leaves(context_.base);
        state_.emplace(base, base.nbytes());
        buffer_.resize(state_->bytes().size());
        series_.emplace(*state_, context_.folder / "leaves_10k.db");
        series_->fill();
    }

    Context& context_;
    std::optional<State> state_;
    std::vector<std::byte> buffer_;
    std::optional<Series> series_;
};

/// Stored bytes over raw bytes of one checkpoint.
double stored_share(const ckptlite::Tree& tree) {
    const MemoryFile file("stored.db");
    ckptlite::Store store(file.path());
    const ckptlite::CheckpointInfo info = store.save(tree, {});
    return static_cast<double>(info.stored_nbytes) / static_cast<double>(info.nbytes);
}

/// Round to nearest, ties to even, as accelerators do. NaNs stay NaNs.
std::uint16_t to_bfloat16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if (value != value) return static_cast<std::uint16_t>(bits >> 16 | 0x40U);
    return static_cast<std::uint16_t>((bits + 0x7FFFU + (bits >> 16 & 1U)) >> 16);
}

ckptlite::Tree base_tree(const BaseState& base, bool params_only) {
    ckptlite::Dict dict;
    for (const BaseLeaf& leaf : base.leaves) {
        if (params_only && leaf.part != Part::params) continue;
        dict[part_prefix(leaf.part) + leaf.path] = leaf.tensor;
    }
    return dict;
}

ckptlite::Tree bfloat16_tree(const BaseState& base) {
    ckptlite::Dict dict;
    for (const BaseLeaf& leaf : base.leaves) {
        if (leaf.part != Part::params || leaf.tensor.dtype() != DType::float32) continue;
        std::vector<float> wide(leaf.tensor.size());
        std::memcpy(wide.data(), leaf.tensor.bytes().data(), leaf.tensor.bytes().size());
        std::vector<std::uint16_t> narrow(wide.size());
        std::ranges::transform(wide, narrow.begin(), to_bfloat16);
        dict[leaf.path] = Tensor::copy(DType::bfloat16, leaf.tensor.shape(),
                                       std::as_bytes(std::span<const std::uint16_t>(narrow)));
    }
    return dict;
}

/// Of the state as it was trained: nothing is repeated.
Figures stored(const BaseState& base) {
    return {{"stored_f32_params", stored_share(base_tree(base, true))},
            {"stored_f32_state", stored_share(base_tree(base, false))},
            {"stored_bf16_params", stored_share(bfloat16_tree(base))}};
}

/// For bench_codec: the parameters' float32 elements and nothing else.
Figures export_elements(const BaseState& base, const std::string& file) {
    const std::vector<float> all = elements(base, true);
    write_durably(file, std::as_bytes(std::span<const float>(all)));
    return {};
}

}  // namespace

void add_leaf_measures(Commands& commands, Context& context) {
    const auto small = std::make_shared<SmallLeaves>(context);
    commands["leaves_10k_export"] = [=](const Arguments& to) {
        return small->write_manifest(to.at(0));
    };
    commands["leaves_10k_save"] = [=](const Arguments&) { return small->save(); };
    commands["leaves_10k_restore"] = [=](const Arguments&) { return small->load(); };
    commands["stored"] = [&context](const Arguments&) { return stored(context.base); };
    commands["export_elements"] = [&context](const Arguments& to) {
        return export_elements(context.base, to.at(0));
    };
}

}  // namespace bench
