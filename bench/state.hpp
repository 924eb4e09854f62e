// SPDX-License-Identifier: MIT
// The state that a benchmark saves: a trained state, repeated until it has the wanted size.
//
// Every repeat has leaves of its own (/model_params/block_017/hidden/kernel) and differs from the
// others in the low mantissa bits of every element, so that no two chunks are equal. Each save of a
// series shows another epoch: the low mantissa bits change once more. Used from one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base_state.hpp"
#include "ckptlite/checkpoint.hpp"
#include "ckptlite/tree.hpp"

namespace bench {

struct StateLeaf {
    Part part = Part::params;
    std::string path;  ///< the whole path in the stored tree
    ckptlite::DType dtype{};
    ckptlite::Shape shape;
    std::size_t offset = 0;  ///< in State::bytes()
    std::size_t nbytes = 0;
    std::uint32_t block = 0;  ///< which repeat
    bool is_live = false;     ///< one of those that stand for the part that is still trained
    std::uint32_t seed = 0;   ///< of the perturbation that it shows now
};

/// What a series of saves shows: one epoch for the frozen part, one for the live part.
struct Epochs {
    std::uint32_t frozen = 0;
    std::uint32_t live = 0;
};

class State {
public:
    /// As many whole repeats as come nearest to `nbytes`, at least one; of a base that is much
    /// larger the first leaves only. `live_share` of the bytes are live.
    State(const BaseState& base, std::size_t nbytes, double live_share = 0.1);

    /// The leaves' bytes, each aligned to 64, in one block of memory.
    std::span<const std::byte> bytes() const noexcept { return {memory_.get(), size_}; }
    /// Without what the alignment adds.
    std::size_t nbytes() const noexcept;
    std::size_t live_nbytes() const noexcept;
    std::uint32_t n_blocks() const noexcept { return n_blocks_; }
    std::span<const StateLeaf> leaves() const noexcept { return leaves_; }
    std::span<const std::byte> bytes_of(const StateLeaf& leaf) const noexcept {
        return bytes().subspan(leaf.offset, leaf.nbytes);
    }

    /// Changes the bytes in place; showing earlier epochs again brings the earlier bytes back.
    void show(Epochs epochs);
    void show_leaf(std::size_t i, std::uint32_t epoch);

    /// Trees that borrow the bytes.
    ckptlite::Checkpoint checkpoint() const;
    /// As the checkpoint writers store it.
    ckptlite::Tree tree() const;

    /// Writes the bytes and a manifest (see base_state.hpp) for programs in other languages.
    void write_manifest(const std::filesystem::path& file) const;

private:
    void lay_out(const BaseState& base, std::size_t nbytes);
    void choose_live(double share);

    std::vector<StateLeaf> leaves_;
    std::uint32_t n_blocks_ = 0;
    std::size_t size_ = 0;
    std::shared_ptr<std::byte[]> memory_;
};

}  // namespace bench
