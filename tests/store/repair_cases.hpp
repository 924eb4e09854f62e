// SPDX-License-Identifier: MIT
// A store with a writer at work in another process, and the operations that have to get on with it.
// For tests that kill either; one thread.
#pragma once

#include <array>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "ckptlite/error.hpp"
#include "ckptlite/salvage.hpp"
#include "store/child_process.hpp"
#include "store/sound_store.hpp"
#include "store/store_values.hpp"

namespace ckptlite::test {

struct Operation {
    const char* name;
    /// Throws if it does not do what it should. `out` does not exist, or is not used.
    void (*run)(const std::filesystem::path& file, const std::filesystem::path& out);
};

inline void verify_all(const std::filesystem::path& file, const std::filesystem::path&) {
    const VerifyReport report =
        Store(file, {.mode = OpenMode::read_only, .threads = 1}).verify(true);
    if (!report.ok()) throw std::runtime_error(lines_of(report));
}

inline void salvage_all(const std::filesystem::path& file, const std::filesystem::path& out) {
    const SalvageReport report = salvage(file, out);
    for (const SalvageLoss& loss : report.losses) {
        throw std::runtime_error("lost: " + loss.where + ": " + loss.what);
    }
}

inline constexpr std::array kOperations = {
    Operation{"verify", &verify_all},
    Operation{"compact",
              [](const std::filesystem::path& file, const std::filesystem::path&) {
                  Store(file, {.mode = OpenMode::existing, .threads = 1}).compact();
              }},
    Operation{"backup",
              [](const std::filesystem::path& file, const std::filesystem::path& out) {
                  Store(file, {.mode = OpenMode::read_only, .threads = 1}).backup(out);
              }},
    Operation{"salvage", &salvage_all},
};

/// Saves for ever with retention and without sharing, and reports each step that is durable.
inline void keep_saving(const std::filesystem::path& file, std::size_t nbytes, std::int64_t last,
                        const ChildProcess::Report& report) {
    Store store(file, {.threads = 1});
    for (std::int64_t step = store.latest()->step + 1;; ++step) {
        store.save(state_at(step, nbytes),
                   {.step = step, .metrics = loss_of(1), .retention = {.last = last}});
        report(step);
    }
}

}  // namespace ckptlite::test
