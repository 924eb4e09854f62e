// SPDX-License-Identifier: MIT
#include "ckptlite/checkpoint.hpp"

#include <type_traits>

#include "api/sample_checkpoint.hpp"
#include "support/catch.hpp"

namespace ckptlite {
namespace {

TEST_CASE("a summary is a checkpoint with metrics", "[api]") {
    static_assert(std::is_base_of_v<Checkpoint, Summary>);
    const Summary summary = test::sample_summary(3, {{"eval", {{"loss", 0.5}}}});
    CHECK(summary.metrics.at("eval").at("loss") == 0.5);
    CHECK(summary.step == 3);
}

TEST_CASE("a checkpoint file has no metrics and version 0 unless told", "[api]") {
    const CheckpointFile file;
    CHECK(file.metrics.empty());
    CHECK(file.version == 0);
}

TEST_CASE("replace changes the given fields of a copy and no others", "[api]") {
    const CheckpointFile file = test::sample_initializer();
    const CheckpointFile changed = file.replace({.step = 7, .version = 2});
    CHECK(changed.step == 7);
    CHECK(changed.version == 2);
    CHECK(changed.model_params == file.model_params);
    CHECK(changed.model_state == file.model_state);
    CHECK(changed.optimizer_state == file.optimizer_state);
    CHECK(changed.metrics == file.metrics);
    CHECK(file.step == 0);
}

TEST_CASE("replace reaches every field", "[api]") {
    const CheckpointFile changed = CheckpointFile().replace({.model_params = Tree(1),
                                                             .model_state = Tree(2),
                                                             .optimizer_state = Tree(3),
                                                             .step = 4,
                                                             .metrics = Metrics{{"g", {{"m", 5}}}},
                                                             .version = 6});
    CHECK(changed.model_params == Tree(1));
    CHECK(changed.model_state == Tree(2));
    CHECK(changed.optimizer_state == Tree(3));
    CHECK(changed.step == 4);
    CHECK(changed.metrics == Metrics{{"g", {{"m", 5}}}});
    CHECK(changed.version == 6);
}

}  // namespace
}  // namespace ckptlite
