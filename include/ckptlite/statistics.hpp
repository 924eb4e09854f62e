// SPDX-License-Identifier: MIT
// Statistics of one leaf, computed while its bytes are saved. A plain value.
#pragma once

#include <cstdint>
#include <optional>

#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// Of the finite elements; empty if there are none, or for kinds without an order (complex numbers
/// have a norm only; strings and bytes have nothing). Mean and norm are empty, too, if the sum
/// behind them does not fit a double.
struct LeafStatistics {
    std::optional<double> min{};
    std::optional<double> max{};
    std::optional<double> mean{};
    std::optional<double> norm{};  ///< Euclidean; complex elements by their absolute value
    std::uint64_t nan_count = 0;
    std::uint64_t inf_count = 0;
};

}  // namespace ckptlite
