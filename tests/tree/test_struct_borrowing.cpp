// SPDX-License-Identifier: MIT
// Tensors of structs are borrowed and filled in place: shown by the allocations of their own
// allocator and by where their elements lie.
#include <new>

#include "ckptlite/error.hpp"
#include "ckptlite/struct_tree.hpp"
#include "support/catch.hpp"
#include "support/sample_structs.hpp"

namespace mine {

int n_allocations = 0;

template <typename T>
struct CountingAllocator {
    using value_type = T;
    CountingAllocator() = default;
    template <typename Other>
    CountingAllocator(const CountingAllocator<Other>&) {}
    T* allocate(std::size_t n) {
        ++n_allocations;
        return std::allocator<T>().allocate(n);
    }
    void deallocate(T* memory, std::size_t n) { std::allocator<T>().deallocate(memory, n); }
    friend bool operator==(CountingAllocator, CountingAllocator) { return true; }
};

using Weights = std::vector<float, CountingAllocator<float>>;

struct Layer {
    Weights kernel = Weights(1000, 0.5F);
    std::optional<Weights> bias;
};
CKPTLITE_TREE(Layer, namedtuple, kernel, bias);

struct Model {
    std::vector<Layer> layers = std::vector<Layer>(3);
    std::map<std::string, Weights> heads{{"a", Weights(7)}, {"b", Weights(8)}};
};
CKPTLITE_TREE(Model, namedtuple, layers, heads);

/// A tensor type of one's own: a view of a matrix that somebody else keeps.
struct MatrixView {
    float* elements = nullptr;
    std::int64_t rows = 0, columns = 0;
};

}  // namespace mine

template <>
struct ckptlite::TensorTraits<mine::MatrixView> {
    static Tensor borrow(const mine::MatrixView& m) {
        const auto n = static_cast<std::size_t>(m.rows * m.columns);
        return Tensor::borrow(std::span<const float>(m.elements, n), {m.rows, m.columns});
    }
    static TensorBuffer buffer(mine::MatrixView& m, std::string path) {
        const auto n = static_cast<std::size_t>(m.rows * m.columns);
        return TensorBuffer::of(std::move(path), std::span<float>(m.elements, n),
                                {m.rows, m.columns});
    }
};

namespace ckptlite {
namespace {

TEST_CASE("to_tree copies no tensor", "[tree]") {
    mine::Model model;
    model.layers[1].bias.emplace(5);
    const int before = mine::n_allocations;
    const Tree tree = to_tree(model);
    CHECK(mine::n_allocations == before);
    const Tensor& kernel = tree.at("/layers/2/kernel").tensor();
    CHECK(kernel.bytes().data() == std::as_bytes(std::span(model.layers[2].kernel)).data());
    CHECK(kernel.is_borrowed());
    CHECK(tree.at("/layers/1/bias").tensor().is_borrowed());
}

TEST_CASE("restoring fills the vectors that are there and makes no other", "[tree]") {
    const mine::Model source = [] {
        mine::Model model;
        model.layers[2].kernel[999] = 7;
        model.heads["b"][7] = 8;
        return model;
    }();
    mine::Model model;
    const float* const kernel = model.layers[2].kernel.data();
    const int before = mine::n_allocations;
    restore_into(to_tree(source), model);
    CHECK(mine::n_allocations == before);
    CHECK(model.layers[2].kernel.data() == kernel);
    CHECK(kernel[999] == 7);
    CHECK(model.heads["b"][7] == 8);
}

TEST_CASE("an empty vector is made once, where it is", "[tree]") {
    const mine::Model source;
    mine::Model model{.layers = {}, .heads = {}};
    const int before = mine::n_allocations;
    restore_into(to_tree(source), model);
    // The default of a Layer has its kernel already.
    CHECK(mine::n_allocations == before + 3 + 2);
    mine::Weights weights;
    restore_into(to_tree(source.heads.at("a")), weights);
    CHECK(mine::n_allocations == before + 3 + 2 + 1);
    CHECK(weights.size() == 7);
}

TEST_CASE("a misfit makes no memory for what would have fitted", "[tree]") {
    const mine::Model source;
    mine::Model model{.layers = std::vector<mine::Layer>(2), .heads = {}};
    const int before = mine::n_allocations;
    CHECK_THROWS_AS(restore_into(to_tree(source), model), TypeError);
    CHECK(mine::n_allocations == before);
    CHECK(model.heads.empty());
}

TEST_CASE("a tensor type of one's own is borrowed and filled where it lies", "[tree]") {
    std::vector<float> memory{1, 2, 3, 4, 5, 6};
    mine::MatrixView view{memory.data(), 2, 3};
    const Tree tree = to_tree(view);
    CHECK(tree.tensor().shape() == Shape{2, 3});
    CHECK(tree.tensor().as<float>().data() == memory.data());
    restore_into(Tree(Tensor::own<float>({6, 5, 4, 3, 2, 1}, {2, 3})), view);
    CHECK(memory == std::vector<float>{6, 5, 4, 3, 2, 1});
    CHECK_THROWS_AS(restore_into(Tree(Tensor::own<float>({1, 2}, {1, 2})), view), TypeError);
    mine::MatrixView nothing;
    CHECK_THROWS_AS(restore_into(tree, nothing), TypeError);
}

TEST_CASE("a plain integer of 64 bits without a sign is borrowed, too", "[tree]") {
    const std::uint64_t state = 7;
    const Tree tree = to_tree(state);
    CHECK(tree.tensor().as<std::uint64_t>().data() == &state);
}

}  // namespace
}  // namespace ckptlite
