// SPDX-License-Identifier: MIT
// A trained state as it came out of training, in memory: the leaves that a benchmark repeats.
//
// It is read from a ckptlite file (the latest checkpoint) or from a manifest: a text file with a
// line "DTYPE SHAPE OFFSET NBYTES PATH" a leaf, SHAPE as in "3,4" or "-" for 0-d, beside a file of
// the same name and ".bin" that holds the bytes. A plain value; loaded once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "ckptlite/tensor.hpp"

namespace bench {

/// Which part of a checkpoint a leaf belongs to. In this order they lie in memory.
enum class Part : std::uint8_t { params, mu, nu };

struct BaseLeaf {
    Part part = Part::params;
    std::string path;  ///< below the part: "/hidden/kernel"
    ckptlite::Tensor tensor;
};

struct BaseState {
    std::vector<BaseLeaf> leaves;
    std::size_t nbytes() const;
};

/// "/model_params", "/optimizer_state/mu" or "/optimizer_state/nu".
std::string part_prefix(Part part);

/// Scalars, the model's state and leaves without elements are left out: they are no bulk.
BaseState load_base_state(const std::filesystem::path& file);

}  // namespace bench
