// SPDX-License-Identifier: MIT
// What a hostile store makes its reader allocate: no more than a few times what the file holds.
// In a child whose address space is limited, so that SQLite and zlib count, too.
#include <sys/resource.h>

#include <fstream>

#include "hostile/hostile_store.hpp"
#include "store/child_process.hpp"
#include "support/catch.hpp"
#include "support/sanitized.hpp"

namespace ckptlite::test {
namespace {

#ifndef CKPTLITE_SANITIZED  // which takes terabytes of address space itself

std::uint64_t address_space() {
    std::uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// Loads, lists and verifies with so much more memory than the process has when it begins.
/// Reports 1 if each of them ended with an answer or a ckptlite::Error.
bool survives_with(std::uint64_t nbytes, const HostileStore& of) {
    ChildProcess child([&](const ChildProcess::Report& report) {
        const std::uint64_t limit = address_space() + nbytes;
        const rlimit space{.rlim_cur = limit, .rlim_max = limit};
        if (::setrlimit(RLIMIT_AS, &space) != 0) return;
        static_cast<void>(of.load_error(1));
        static_cast<void>(of.load_error(2));
        static_cast<void>(of.problems());
        report(1);
    });
    const auto reported = child.next();
    return child.wait() && reported == 1;
}

constexpr std::uint64_t kMost = 96 << 20;  // threads' stacks and heaps are most of it

std::string leaf(const std::string& set) {
    return "UPDATE leaf SET " + set + " WHERE tree_id = 1 AND path = '/kernel'";
}

TEST_CASE("the limit of memory in these tests is felt", "[hostile]") {
    HostileStore of;
    {
        Store store(of.file(), {.threads = 1});
        store.save(Dict{{"w", weights(1, 64 << 20 >> 2, 1)}}, {.run = "large", .step = 2});
    }
    of.run("UPDATE checkpoint SET tree_id = (SELECT max(id) FROM tree)");
    CHECK(!survives_with(32 << 20, of));
}

TEST_CASE("sizes of 2^40 are not allocated", "[hostile]") {
    for (const char* change :
         {"nbytes = 1099511627776",
          "nbytes = 1099511627776, dtype = 'uint8',"
          " shape = '[1099511627776]'",
          "nbytes = 1099511627776, dtype = 'uint8', shape = '[1099511627776]', data = x'00'"}) {
        CAPTURE(change);
        CHECK(survives_with(kMost, HostileStore(leaf(change))));
    }
    CHECK(survives_with(kMost, HostileStore("UPDATE chunk SET nbytes = 1099511627776")));
    CHECK(survives_with(kMost, HostileStore("UPDATE tree SET nbytes = 1099511627776,"
                                            " n_leaves = 1099511627776")));
}

TEST_CASE("a bomb is decoded to its declared size and no further", "[hostile]") {
    // 1 GiB of zeroes as one stream, in a chunk that declares 8192 bytes but stores no more.
    HostileStore of;
    {
        Store store(of.file(), {.compression = Compression::zlib, .threads = 1});
        store.save(Dict{{"w", Tensor::own(std::vector<float>(4 << 20), {4 << 20})}},
                   {.run = "bomb", .step = 1});
    }
    of.run(
        "UPDATE chunk SET data = substr((SELECT data FROM chunk WHERE nbytes = 2097152 LIMIT 1),"
        " 1, 8192) WHERE nbytes = 8192");
    CHECK(survives_with(kMost, of));
}

TEST_CASE("texts and lists without end are refused in bounded memory", "[hostile]") {
    const std::string deep = "replace(hex(zeroblob(100000)), '00', '{\"list\":[')";
    CHECK(survives_with(kMost, HostileStore("UPDATE tree SET structure = " + deep)));
    CHECK(survives_with(kMost, HostileStore("UPDATE checkpoint SET metrics = " + deep)));
    CHECK(survives_with(kMost, HostileStore("UPDATE leaf SET path = " + deep + " WHERE id = 1")));
    CHECK(survives_with(
        kMost, HostileStore("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                            " WHERE i < 100000) INSERT INTO leaf_chunk SELECT 1, 8192 + i, 1"
                            " FROM n")));
}

#endif

}  // namespace
}  // namespace ckptlite::test
