// SPDX-License-Identifier: MIT
// Files as bytes: read whole, written whole, and changed in one place.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace ckptlite::test {

inline std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const std::filesystem::path& file, std::string_view bytes) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out) throw std::runtime_error("cannot write " + file.string());
}

/// A file whose bytes are changed one at a time. Only for a file that nobody has open: closing it
/// drops SQLite's locks.
class ByteFile {
public:
    explicit ByteFile(const std::filesystem::path& file)
        : file_(file, std::ios::in | std::ios::out | std::ios::binary) {}

    void put(std::size_t at, char byte) {
        file_.seekp(static_cast<std::streamoff>(at));
        file_.put(byte);
        file_.flush();
        if (!file_) throw std::runtime_error("a byte could not be written");
    }

private:
    std::fstream file_;
};

}  // namespace ckptlite::test
