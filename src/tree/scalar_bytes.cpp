// SPDX-License-Identifier: MIT
#include "tree/scalar_bytes.hpp"

#include <cstdint>

#include "base/utf8.hpp"
#include "ckptlite/error.hpp"

namespace ckptlite::pytree {
namespace {

template <typename T>
Bytes bytes_of(T number) {
    Bytes bytes(sizeof number);
    store_le(bytes.data(), number);
    return bytes;
}

struct Encode {
    Bytes operator()(std::int64_t value) const { return bytes_of(value); }
    Bytes operator()(double value) const { return bytes_of(value); }
    Bytes operator()(bool value) const { return {std::byte{value}}; }
    Bytes operator()(const std::complex<double>& value) const {
        Bytes bytes(2 * sizeof(double));
        store_le(bytes.data(), value.real());
        store_le(bytes.data() + sizeof(double), value.imag());
        return bytes;
    }
    Bytes operator()(const std::string& value) const {
        if (!is_valid_utf8(value))
            throw InvalidArgument("A string scalar is not UTF-8; store it as bytes.");
        const ByteView bytes = as_bytes(value);
        return {bytes.begin(), bytes.end()};
    }
    Bytes operator()(const Bytes& value) const { return value; }
};

void check_size(LeafKind kind, ByteView bytes, std::size_t needed) {
    if (bytes.size() != needed)
        throw Corrupt("A scalar of kind " + std::string(kind_name(kind)) + " has " +
                      std::to_string(bytes.size()) + " bytes instead of " + std::to_string(needed) +
                      ".");
}

template <typename T>
T number_of(LeafKind kind, ByteView bytes) {
    check_size(kind, bytes, sizeof(T));
    return load_le<T>(bytes.data());
}

bool bool_of(ByteView bytes) {
    const auto value = number_of<std::uint8_t>(LeafKind::boolean, bytes);
    if (value > 1) throw Corrupt("A bool is stored as neither 0 nor 1.");
    return value == 1;
}

std::complex<double> complex_of(ByteView bytes) {
    check_size(LeafKind::complex, bytes, 2 * sizeof(double));
    return {load_le<double>(bytes.data()), load_le<double>(bytes.data() + sizeof(double))};
}

std::string string_of(ByteView bytes) {
    std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (!is_valid_utf8(text)) throw Corrupt("A string scalar is not UTF-8.");
    return text;
}

}  // namespace

Bytes scalar_to_bytes(const Scalar& scalar) {
    return std::visit(Encode{}, scalar.value());
}

Scalar scalar_from_bytes(LeafKind kind, ByteView bytes) {
    using Value = Scalar::Value;
    switch (kind) {
        case LeafKind::integer:
            return Value(number_of<std::int64_t>(kind, bytes));
        case LeafKind::floating:
            return Value(number_of<double>(kind, bytes));
        case LeafKind::boolean:
            return Value(bool_of(bytes));
        case LeafKind::complex:
            return Value(complex_of(bytes));
        case LeafKind::string:
            return Value(string_of(bytes));
        case LeafKind::bytes:
            return Value(Bytes(bytes.begin(), bytes.end()));
        case LeafKind::tensor:
            break;
    }
    throw InvalidArgument("A tensor is not read as a scalar.");
}

}  // namespace ckptlite::pytree
