// SPDX-License-Identifier: MIT
// How fast chunks are encoded and decoded: bench_codec FILE.f32 [--rounds N]
// prints lines of a name and a number, medians over the rounds, for the float32 numbers of a file
// and for their bfloat16 truncation. GB/s are 10^9 raw bytes a second.
#define ZLIB_CONST  // next_in points to const
#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/digest.hpp"
#include "codec/chunk_codec.hpp"
#include "codec/huffman_deflate.hpp"
#include "codec/zlib_stream.hpp"
#include "store/save_pipeline.hpp"
#include "tree/moments.hpp"

namespace ckptlite::bench {
namespace {

using Bytes = std::vector<std::byte>;
using codec::ElementLayout;

using detail::kChunkBytes;

struct Sample {
    std::string prefix;
    DType dtype;
    ElementLayout layout;
    Bytes bytes;
};

struct Stored {
    codec::Encoded encoded;
    ByteView raw;
    Bytes room;

    ByteView bytes() const {
        return encoded.codec == codec::Codec::raw ? raw : ByteView(room).first(encoded.size);
    }
};

std::vector<ByteView> chunks_of(ByteView bytes) {
    std::vector<ByteView> chunks;
    for (; !bytes.empty(); bytes = bytes.subspan(chunks.back().size())) {
        chunks.push_back(bytes.first(std::min(bytes.size(), kChunkBytes)));
    }
    return chunks;
}

struct Timed {
    std::size_t nbytes;
    std::function<void()> work;
};

/// GB/s of each, in turn in every round: the medians. One round before does not count: memory is
/// touched and the processor wakes up.
std::vector<double> gbps_in_turn(int rounds, const std::vector<Timed>& all) {
    using Clock = std::chrono::steady_clock;
    std::vector<std::vector<double>> seconds(all.size());
    for (int round = 0; round <= rounds; ++round) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto start = Clock::now();
            all[i].work();
            const std::chrono::duration<double> passed = Clock::now() - start;
            if (round > 0) seconds[i].push_back(passed.count());
        }
    }
    std::vector<double> medians;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto middle = seconds[i].begin() + rounds / 2;
        std::nth_element(seconds[i].begin(), middle, seconds[i].end());
        medians.push_back(static_cast<double>(all[i].nbytes) / *middle / 1e9);
    }
    return medians;
}

double gbps(int rounds, std::size_t nbytes, const std::function<void()>& work) {
    return gbps_in_turn(rounds, {{nbytes, work}}).front();
}

void encode_all(const std::vector<ByteView>& chunks, ElementLayout layout, int passes) {
    static thread_local Bytes room(codec::encode_room(kChunkBytes));
    for (int i = 0; i < passes; ++i) {
        for (const ByteView chunk : chunks) encode(chunk, layout, codec::Codec::planes, room);
    }
}

void print(const Sample& sample, const char* name, double value) {
    std::printf("%s%s %.4f\n", sample.prefix.c_str(), name, value);
}

std::vector<Stored> stored(const std::vector<ByteView>& chunks, ElementLayout layout) {
    std::vector<Stored> all;
    for (const ByteView raw : chunks) {
        all.push_back({{}, raw, Bytes(codec::encode_room(raw.size()))});
        all.back().encoded = encode(raw, layout, codec::Codec::planes, all.back().room);
    }
    return all;
}

/// A chunk and room for its planes.
class SplitChunk {
public:
    SplitChunk(ByteView raw, ElementLayout layout) : raw_(raw), layout_(layout), room_(raw.size()) {
        const std::size_t size = raw.size() / layout.width;
        for (std::size_t i = 0; i < layout.width; ++i) {
            to_.push_back(room_.data() + i * size);
            planes_.push_back({to_.back(), size});
        }
        split();
    }
    void split() { split_planes(raw_, layout_, to_); }
    void merge(std::span<std::byte> out) { codec::merge_planes(planes_, layout_.rotate, out); }
    std::span<std::byte> top() { return {to_.back(), planes_.back().size()}; }

private:
    ByteView raw_;
    ElementLayout layout_;
    Bytes room_;
    std::vector<std::byte*> to_;
    std::vector<ByteView> planes_;
};

/// zlib's own Huffman codes without matches, as one stream.
class StockEncoder {
public:
    StockEncoder() {
        constexpr int kLevel = 1;
        constexpr int kWindowBits = 15;
        constexpr int kMemory = 9;
        if (deflateInit2(&zlib_, kLevel, Z_DEFLATED, kWindowBits, kMemory, Z_HUFFMAN_ONLY) !=
            Z_OK) {
            throw std::bad_alloc();
        }
    }
    ~StockEncoder() { deflateEnd(&zlib_); }
    StockEncoder(const StockEncoder&) = delete;
    StockEncoder& operator=(const StockEncoder&) = delete;

