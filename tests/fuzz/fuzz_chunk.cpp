// SPDX-License-Identifier: MIT
// Any bytes as a stored chunk of any codec: they decode to exactly the declared size or are
// refused; alone, beside themselves, and beside a good chunk alike.
#include <array>
#include <optional>
#include <vector>

#include "ckptlite/error.hpp"
#include "codec/chunk_codec.hpp"
#include "fuzz/fuzz_target.hpp"

namespace ckptlite::codec {
namespace {

using fuzz::require;
using Bytes = std::vector<std::byte>;

std::optional<Bytes> decoded(Codec codec, ByteView stored, std::size_t nbytes) {
    // The bytes around it show a write outside, where no sanitizer does.
    constexpr std::size_t kMargin = 32;
    Bytes memory(nbytes + 2 * kMargin, std::byte{0xA5});
    const std::span<std::byte> out = std::span(memory).subspan(kMargin, nbytes);
    bool accepted = true;
    try {
        decode(codec, stored, out);
    } catch (const Corrupt&) {
        accepted = false;
    }
    for (std::size_t i = 0; i < kMargin; ++i) {
        require(memory[i] == std::byte{0xA5} && memory[memory.size() - 1 - i] == std::byte{0xA5});
    }
    if (!accepted) return std::nullopt;
    return Bytes(out.begin(), out.end());
}

/// Two jobs at once say the same as one.
void check_pair(Codec codec, ByteView stored, const std::optional<Bytes>& alone,
                std::size_t nbytes) {
    Bytes first(nbytes, std::byte{1});
    Bytes second(nbytes, std::byte{2});
    const std::array<DecodeJob, 2> jobs = {DecodeJob{codec, stored, first},
                                           DecodeJob{codec, stored, second}};
    bool accepted = true;
    try {
        decode(jobs);
    } catch (const Corrupt&) {
        accepted = false;
    }
    require(accepted == alone.has_value());
    require(!alone || (first == *alone && second == *alone));
}

/// What a writer makes of the bytes, with one of them changed.
Bytes damaged(Codec wanted, ByteView raw, unsigned place, std::byte change, Codec& codec) {
    Bytes room(encode_room(raw.size()));
    const Encoded encoded = encode(raw, {4, true}, wanted, room);
    codec = encoded.codec;
    Bytes stored(raw.begin(), raw.end());
    if (codec != Codec::raw)
        stored.assign(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(encoded.size));
    if (!stored.empty()) stored[place % stored.size()] ^= change;
    return stored;
}

void check(Codec codec, ByteView stored, std::size_t nbytes) {
    const auto alone = decoded(codec, stored, nbytes);
    require(!alone || codec != Codec::raw || std::ranges::equal(*alone, stored));
    check_pair(codec, stored, alone, nbytes);
}

}  // namespace
}  // namespace ckptlite::codec

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ckptlite;
    fuzz::Input input(data, size);
    const unsigned choice = input.byte();
    auto codec = static_cast<codec::Codec>(choice % 3);
    if (choice < 128) {
        const auto nbytes = static_cast<std::size_t>(input.number(2)) % 2'049;
        codec::check(codec, input.rest(), nbytes);
    } else {
        const auto place = static_cast<unsigned>(input.number(2));
        const auto change = static_cast<std::byte>(input.byte());
        const ByteView raw = input.rest();
        const auto stored = codec::damaged(codec, raw, place, change, codec);
        codec::check(codec, stored, raw.size());
    }
    return 0;
}
