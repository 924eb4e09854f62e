// SPDX-License-Identifier: MIT
#include "ckptlite/dtype.hpp"

#include <algorithm>
#include <array>

namespace ckptlite {
namespace {

struct Row {
    DType dtype;
    std::string_view name;  // on disk: never rename
    std::size_t itemsize;
};

constexpr std::array<Row, 22> kTable{{
    {DType::boolean, "bool", 1},
    {DType::int4, "int4", 1},
    {DType::int8, "int8", 1},
    {DType::int16, "int16", 2},
    {DType::int32, "int32", 4},
    {DType::int64, "int64", 8},
    {DType::uint4, "uint4", 1},
    {DType::uint8, "uint8", 1},
    {DType::uint16, "uint16", 2},
    {DType::uint32, "uint32", 4},
    {DType::uint64, "uint64", 8},
    {DType::float16, "float16", 2},
    {DType::bfloat16, "bfloat16", 2},
    {DType::float32, "float32", 4},
    {DType::float64, "float64", 8},
    {DType::complex64, "complex64", 8},
    {DType::complex128, "complex128", 16},
    {DType::float8_e4m3fn, "float8_e4m3fn", 1},
    {DType::float8_e5m2, "float8_e5m2", 1},
    {DType::float8_e4m3fnuz, "float8_e4m3fnuz", 1},
    {DType::float8_e5m2fnuz, "float8_e5m2fnuz", 1},
    {DType::float8_e4m3b11fnuz, "float8_e4m3b11fnuz", 1},
}};

consteval bool rows_stand_in_enum_order() {
    for (std::size_t i = 0; i < kTable.size(); ++i)
        if (static_cast<std::size_t>(kTable[i].dtype) != i) return false;
    return static_cast<std::size_t>(DType::float8_e4m3b11fnuz) + 1 == kTable.size();
}
static_assert(rows_stand_in_enum_order());

constexpr auto kDTypes = [] {
    std::array<DType, kTable.size()> dtypes{};
    std::ranges::transform(kTable, dtypes.begin(), &Row::dtype);
    return dtypes;
}();

const Row& row(DType dtype) noexcept {
    return kTable[static_cast<std::size_t>(dtype)];
}

}  // namespace

std::string_view dtype_name(DType dtype) noexcept {
    return row(dtype).name;
}

std::optional<DType> parse_dtype(std::string_view name) noexcept {
    const auto found = std::ranges::find(kTable, name, &Row::name);
    if (found == kTable.end()) return std::nullopt;
    return found->dtype;
}

std::size_t itemsize(DType dtype) noexcept {
    return row(dtype).itemsize;
}

std::span<const DType> all_dtypes() noexcept {
    return kDTypes;
}

}  // namespace ckptlite
