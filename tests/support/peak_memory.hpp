// SPDX-License-Identifier: MIT
// How much memory a piece of work needs at once, whoever asks for it: libraries have allocators of
// their own. Of the whole process: one measurement at a time.
#pragma once

#include <cstddef>
#include <fstream>
#include <string>

namespace ckptlite::test {

/// A field of /proc/self/status, such as "VmRSS".
inline std::size_t status_bytes(const std::string& field) {
    std::ifstream status("/proc/self/status");
    std::string name;
    std::size_t kib = 0;
    while (status >> name) {
        if (name == field + ":" && status >> kib) return kib << 10;
    }
    return 0;
}

/// How many bytes more than at the start were ever resident while `body` ran.
template <typename Body>
std::size_t peak_extra(Body body) {
    std::ofstream("/proc/self/clear_refs") << "5";  // the peak starts anew
    const std::size_t before = status_bytes("VmRSS");
    body();
    return status_bytes("VmHWM") - before;
}

}  // namespace ckptlite::test
