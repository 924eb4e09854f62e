// SPDX-License-Identifier: MIT
// A msgpack file, token by token. Long values stay in the file: a token says where they lie. One
// thread; the Source is borrowed.
//
// nlohmann/json reads msgpack, too, but into a document that holds every byte of every tensor.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "interchange/source.hpp"

namespace ckptlite::interchange {

struct MsgpackToken {
    enum class Kind : std::uint8_t {
        nil,
        boolean,
        integer,
        floating,
        text,
        bytes,
        array,
        map,
        ext
    };

    Kind kind = Kind::nil;
    bool negative = false;     ///< integer
    std::uint64_t number = 0;  ///< boolean; bits of an integer, in two's complement if negative
    double value = 0;          ///< floating
    std::uint64_t size = 0;    ///< bytes of text, bytes and ext; elements of array; pairs of map
    std::int8_t ext = 0;       ///< the type of an ext
};

class MsgpackTokens {
public:
    /// From byte `begin` to byte `end`, which are in the source.
    MsgpackTokens(const Source& source, std::uint64_t begin, std::uint64_t end);

    /// Where the next token begins, or the bytes of a text, bytes or ext whose token was just read.
    std::uint64_t position() const noexcept { return position_; }
    bool at_end() const noexcept { return position_ == end_; }

    /// Throws Corrupt at the end, for what is no token, and for a size that the rest of the file
    /// cannot hold.
    MsgpackToken next();
    /// The `size` bytes behind a token that has them.
    std::string text(std::uint64_t size);
    void skip(std::uint64_t size) noexcept { position_ += size; }

private:
    std::uint64_t big_endian(std::size_t n_bytes);
    void read(std::span<std::byte> out);
    MsgpackToken sized(MsgpackToken::Kind kind, std::uint64_t size);
    MsgpackToken extension(std::uint64_t size);
    MsgpackToken signed_integer(std::size_t n_bytes);

    const Source& source_;
    std::uint64_t position_;
    const std::uint64_t end_;
    std::vector<std::byte> buffer_;
    std::uint64_t buffered_at_ = 0;
};

}  // namespace ckptlite::interchange
