// SPDX-License-Identifier: MIT
#include "ckptlite/element.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "base/bytes.hpp"
#include "tree/float_formats.hpp"

namespace ckptlite {
namespace {

template <typename T>
T first_of(ByteView bytes) {
    T value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

template <typename Number>
std::string digits_of(Number number) {
    std::array<char, 64> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
    static_cast<void>(error);  // 64 characters hold any number
    return {text.data(), end};
}

template <typename Number>
std::string number_text(Number number) {
    if constexpr (std::is_floating_point_v<Number>) {
        if (std::isnan(number)) return "NaN";
        if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
    }
    return digits_of(number);
}

std::string number_text(bool value) {
    return value ? "true" : "false";
}

std::string number_text(const std::complex<double>& value) {
    return "[" + number_text(value.real()) + ", " + number_text(value.imag()) + "]";
}

}  // namespace

Element element_of(DType dtype, ByteView bytes) {
    switch (dtype) {
        case DType::boolean:
            return first_of<std::uint8_t>(bytes) != 0;
        case DType::int4:
        case DType::int8:
            return std::int64_t{first_of<std::int8_t>(bytes)};
        case DType::int16:
            return std::int64_t{first_of<std::int16_t>(bytes)};
        case DType::int32:
            return std::int64_t{first_of<std::int32_t>(bytes)};
        case DType::int64:
            return first_of<std::int64_t>(bytes);
        case DType::uint4:
        case DType::uint8:
            return std::uint64_t{first_of<std::uint8_t>(bytes)};
        case DType::uint16:
            return std::uint64_t{first_of<std::uint16_t>(bytes)};
        case DType::uint32:
            return std::uint64_t{first_of<std::uint32_t>(bytes)};
        case DType::uint64:
            return first_of<std::uint64_t>(bytes);
        case DType::float16:
            return pytree::float16_to_float(first_of<std::uint16_t>(bytes));
        case DType::bfloat16:
            return pytree::bfloat16_to_float(first_of<std::uint16_t>(bytes));
        case DType::float32:
            return first_of<float>(bytes);
        case DType::float64:
            return first_of<double>(bytes);
        case DType::complex64:
            return std::complex<double>(first_of<std::complex<float>>(bytes));
        case DType::complex128:
            return first_of<std::complex<double>>(bytes);
        default:  // float8
            return pytree::byte_values(dtype)[first_of<std::uint8_t>(bytes)];
    }
}

Element element_at(const Tensor& tensor, std::size_t index) {
    std::array<std::byte, 16> room;  // the largest element
    const auto bytes = std::span(room).first(itemsize(tensor.dtype()));
    tensor.copy_to(bytes, index * bytes.size());
    return element_of(tensor.dtype(), bytes);
}

std::string element_text(const Element& element) {
    return std::visit([](const auto& value) { return number_text(value); }, element);
}

}  // namespace ckptlite
