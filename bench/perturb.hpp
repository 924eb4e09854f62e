// SPDX-License-Identifier: MIT
// Changes the low mantissa bits of the elements of an array, and nothing else: what a training step
// does to the bytes that no codec can predict. Signs, exponents and zeros stay. A pure function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ckptlite/dtype.hpp"

namespace bench {

/// Takes the pattern of seed `from` out and puts that of `to` in, so that any state of a series can
/// be shown again. Seed 0 is the array as it was. Integers and 8-bit floats stay as they are.
void perturb(ckptlite::DType dtype, std::span<std::byte> bytes, std::uint32_t from,
             std::uint32_t to);

/// Never 0; two pairs have the same one only by a chance of 1 in 2^31.
std::uint32_t perturbation_seed(std::uint32_t leaf, std::uint32_t epoch);

}  // namespace bench
