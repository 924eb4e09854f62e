// SPDX-License-Identifier: MIT
// verify, compact, backup and salvage on a store of over 1 GiB into which another process saves.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "store/repair_cases.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr std::size_t kTreeBytes = 48 << 20;
constexpr std::int64_t kSteps = 28;
constexpr std::int64_t kKept = 23;  // 1.1 GiB
constexpr std::size_t kLiveBytes = 4 << 20;

Tree large_state(std::int64_t step) {
    return state_at(-step, kTreeBytes);
}

void make_store(const fs::path& file) {
    Store store(file, {.compression = Compression::none, .threads = 1});
    for (std::int64_t step = 1; step <= kSteps; ++step) {
        store.save(large_state(step), {.prefix = "large", .step = step});
    }
    for (const CheckpointInfo& checkpoint : store.checkpoints()) {
        if (checkpoint.step <= kSteps - kKept) store.remove(checkpoint);
    }
    store.save(state_at(0, kLiveBytes), {.prefix = "live"});
}

/// A save about every second; reports how many milliseconds each took.
void save_every_second(const fs::path& file, const ChildProcess::Report& report) {
    Store store(file, {.threads = 1});
    for (std::int64_t step = store.latest({.prefix = "live"})->step + 1;; ++step) {
        const auto start = steady_clock::now();
        store.save(state_at(step, kLiveBytes),
                   {.prefix = "live", .step = step, .retention = {.last = 3}});
        const auto taken = steady_clock::now() - start;
        report(std::chrono::ceil<std::chrono::milliseconds>(taken).count());
        pause(std::chrono::seconds(1) - taken);
    }
}

void check_large(const fs::path& file) {
    const Store store(file, {.mode = OpenMode::read_only, .threads = 1});
    const auto found = store.checkpoints({.prefix = "large"});
    REQUIRE(found.size() == static_cast<std::size_t>(kKept));
    for (const CheckpointInfo& checkpoint : found) {
        REQUIRE(store.load(checkpoint) == large_state(checkpoint.step));
    }
}

void run_beside_writer(const Operation& operation, const fs::path& file, const fs::path& out) {
    ChildProcess writer([&](const auto& report) { save_every_second(file, report); });
    REQUIRE(writer.next());
    std::int64_t longest = 0;
    const auto start = steady_clock::now();
    operation.run(file, out);
    const std::chrono::duration<double> taken = steady_clock::now() - start;
    const auto next = writer.next();
    REQUIRE(next);  // it goes on
    longest = *next;
    writer.kill();
    while (const auto time = writer.next()) longest = std::max(longest, *time);
    std::printf("%-8s %6.1f s; the longest save beside it took %lld ms; the file has %llu MiB\n",
                operation.name, taken.count(), static_cast<long long>(longest),
                static_cast<unsigned long long>(fs::file_size(file) >> 20));
}

TEST_CASE("verify, compact, backup and salvage work on 1 GiB while a process saves",
          "[store][long]") {
    const TempDir dir;
    const auto file = dir / "run.db";
    const auto out = dir / "out.db";
    make_store(file);
    for (const Operation& operation : kOperations) {
        CAPTURE(operation.name);
        REQUIRE(fs::file_size(file) > (std::uintmax_t{1} << 30));
        run_beside_writer(operation, file, out);
        require_sound(Store(file, {.threads = 1}));
        if (!fs::exists(out)) continue;
        require_sound(out);
        check_large(out);
        fs::remove(out);
    }
    check_large(file);
}

}  // namespace
}  // namespace ckptlite::test
