// SPDX-License-Identifier: MIT
#include "codec/zlib_stream.hpp"

#define ZLIB_CONST  // next_in points to const
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <new>

#if CKPTLITE_HAVE_LIBDEFLATE
#include <libdeflate.h>
#endif

namespace ckptlite::codec {
namespace {

// zlib counts in unsigned int. Chunks are far smaller (limits::kChunkBytes).
bool countable(std::size_t size) noexcept {
    return size <= std::numeric_limits<uInt>::max();
}

// zlib refuses null pointers, which empty spans may hold; nothing is read or written through this.
std::byte nothing{};

void set_input(z_stream& zlib, ByteView bytes) noexcept {
    const void* const from = bytes.empty() ? &nothing : bytes.data();
    zlib.next_in = static_cast<const Bytef*>(from);
    zlib.avail_in = static_cast<uInt>(bytes.size());
}

void set_output(z_stream& zlib, std::span<std::byte> bytes) noexcept {
    void* const to = bytes.empty() ? &nothing : bytes.data();
    zlib.next_out = static_cast<Bytef*>(to);
    zlib.avail_out = static_cast<uInt>(bytes.size());
}

// With constant arguments, and the library this was compiled for, only memory can be missing.
void require_initialized(int result) {
    if (result != Z_OK) throw std::bad_alloc();
}

class Deflater {
public:
    Deflater() {
        constexpr int kLevel = 1;
        constexpr int kWindowBits = 15;
        constexpr int kMemLevel = 8;  // zlib's default
        require_initialized(
            deflateInit2(&zlib_, kLevel, Z_DEFLATED, kWindowBits, kMemLevel, Z_DEFAULT_STRATEGY));
    }
    ~Deflater() { deflateEnd(&zlib_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    std::optional<std::size_t> run(ByteView raw, std::span<std::byte> out) noexcept {
        deflateReset(&zlib_);  // cannot fail on a state that deflateInit2() made
        set_input(zlib_, raw);
        set_output(zlib_, out);
        if (deflate(&zlib_, Z_FINISH) != Z_STREAM_END) return std::nullopt;
        return out.size() - zlib_.avail_out;
    }

private:
    z_stream zlib_{};
};

class Inflater {
public:
    Inflater() { require_initialized(inflateInit(&zlib_)); }
    ~Inflater() { inflateEnd(&zlib_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    bool run(ByteView stream, std::span<std::byte> out) noexcept {
        set_input(zlib_, stream);
        set_output(zlib_, out);
        return inflate(&zlib_, Z_FINISH) == Z_STREAM_END && zlib_.avail_in == 0 &&
               zlib_.avail_out == 0;
    }

private:
    z_stream zlib_{};
};

}  // namespace

std::optional<std::size_t> zlib_compress(ByteView raw, std::span<std::byte> out) {
    if (!countable(raw.size()) || !countable(out.size())) return std::nullopt;
    // Setting up an encoder costs as much as encoding a small leaf: one a thread, reset each time.
    static thread_local Deflater deflater;
    return deflater.run(raw, out);
}

bool zlib_decompress_stock(ByteView stream, std::span<std::byte> out) {
    if (!countable(stream.size()) || !countable(out.size())) return false;
    return Inflater().run(stream, out);
}

#if CKPTLITE_HAVE_LIBDEFLATE

bool zlib_decompress_libdeflate(ByteView stream, std::span<std::byte> out) {
    if (!countable(stream.size()) || !countable(out.size())) return false;
    struct Free {
        void operator()(libdeflate_decompressor* decompressor) const noexcept {
            libdeflate_free_decompressor(decompressor);
        }
    };
    static thread_local const std::unique_ptr<libdeflate_decompressor, Free> decompressor(
        libdeflate_alloc_decompressor());
    if (!decompressor) throw std::bad_alloc();
    std::size_t consumed = 0;
    std::byte* const to = out.empty() ? &nothing : out.data();
    // No place for the produced size: it then must be exactly out.size().
    const libdeflate_result result = libdeflate_zlib_decompress_ex(
        decompressor.get(), stream.data(), stream.size(), to, out.size(), &consumed, nullptr);
    return result == LIBDEFLATE_SUCCESS && consumed == stream.size();
}

#endif

bool zlib_decompress(std::span<InflateJob> jobs) {
    huffman_decompress(jobs);
    return std::ranges::all_of(jobs, [](const InflateJob& job) {
#if CKPTLITE_HAVE_LIBDEFLATE
        return job.done || zlib_decompress_libdeflate(job.stream, job.out);
#else
        return job.done || zlib_decompress_stock(job.stream, job.out);
#endif
    });
}

bool zlib_decompress(ByteView stream, std::span<std::byte> out) {
    InflateJob job{stream, out};
    return zlib_decompress(std::span(&job, 1));
}

}  // namespace ckptlite::codec
