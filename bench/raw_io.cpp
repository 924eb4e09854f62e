// SPDX-License-Identifier: MIT
#include "raw_io.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace bench {
namespace {

constexpr std::size_t kWriteSize = std::size_t{16} << 20;
constexpr std::size_t kReadSize = std::size_t{1} << 20;

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// A file descriptor. Its close() reports nothing: whoever writes calls fsync() first.
class Descriptor {
public:
    Descriptor(const std::filesystem::path& file, int flags)
        : fd_(::open(file.c_str(), flags | O_CLOEXEC, 0644)) {
        if (fd_ < 0) fail(file.string());
    }
    ~Descriptor() { ::close(fd_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const noexcept { return fd_; }

private:
    int fd_;
};

double to_seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

/// The number behind "NAME:" in a file of /proc.
std::uint64_t proc_number(const char* file, const std::string& name) {
    std::ifstream in(file);
    for (std::string word; in >> word;) {
        std::uint64_t number = 0;
        if (word == name + ":" && in >> number) return number;
    }
    return 0;
}

std::size_t available_memory() {
    return proc_number("/proc/meminfo", "MemAvailable") * 1024;
}

/// In huge pages, since it is whole ones that go back to a host, and into which files are cached.
void touch_free_memory(std::size_t nbytes) {
    constexpr std::size_t kPage = 4096;
    if (nbytes == 0) return;
    void* const mapped =
        ::mmap(nullptr, nbytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) fail("mmap");
    ::madvise(mapped, nbytes, MADV_HUGEPAGE);
    auto* const bytes = static_cast<volatile std::byte*>(mapped);
    for (std::size_t at = 0; at < nbytes; at += kPage) bytes[at] = std::byte{1};
    ::munmap(mapped, nbytes);
}

}  // namespace

void write_durably(const std::filesystem::path& file, std::span<const std::byte> bytes) {
    const Descriptor out(file, O_WRONLY | O_CREAT | O_TRUNC);
    while (!bytes.empty()) {
        const ssize_t n = ::write(out.get(), bytes.data(), std::min(kWriteSize, bytes.size()));
        if (n < 0) fail(file.string());
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    if (::fsync(out.get()) != 0) fail(file.string());
}

void read_whole(const std::filesystem::path& file, std::span<std::byte> into) {
    const Descriptor in(file, O_RDONLY);
    for (std::size_t at = 0; at < into.size();) {
        const ssize_t n = ::pread(in.get(), into.data() + at, std::min(kReadSize, into.size() - at),
                                  static_cast<off_t>(at));
        if (n <= 0) fail(file.string());
        at += static_cast<std::size_t>(n);
    }
}

void settle(std::size_t nbytes) {
    ::sync();
    touch_free_memory(std::min<std::size_t>(nbytes + nbytes / 4, available_memory() / 2));
}

void drop_caches(const std::filesystem::path& file) {
    ::sync();
    const Descriptor in(file, O_RDONLY);
    ::posix_fadvise(in.get(), 0, 0, POSIX_FADV_DONTNEED);
    std::ofstream("/proc/sys/vm/drop_caches") << "3\n";  // works for root alone
}

ProcessUse process_use() {
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) != 0) fail("getrusage");
    return {.user_seconds = to_seconds(usage.ru_utime),
            .system_seconds = to_seconds(usage.ru_stime),
            .read_bytes = proc_number("/proc/self/io", "read_bytes"),
            .write_bytes = proc_number("/proc/self/io", "write_bytes")};
}

std::uint64_t memory_use(const std::string& what) {
    return proc_number("/proc/self/status", what) * 1024;
}

void reset_peak_memory() {
    std::ofstream("/proc/self/clear_refs") << "5\n";
}

}  // namespace bench
