// SPDX-License-Identifier: MIT
#include "ckptlite/element.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "tree/float_formats.hpp"

namespace ckptlite {
namespace {

/// Tensors may be borrowed from memory that is not aligned.
template <typename T>
T value_at(const Tensor& tensor, std::size_t index) {
    T value;
    std::memcpy(&value, tensor.bytes().data() + index * sizeof value, sizeof value);
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

Element element_at(const Tensor& tensor, std::size_t index) {
    switch (tensor.dtype()) {
        case DType::boolean:
            return value_at<std::uint8_t>(tensor, index) != 0;
        case DType::int4:
        case DType::int8:
            return std::int64_t{value_at<std::int8_t>(tensor, index)};
        case DType::int16:
            return std::int64_t{value_at<std::int16_t>(tensor, index)};
        case DType::int32:
            return std::int64_t{value_at<std::int32_t>(tensor, index)};
        case DType::int64:
            return value_at<std::int64_t>(tensor, index);
        case DType::uint4:
        case DType::uint8:
            return std::uint64_t{value_at<std::uint8_t>(tensor, index)};
        case DType::uint16:
            return std::uint64_t{value_at<std::uint16_t>(tensor, index)};
        case DType::uint32:
            return std::uint64_t{value_at<std::uint32_t>(tensor, index)};
        case DType::uint64:
            return value_at<std::uint64_t>(tensor, index);
        case DType::float16:
            return pytree::float16_to_float(value_at<std::uint16_t>(tensor, index));
        case DType::bfloat16:
            return pytree::bfloat16_to_float(value_at<std::uint16_t>(tensor, index));
        case DType::float32:
            return value_at<float>(tensor, index);
        case DType::float64:
            return value_at<double>(tensor, index);
        case DType::complex64:
            return std::complex<double>(value_at<std::complex<float>>(tensor, index));
        case DType::complex128:
            return value_at<std::complex<double>>(tensor, index);
        default:  // float8
            return pytree::byte_values(tensor.dtype())[value_at<std::uint8_t>(tensor, index)];
    }
}

std::string element_text(const Element& element) {
    return std::visit([](const auto& value) { return number_text(value); }, element);
}

}  // namespace ckptlite
