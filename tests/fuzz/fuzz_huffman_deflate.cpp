// SPDX-License-Identifier: MIT
// Any bytes are encoded and decoded again, as a plane and as a chunk; and any bytes are taken for a
// stream, which must not be accepted unless stock zlib accepts it.
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "codec/adler32.hpp"
#include "codec/chunk_codec.hpp"
#include "codec/huffman_deflate.hpp"
#include "codec/huffman_inflate.hpp"
#include "codec/zlib_stream.hpp"
#include "fuzz/fuzz_target.hpp"

namespace ckptlite::codec {
namespace {

using fuzz::require;
using Bytes = std::vector<std::byte>;

Bytes compressed(ByteView raw, InstructionSet set) {
    Bytes stream(raw.size() * 2 + 1'024);
    const auto size = huffman_compress(raw, stream, set);
    require(size.has_value());
    stream.resize(*size);
    return stream;
}

void check_plane(ByteView raw) {
    const Bytes stream = compressed(raw, best_instruction_set());
    require(compressed(raw, InstructionSet::baseline) == stream);
    Bytes out(raw.size());
    require(zlib_decompress_stock(stream, out) && std::ranges::equal(out, raw));
#if CKPTLITE_HAVE_LIBDEFLATE
    std::ranges::fill(out, std::byte{1});
    require(zlib_decompress_libdeflate(stream, out) && std::ranges::equal(out, raw));
#endif
    for (const InstructionSet set : instruction_sets()) {
        std::ranges::fill(out, std::byte{2});
        require(raw.empty() || huffman_decompress(stream, out, set));
        require(raw.empty() || std::ranges::equal(out, raw));
    }
    Bytes exact(stream.size());
    require(huffman_compress(raw, exact) == stream.size() && exact == stream);
    exact.pop_back();
    require(!huffman_compress(raw, exact));
}

void check_chunk(ByteView raw, unsigned choice) {
    constexpr std::array<std::uint8_t, 4> kWidths = {1, 2, 4, 8};
    const ElementLayout layout{kWidths[choice % 4], (choice & 4) != 0};
    const Codec wanted = (choice & 8) != 0 ? Codec::zlib : Codec::planes;
    Bytes room(encode_room(raw.size()));
    const Encoded encoded = encode(raw, layout, wanted, room);
    const bool is_raw = encoded.codec == Codec::raw;
    require(is_raw ? encoded.size == raw.size() : encoded.size < raw.size());
    Bytes out(raw.size());
    decode(encoded.codec, is_raw ? raw : ByteView(room).first(encoded.size), out);
    require(std::ranges::equal(out, raw));
}

/// The input as what follows a zlib header, with the checksum that it would need.
void check_strictness(ByteView input, std::size_t size) {
    Bytes stream{std::byte{0x78}, std::byte{0x01}};
    stream.insert(stream.end(), input.begin(), input.end());
    Bytes stock(size);
    static_cast<void>(zlib_decompress_stock(stream, stock));
    const std::uint32_t check = adler32(stock);
    for (int shift = 24; shift >= 0; shift -= 8) {
        stream.push_back(static_cast<std::byte>(check >> shift));
    }
    Bytes own(size);
    if (!huffman_decompress(stream, own)) return;
    require(zlib_decompress_stock(stream, stock) && own == stock);
}

}  // namespace
}  // namespace ckptlite::codec

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ckptlite;
    if (size < 2) return 0;
    const ByteView input = std::as_bytes(std::span(data, size));
    codec::check_plane(input.subspan(1));
    codec::check_chunk(input.subspan(1), data[0]);
    codec::check_strictness(input.subspan(2), data[0] + 256U * (data[1] % 16));
    return 0;
}
