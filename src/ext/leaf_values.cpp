// SPDX-License-Identifier: MIT
#include "ext/leaf_values.hpp"

#include <algorithm>
#include <array>

#include "tree/element_values.hpp"

namespace ckptlite::ext {
namespace {

constexpr std::size_t kElements = 2048;  // at a time: the numbers stay in the cache
using Values = std::array<double, 2 * kElements>;

/// Elements [first, first + n) at most; says how many they are.
std::size_t read_values(StoredLeaf& leaf, std::uint64_t first, std::size_t n, Values& values) {
    const std::size_t item = itemsize(leaf.dtype());
    const ByteView bytes = leaf.elements_from(first);
    const std::size_t found = std::min(n, bytes.size() / item);
    pytree::to_doubles(leaf.dtype(), bytes.first(found * item), values.data());
    return found;
}

void make_complex(Values& values, std::size_t n) noexcept {
    for (std::size_t i = n; i-- > 0;) {
        values[2 * i] = values[i];
        values[2 * i + 1] = 0;
    }
}

}  // namespace

void for_each_piece(StoredLeaf& leaf, const std::function<void(ByteView)>& visit) {
    const std::size_t item = itemsize(leaf.dtype());
    for (std::uint64_t first = 0; first < leaf.size();) {
        const ByteView bytes = leaf.elements_from(first);
        visit(bytes);
        first += bytes.size() / item;
    }
}

void for_each_values(StoredLeaf& leaf, const std::function<void(std::span<const double>)>& visit) {
    const std::size_t parts = pytree::is_complex(leaf.dtype()) ? 2 : 1;
    Values values;
    for (std::uint64_t first = 0; first < leaf.size();) {
        const std::size_t n = read_values(leaf, first, kElements, values);
        visit({values.data(), n * parts});
        first += n;
    }
}

void for_each_pair_of_values(
    StoredLeaf& a, StoredLeaf& b,
    const std::function<void(std::span<const double>, std::span<const double>)>& visit) {
    const bool complex = pytree::is_complex(a.dtype()) || pytree::is_complex(b.dtype());
    Values of_a;
    Values of_b;
    for (std::uint64_t first = 0; first < a.size();) {
        const std::size_t n = read_values(b, first, read_values(a, first, kElements, of_a), of_b);
        if (complex && !pytree::is_complex(a.dtype())) make_complex(of_a, n);
        if (complex && !pytree::is_complex(b.dtype())) make_complex(of_b, n);
        const std::size_t count = complex ? 2 * n : n;
        visit({of_a.data(), count}, {of_b.data(), count});
        first += n;
    }
}

}  // namespace ckptlite::ext
