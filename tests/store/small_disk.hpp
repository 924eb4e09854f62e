// SPDX-License-Identifier: MIT
// A child process that has a small file system of its own mounted on a folder. Nobody else sees it,
// and it is gone when the child is. Needs no root where users may make namespaces.
#pragma once

#include <sched.h>
#include <sys/mount.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "store/child_process.hpp"
#include "support/catch.hpp"

namespace ckptlite::test {

/// For children, in which the test framework has no say.
inline void must(bool holds, const std::string& what) {
    if (!holds) throw std::runtime_error("not so: " + what);
}

inline bool mount_small_disk(const std::filesystem::path& folder, std::size_t mib) {
    const uid_t user = ::getuid();
    const gid_t group = ::getgid();
    if (::unshare(CLONE_NEWNS) != 0) {
        if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
        std::ofstream("/proc/self/setgroups") << "deny";
        std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
        std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
    }
    const std::string size = "size=" + std::to_string(mib) + "m";
    return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("tmpfs", folder.c_str(), "tmpfs", 0, size.c_str()) == 0;
}

/// Runs `body` in a child in which `folder` is a disk of so many MiB, and checks that it returns.
/// Says so and passes where this system does not let us mount one.
inline void on_small_disk(const std::filesystem::path& folder, std::size_t mib,
                          const std::function<void()>& body) {
    ChildProcess child([&](const ChildProcess::Report& report) {
        const bool mounted = mount_small_disk(folder, mib);
        report(mounted ? 1 : 0);
        if (mounted) body();
    });
    if (child.next() == 0) WARN("skipped: this system does not let us mount a small disk");
    CHECK(child.wait());
}

/// Takes the room on a disk, all but `leave` bytes of it, as other programs do.
inline void fill_disk(const std::filesystem::path& filler, std::uintmax_t leave) {
    std::ofstream out(filler, std::ios::binary);
    const std::string page(4096, 'x');
    while (std::filesystem::space(filler.parent_path()).available > leave &&
           out.write(page.data(), static_cast<std::streamsize>(page.size())).flush()) {
    }
}

}  // namespace ckptlite::test
