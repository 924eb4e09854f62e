// SPDX-License-Identifier: MIT
#include "ext/leaf_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "ckptlite/error.hpp"
#include "ext/leaf_numbers.hpp"
#include "ext/leaf_values.hpp"

namespace ckptlite::ext {
namespace {

std::vector<Bin> empty_bins(double low, double high, std::size_t n) {
    std::vector<Bin> bins(n);
    const double width = (high - low) / static_cast<double>(n);
    for (std::size_t i = 0; i < n; ++i) {
        bins[i].low = low + static_cast<double>(i) * width;
        if (i > 0) bins[i - 1].high = bins[i].low;
    }
    bins.back().high = high;
    if (!std::all_of(bins.begin(), bins.end(), [](const Bin& bin) { return bin.low < bin.high; })) {
        throw InvalidArgument("the elements are too close together for " + std::to_string(n) +
                              " bins: neighbouring doubles are farther apart than a bin is wide");
    }
    return bins;
}

/// Rounding may be one bin off: the bounds, which the caller sees, decide.
std::size_t bin_of(const std::vector<Bin>& bins, double value) noexcept {
    const double low = bins.front().low;
    const double share = (value - low) / (bins.back().high - low);
    const auto guess = static_cast<std::size_t>(share * static_cast<double>(bins.size()));
    std::size_t i = std::min(guess, bins.size() - 1);
    if (value < bins[i].low) --i;  // never below the first: its low is the least value
    if (i + 1 < bins.size() && value >= bins[i].high) ++i;
    return i;
}

}  // namespace

std::vector<Bin> histogram_of(StoredLeaf& leaf, std::int64_t bins) {
    if (bins < 1 || bins > kMaxBins) {
        throw InvalidArgument("a histogram has 1 to " + std::to_string(kMaxBins) + " bins, not " +
                              std::to_string(bins));
    }
    require_order(leaf, "histogram");
    const pytree::Moments moments = moments_of(leaf);
    if (moments.n_finite == 0) return {};
    const double margin = moments.min == moments.max ? 0.5 : 0;
    const double low = moments.min - margin;
    const double high = moments.max + margin;
    if (!std::isfinite(high - low)) {
        throw InvalidArgument("the least and the greatest element of leaf " +
                              std::to_string(leaf.id()) + " are too far apart for a histogram");
    }
    std::vector<Bin> found = empty_bins(low, high, static_cast<std::size_t>(bins));
    for_each_values(leaf, [&](std::span<const double> values) {
        for (const double value : values) {
            if (std::isfinite(value)) ++found[bin_of(found, value)].count;
        }
    });
    return found;
}

}  // namespace ckptlite::ext
