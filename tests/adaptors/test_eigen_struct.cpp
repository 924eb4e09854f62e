// SPDX-License-Identifier: MIT
#include "ckptlite/adaptors/eigen.hpp"
#include "ckptlite/describe.hpp"
#include "ckptlite/restore.hpp"
#include "ckptlite/store.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {

struct Layer {
    Eigen::MatrixXf kernel;
    Eigen::VectorXf bias;
    std::int64_t steps = 0;
};
CKPTLITE_TREE(Layer, namedtuple, kernel, bias, steps);

namespace {

TEST_CASE("Eigen's matrices are members of structs", "[adaptors]") {
    const Layer layer{Eigen::MatrixXf::Random(300, 700), Eigen::VectorXf::Random(700), 5};
    const TempDir dir;
    Store store(dir / "run.db");
    const auto saved = store.save(to_tree(layer), {});
    Layer same{Eigen::MatrixXf::Zero(300, 700), Eigen::VectorXf::Zero(700), 0};
    const float* const memory = same.kernel.data();
    Layer fresh;
    restore_into(store, saved, same);
    restore_into(store, saved, fresh);
    for (const Layer& restored : {same, fresh}) {
        CHECK(restored.kernel == layer.kernel);
        CHECK(restored.bias == layer.bias);
        CHECK(restored.steps == 5);
    }
    CHECK(same.kernel.data() == memory);
}

TEST_CASE("matrices kept by columns are restored from a tree in memory", "[adaptors]") {
    const Layer layer{Eigen::MatrixXf::Random(300, 700), Eigen::VectorXf::Random(700), 5};
    Layer same{Eigen::MatrixXf::Zero(300, 700), Eigen::VectorXf::Zero(700), 0};
    restore_into(to_tree(layer), same);
    CHECK(same.kernel == layer.kernel);
    restore_into(to_tree(same), same);
    CHECK(same.kernel == layer.kernel);
}

}  // namespace
}  // namespace ckptlite::test