    void encode(ByteView raw, std::span<std::byte> out) {
        deflateReset(&zlib_);
        zlib_.next_in = reinterpret_cast<const Bytef*>(raw.data());
        zlib_.avail_in = static_cast<uInt>(raw.size());
        zlib_.next_out = reinterpret_cast<Bytef*>(out.data());
        zlib_.avail_out = static_cast<uInt>(out.size());
        if (deflate(&zlib_, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("zlib: no room");
    }

private:
    z_stream zlib_{};
};

/// Splits each chunk and makes a stream of its top plane.
void encode_all_stock(std::vector<SplitChunk>& chunks, StockEncoder& encoder, Bytes& room) {
    for (SplitChunk& chunk : chunks) {
        chunk.split();
        encoder.encode(chunk.top(), room);
    }
}

/// One chunk of which only the top plane is a stream, decoded by stock zlib and merged.
double stock_zlib_gbps(const Sample& sample, int rounds) {
    const ByteView raw = ByteView(sample.bytes).first(std::min(kChunkBytes, sample.bytes.size()));
    SplitChunk chunk(raw, sample.layout);
    Bytes stream(raw.size());
    Bytes back(raw.size());
    stream.resize(codec::huffman_compress(chunk.top(), stream).value_or(0));
    return gbps(rounds, raw.size(), [&] {
        codec::zlib_decompress_stock(stream, chunk.top());
        chunk.merge(back);
    });
}

/// Split and merge: byte planes alone, one after the other.
void measure_planes(const Sample& sample, int rounds) {
    const ByteView raw = ByteView(sample.bytes).first(std::min(kChunkBytes, sample.bytes.size()));
    SplitChunk chunk(raw, sample.layout);
    Bytes back(raw.size());
    print(sample, "split_gbps", gbps(8 * rounds, raw.size(), [&] { chunk.split(); }));
    print(sample, "merge_gbps", gbps(8 * rounds, raw.size(), [&] { chunk.merge(back); }));
}

void measure(const Sample& sample, int rounds) {
    const std::size_t nbytes = sample.bytes.size();
    const std::vector<ByteView> chunks = chunks_of(sample.bytes);
    const ElementLayout layout = sample.layout;
    // So often that the start of a thread does not count.
    const int passes = 1 + static_cast<int>((std::size_t{64} << 20) / nbytes);
    const auto encode_passes = [&] { encode_all(chunks, layout, passes); };
    const std::size_t encoded = static_cast<std::size_t>(passes) * nbytes;
    const auto encode_twice = [&] {
        std::thread other(encode_passes);
        encode_passes();
        other.join();
    };
    std::vector<SplitChunk> split;
    for (const ByteView chunk : chunks) split.emplace_back(chunk, layout);
    StockEncoder stock;
    Bytes room(kChunkBytes);
    const auto encode_stock = [&] { encode_all_stock(split, stock, room); };
    const auto encoding = gbps_in_turn(
        rounds, {{encoded, encode_passes}, {2 * encoded, encode_twice}, {nbytes, encode_stock}});
    print(sample, "encode_gbps_per_thread", encoding[0]);
    print(sample, "encode_gbps_two_threads", encoding[1]);
    print(sample, "encode_stock_zlib_gbps_per_thread", encoding[2]);

    const std::vector<Stored> all = stored(chunks, layout);
    std::size_t stored_bytes = 0;
    for (const Stored& chunk : all) stored_bytes += chunk.bytes().size();
    Bytes out(kChunkBytes);
    const auto decode_all = [&] {
        for (const Stored& chunk : all) {
            decode(chunk.encoded.codec, chunk.bytes(), std::span(out).first(chunk.raw.size()));
        }
    };
    print(sample, "decode_gbps_per_thread", gbps(rounds, nbytes, decode_all));
    print(sample, "decode_stock_zlib_gbps_per_thread", stock_zlib_gbps(sample, rounds));
    print(sample, "hash_gbps", gbps(rounds, nbytes, [&] {
              for (const ByteView chunk : chunks) digest_of(chunk);
          }));
    const ByteView cached = ByteView(sample.bytes).first(std::min<std::size_t>(nbytes, 1 << 18));
    volatile double sum = 0;
    print(sample, "moments_gbps", gbps(8 * rounds, cached.size(), [&] {
              sum = pytree::moments_of(sample.dtype, cached).sum;
          }));
    measure_planes(sample, rounds);
    print(sample, "stored_ratio", static_cast<double>(stored_bytes) / static_cast<double>(nbytes));
}

Sample read_float32(const char* path) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> chars(std::istreambuf_iterator<char>(file), {});
    const ByteView bytes = std::as_bytes(std::span(chars)).first(chars.size() / 4 * 4);
    return {"", DType::float32, {4, true}, {bytes.begin(), bytes.end()}};
}

Sample truncated(const Sample& float32) {
    Sample sample{"bf16_", DType::bfloat16, {2, true}, {}};
    for (std::size_t i = 0; i < float32.bytes.size(); i += 4) {
        sample.bytes.push_back(float32.bytes[i + 2]);
        sample.bytes.push_back(float32.bytes[i + 3]);
    }
    return sample;
}

}  // namespace
}  // namespace ckptlite::bench

int main(int argc, char** argv) {
    using namespace ckptlite::bench;
    const bool has_rounds = argc == 4 && std::string(argv[2]) == "--rounds";
    const int rounds = has_rounds ? std::atoi(argv[3]) : 15;
    if ((argc != 2 && !has_rounds) || rounds < 1) {
        std::fputs("usage: bench_codec FILE.f32 [--rounds N]\n", stderr);
        return 2;
    }
    const Sample float32 = read_float32(argv[1]);
    if (float32.bytes.empty()) {
        std::fprintf(stderr, "%s holds no float32 numbers\n", argv[1]);
        return 1;
    }
    measure(float32, rounds);
    measure(truncated(float32), rounds);
}
