// SPDX-License-Identifier: MIT
// Plain files, as the baselines write and read them, and what the kernel says of this process.
// Functions throw std::system_error. Linux.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace bench {

/// Seconds that `action` takes.
template <typename Action>
double seconds(Action&& action) {
    const auto start = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A new file: write() in pieces of 16 MiB, then fsync().
void write_durably(const std::filesystem::path& file, std::span<const std::byte> bytes);
/// pread() in pieces of 1 MiB into `into`.
void read_whole(const std::filesystem::path& file, std::span<std::byte> into);

/// Before everything that is timed: nobody's dirty pages are left over, and for what moves a state
/// of `nbytes`, some more than that of the free memory is at hand. Virtual machines give free
/// memory back to their host; whoever takes it next would pay up to ten times the time of a write.
/// What is cached may have to go for it: no `nbytes` before a measure of what is cached.
void settle(std::size_t nbytes = 0);
/// The file, and what else is cached if we may, leaves the page cache.
void drop_caches(const std::filesystem::path& file);

struct ProcessUse {
    double user_seconds = 0;
    double system_seconds = 0;
    std::uint64_t read_bytes = 0;   ///< that the process had fetched from the disk
    std::uint64_t write_bytes = 0;  ///< that the process caused to be sent to the disk
};
ProcessUse process_use();

/// "VmRSS" or "VmHWM", in bytes.
std::uint64_t memory_use(const std::string& what);
/// VmHWM begins anew at what is resident now.
void reset_peak_memory();

}  // namespace bench
