// SPDX-License-Identifier: MIT
// Whatever the decoder of byte planes accepts, stock zlib accepts with the same bytes, and all
// instruction sets say the same: of any bytes, and of damaged streams of the encoder's.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "codec/adler32.hpp"
#include "codec/huffman_deflate.hpp"
#include "codec/huffman_inflate.hpp"
#include "codec/zlib_stream.hpp"
#include "fuzz/fuzz_target.hpp"

namespace ckptlite::codec {
namespace {

using fuzz::require;
using Bytes = std::vector<std::byte>;

void check(const Bytes& stream, std::size_t nbytes) {
    Bytes first(nbytes);
    const bool accepted = huffman_decompress(stream, first, InstructionSet::baseline);
    for (const InstructionSet set : instruction_sets().subspan(1)) {
        Bytes out(nbytes, std::byte{0xEE});
        require(huffman_decompress(stream, out, set) == accepted);
        require(!accepted || out == first);
    }
    if (!accepted) return;
    Bytes stock(nbytes, std::byte{0xDD});
    require(zlib_decompress_stock(stream, stock) && stock == first);
}

/// With the checksum of what the body decodes to, so that the body decides.
void check_body(Bytes stream, std::size_t nbytes) {
    if (stream.size() < 4) return;
    Bytes out(nbytes);
    static_cast<void>(huffman_decompress(stream, out));
    const std::uint32_t sum = adler32(out);
    for (std::size_t i = 0; i < 4; ++i) {
        stream[stream.size() - 1 - i] = static_cast<std::byte>(sum >> (8 * i));
    }
    check(stream, nbytes);
}

void check_any(ByteView bytes, std::size_t nbytes) {
    const Bytes stream(bytes.begin(), bytes.end());
    check(stream, nbytes % 3);
    check_body(stream, nbytes);
}

/// The encoder's stream of `raw` with one byte changed.
void check_damaged(ByteView raw, std::size_t place, std::byte change) {
    Bytes stream(raw.size() * 2 + 1'024);
    const auto size = huffman_compress(raw, stream);
    require(size.has_value());
    stream.resize(*size);
    stream[place % stream.size()] ^= change;
    check_body(stream, raw.size());
}

}  // namespace
}  // namespace ckptlite::codec

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ckptlite;
    if (size < 3) return 0;
    const ByteView input = std::as_bytes(std::span(data, size));
    const std::size_t number = data[0] + 256U * (data[1] / 2 % 16);
    if (data[1] % 2 == 1) {
        codec::check_any(input.subspan(2), number);
    } else {
        codec::check_damaged(input.subspan(3), number, input[2]);
    }
    return 0;
}
