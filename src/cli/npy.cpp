// SPDX-License-Identifier: MIT
#include "cli/npy.hpp"

#include "ckptlite/error.hpp"

namespace ckptlite::cli {
namespace {

/// As NumPy's dtype.str.
const char* descriptor_of(DType dtype) {
    switch (dtype) {
        case DType::boolean:
            return "|b1";
        case DType::int4:
        case DType::int8:
            return "|i1";
        case DType::uint4:
        case DType::uint8:
            return "|u1";
        case DType::int16:
            return "<i2";
        case DType::uint16:
            return "<u2";
        case DType::int32:
            return "<i4";
        case DType::uint32:
            return "<u4";
        case DType::int64:
            return "<i8";
        case DType::uint64:
            return "<u8";
        case DType::float16:
            return "<f2";
        case DType::float32:
            return "<f4";
        case DType::float64:
            return "<f8";
        case DType::complex64:
            return "<c8";
        case DType::complex128:
            return "<c16";
        default:
            throw InvalidArgument("NumPy has no dtype " + std::string(dtype_name(dtype)) +
                                  ": take --format raw or json");
    }
}

std::string python_tuple(const Shape& shape) {
    std::string out = "(";
    for (std::size_t i = 0; i < shape.size(); ++i) {
        out += (i > 0 ? ", " : "") + std::to_string(shape[i]);
    }
    return out + (shape.size() == 1 ? ",)" : ")");
}

std::string little_endian(std::size_t value, std::size_t n_bytes) {
    std::string out;
    for (std::size_t i = 0; i < n_bytes; ++i) {
        out += static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
    }
    return out;
}

}  // namespace

std::string npy_header(DType dtype, const Shape& shape) {
    constexpr std::size_t kAlignment = 64;
    constexpr std::size_t kMaxOfVersion1 = 65'535;
    std::string text = std::string("{'descr': '") + descriptor_of(dtype) +
                       "', 'fortran_order': False, 'shape': " + python_tuple(shape) + ", }";
    const bool version_1 = text.size() + kAlignment < kMaxOfVersion1;
    const std::size_t length_bytes = version_1 ? 2 : 4;
    const std::size_t before = 8 + length_bytes;
    while ((before + text.size() + 1) % kAlignment != 0) text += ' ';
    text += '\n';
    return std::string("\x93NUMPY") + (version_1 ? '\1' : '\2') + '\0' +
           little_endian(text.size(), length_bytes) + text;
}

}  // namespace ckptlite::cli
