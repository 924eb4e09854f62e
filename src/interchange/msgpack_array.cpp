// SPDX-License-Identifier: MIT
#include "interchange/msgpack_array.hpp"

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "ckptlite/error.hpp"
#include "interchange/msgpack_tokens.hpp"

namespace ckptlite::interchange {
namespace {

using Kind = MsgpackToken::Kind;

MsgpackToken next_of(MsgpackTokens& tokens, Kind kind, const char* what) {
    const MsgpackToken token = tokens.next();
    if (token.kind != kind) throw Corrupt(std::string("an array has no ") + what);
    return token;
}

std::int64_t extent_of(const MsgpackToken& token) {
    if (token.kind != Kind::integer) throw Corrupt("an extent of the shape is no integer");
    if (token.negative) throw Corrupt("the shape has a negative extent");
    if (token.number > limits::kLeafBytes) throw Corrupt("an extent of the shape is too large");
    return static_cast<std::int64_t>(token.number);
}

Shape read_shape(MsgpackTokens& tokens) {
    const std::uint64_t rank = next_of(tokens, Kind::array, "shape").size;
    if (rank > limits::kRank) {
        throw Corrupt("the shape has more than " + std::to_string(limits::kRank) + " axes");
    }
    Shape shape;
    for (std::uint64_t i = 0; i < rank; ++i) shape.push_back(extent_of(tokens.next()));
    return shape;
}

DType read_dtype(MsgpackTokens& tokens) {
    const MsgpackToken token = tokens.next();
    if ((token.kind != Kind::text && token.kind != Kind::bytes) || token.size > 100) {
        throw Corrupt("an array has no name of a dtype");
    }
    const std::string name = tokens.text(token.size);
    const auto dtype = parse_dtype(name);
    if (!dtype) throw InvalidArgument("ckptlite has no dtype '" + name + "'");
    return *dtype;
}

/// Throws Corrupt instead of InvalidArgument.
std::uint64_t nbytes_in_file(DType dtype, const Shape& shape) {
    try {
        return nbytes_of(dtype, shape);
    } catch (const InvalidArgument& error) {
        throw Corrupt(error.message());
    }
}

double read_part(MsgpackTokens& tokens) {
    const MsgpackToken token = tokens.next();
    if (token.kind == Kind::floating) return token.value;
    throw Corrupt("a part of a complex number is no floating-point number");
}

/// Arrays one after the other.
class JoinedArrays {
public:
    explicit JoinedArrays(std::vector<FileTensor> pieces) : pieces_(std::move(pieces)) {
        std::uint64_t end = 0;
        for (const FileTensor& piece : pieces_) {
            end += nbytes_of(piece.dtype, piece.shape);
            ends_.push_back(end);
        }
    }

    void read(std::uint64_t at, std::span<std::byte> out) const {
        auto piece = static_cast<std::size_t>(std::ranges::upper_bound(ends_, at) - ends_.begin());
        for (; !out.empty(); ++piece) {
            const std::uint64_t begin = piece == 0 ? 0 : ends_[piece - 1];
            const std::uint64_t n = std::min<std::uint64_t>(out.size(), ends_[piece] - at);
            pieces_[piece].read(at - begin, out.first(n));
            out = out.subspan(n);
            at += n;
        }
    }

private:
    const std::vector<FileTensor> pieces_;
    std::vector<std::uint64_t> ends_;
};

}  // namespace

FileTensor msgpack_array(const Source& source, std::uint64_t begin, std::uint64_t end) {
    MsgpackTokens tokens(source, begin, end);
    if (next_of(tokens, Kind::array, "parts").size != 3) {
        throw Corrupt("an array has other parts than shape, dtype and elements");
    }
    FileTensor tensor;
    tensor.shape = read_shape(tokens);
    tensor.dtype = read_dtype(tokens);
    const std::uint64_t there = next_of(tokens, Kind::bytes, "elements").size;
    const std::uint64_t needed = nbytes_in_file(tensor.dtype, tensor.shape);
    if (needed != there) {
        throw Corrupt("the shape " + shape_text(tensor.shape) + " of " +
                      std::string(dtype_name(tensor.dtype)) + " needs " + std::to_string(needed) +
                      " bytes, and there are " + std::to_string(there));
    }
    tensor.read = read_from(source, tokens.position());
    tokens.skip(there);
    if (!tokens.at_end()) throw Corrupt("there are bytes behind the elements of an array");
    return tensor;
}

std::complex<double> msgpack_complex(const Source& source, std::uint64_t begin, std::uint64_t end) {
    MsgpackTokens tokens(source, begin, end);
    const MsgpackToken token = tokens.next();
    if (token.kind != Kind::array || token.size != 2) {
        throw Corrupt("a complex number has not two parts");
    }
    const double real = read_part(tokens);
    const double imaginary = read_part(tokens);
    if (!tokens.at_end()) throw Corrupt("there are bytes behind a complex number");
    return {real, imaginary};
}

std::vector<const Tree*> numbered(const Tree& values) {
    std::vector<const Tree*> out;
    if (const auto* const list = std::get_if<List>(&values.value())) {
        for (const Tree& item : list->items) out.push_back(&item);
        return out;
    }
    const auto* const dict = std::get_if<Dict>(&values.value());
    if (dict == nullptr) throw Corrupt("a part of the divided array is no map");
    for (std::size_t i = 0; i < dict->size(); ++i) {
        const Tree* const item = dict->find(std::to_string(i));
        if (item == nullptr) throw Corrupt("a part of the divided array lacks a number");
        out.push_back(item);
    }
    return out;
}

Shape chunked_shape(const Tree& extents) {
    Shape shape;
    for (const Tree* const extent : numbered(extents)) {
        const auto* const scalar = std::get_if<Scalar>(&extent->value());
        const auto* const number =
            scalar == nullptr ? nullptr : std::get_if<std::int64_t>(&scalar->value());
        if (number == nullptr) throw Corrupt("an extent of the divided array is no integer");
        shape.push_back(*number);
    }
    return shape;
}

FileTensor joined_array(std::vector<FileTensor> pieces, Shape shape) {
    if (pieces.empty()) throw Corrupt("the divided array has no pieces");
    FileTensor whole{.dtype = pieces.front().dtype, .shape = std::move(shape)};
    std::uint64_t there = 0;
    for (const FileTensor& piece : pieces) {
        if (piece.dtype != whole.dtype) throw Corrupt("the pieces of the array differ in dtype");
        there += nbytes_of(piece.dtype, piece.shape);
    }
    const std::uint64_t needed = nbytes_in_file(whole.dtype, whole.shape);
    if (needed != there) {
        throw Corrupt("the divided array needs " + std::to_string(needed) +
                      " bytes, and its pieces have " + std::to_string(there));
    }
    // Shared, since a function is copied with its tensor.
    const auto joined = std::make_shared<const JoinedArrays>(std::move(pieces));
    whole.read = [joined](std::uint64_t at, std::span<std::byte> out) { joined->read(at, out); };
    return whole;
}

}  // namespace ckptlite::interchange
