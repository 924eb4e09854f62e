// SPDX-License-Identifier: MIT
#include "interchange/file_sink.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "ckptlite/error.hpp"

namespace ckptlite::interchange {
namespace {

/// Small tensors gather in it; larger ones are written as they come.
constexpr std::size_t kBufferBytes = 256 << 10;
/// The disk begins with so many while more are made.
constexpr std::uint64_t kAheadBytes = 8 << 20;

}  // namespace

FileSink::FileSink(std::string file)
    : file_(std::move(file)),
      fd_(::open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)),
      buffer_(std::make_unique<std::byte[]>(kBufferBytes)) {
    if (fd_ < 0) fail();
}

FileSink::~FileSink() {
    if (fd_ >= 0) ::close(fd_);
}

void FileSink::write(ByteView bytes) {
    size_ += bytes.size();
    if (bytes.size() > kBufferBytes - waiting_) flush();
    if (bytes.size() > kBufferBytes) return write_through(bytes);
    std::copy(bytes.begin(), bytes.end(), buffer_.get() + waiting_);
    waiting_ += bytes.size();
}

void FileSink::close() {
    flush();
    if (::close(std::exchange(fd_, -1)) != 0) fail();
}

void FileSink::flush() {
    write_through({buffer_.get(), std::exchange(waiting_, 0)});
}

void FileSink::write_through(ByteView bytes) {
    while (!bytes.empty()) {
        const ::ssize_t n = ::write(fd_, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail();
        bytes = bytes.subspan(static_cast<std::size_t>(n));
        written_ += static_cast<std::uint64_t>(n);
    }
    if (written_ - begun_ >= kAheadBytes) begin_writing();
}

/// Whoever syncs the file in the end then waits for less. That is also who learns of errors.
void FileSink::begin_writing() noexcept {
#ifdef SYNC_FILE_RANGE_WRITE
    static_cast<void>(::sync_file_range(fd_, static_cast<::off_t>(begun_),
                                        static_cast<::off_t>(written_ - begun_),
                                        SYNC_FILE_RANGE_WRITE));
#endif
    begun_ = written_;
}

void FileSink::fail() const {
    const int error = errno;
    const std::string reason =
        "the file cannot be written: " + std::error_code(error, std::generic_category()).message();
    if (error == ENOSPC || error == EDQUOT || error == EFBIG) {
        throw DiskFull(reason, {.file = file_});
    }
    throw IoError(reason, {.file = file_});
}

}  // namespace ckptlite::interchange
