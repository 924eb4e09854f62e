// SPDX-License-Identifier: MIT
#include "api/snapshot.hpp"

#include "api/sample_checkpoint.hpp"
#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/random_tree.hpp"

namespace ckptlite::detail {
namespace {

TEST_CASE("a snapshot equals the tree it was taken from", "[api]") {
    Snapshot snapshot;
    snapshot.take(test::tree_of_every_kind());
    CHECK(snapshot.tree() == test::tree_of_every_kind());
}

TEST_CASE("a snapshot keeps what the caller's memory held", "[api]") {
    std::vector<float> memory = {1, 2, 3};
    Snapshot snapshot;
    snapshot.take(List{{Tree(Tensor::borrow(memory, {3}))}});
    memory.assign(3, 0);
    CHECK(snapshot.tree().at("/0") == Tree(Tensor::own<float>({1, 2, 3}, {3})));
}

TEST_CASE("a snapshot gathers tensors with strides", "[api]") {
    std::vector<float> memory = {1, 4, 2, 5, 3, 6};
    Snapshot snapshot;
    snapshot.take(List{{Tree(Tensor::borrow(memory.data(), {2, 3}, {1, 2}))}});
    memory.assign(6, 0);
    const Tensor& copy = snapshot.tree().at("/0").tensor();
    CHECK(copy.is_contiguous());
    CHECK(copy == Tensor::own<float>({1, 2, 3, 4, 5, 6}, {2, 3}));
}

TEST_CASE("a snapshot copies what has an owner and is borrowed all the same", "[api]") {
    const auto memory = std::make_shared<std::vector<float>>(3, 1.0F);
    Snapshot snapshot;
    snapshot.take(Tensor::borrow(DType::float32, {3}, {1}, memory->data(), memory));
    memory->assign(3, 0);
    CHECK(snapshot.tree() == Tree(Tensor::own<float>({1, 1, 1}, {3})));
    CHECK(memory.use_count() == 1);
}

TEST_CASE("a snapshot is replaced by the next, larger or smaller", "[api]") {
    Snapshot snapshot;
    for (const std::size_t n : {10U, 1000U, 3U, 0U}) {
        const std::vector<float> memory(n, 2);
        const Tree tree = Tensor::borrow(memory, {static_cast<long>(n)});
        snapshot.take(tree);
        CHECK(snapshot.tree() == tree);
    }
}

TEST_CASE("the tensors of a snapshot share one buffer that is used again", "[api]") {
    const std::vector<float> memory = {1, 2};
    const auto one = [&memory](std::size_t i) {
        return Tree(Tensor::borrow(std::span(memory).subspan(i, 1), {1}));
    };
    const Tree tree = Tuple{{one(0), one(1)}};
    Snapshot snapshot;
    snapshot.take(tree);
    const std::byte* first = snapshot.tree().at("/0").tensor().bytes().data();
    CHECK(snapshot.tree().at("/1").tensor().bytes().data() == first + 64);
    snapshot.clear();
    snapshot.take(tree);
    CHECK(snapshot.tree().at("/0").tensor().bytes().data() == first);
}

TEST_CASE("a snapshot shares the bytes of tensors that own them", "[api]") {
    const Tree tree = Tensor::own<float>({1, 2}, {2});
    Snapshot snapshot;
    snapshot.take(tree);
    CHECK(snapshot.tree().tensor().bytes().data() == tree.tensor().bytes().data());
    CHECK(snapshot.tree() == tree);
}

TEST_CASE("a tree the format cannot hold has no snapshot", "[api]") {
    Snapshot snapshot;
    REQUIRE_THROWS_AS(snapshot.take(test::impossible_tree()), InvalidArgument);
}

}  // namespace
}  // namespace ckptlite::detail
