// SPDX-License-Identifier: MIT
#include "tree/float_formats.hpp"

#include <cstddef>

namespace ckptlite::pytree {
namespace {

using Table = std::array<float, 256>;

template <typename ValueOf>
constexpr Table table_of(ValueOf value_of) {
    Table table{};
    for (std::size_t code = 0; code < table.size(); ++code)
        table[code] = value_of(static_cast<std::uint8_t>(code));
    return table;
}

template <Float8Format kFormat>
constexpr Table kFloat8 = table_of([](std::uint8_t code) {
    return float8_to_float(code, kFormat);
});

constexpr Table kBool = table_of([](std::uint8_t code) { return code == 0 ? 0.0F : 1.0F; });
constexpr Table kSigned =
    table_of([](std::uint8_t code) { return static_cast<float>(static_cast<std::int8_t>(code)); });
constexpr Table kUnsigned = table_of([](std::uint8_t code) { return static_cast<float>(code); });

}  // namespace

const std::array<float, 256>& byte_values(DType dtype) noexcept {
    switch (dtype) {
        case DType::boolean:
            return kBool;
        case DType::int4:
        case DType::int8:
            return kSigned;
        case DType::float8_e4m3fn:
            return kFloat8<kE4m3fn>;
        case DType::float8_e5m2:
            return kFloat8<kE5m2>;
        case DType::float8_e4m3fnuz:
            return kFloat8<kE4m3fnuz>;
        case DType::float8_e5m2fnuz:
            return kFloat8<kE5m2fnuz>;
        case DType::float8_e4m3b11fnuz:
            return kFloat8<kE4m3b11fnuz>;
        default:
            return kUnsigned;
    }
}

}  // namespace ckptlite::pytree
