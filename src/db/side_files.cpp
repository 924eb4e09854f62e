// SPDX-License-Identifier: MIT
#include "db/side_files.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "base/bytes.hpp"
#include "ckptlite/error.hpp"

namespace ckptlite::db {
namespace {

namespace fs = std::filesystem;

/// The end of a journal that names a super-journal: the name, its length, the sum of its bytes, and
/// these eight, which every journal begins with, too.
constexpr std::string_view kMagic("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", 8);
constexpr std::size_t kTail = 16;

/// Empty if there is none.
std::string super_journal_of(const std::string& journal) {
    std::ifstream in(journal, std::ios::binary | std::ios::ate);
    if (!in) return {};
    const auto size = static_cast<std::uint64_t>(in.tellg());
    std::array<char, kTail> tail{};
    if (size < kTail || !in.seekg(-static_cast<std::streamoff>(kTail), std::ios::end)) return {};
    if (!in.read(tail.data(), kTail)) return {};
    const std::string_view end(tail.data(), kTail);
    const std::uint64_t length = load_be(as_bytes(end.substr(0, 4)));
    constexpr std::uint64_t kLongest = 4096;  // of a path
    if (end.substr(8) != kMagic || length == 0 || length > size - kTail) return {};
    std::string name(std::min(length, kLongest), '\0');
    in.seekg(-static_cast<std::streamoff>(kTail + length), std::ios::end);
    in.read(name.data(), static_cast<std::streamsize>(name.size()));
    return name;
}

}  // namespace

void check_side_files(const std::string& file, bool may_recover) {
    for (const char* end : {"-journal", "-wal", "-shm"}) {
        const std::string side = file + end;
        std::error_code ignored;
        const fs::file_status status = fs::symlink_status(side, ignored);
        if (!fs::exists(status) || fs::is_regular_file(status)) continue;
        throw NotACheckpointFile(
            "'" + side + "' belongs to this file and is no ordinary file (" +
                (fs::is_symlink(status) ? "but a symbolic link" : "but a folder, FIFO or device") +
                "): remove it",
            {.file = file});
    }
    if (!may_recover) return;
    const std::string named = super_journal_of(file + "-journal");
    if (named.empty()) return;
    throw Corrupt("its journal names another file, '" + named.substr(0, named.find('\0')) +
                      "', which rolling back would delete: if a program of yours changed several "
                      "databases at once, open the file with the sqlite3 shell; if not, remove the "
                      "journal",
                  {.file = file});
}

}  // namespace ckptlite::db
