// SPDX-License-Identifier: MIT
// A new file that is written front to back. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.hpp"

namespace ckptlite::interchange {

class FileSink {
public:
    /// Makes the file, for its owner alone. Throws IoError, also if something has this name.
    explicit FileSink(std::string file);
    ~FileSink();
    FileSink(const FileSink&) = delete;
    FileSink& operator=(const FileSink&) = delete;

    /// Throws DiskFull and IoError.
    void write(ByteView bytes);
    void write(const std::string& text) { write(as_bytes(text)); }
    /// Bytes so far.
    std::uint64_t size() const noexcept { return size_; }
    /// Writes what waits. Without it, the end of the file is missing.
    void close();

private:
    void flush();
    void write_through(ByteView bytes);
    void begin_writing() noexcept;
    [[noreturn]] void fail() const;

    const std::string file_;
    int fd_;
    std::uint64_t size_ = 0;     // with what waits
    std::uint64_t written_ = 0;  // handed to the system
    std::uint64_t begun_ = 0;    // that the disk has been asked for
    std::unique_ptr<std::byte[]> buffer_;
    std::size_t waiting_ = 0;
};

}  // namespace ckptlite::interchange
