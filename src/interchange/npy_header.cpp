// SPDX-License-Identifier: MIT
#include "interchange/npy_header.hpp"

#include <algorithm>
#include <array>

#include "ckptlite/error.hpp"
#include "ckptlite/npy.hpp"
#include "interchange/python_literal.hpp"

namespace ckptlite::interchange {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kAlignment = 64;

struct Descriptor {
    DType dtype;
    std::string_view text;
};
constexpr std::array<Descriptor, 14> kDescriptors{{
    {DType::boolean, "|b1"},
    {DType::int8, "|i1"},
    {DType::uint8, "|u1"},
    {DType::int16, "<i2"},
    {DType::uint16, "<u2"},
    {DType::int32, "<i4"},
    {DType::uint32, "<u4"},
    {DType::int64, "<i8"},
    {DType::uint64, "<u8"},
    {DType::float16, "<f2"},
    {DType::float32, "<f4"},
    {DType::float64, "<f8"},
    {DType::complex64, "<c8"},
    {DType::complex128, "<c16"},
}};

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

std::size_t number_at(std::string_view text, std::size_t at, std::size_t n_bytes) {
    std::size_t value = 0;
    for (std::size_t i = 0; i < n_bytes; ++i) {
        value |= std::size_t{static_cast<unsigned char>(text[at + i])} << (8 * i);
    }
    return value;
}

/// Bytes before the dict: magic, version and length.
std::size_t bytes_before(std::string_view start) {
    return start[kMagic.size()] == '\1' ? 10 : 12;
}

std::string_view kind_words(char kind) {
    switch (kind) {
        case 'O':
            return "holds Python objects, which are pickles, and those are never loaded";
        case 'S':
        case 'a':
        case 'U':
        case 'T':
            return "holds strings";
        case 'V':
            return "holds raw bytes; NumPy writes dtypes that it lacks so, such as bfloat16";
        case 'M':
        case 'm':
            return "holds times";
        default:
            return "has a dtype that ckptlite lacks";
    }
}

/// Of '<f4' and the like.
void set_dtype(NpyHeader& header, std::string_view text) {
    const std::string shown(text.substr(0, 40));
    const bool has_order = text.find_first_of("<>|=") == 0;
    const std::string_view rest = has_order ? text.substr(1) : text;
    if (rest.empty()) throw Corrupt("there is no dtype '" + shown + "'");
    const auto* const found = std::ranges::find_if(kDescriptors, [rest](const Descriptor& known) {
        return known.text.substr(1) == rest || (rest == "?" && known.dtype == DType::boolean);
    });
    if (found == kDescriptors.end()) {
        const bool known_kind =
            std::string_view("OSaUTVMmfciub").find(rest.front()) != std::string_view::npos;
        if (!known_kind) throw Corrupt("there is no dtype '" + shown + "'");
        throw InvalidArgument("the array " + std::string(kind_words(rest.front())) + " ('" + shown +
                              "')");
    }
    header.dtype = found->dtype;
    header.big_endian = text.front() == '>' && found->text.front() == '<';
}

}  // namespace

std::optional<std::string_view> npy_descriptor(DType dtype) noexcept {
    const auto* const found = std::ranges::find(kDescriptors, dtype, &Descriptor::dtype);
    return found == kDescriptors.end() ? std::nullopt : std::optional(found->text);
}

std::size_t npy_head_nbytes(std::string_view start) {
    if (!start.starts_with(kMagic))
        throw Corrupt("this is no .npy file: its first bytes are others");
    if (start.size() < 10) throw Corrupt("the file ends within its head");
    const char major = start[kMagic.size()];
    const char minor = start[kMagic.size() + 1];
    if (major < 1 || major > 3 || minor != 0) {
        throw Corrupt("there is no version " + std::to_string(static_cast<unsigned char>(major)) +
                      "." + std::to_string(static_cast<unsigned char>(minor)) + " of .npy");
    }
    const std::size_t before = bytes_before(start);
    if (start.size() < before) throw Corrupt("the file ends within its head");
    const std::size_t nbytes = before + number_at(start, 8, before - 8);
    if (nbytes > kNpyHeadBytes) {
        throw Corrupt("its head of " + std::to_string(nbytes) + " bytes is over the limit of " +
                      std::to_string(kNpyHeadBytes));
    }
    return nbytes;
}

NpyHeader parse_npy_header(std::string_view head) {
    PythonLiteral literal(head.substr(bytes_before(head)));
    NpyHeader header;
    std::optional<std::string> descriptor;
    std::optional<bool> fortran_order;
    std::optional<Shape> shape;
    const auto only_once = [](const auto& field, const std::string& key) {
        if (field) throw Corrupt("the head has '" + key + "' twice");
    };
    literal.read_dict([&](const std::string& key) {
        if (key == "descr") {
            only_once(descriptor, key);
            if (literal.next_is('[')) throw InvalidArgument("the array has a structured dtype");
            descriptor = literal.string();
        } else if (key == "fortran_order") {
            only_once(fortran_order, key);
            fortran_order = literal.boolean();
        } else if (key == "shape") {
            only_once(shape, key);
            shape = literal.extents();
        } else {
            throw Corrupt("the head has an unknown key '" + key.substr(0, 40) + "'");
        }
    });
    if (!descriptor) throw Corrupt("the head has no 'descr'");
    if (!fortran_order) throw Corrupt("the head has no 'fortran_order'");
    if (!shape) throw Corrupt("the head has no 'shape'");
    set_dtype(header, *descriptor);
    header.shape = *std::move(shape);
    header.fortran_order = *fortran_order;
    return header;
}

}  // namespace ckptlite::interchange

namespace ckptlite {

std::string npy_header(DType dtype, const Shape& shape) {
    constexpr std::size_t kMaxOfVersion1 = 65'535;
    if (dtype == DType::int4) dtype = DType::int8;
    if (dtype == DType::uint4) dtype = DType::uint8;
    const auto descriptor = interchange::npy_descriptor(dtype);
    if (!descriptor) {
        throw InvalidArgument("NumPy has no dtype " + std::string(dtype_name(dtype)));
    }
    std::string text = "{'descr': '" + std::string(*descriptor) +
                       "', 'fortran_order': False, 'shape': " + interchange::python_tuple(shape) +
                       ", }";
    const bool version_1 = text.size() + interchange::kAlignment < kMaxOfVersion1;
    const std::size_t length_bytes = version_1 ? 2 : 4;
    const std::size_t before = 8 + length_bytes;
    while ((before + text.size() + 1) % interchange::kAlignment != 0) text += ' ';
    text += '\n';
    return std::string(interchange::kMagic) + (version_1 ? '\1' : '\2') + '\0' +
           interchange::little_endian(text.size(), length_bytes) + text;
}

}  // namespace ckptlite
