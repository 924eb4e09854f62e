// SPDX-License-Identifier: MIT
#include "interchange/msgpack_tokens.hpp"

#include <algorithm>
#include <bit>

#include "ckptlite/error.hpp"

namespace ckptlite::interchange {
namespace {

using Kind = MsgpackToken::Kind;

constexpr std::uint64_t kBufferBytes = 4096;

MsgpackToken integer(std::uint64_t number) {
    return {.kind = Kind::integer, .number = number};
}

}  // namespace

MsgpackTokens::MsgpackTokens(const Source& source, std::uint64_t begin, std::uint64_t end)
    : source_(source), position_(begin), end_(end) {}

MsgpackToken MsgpackTokens::next() {
    const auto code = static_cast<unsigned>(big_endian(1));
    if (code <= 0x7F) return integer(code);
    if (code <= 0x8F) return sized(Kind::map, code & 0x0F);
    if (code <= 0x9F) return sized(Kind::array, code & 0x0F);
    if (code <= 0xBF) return sized(Kind::text, code & 0x1F);
    if (code >= 0xE0) {
        return {.kind = Kind::integer, .negative = true, .number = ~std::uint64_t{0xFF} | code};
    }
    // The width of what follows doubles from code to code: 1, 2, 4, 8 bytes.
    const auto width = [code](unsigned first) { return std::size_t{1} << (code - first); };
    switch (code) {
        case 0xC0:
            return {};
        case 0xC2:
        case 0xC3:
            return {.kind = Kind::boolean, .number = code - 0xC2};
        case 0xC4:
        case 0xC5:
        case 0xC6:
            return sized(Kind::bytes, big_endian(width(0xC4)));
        case 0xC7:
        case 0xC8:
        case 0xC9:
            return extension(big_endian(width(0xC7)));
        case 0xCA: {
            const auto bits = static_cast<std::uint32_t>(big_endian(4));
            return {.kind = Kind::floating, .value = std::bit_cast<float>(bits)};
        }
        case 0xCB:
            return {.kind = Kind::floating, .value = std::bit_cast<double>(big_endian(8))};
        case 0xCC:
        case 0xCD:
        case 0xCE:
        case 0xCF:
            return integer(big_endian(width(0xCC)));
        case 0xD0:
        case 0xD1:
        case 0xD2:
        case 0xD3:
            return signed_integer(width(0xD0));
        case 0xD4:
        case 0xD5:
        case 0xD6:
        case 0xD7:
        case 0xD8:
            return extension(width(0xD4));
        case 0xD9:
        case 0xDA:
        case 0xDB:
            return sized(Kind::text, big_endian(width(0xD9)));
        case 0xDC:
        case 0xDD:
            return sized(Kind::array, big_endian(2 * width(0xDC)));
        case 0xDE:
        case 0xDF:
            return sized(Kind::map, big_endian(2 * width(0xDE)));
        default:
            throw Corrupt("byte " + std::to_string(position_ - 1) + " is " + std::to_string(code) +
                          ", which is nothing in msgpack");
    }
}

std::string MsgpackTokens::text(std::uint64_t size) {
    std::string out(size, '\0');
    read(std::as_writable_bytes(std::span(out)));
    return out;
}

std::uint64_t MsgpackTokens::big_endian(std::size_t n_bytes) {
    std::byte bytes[8];
    read(std::span(bytes).first(n_bytes));
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < n_bytes; ++i) {
        value = value << 8 | std::to_integer<std::uint64_t>(bytes[i]);
    }
    return value;
}

void MsgpackTokens::read(std::span<std::byte> out) {
    if (out.size() > end_ - position_) {
        throw Corrupt("the data end at byte " + std::to_string(end_) + ", within a value");
    }
    const auto is_buffered = [this](std::uint64_t size) {
        return position_ >= buffered_at_ && position_ + size <= buffered_at_ + buffer_.size();
    };
    if (out.size() > kBufferBytes) {
        source_.read(position_, out);
    } else {
        if (!is_buffered(out.size())) {
            buffer_.resize(std::min(kBufferBytes, end_ - position_));
            buffered_at_ = position_;
            source_.read(position_, buffer_);
        }
        const ByteView from = ByteView(buffer_).subspan(position_ - buffered_at_, out.size());
        std::copy(from.begin(), from.end(), out.begin());
    }
    position_ += out.size();
}

MsgpackToken MsgpackTokens::sized(Kind kind, std::uint64_t size) {
    // An element takes a byte at least, a pair two.
    const std::uint64_t needed = kind == Kind::map ? 2 * size : size;
    if (needed > end_ - position_) {
        throw Corrupt("at byte " + std::to_string(position_) + ", " + std::to_string(needed) +
                      " bytes or more are declared, and there are " +
                      std::to_string(end_ - position_));
    }
    return {.kind = kind, .size = size};
}

MsgpackToken MsgpackTokens::extension(std::uint64_t size) {
    const auto type = static_cast<std::int8_t>(big_endian(1));
    MsgpackToken token = sized(Kind::ext, size);
    token.ext = type;
    return token;
}

MsgpackToken MsgpackTokens::signed_integer(std::size_t n_bytes) {
    const std::uint64_t number = big_endian(n_bytes);
    const std::uint64_t sign = std::uint64_t{1} << (8 * n_bytes - 1);
    if ((number & sign) == 0) return integer(number);
    return {.kind = Kind::integer, .negative = true, .number = number | ~(2 * sign - 1)};
}

}  // namespace ckptlite::interchange
