// SPDX-License-Identifier: MIT
// A zip archive, read entry by entry through libzip: zip64, stored and deflated entries, each
// compared with its checksum. One thread; a build without libzip throws InvalidArgument.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "interchange/source.hpp"

namespace ckptlite::interchange {

class ZipReader {
public:
    /// Throws Corrupt, which names the archive, if it is none or is damaged.
    explicit ZipReader(Source archive);
    ~ZipReader();

    std::size_t size() const noexcept;
    /// Throws Corrupt.
    std::string name(std::size_t index) const;
    /// What the entry holds, decompressed; read front to back, or it takes long. Its name is the
    /// archive's. It may outlive the reader. Throws InvalidArgument for an encrypted entry.
    Source entry(std::size_t index) const;

private:
    struct Impl;
    // Shared with the sources of entries.
    std::shared_ptr<Impl> impl_;
};

}  // namespace ckptlite::interchange
