// SPDX-License-Identifier: MIT
#include "faults/interrupt.hpp"

#include <set>
#include <stdexcept>
#include <utility>

#include "store/child_process.hpp"
#include "support/io_faults.hpp"
#include "support/power_loss.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

/// Runs it in a child that dies at the k-th call. Returns whether it got to its end before.
bool kill_at(std::uint64_t k, const Operation& operation, const std::filesystem::path& file,
             std::size_t& confirmed) {
    ChildProcess child([&](const ChildProcess::Report& report) {
        const WatchedIo dying(die_at(k));
        operation.run(file, [&] { report(1); });
    });
    confirmed = 0;
    while (child.next()) ++confirmed;
    const bool ended = child.wait();
    if (!ended && !child.was_killed()) throw std::runtime_error("the child failed by itself");
    return ended;
}

}  // namespace

std::vector<IoEvent> log_of(const Operation& operation, const FolderImage& base) {
    const TempDir dir(memory_folder());
    restore(dir.path(), base);
    IoLog log(std::filesystem::canonical(dir.path()));
    const WatchedIo recording(log.watcher());
    operation.run(dir / "run.db", [&] { log.confirm(); });
    return log.events();
}

void kill_at_every_call(const Operation& operation, const FolderImage& base, Tally& tally,
                        std::uint64_t stride) {
    const TempDir dir(memory_folder());
    bool ended = false;
    for (std::uint64_t k = 1; !ended; k += stride) {
        restore(dir.path(), base);
        tally.add("call " + std::to_string(k), [&] {
            std::size_t confirmed = 0;
            ended = kill_at(k, operation, dir / "run.db", confirmed);
            check_after(dir / "run.db", operation, confirmed);
        });
    }
}

void lose_power(const Operation& operation, const FolderImage& base, std::size_t states,
                std::mt19937_64& random, Tally& tally) {
    const TempDir dir(memory_folder());
    const std::vector<IoEvent> log = log_of(operation, base);
    std::set<std::pair<std::size_t, Digest>> tried;
    for (PowerLoss loss(base, log); loss.advance();) {
        std::size_t found = 0;
        for (std::size_t i = 0; i < 3 * states && found < states; ++i) {
            const FolderImage image = loss.lost(random);
            if (!tried.emplace(loss.confirmed(), fingerprint(image)).second) continue;
            ++found;
            restore(dir.path(), image);
            tally.add("before event " + std::to_string(loss.moment()),
                      [&] { check_after(dir / "run.db", operation, loss.confirmed()); });
        }
    }
}

}  // namespace ckptlite::test
