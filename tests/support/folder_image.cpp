// SPDX-License-Identifier: MIT
#include "support/folder_image.hpp"

#include <fstream>
#include <span>
#include <stdexcept>

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::byte> bytes_of(const fs::path& file) {
    std::vector<std::byte> bytes(fs::file_size(file));
    std::ifstream in(file, std::ios::binary);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!in) throw std::runtime_error("cannot read " + file.string());
    return bytes;
}

}  // namespace

FolderImage image_of(const fs::path& folder) {
    FolderImage image;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with("-shm")) image.emplace(name, bytes_of(entry.path()));
    }
    return image;
}

void restore(const fs::path& folder, const FolderImage& image) {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        fs::remove_all(entry.path());
    }
    for (const auto& [name, bytes] : image) {
        std::ofstream out(folder / name, std::ios::binary);
        out.write(reinterpret_cast<const char*>(bytes.data()),
                  static_cast<std::streamsize>(bytes.size()));
        if (!out.flush()) throw std::runtime_error("cannot write " + (folder / name).string());
    }
}

Digest fingerprint(const FolderImage& image) {
    Digester all;
    for (const auto& [name, bytes] : image) {
        all.update(std::as_bytes(std::span(name)));
        all.update(digest_of(bytes));
    }
    return all.finish();
}

}  // namespace ckptlite::test
