// SPDX-License-Identifier: MIT
#include "interchange/source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

#include "ckptlite/error.hpp"

namespace ckptlite::interchange {
namespace {

std::string reason() {
    return std::error_code(errno, std::generic_category()).message();
}

class InputFile {
public:
    // Without O_NONBLOCK, opening a FIFO would wait for somebody who writes to it.
    explicit InputFile(const std::string& name)
        : name_(name), fd_(::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
        if (fd_ >= 0) return;
        if (errno == ENOENT) throw NotFound("there is no such file", {.file = name_});
        throw IoError("the file cannot be opened: " + reason(), {.file = name_});
    }
    ~InputFile() { ::close(fd_); }
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;

    std::uint64_t size() const {
        struct stat status {};
        if (::fstat(fd_, &status) != 0) {
            throw IoError("the file cannot be read: " + reason(), {.file = name_});
        }
        if (!S_ISREG(status.st_mode)) throw IoError("this is no regular file", {.file = name_});
        return static_cast<std::uint64_t>(status.st_size);
    }

    void read(std::uint64_t at, std::span<std::byte> out) const {
        while (!out.empty()) {
            const ::ssize_t n = ::pread(fd_, out.data(), out.size(), static_cast<::off_t>(at));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) throw IoError("the file cannot be read: " + reason(), {.file = name_});
            if (n == 0) throw IoError("the file became shorter while it was read", {.file = name_});
            at += static_cast<std::uint64_t>(n);
            out = out.subspan(static_cast<std::size_t>(n));
        }
    }

private:
    const std::string name_;
    const int fd_;
};

}  // namespace

Source open_source(const std::filesystem::path& file) {
    // Shared, since every tensor that lies in the file reads from it.
    const auto input = std::make_shared<const InputFile>(file.string());
    return {.name = file.string(),
            .size = input->size(),
            .read = [input](std::uint64_t at, std::span<std::byte> out) { input->read(at, out); }};
}

Source memory_source(ByteView bytes) {
    return {.name = "memory",
            .size = bytes.size(),
            .read = [bytes](std::uint64_t at, std::span<std::byte> out) {
                if (at > bytes.size() || out.size() > bytes.size() - at) {
                    throw IoError("there are no such bytes", {.file = "memory"});
                }
                const ByteView part = bytes.subspan(at, out.size());
                std::copy(part.begin(), part.end(), out.begin());
            }};
}

ReadAt read_from(const Source& source, std::uint64_t first) {
    return [read = source.read, first](std::uint64_t at, std::span<std::byte> out) {
        read(first + at, out);
    };
}

}  // namespace ckptlite::interchange
