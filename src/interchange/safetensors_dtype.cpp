// SPDX-License-Identifier: MIT
#include "interchange/safetensors_dtype.hpp"

#include <algorithm>
#include <array>

#include "interchange/safetensors.hpp"

namespace ckptlite::interchange::safetensors {
namespace {

/// In the order of the format's own library, by which it sorts tensors.
constexpr std::array<Code, 22> kCodes{{
    {"BOOL", DType::boolean},
    {"F4", {}},
    {"F6_E2M3", {}},
    {"F6_E3M2", {}},
    {"U8", DType::uint8},
    {"I8", DType::int8},
    {"F8_E5M2", DType::float8_e5m2},
    {"F8_E4M3", DType::float8_e4m3fn},
    {"F8_E8M0", {}},
    {"F8_E4M3FNUZ", DType::float8_e4m3fnuz},
    {"F8_E5M2FNUZ", DType::float8_e5m2fnuz},
    {"I16", DType::int16},
    {"U16", DType::uint16},
    {"F16", DType::float16},
    {"BF16", DType::bfloat16},
    {"I32", DType::int32},
    {"U32", DType::uint32},
    {"F32", DType::float32},
    {"C64", DType::complex64},
    {"F64", DType::float64},
    {"I64", DType::int64},
    {"U64", DType::uint64},
}};

}  // namespace

const Code* find_code(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(kCodes, name, &Code::name);
    return found == kCodes.end() ? nullptr : found;
}

const Code* find_code(DType dtype) noexcept {
    const auto* const found = std::ranges::find(kCodes, std::optional(dtype), &Code::dtype);
    return found == kCodes.end() ? nullptr : found;
}

std::optional<std::string_view> dtype_code(DType dtype) noexcept {
    const Code* const code = find_code(dtype);
    return code == nullptr ? std::nullopt : std::optional(code->name);
}

bool stands_before(const Entry& a, const Entry& b) noexcept {
    const Code* const of_a = find_code(a.dtype);
    const Code* const of_b = find_code(b.dtype);
    return of_a != of_b ? of_a > of_b : a.name < b.name;
}

}  // namespace ckptlite::interchange::safetensors
