// SPDX-License-Identifier: MIT
#include "tree/strided_copy.hpp"

#include <algorithm>

#include "support/catch.hpp"
#include "support/random_view.hpp"
#include "support/seed.hpp"

namespace ckptlite::pytree {
namespace {

using Bytes = std::vector<std::byte>;

StridedLayout layout_of(const test::RandomView& view) {
    return {itemsize(view.dtype), view.shape, view.strides};
}

DType random_dtype(std::mt19937_64& random) {
    return all_dtypes()[random() % all_dtypes().size()];
}

/// A range of bytes that begins and ends anywhere.
std::pair<std::size_t, std::size_t> random_range(std::mt19937_64& random, std::size_t nbytes) {
    const std::size_t begin = random() % (nbytes + 1);
    return {begin, begin + random() % (nbytes - begin + 1)};
}

TEST_CASE("any part of any view is gathered as its elements are in C order", "[tree]") {
    const std::uint64_t seed = test::test_seed();
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 3000; ++i) {
        const std::size_t size = i % 10 == 0 ? 20'000 : 200;
        const auto view = test::random_view(random, random_dtype(random), size, true);
        const Bytes all = view.c_order();
        Bytes whole(all.size());
        gather(layout_of(view), view.data(), 0, whole);
        const auto [begin, end] = random_range(random, all.size());
        Bytes part(end - begin);
        gather(layout_of(view), view.data(), begin, part);
        CAPTURE(i, view.shape, view.strides, begin, end);
        REQUIRE(whole == all);
        REQUIRE(std::equal(part.begin(), part.end(), all.begin() + static_cast<long>(begin)));
    }
}

TEST_CASE("scattered parts fill the elements of a view and nothing between them", "[tree]") {
    const std::uint64_t seed = test::test_seed();
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 2000; ++i) {
        auto view = test::random_view(random, random_dtype(random), 300, false);
        const Bytes all = view.c_order();
        const Bytes before = view.memory;
        auto target = view;
        // The elements get other values in parts, then their own again: all is as it was.
        Bytes other(all.size());
        std::ranges::transform(all, other.begin(), [](std::byte b) { return ~b; });
        const auto [begin, end] = random_range(random, all.size());
        for (const Bytes& bytes : {other, all}) {
            const std::span<const std::byte> from(bytes);
            scatter(layout_of(view), target.data(), begin, from.subspan(begin, end - begin));
            scatter(layout_of(view), target.data(), 0, from.first(begin));
            scatter(layout_of(view), target.data(), end, from.subspan(end));
            CAPTURE(i, view.shape, view.strides, begin, end);
            REQUIRE(target.c_order() == bytes);
        }
        REQUIRE(target.memory == before);
    }
}

}  // namespace
}  // namespace ckptlite::pytree
