// SPDX-License-Identifier: MIT
#include "interchange/element_order.hpp"

#include <memory>
#include <numeric>

#include "ckptlite/error.hpp"
#include "interchange/file_bytes_of.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::interchange {
namespace {

/// Element i of C order, laid out in Fortran's order.
std::vector<std::uint16_t> in_fortran_order(const Shape& shape) {
    std::size_t n = 1;
    for (const std::int64_t extent : shape) n *= static_cast<std::size_t>(extent);
    std::vector<std::uint16_t> out(n);
    for (std::size_t i = 0; i < n; ++i) {
        std::size_t rest = i;
        std::size_t place = 0;
        std::size_t step = n;
        for (auto extent = shape.rbegin(); extent != shape.rend(); ++extent) {
            const auto size = static_cast<std::size_t>(*extent);
            step /= size;
            place += rest % size * step;
            rest /= size;
        }
        out[place] = static_cast<std::uint16_t>(i);
    }
    return out;
}

/// Reads pieces of `n` elements, the last one shorter.
std::vector<std::uint16_t> gathered(const FileTensor& tensor, std::size_t n) {
    std::vector<std::uint16_t> out(nbytes_of(tensor.dtype, tensor.shape) / 2);
    for (std::size_t at = 0; at < out.size(); at += n) {
        const auto piece = std::span(out).subspan(at, std::min(n, out.size() - at));
        tensor.read(2 * at, std::as_writable_bytes(piece));
    }
    return out;
}

TEST_CASE("Fortran's order is gathered, whatever the shape and the pieces", "[interchange]") {
    const Shape shape = GENERATE(Shape{4, 3}, Shape{2, 3, 5}, Shape{1, 7, 2}, Shape{7, 1, 1, 3});
    const std::size_t n = GENERATE(as<std::size_t>(), 1, 2, 5, 1000);
    const auto file = in_fortran_order(shape);
    std::vector<std::uint16_t> expected(file.size());
    std::iota(expected.begin(), expected.end(), std::uint16_t{0});
    const Source source = memory_source(std::as_bytes(std::span(file)));
    const FileTensor tensor =
        in_c_order({.dtype = DType::uint16, .shape = shape, .read = source.read});
    CHECK(gathered(tensor, n) == expected);
}

TEST_CASE("an array over the limit is gathered from its file in parts", "[interchange]") {
    constexpr std::int64_t kRows = 5;
    const std::int64_t columns = kWholeArrayBytes / 8;
    const auto column_of = [](std::uint64_t at) {
        return static_cast<std::uint16_t>(at / 2 / kRows);
    };
    std::size_t longest = 0;
    const ReadAt read = [&](std::uint64_t at, std::span<std::byte> out) {
        longest = std::max(longest, out.size());
        for (std::size_t i = 0; i < out.size(); i += 2) store_le(&out[i], column_of(at + i));
    };
    const FileTensor tensor =
        in_c_order({.dtype = DType::uint16, .shape = {kRows, columns}, .read = read});
    CHECK_FALSE(tensor.in_order);
    std::vector<std::uint16_t> out(100);
    tensor.read(2 * static_cast<std::uint64_t>(columns - 50),
                std::as_writable_bytes(std::span(out)));
    CHECK(out[0] == static_cast<std::uint16_t>(columns - 50));
    CHECK(out[49] == static_cast<std::uint16_t>(columns - 1));
    CHECK(out[50] == 0);
    CHECK(out[99] == 49);
    CHECK(longest <= 2 * kRows);
}

TEST_CASE("a packed array in Fortran's order has a limit", "[interchange]") {
    const FileTensor tensor{
        .dtype = DType::uint8, .shape = {2, 1 << 30}, .read = {}, .in_order = true};
    REQUIRE_THROWS_SAYING(in_c_order(tensor), InvalidArgument, "unpack it");
}

}  // namespace
}  // namespace ckptlite::interchange
