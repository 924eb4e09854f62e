// SPDX-License-Identifier: MIT
// Writes what test_python_zlib.py reads: FILE with planes and their streams, each as a length of
// 4 bytes, little endian, and the bytes.
#include <fstream>
#include <iostream>

#include "codec/huffman_deflate.hpp"
#include "codec/plane_samples.hpp"

namespace ckptlite::test {
namespace {

void write(std::ofstream& file, const Bytes& bytes) {
    std::array<char, 4> length{};
    const auto n = static_cast<std::uint32_t>(bytes.size());
    std::memcpy(length.data(), &n, sizeof n);
    file.write(length.data(), length.size());
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

void write_streams(std::ofstream& file) {
    for (const std::size_t size : {0U, 1U, 2U, 50U, 3'000U, 262'144U, 600'000U}) {
        for (const PlaneSample& sample : plane_samples(size, 11)) {
            Bytes stream(size * 2 + 1'024);
            stream.resize(codec::huffman_compress(sample.bytes, stream).value());
            write(file, sample.bytes);
            write(file, stream);
        }
    }
}

}  // namespace
}  // namespace ckptlite::test

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: make_streams FILE\n";
        return 2;
    }
    std::ofstream file(argv[1], std::ios::binary);
    ckptlite::test::write_streams(file);
    file.close();
    return file ? 0 : 1;
}
