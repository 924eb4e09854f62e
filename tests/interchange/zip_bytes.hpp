// SPDX-License-Identifier: MIT
// A zip archive made by hand, so that anything in it can be wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "interchange/file_bytes_of.hpp"

namespace ckptlite::test {

struct ZipEntry {
    std::string name{};
    std::string stored{};
    int method = 0;  ///< 8 is deflate
    int flags = 0;
    std::optional<std::uint32_t> crc{};     ///< else that of `stored`
    std::optional<std::uint64_t> nbytes{};  ///< declared, unpacked; else those of `stored`
    std::optional<std::uint64_t> at{};      ///< where the directory says that it begins
};

inline std::uint32_t crc32_of(const std::string& bytes) {
    std::uint32_t crc = ~0U;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320U : 0U);
    }
    return ~crc;
}

/// What the head of an entry and the directory both say of it.
inline std::string zip_fields(const ZipEntry& entry) {
    return little_endian(20, 2) + little_endian(static_cast<std::uint64_t>(entry.flags), 2) +
           little_endian(static_cast<std::uint64_t>(entry.method), 2) +
           little_endian(0x21'0000, 4) +
           little_endian(entry.crc.value_or(crc32_of(entry.stored)), 4) +
           little_endian(entry.stored.size(), 4) +
           little_endian(entry.nbytes.value_or(entry.stored.size()), 4) +
           little_endian(entry.name.size(), 2) + little_endian(0, 2);
}

/// `more` entries are declared that are not there.
inline std::string zip_file(const std::vector<ZipEntry>& entries, std::size_t more = 0) {
    std::string file;
    std::string directory;
    for (const ZipEntry& entry : entries) {
        directory += "PK\1\2" + little_endian(20, 2) + zip_fields(entry) + std::string(10, '\0') +
                     little_endian(entry.at.value_or(file.size()), 4) + entry.name;
        file += "PK\3\4" + zip_fields(entry) + entry.name + entry.stored;
    }
    const std::size_t n = entries.size() + more;
    return file + directory + "PK\5\6" + little_endian(0, 4) + little_endian(n, 2) +
           little_endian(n, 2) + little_endian(directory.size(), 4) +
           little_endian(file.size(), 4) + little_endian(0, 2);
}

}  // namespace ckptlite::test
