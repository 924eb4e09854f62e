// SPDX-License-Identifier: MIT
#include "tree/element_values.hpp"

#include <cstdint>

#include "tree/float_formats.hpp"

namespace ckptlite::pytree {
namespace {

template <typename Stored, typename Value>
void convert(ByteView bytes, double* out, Value value) noexcept {
    const std::size_t n = bytes.size() / sizeof(Stored);
    for (std::size_t i = 0; i < n; ++i) {
        out[i] = static_cast<double>(value(load_le<Stored>(bytes.data() + i * sizeof(Stored))));
    }
}

template <typename Stored>
void convert(ByteView bytes, double* out) noexcept {
    convert<Stored>(bytes, out, [](Stored number) { return number; });
}

}  // namespace

void to_doubles(DType dtype, ByteView bytes, double* out) noexcept {
    switch (dtype) {
        case DType::int16:
            return convert<std::int16_t>(bytes, out);
        case DType::int32:
            return convert<std::int32_t>(bytes, out);
        case DType::int64:
            return convert<std::int64_t>(bytes, out);
        case DType::uint16:
            return convert<std::uint16_t>(bytes, out);
        case DType::uint32:
            return convert<std::uint32_t>(bytes, out);
        case DType::uint64:
            return convert<std::uint64_t>(bytes, out);
        case DType::float16:
            return convert<std::uint16_t>(bytes, out, float16_to_float);
        case DType::bfloat16:
            return convert<std::uint16_t>(bytes, out, bfloat16_to_float);
        case DType::float32:
            return convert<float>(bytes, out);
        case DType::float64:
            return convert<double>(bytes, out);
        case DType::complex64:
            return convert<float>(bytes.first(bytes.size() / 8 * 8), out);
        case DType::complex128:
            return convert<double>(bytes.first(bytes.size() / 16 * 16), out);
        default: {
            const auto& values = byte_values(dtype);
            return convert<std::uint8_t>(bytes, out,
                                         [&values](std::uint8_t code) { return values[code]; });
        }
    }
}

}  // namespace ckptlite::pytree
