// SPDX-License-Identifier: MIT
#include "ext/leaf_numbers.hpp"

#include <cmath>

#include "ckptlite/error.hpp"
#include "ext/leaf_values.hpp"
#include "tree/element_values.hpp"

namespace ckptlite::ext {
namespace {

std::optional<double> if_finite(double value) noexcept {
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// Mean and sum of squared differences from it. Each piece is measured around its own mean first:
/// a sum of squares less the square of a sum would lose what a large mean leaves of it.
struct Spread {
    double n = 0;
    double mean = 0;
    double squares = 0;

    void merge(const Spread& other) noexcept {
        if (other.n == 0) return;
        const double apart = other.mean - mean;
        const double share = other.n / (n + other.n);
        squares += other.squares + apart * apart * n * share;
        mean += apart * share;
        n += other.n;
    }
};

Spread spread_of(std::span<const double> values) noexcept {
    Spread found;
    for (const double value : values) {
        if (!std::isfinite(value)) continue;
        found.n += 1;
        found.mean += value;
    }
    if (found.n > 0) found.mean /= found.n;
    for (const double value : values) {
        const double apart = value - found.mean;
        if (std::isfinite(value)) found.squares += apart * apart;
    }
    return found;
}

/// Sums over the elements that are finite in both.
struct Products {
    std::uint64_t n = 0;
    double squared_distance = 0;
    double product = 0;
    double squares_a = 0;
    double squares_b = 0;

    void add(double a, double b) noexcept {
        squared_distance += (a - b) * (a - b);
        product += a * b;
        squares_a += a * a;
        squares_b += b * b;
    }
};

bool all_finite(std::span<const double> values) noexcept {
    for (const double value : values) {
        if (!std::isfinite(value)) return false;
    }
    return true;
}

Products products_of(StoredLeaf& a, StoredLeaf& b) {
    if (a.shape() != b.shape()) {
        throw InvalidArgument("leaves " + std::to_string(a.id()) + " and " +
                              std::to_string(b.id()) + " have different shapes, " +
                              shape_text(a.shape()) + " and " + shape_text(b.shape()));
    }
    Products sums;
    const std::size_t parts =
        pytree::is_complex(a.dtype()) || pytree::is_complex(b.dtype()) ? 2 : 1;
    for_each_pair_of_values(a, b, [&](std::span<const double> of_a, std::span<const double> of_b) {
        for (std::size_t i = 0; i < of_a.size(); i += parts) {
            const auto element_a = of_a.subspan(i, parts);
            const auto element_b = of_b.subspan(i, parts);
            if (!all_finite(element_a) || !all_finite(element_b)) continue;
            ++sums.n;
            for (std::size_t part = 0; part < parts; ++part) {
                sums.add(element_a[part], element_b[part]);
            }
        }
    });
    return sums;
}

}  // namespace

pytree::Moments moments_of(StoredLeaf& leaf) {
    pytree::Moments total;
    for_each_piece(leaf,
                   [&](ByteView bytes) { total.merge(pytree::moments_of(leaf.dtype(), bytes)); });
    return total;
}

void require_order(const StoredLeaf& leaf, const char* what) {
    if (!pytree::is_complex(leaf.dtype())) return;
    throw InvalidArgument("leaf " + std::to_string(leaf.id()) +
                          " is complex, and complex numbers " + "have no " + what +
                          ": they have a norm and distances");
}

std::optional<double> deviation_of(StoredLeaf& leaf) {
    require_order(leaf, "standard deviation here");
    Spread total;
    for_each_values(leaf, [&](std::span<const double> values) { total.merge(spread_of(values)); });
    if (total.n == 0) return std::nullopt;
    return if_finite(std::sqrt(total.squares / total.n));
}

std::optional<double> distance_of(StoredLeaf& a, StoredLeaf& b) {
    const Products sums = products_of(a, b);
    if (sums.n == 0) return std::nullopt;
    return if_finite(std::sqrt(sums.squared_distance));
}

std::optional<double> cosine_of(StoredLeaf& a, StoredLeaf& b) {
    const Products sums = products_of(a, b);
    return if_finite(sums.product / (std::sqrt(sums.squares_a) * std::sqrt(sums.squares_b)));
}

}  // namespace ckptlite::ext
