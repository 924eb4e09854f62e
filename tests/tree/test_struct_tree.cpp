// SPDX-License-Identifier: MIT
#include "ckptlite/struct_tree.hpp"

#include <bit>
#include <cmath>

#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/sample_structs.hpp"
#include "support/throws.hpp"

namespace ckptlite {
namespace {

using sample::filled_state;
using sample::image_of;
using sample::State;

TEST_CASE("a state with members of every type comes back into a new object", "[tree]") {
    const State state = filled_state(1);
    State restored;
    restore_into(to_tree(state), restored);
    CHECK(to_tree(restored) == to_tree(state));
    CHECK(restored.values.random == state.values.random);
    CHECK(restored.values.phase == sample::Phase::training);
    CHECK(restored.containers.by_number == state.containers.by_number);
    CHECK(restored.containers.layers.at(1).kernel == state.containers.layers[1].kernel);
    CHECK(std::get<sample::Adam>(restored.containers.optimizer).count == 1);
    CHECK(restored.node.next->value == 2);
}

TEST_CASE("a state comes back over other values", "[tree]") {
    const State state = filled_state(1);
    State restored = filled_state(2);
    restore_into(to_tree(state), restored);
    CHECK(to_tree(restored) == to_tree(state));
}

TEST_CASE("what is restored shares no memory with the tree", "[tree]") {
    State restored;
    const Tree image = image_of(filled_state(1));
    {
        State state = filled_state(1);
        restore_into(to_tree(state), restored);
        state = filled_state(2);
    }
    CHECK(to_tree(restored) == image);
}

TEST_CASE("a struct can be restored from its own tree", "[tree]") {
    State state = filled_state(1);
    const Tree image = image_of(state);
    restore_into(to_tree(state), state);
    CHECK(to_tree(state) == image);
}

TEST_CASE("the form that was named is the form of the node", "[tree]") {
    const sample::Adam adam{.count = 3, .mu = {{1}, {2}}, .nu = {}};
    const Tree tree = to_tree(adam);
    const NamedTuple& node = tree.named_tuple();
    CHECK(node.type == "Adam");
    REQUIRE(node.fields.size() == 3);
    CHECK(node.fields[0] == NamedTupleField{"count", 3});
    CHECK(node.fields[2].name == "nu");
    CHECK(tree.at("/mu").dict().find("bias")->tensor().as<float>()[0] == 2);
}

TEST_CASE("plain values, elements and containers become the nodes that STRUCTS.md says", "[tree]") {
    const State state = filled_state(1);
    const Tree tree = to_tree(state);
    CHECK(tree.at("/values/small") == Tree(-101));
    CHECK(tree.at("/values/single") == Tree(static_cast<double>(1.1F)));
    CHECK(tree.at("/values/random").tensor().dtype() == DType::uint64);
    CHECK(tree.at("/values/half").tensor().shape().empty());
    CHECK(tree.at("/values/phase") == Tree("training"));
    CHECK(tree.at("/values/level") == Tree(1));
    CHECK(tree.at("/tensors/points").tensor().shape() == Shape{2, 3});
    CHECK(tree.at("/tensors/matrix").tensor().shape() == Shape{3, 2});
    CHECK(tree.at("/tensors/mask").tensor().dtype() == DType::boolean);
    CHECK(tree.at("/containers/by_name/a~1b~0c").tensor().size() == 2);
    CHECK(tree.at("/containers/by_name/##7").tensor().size() == 1);
    CHECK(tree.at("/containers/by_number/#-3") == Tree("1"));
    CHECK(tree.at("/containers/nothing").is_none());
    CHECK(tree.at("/containers/not_owned").is_none());
    CHECK(tree.at("/containers/optimizer/Adam/count") == Tree(1));
    CHECK(tree.at("/containers/none") == Tree(Dict{{"none", None()}}));
    CHECK(tree.at("/containers/tuple/2").tuple().items.empty());
}

TEST_CASE("optional, unique_ptr and variant take what is stored, whatever they hold", "[tree]") {
    State restored = filled_state(1);
    restored.containers.optimizer = sample::Sgd{5};
    restored.containers.nothing = sample::Sgd{1};
    restored.containers.not_owned = std::make_unique<sample::Dense>();
    const State source = filled_state(2);
    restore_into(to_tree(source), restored);
    CHECK(to_tree(restored) == to_tree(source));
    CHECK(restored.containers.not_owned == nullptr);
}

TEST_CASE("an integer of another writer is taken where it is one of the type's", "[tree]") {
    std::uint64_t large = 0;
    restore_into(Tree(7), large);
    CHECK(large == 7);
    CHECK_THROWS_AS(restore_into(Tree(-1), large), TypeError);
    std::uint8_t small = 0;
    restore_into(Tree(255), small);
    CHECK(small == 255);
    CHECK_THROWS_AS(restore_into(Tree(256), small), TypeError);
    CHECK_THROWS_AS(restore_into(Tree(-1), small), TypeError);
}

TEST_CASE("a float that a member cannot be exactly is refused", "[tree]") {
    float single = 1;
    for (const double value : {0.1, 1e300, 1e-300})
        REQUIRE_THROWS_SAYING(restore_into(Tree(value), single), TypeError, "expected float32");
    CHECK(single == 1);
    for (const double value : {0.5, -0.0, HUGE_VAL}) {
        restore_into(Tree(value), single);
        CHECK(std::bit_cast<std::uint64_t>(static_cast<double>(single)) ==
              std::bit_cast<std::uint64_t>(value));
    }
    restore_into(Tree(std::nan("")), single);
    CHECK(std::isnan(single));
}

TEST_CASE("an enumerator without a name is refused by name of the macro", "[tree]") {
    const auto unnamed = static_cast<sample::Phase>(9);
    REQUIRE_THROWS_SAYING(to_tree(unnamed), InvalidArgument, "CKPTLITE_ENUM");
}

TEST_CASE("an enumeration over bool is an integer, as others are", "[tree]") {
    enum class Switch : bool { off, on };
    const Switch saved = Switch::on;
    CHECK(to_tree(saved) == Tree(1));
    Switch restored = Switch::off;
    restore_into(to_tree(saved), restored);
    CHECK(restored == saved);
    CHECK_THROWS_AS(restore_into(Tree(2), restored), TypeError);
}

TEST_CASE("a list of 128 levels comes back, a deeper one is refused", "[tree]") {
    const auto chain = [](int n) {
        sample::Node first;
        sample::Node* last = &first;
        for (int i = 1; i < n; ++i, last = last->next.get()) {
            last->next = std::make_unique<sample::Node>();
            last->next->value = i;
        }
        return first;
    };
    const sample::Node deep = chain(128);
    sample::Node restored;
    restore_into(to_tree(deep), restored);
    CHECK(to_tree(restored) == to_tree(deep));
    const sample::Node deeper = chain(129);
    REQUIRE_THROWS_SAYING(to_tree(deeper), InvalidArgument, "limit is 128");
}

}  // namespace
}  // namespace ckptlite
