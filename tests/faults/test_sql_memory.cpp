// SPDX-License-Identifier: MIT
// Each allocation of a query with the tensor functions fails, once or with all that come after it:
// the answer is right, or an SQL error, and no exception crosses SQLite.
#include <set>

#include "ckptlite/store.hpp"
#include "ext/tensor_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/failing_memory.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

/// What a query says, as text, when the k-th allocation fails. Another connection each time, since
/// one that ran out of memory has less left to ask for.
struct Attempt {
    std::string said{};
    bool struck = false;
};

Attempt attempt(const std::filesystem::path& file, const std::string& query, Allocator allocator,
                std::uint64_t k, bool for_good) {
    TensorSql sql(file);
    sql("SELECT count(*) FROM leaf");  // reads the schema
    Attempt made;
    const FailingMemory failing(allocator, k, for_good);
    try {
        made.said = sql(query);
    } catch (const std::exception& error) {
        made.said = "error";
    }
    made.struck = failing.struck();
    return made;
}

TEST_CASE("a query without memory is an error or right", "[faults]") {
    const std::string query =
        GENERATE("SELECT tensor_norm(1, '/kernel'), tensor_quantile(1, '/kernel', 0.3)",
                 "SELECT tensor_slice(1, '/kernel', ':2,::5'), tensor_at(1, '/step')",
                 "SELECT tensor_distance(1, '/kernel', 1, '/moment')",
                 "SELECT sum(value), max(indices) FROM tensor_each(1, '/kernel')",
                 "SELECT max(count) FROM tensor_histogram(1, '/kernel', 9)",
                 "SELECT tensor_norm(1, '/kernl')");
    const auto allocator = GENERATE(Allocator::operator_new, Allocator::sqlite);
    const bool for_good = GENERATE(false, true);
    CAPTURE(query, static_cast<int>(allocator), for_good);
    const TempDir dir;
    Store(dir / "run.db").save(state_at(1, 9'000), {.step = 1});
    const std::string right =
        attempt(dir / "run.db", query, allocator, 1'000'000'000, for_good).said;
    std::uint64_t struck = 0;
    std::set<std::string> said;
    for (std::uint64_t k = 1;; ++k) {
        const Attempt made = attempt(dir / "run.db", query, allocator, k, for_good);
        said.insert(made.said);
        if (!made.struck) break;
        ++struck;
    }
    CHECK(struck > 3);
    CHECK(said.contains("error"));
    said.erase("error");
    CHECK((said.empty() ? "error" : *said.begin()) == right);
    CHECK(said.size() <= 1);
}

}  // namespace
}  // namespace ckptlite::test
