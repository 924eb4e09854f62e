// SPDX-License-Identifier: MIT
// Each allocation of a save and of a load fails, once or with all that come after it: first those
// of the library, then those of SQLite.
#include "ckptlite/error.hpp"
#include "faults/check_after.hpp"
#include "store/child_process.hpp"
#include "support/catch.hpp"
#include "support/failing_memory.hpp"
#include "support/seed.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

/// Loads all there is.
Operation load_of(const Operation& operation) {
    Operation load = operation;
    load.name = "load";
    load.after = [after = operation.after](std::size_t) { return after(0); };
    load.run = [](const fs::path& file, const Operation::Confirm&) {
        const Store store(file, kOptions);
        for (const CheckpointInfo& checkpoint : store.checkpoints()) {
            static_cast<void>(store.load(checkpoint));
        }
    };
    return load;
}

struct Shortage {
    Allocator allocator;
    bool for_good;
    const char* name;
};
constexpr Shortage kShortages[] = {{Allocator::operator_new, false, "operator new once"},
                                   {Allocator::operator_new, true, "operator new for good"},
                                   {Allocator::sqlite, false, "SQLite once"},
                                   {Allocator::sqlite, true, "SQLite for good"}};

/// Returns whether memory ran out at all. Anything thrown but an Error or bad_alloc escapes.
bool run_without_memory(const Shortage& shortage, std::uint64_t k, const Operation& operation,
                        const fs::path& file, std::size_t& confirmed) {
    const FailingMemory failing(shortage.allocator, k, shortage.for_good);
    confirmed = 0;
    try {
        operation.run(file, [&] { ++confirmed; });
    } catch (const Error&) {
    } catch (const std::bad_alloc&) {
    }
    return failing.struck();
}

/// In a child, since what escapes would end the process: every `stride`-th k from `first` on, each
/// reported when it is done. Zero says that memory did not run out any more.
void try_in_child(const Shortage& shortage, const Operation& operation, const FolderImage& base,
                  std::uint64_t first, std::uint64_t stride, const ChildProcess::Report& report) {
    const TempDir dir(memory_folder());
    for (std::uint64_t k = first;; k += stride) {
        restore(dir.path(), base);
        std::size_t confirmed = 0;
        const bool struck = run_without_memory(shortage, k, operation, dir / "run.db", confirmed);
        check_after(dir / "run.db", operation, confirmed);
        report(struck ? static_cast<std::int64_t>(k) : 0);
        if (!struck) return;
    }
}

void run_out_of_memory(const Operation& operation, JournalMode journal, std::uint64_t stride) {
    const std::uint64_t seed = test_seed();
    const std::uint64_t first = 1 + seed % stride;
    const FolderImage base = prepared(operation, journal);
    for (const Shortage& shortage : kShortages) {
        Tally tally("out of memory, " + title(operation, journal) + ", " + shortage.name,
                    "allocations", seed);
        for (std::uint64_t k = first; k != 0;) {
            ChildProcess child([&](const ChildProcess::Report& report) {
                try_in_child(shortage, operation, base, k, stride, report);
            });
            bool ended = false;
            while (const auto done = child.next()) {
                tally.add("", [] {});
                ended = *done == 0;
                k += stride;
            }
            if (ended) break;
            tally.add("allocation " + std::to_string(k),
                      [] { throw std::runtime_error("the child ended, see above"); });
            k += stride;
        }
        tally.finish();
    }
}

TEST_CASE("a save or load that runs out of memory at some allocation harms nothing", "[faults]") {
    const Operation& save = operations().front();
    run_out_of_memory(save, JournalMode::rollback, 29);
    run_out_of_memory(load_of(save), JournalMode::rollback, 29);
}

TEST_CASE("a save or load that runs out of memory at any allocation harms nothing",
          "[faults][long]") {
    const Operation& save = operations().front();
    for (const JournalMode journal : kJournals) {
        run_out_of_memory(save, journal, 1);
        run_out_of_memory(load_of(save), journal, 1);
    }
}

}  // namespace
}  // namespace ckptlite::test
