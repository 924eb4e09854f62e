// SPDX-License-Identifier: MIT
// Every single call of an operation fails in every way the file system has: once, or from then on.
#include "ckptlite/error.hpp"
#include "faults/check_after.hpp"
#include "support/catch.hpp"
#include "support/io_faults.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

/// Runs it with the fault. Returns whether the fault struck; anything but an Error is a violation.
bool run_with(const IoFault& fault, std::uint64_t k, HowOften how_often, const Operation& operation,
              const std::filesystem::path& file, std::size_t& confirmed) {
    std::uint64_t struck = 0;
    const WatchedIo failing(fail_at(fault, k, how_often, struck));
    confirmed = 0;
    try {
        operation.run(file, [&] { ++confirmed; });
    } catch (const Error&) {
        // Which one depends on the fault; what matters is that the store is as it was.
    }
    return struck > 0;
}

/// Every k of one kind of fault, or every `stride`-th.
void fail_every_call(const IoFault& fault, HowOften how_often, const Operation& operation,
                     const FolderImage& base, std::uint64_t stride, Tally& tally) {
    const TempDir dir(memory_folder());
    const std::string name =
        std::string(fault.name) + (how_often == HowOften::once ? " once" : " for good") + ", call ";
    bool struck = true;
    for (std::uint64_t k = 1; struck; k += stride) {
        restore(dir.path(), base);
        tally.add(name + std::to_string(k), [&] {
            std::size_t confirmed = 0;
            struck = run_with(fault, k, how_often, operation, dir / "run.db", confirmed);
            check_after(dir / "run.db", operation, confirmed);
        });
    }
}

void fail_everything(const Operation& operation, JournalMode journal) {
    const FolderImage base = prepared(operation, journal);
    const std::uint64_t stride = operation.large ? 31 : 1;
    Tally tally("fault in every call, " + title(operation, journal), "faults");
    for (const IoFault& fault : io_faults()) {
        for (const HowOften how_often : {HowOften::once, HowOften::for_good}) {
            fail_every_call(fault, how_often, operation, base, stride, tally);
        }
    }
    tally.finish();
}

TEST_CASE("a save any of whose calls fails leaves the store as before it or after", "[faults]") {
    fail_everything(operations().front(), JournalMode::rollback);
}

TEST_CASE("an operation any of whose calls fails leaves the store as before it or after",
          "[faults][long]") {
    for (const Operation& operation : operations()) {
        for (const JournalMode journal : kJournals) fail_everything(operation, journal);
    }
}

}  // namespace
}  // namespace ckptlite::test
