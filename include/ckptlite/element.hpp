// SPDX-License-Identifier: MIT
// One element of a tensor as a number of C++, whatever the dtype. Pure functions; any thread.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>

#include "ckptlite/tensor.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// Signed integers of any width are int64_t, unsigned ones uint64_t, floats of up to 32 bits float:
/// each holds the value exactly. complex64 widens to complex128.
using Element =
    std::variant<bool, std::int64_t, std::uint64_t, float, double, std::complex<double>>;

/// The first element of `bytes`, which need not be aligned and hold at least one.
Element element_of(DType dtype, std::span<const std::byte> bytes);

/// The element at a position in C order, which must be below tensor.size().
Element element_at(const Tensor& tensor, std::size_t index);

/// The shortest text that reads back as the same number: "0.1", "-3", "true", "NaN", "-Infinity",
/// "[1, -2.5]" for a complex one. Valid JSON but for NaN and infinities.
std::string element_text(const Element& element);

}  // namespace ckptlite
