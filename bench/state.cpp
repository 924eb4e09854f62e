// SPDX-License-Identifier: MIT
#include "state.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string_view>

#include "perturb.hpp"

namespace bench {
namespace {

using ckptlite::Dict;
using ckptlite::NamedTuple;
using ckptlite::Tensor;
using ckptlite::Tree;

constexpr std::size_t kAlignment = 64;

std::string block_token(std::uint32_t block) {
    char token[32];
    std::snprintf(token, sizeof token, "/block_%03u", block);
    return token;
}

std::string unescaped(std::string_view token) {
    std::string text;
    for (std::size_t i = 0; i < token.size(); ++i) {
        const bool is_escape = token[i] == '~' && i + 1 < token.size();
        text.push_back(!is_escape ? token[i] : token[++i] == '1' ? '/' : '~');
    }
    return text;
}

/// Puts `leaf` below nested dicts. `path` is "/a/b/c".
void insert(Tree& tree, std::string_view path, Tensor leaf) {
    Tree* node = &tree;
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::string_view token = path.substr(0, path.find('/'));
        path.remove_prefix(token.size());
        if (node->is_none()) *node = Dict{};
        node = &std::get<Dict>(node->value())[unescaped(token)];
    }
    *node = std::move(leaf);
}

std::size_t n_repeats(std::size_t base_nbytes, std::size_t nbytes) {
    return std::max<std::size_t>(1, (nbytes + base_nbytes / 2) / base_nbytes);
}

std::string shape_word(const ckptlite::Shape& shape) {
    std::string word;
    for (const auto extent : shape) word += (word.empty() ? "" : ",") + std::to_string(extent);
    return word.empty() ? "-" : word;
}

}  // namespace

State::State(const BaseState& base, std::size_t nbytes, double live_share) {
    lay_out(base, nbytes);
    choose_live(live_share);
    show({});
}

void State::lay_out(const BaseState& base, std::size_t nbytes) {
    n_blocks_ = static_cast<std::uint32_t>(n_repeats(base.nbytes(), nbytes));
    const bool is_too_large = base.nbytes() > nbytes + nbytes / 2;
    std::vector<const Tensor*> sources;
    for (const Part part : {Part::params, Part::mu, Part::nu}) {
        for (std::uint32_t block = 0; block < n_blocks_; ++block) {
            for (const BaseLeaf& leaf : base.leaves) {
                if (leaf.part != part || (is_too_large && size_ >= nbytes)) continue;
                leaves_.push_back({.part = part,
                                   .path = part_prefix(part) + block_token(block) + leaf.path,
                                   .dtype = leaf.tensor.dtype(),
                                   .shape = leaf.tensor.shape(),
                                   .offset = size_,
                                   .nbytes = leaf.tensor.bytes().size(),
                                   .block = block});
                sources.push_back(&leaf.tensor);
                size_ += (leaves_.back().nbytes + kAlignment - 1) / kAlignment * kAlignment;
            }
        }
    }
    memory_ = ckptlite::allocate_bytes(size_);
    std::memset(memory_.get(), 0, size_);
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
        std::ranges::copy(sources[i]->bytes(), memory_.get() + leaves_[i].offset);
    }
}

/// From the last block down, so that whole blocks are live as when the end of a network is tuned.
void State::choose_live(double share) {
    const auto wanted = static_cast<std::size_t>(share * static_cast<double>(nbytes()));
    std::vector<StateLeaf*> by_block;
    for (StateLeaf& leaf : leaves_) by_block.push_back(&leaf);
    std::ranges::stable_sort(by_block, std::greater{}, &StateLeaf::block);
    std::size_t live = 0;
    for (StateLeaf* leaf : by_block) {
        leaf->is_live = live + leaf->nbytes / 2 < wanted;
        if (leaf->is_live) live += leaf->nbytes;
    }
}

std::size_t State::nbytes() const noexcept {
    std::size_t sum = 0;
    for (const StateLeaf& leaf : leaves_) sum += leaf.nbytes;
    return sum;
}

std::size_t State::live_nbytes() const noexcept {
    std::size_t sum = 0;
    for (const StateLeaf& leaf : leaves_) sum += leaf.is_live ? leaf.nbytes : 0;
    return sum;
}

void State::show(Epochs epochs) {
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
        show_leaf(i, leaves_[i].is_live ? epochs.live : epochs.frozen);
    }
}

void State::show_leaf(std::size_t i, std::uint32_t epoch) {
    StateLeaf& leaf = leaves_.at(i);
    const std::uint32_t seed = perturbation_seed(static_cast<std::uint32_t>(i), epoch);
    perturb(leaf.dtype, {memory_.get() + leaf.offset, leaf.nbytes}, leaf.seed, seed);
    leaf.seed = seed;
}

ckptlite::Checkpoint State::checkpoint() const {
    Tree params, mu, nu;
    for (const StateLeaf& leaf : leaves_) {
        Tree& root = leaf.part == Part::params ? params : leaf.part == Part::mu ? mu : nu;
        insert(root, std::string_view(leaf.path).substr(part_prefix(leaf.part).size()),
               Tensor::borrow(leaf.dtype, leaf.shape, bytes_of(leaf)));
    }
    return {
        .model_params = std::move(params),
        .optimizer_state = NamedTuple{
            .type = "AdamState",
            .fields = {{"count", std::int64_t{1}}, {"mu", std::move(mu)}, {"nu", std::move(nu)}}}};
}

Tree State::tree() const {
    ckptlite::Checkpoint parts = checkpoint();
    return Dict{{"model_params", std::move(parts.model_params)},
                {"model_state", {}},
                {"optimizer_state", std::move(parts.optimizer_state)}};
}

void State::write_manifest(const std::filesystem::path& file) const {
    std::ofstream manifest(file);
    for (const StateLeaf& leaf : leaves_) {
        manifest << ckptlite::dtype_name(leaf.dtype) << ' ' << shape_word(leaf.shape) << ' '
                 << leaf.offset << ' ' << leaf.nbytes << ' ' << leaf.path << '\n';
    }
    std::ofstream out(file.string() + ".bin", std::ios::binary);
    out.write(reinterpret_cast<const char*>(memory_.get()), static_cast<std::streamsize>(size_));
    if (!manifest.flush() || !out.flush()) {
        throw std::runtime_error(file.string() + " cannot be written");
    }
}

}  // namespace bench
