// SPDX-License-Identifier: MIT
#include <array>
#include <cstring>
#include <limits>

#include "ckptlite/element.hpp"
#include "support/catch.hpp"

namespace ckptlite::test {
namespace {

std::string text_at(const Tensor& tensor, std::size_t index) {
    return element_text(element_at(tensor, index));
}

template <typename T>
std::string text_of(T value) {
    return text_at(Tensor::own(std::vector<T>{value}, {}), 0);
}

/// The text of one element whose bytes are `code`.
template <typename Code>
std::string text_of_code(DType dtype, Code code) {
    return text_at(Tensor::copy(dtype, {}, std::as_bytes(std::span(&code, 1))), 0);
}

TEST_CASE("an element's text is the shortest that reads back as the number", "[element]") {
    CHECK(text_of(0.1F) == "0.1");
    CHECK(text_of(0.1) == "0.1");
    CHECK(text_of(1e30F) == "1e+30");
    CHECK(text_of(-0.0) == "-0");
    CHECK(text_of(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
    CHECK(text_of(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
    CHECK(text_of(std::int8_t{-7}) == "-7");
    CHECK(text_of(std::uint8_t{200}) == "200");
    CHECK(text_of(std::complex<float>(1.5F, -2)) == "[1.5, -2]");
    CHECK(text_of(std::numeric_limits<float>::quiet_NaN()) == "NaN");
    CHECK(text_of(-std::numeric_limits<double>::infinity()) == "-Infinity");
}

TEST_CASE("small dtypes are the numbers that their codes stand for", "[element]") {
    CHECK(text_of_code(DType::boolean, std::uint8_t{1}) == "true");
    CHECK(text_of_code(DType::boolean, std::uint8_t{0}) == "false");
    CHECK(text_of_code(DType::int4, std::uint8_t{0xF8}) == "-8");
    CHECK(text_of_code(DType::uint4, std::uint8_t{15}) == "15");
    CHECK(text_of_code(DType::float16, std::uint16_t{0x3E00}) == "1.5");
    CHECK(text_of_code(DType::bfloat16, std::uint16_t{0xC000}) == "-2");
    CHECK(text_of_code(DType::float8_e4m3fn, std::uint8_t{0x7E}) == "448");
    CHECK(text_of_code(DType::float8_e5m2, std::uint8_t{0xFC}) == "-Infinity");
}

TEST_CASE("elements of memory that is not aligned are read", "[element]") {
    std::array<std::byte, 17> memory{};
    const double value = 2.5;
    std::memcpy(memory.data() + 9, &value, sizeof value);
    const auto bytes = std::span<const std::byte>(memory).subspan(1);
    CHECK(text_at(Tensor::borrow(DType::float64, {2}, bytes), 1) == "2.5");
}

TEST_CASE("every dtype has elements", "[element]") {
    const std::array<std::byte, 16> zeroes{};
    for (const DType dtype : all_dtypes()) {
        INFO(dtype_name(dtype));
        const std::string text =
            text_at(Tensor::borrow(dtype, {}, std::span(zeroes).first(itemsize(dtype))), 0);
        CHECK((text == "0" || text == "false" || text == "[0, 0]"));
    }
}

}  // namespace
}  // namespace ckptlite::test
