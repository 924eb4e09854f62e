// SPDX-License-Identifier: MIT
#include "ckptlite/restore.hpp"

#include "ckptlite/error.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/sample_structs.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

using sample::filled_state;
using sample::image_of;
using sample::State;

/// Large enough for several chunks a tensor.
struct Model {
    std::vector<float> kernel;
    std::vector<double> moments;
    std::string name;
    std::int64_t count = 0;
};
CKPTLITE_TREE(Model, namedtuple, kernel, moments, name, count);

Model large_model(float x) {
    Model model{std::vector<float>(1'000'000), std::vector<double>(300'000), "model", 7};
    for (std::size_t i = 0; i < model.kernel.size(); ++i)
        model.kernel[i] = x * static_cast<float>(i % 1009);
    for (std::size_t i = 0; i < model.moments.size(); ++i)
        model.moments[i] = 1.0 / static_cast<double>(i + 1);
    return model;
}

TEST_CASE("a state with members of every type is restored from a file", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const State state = filled_state(1);
    const auto saved = store.save(to_tree(state), {});
    State restored;
    restore_into(store, saved, restored);
    CHECK(to_tree(restored) == to_tree(state));
    State other = filled_state(2);
    restore_into(store, saved, other);
    CHECK(to_tree(other) == to_tree(state));
}

TEST_CASE("tensors are restored into the memory they have, or made where there is none",
          "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const Model model = large_model(1);
    const auto saved = store.save(to_tree(model), {});
    Model restored = large_model(2);
    restored.moments.clear();
    restored.moments.shrink_to_fit();
    const float* const kernel = restored.kernel.data();
    restore_into(store, saved, restored);
    CHECK(restored.kernel.data() == kernel);
    CHECK(to_tree(restored) == to_tree(model));
}

TEST_CASE("what does not fit is listed with its file and step, and nothing has changed",
          "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const State state = filled_state(1);
    const auto saved = store.save(to_tree(state), {.run = "r", .step = 9});
    State target = filled_state(2);
    target.tensors.doubles.push_back(1);
    target.containers.layers.pop_back();
    target.containers.by_name.erase("");
    const Tree image = image_of(target);
    try {
        restore_into(store, saved, target);
        FAIL("it did not throw");
    } catch (const TypeError& error) {
        CHECK(error.differences() ==
              std::vector<std::string>{"shape /tensors/doubles: expected [4], stored [3]",
                                       "unexpected /containers/layers/2",
                                       "unexpected /containers/by_name/"});
        CHECK(error.where().step == 9);
        CHECK(error.where().run == "r");
    }
    CHECK(to_tree(target) == image);
}

TEST_CASE("a part of a checkpoint is restored by its path", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const sample::Adam adam{.count = 3, .mu = {{1}, {2}}, .nu = {{3}, {4}}};
    const auto saved = store.save(Dict{{"a/b", to_tree(adam)}, {"other", 1}}, {.step = 4});
    sample::Dense nu;
    restore_into(store, saved, nu, "/a~1b/nu");
    CHECK(nu.kernel == std::vector<float>{3});
    sample::Sgd sgd;
    REQUIRE_THROWS_SAYING(restore_into(store, saved, sgd, "/a~1b/nu/kernel"), TypeError,
                          "kind /a~1b/nu/kernel: expected namedtuple, stored tensor");
    REQUIRE_THROWS_SAYING(restore_into(store, saved, nu, "/ab"), NotFound, "step 4");
    CHECK(nu.bias == std::vector<float>{4});
}

TEST_CASE("names with unusual characters are restored", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const std::map<std::string, std::vector<int>> map{
        {"a/b", {1}}, {"~", {2}}, {"#1", {3}}, {"##1", {4}}, {"", {5}}, {"\xF0\x9F\x8E\xB2", {6}}};
    const auto saved = store.save(to_tree(map), {});
    std::map<std::string, std::vector<int>> restored;
    restore_into(store, saved, restored);
    CHECK(restored == map);
    for (auto& [key, values] : restored) values[0] = 0;
    restore_into(store, saved, restored);
    CHECK(restored == map);
}

TEST_CASE("damage changes nothing but elements of tensors", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const Model model = large_model(1);
    const auto saved = store.save(to_tree(model), {});
    RawSql(dir / "run.db")
        .run(
            "UPDATE chunk SET data = zeroblob(length(data)) WHERE id IN (SELECT chunk_id"
            " FROM leaf_chunk JOIN leaf ON leaf.id = leaf_id WHERE path = '/moments')");
    Model target{std::vector<float>(1'000'000), {}, "target", 1};
    REQUIRE_THROWS_SAYING(restore_into(store, saved, target), Corrupt, "/moments");
    CHECK(target.moments.empty());
    CHECK(target.name == "target");
    CHECK(target.count == 1);
}

TEST_CASE("a size that the file does not have is not allocated", "[store]") {
    for (const char* const change :
         {"UPDATE leaf SET nbytes = 1099511627776, shape = '[137438953472]'"
          " WHERE path = '/moments'",
          "DELETE FROM leaf_chunk WHERE leaf_id = (SELECT id FROM leaf WHERE path = '/moments')"}) {
        CAPTURE(change);
        const TempDir dir;
        Store store(dir / "run.db");
        const Model model = large_model(1);
        const auto saved = store.save(to_tree(model), {});
        RawSql(dir / "run.db").run(change);
        Model target;
        REQUIRE_THROWS_SAYING(restore_into(store, saved, target), Corrupt, "/moments");
        CHECK(target.kernel.empty());
    }
}

TEST_CASE("a checkpoint that retention deleted is not restored", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    sample::Sgd sgd{1};
    const auto saved = store.save(to_tree(sgd), {.step = 1});
    save_step(store, 2, {.retention = {.last = 1}});
    sgd.rate = 2;
    REQUIRE_THROWS_SAYING(restore_into(store, saved, sgd), NotFound, "step 1");
    CHECK(sgd.rate == 2);
}

TEST_CASE("a store that is open for reading restores", "[store]") {
    const TempDir dir;
    const sample::Sgd sgd{0.5F};
    Store(dir / "run.db").save(to_tree(sgd), {.step = 1});
    const Store store(dir / "run.db", {.mode = OpenMode::read_only});
    sample::Sgd restored;
    restore_into(store, store.find("latest"), restored);
    CHECK(restored.rate == 0.5F);
}

}  // namespace
}  // namespace ckptlite::test
