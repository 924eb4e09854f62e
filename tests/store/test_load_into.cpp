// SPDX-License-Identifier: MIT
#include <algorithm>

#include "ckptlite/error.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/random_tree.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

constexpr std::byte kUntouched{0xA5};

/// Memory for the leaves a test names, each with a margin that nothing may write to.
class Arrays {
public:
    void add(std::string path, DType dtype, Shape shape, std::size_t nbytes) {
        memory_.emplace_back(nbytes + 2 * kMargin, kUntouched);
        const auto bytes = std::span(memory_.back()).subspan(kMargin, nbytes);
        buffers_.push_back({std::move(path), dtype, std::move(shape), bytes});
    }
    void add(const std::string& path, const Tensor& like) {
        add(path, like.dtype(), like.shape(), like.bytes().size());
    }
    void add(const LeafInfo& leaf) { add(leaf.path, *leaf.dtype, leaf.shape, leaf.nbytes); }

    std::span<const TensorBuffer> buffers() const { return buffers_; }

    bool hold(const Tree& tree) const {
        return std::ranges::all_of(buffers_, [&](const TensorBuffer& buffer) {
            return std::ranges::equal(buffer.bytes, tree.at(buffer.path).tensor().bytes());
        });
    }
    bool margins_are_untouched() const {
        return std::ranges::all_of(memory_, [](const Bytes& memory) {
            const auto all = std::span(memory);
            return is_untouched(all.first(kMargin)) && is_untouched(all.last(kMargin));
        });
    }
    bool are_untouched() const { return std::ranges::all_of(memory_, is_untouched); }

private:
    static constexpr std::size_t kMargin = 64;
    static bool is_untouched(std::span<const std::byte> bytes) {
        return std::ranges::all_of(bytes, [](std::byte byte) { return byte == kUntouched; });
    }

    std::vector<Bytes> memory_;
    std::vector<TensorBuffer> buffers_;
};

/// Leaves in their rows and leaves of two and of seven chunks, a 0-d and an empty one.
Tree model() {
    return Dict{{"bias", weights(1, 8)},
                {"kernel", weights(2, 100'000, 4)},
                {"embedding", weights(3, 600'000, 3)},
                {"scale", Tensor::own<double>({0.25}, {})},
                {"none", Tensor::own<std::int32_t>({}, {0, 5})},
                {"epoch", 7}};
}

Arrays arrays_for(const Tree& tree, std::initializer_list<const char*> paths) {
    Arrays arrays;
    for (const char* path : paths) arrays.add(path, tree.at(path).tensor());
    return arrays;
}

TEST_CASE("load_into fills every kind of tensor exactly", "[store]") {
    for (const auto compression : {Compression::planes, Compression::zlib, Compression::none}) {
        const TempDir dir;
        Store store(dir / "run.db", {.compression = compression});
        const Tree tree = model();
        const auto saved = store.save(tree, {});
        const Arrays arrays =
            arrays_for(tree, {"/bias", "/kernel", "/embedding", "/scale", "/none"});
        store.load_into(saved, arrays.buffers());
        CHECK(arrays.hold(tree));
        CHECK(arrays.margins_are_untouched());
    }
}

TEST_CASE("load_into fills tensors of every dtype, in their rows and in chunks", "[store]") {
    const std::uint64_t seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    Dict tree;
    for (const DType dtype : all_dtypes()) {
        tree["small " + std::string(dtype_name(dtype))] = random_tensor(random, dtype, {3, 5});
        tree["large " + std::string(dtype_name(dtype))] = random_tensor(random, dtype, {99, 101});
    }
    const TempDir dir;
    Store store(dir / "run.db");
    const auto saved = store.save(tree, {});
    Arrays arrays;
    for (const LeafInfo& leaf : store.leaves(saved)) arrays.add(leaf);
    REQUIRE(arrays.buffers().size() == 2 * all_dtypes().size());
    store.load_into(saved, arrays.buffers());
    CHECK(arrays.hold(tree));
    CHECK(arrays.margins_are_untouched());
}

TEST_CASE("load_into fills the tensors of any tree", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const Tree tree = tree_of_every_kind();
    const auto saved = store.save(tree, {});
    Arrays arrays;
    for (const LeafInfo& leaf : store.leaves(saved)) {
        if (leaf.dtype) arrays.add(leaf);
    }
    REQUIRE(arrays.buffers().size() >= all_dtypes().size());
    store.load_into(saved, arrays.buffers());
    CHECK(arrays.hold(tree));
    CHECK(arrays.margins_are_untouched());
}

TEST_CASE("load_into takes vectors and spans of elements", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const auto saved = store.save(
        Dict{{"a", Tensor::own<float>({1, 2, 3, 4}, {2, 2})}, {"n", Tensor::own<int>({5}, {1})}},
        {});
    std::vector<float> a(4);
    std::vector<int> n(1);
    const std::vector<TensorBuffer> buffers = {TensorBuffer::of("/a", a, {2, 2}),
                                               TensorBuffer::of("/n", std::span<int>(n), {1})};
    store.load_into(saved, buffers);
    CHECK(a == std::vector<float>{1, 2, 3, 4});
    CHECK(n == std::vector<int>{5});
}

TEST_CASE("load_into reads the leaves it is asked for, in any order, and no other", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const Tree tree = model();
    const auto saved = store.save(tree, {});
    RawSql(dir / "run.db")
        .run(
            "UPDATE chunk SET data = zeroblob(length(data)) WHERE id IN (SELECT chunk_id"
            " FROM leaf_chunk JOIN leaf ON leaf.id = leaf_id WHERE path = '/embedding')");
    const Arrays arrays = arrays_for(tree, {"/scale", "/kernel"});
    store.load_into(saved, arrays.buffers());
    CHECK(arrays.hold(tree));
    store.load_into(saved, {});
    CHECK_THROWS_AS(store.load(saved), Corrupt);
}

TEST_CASE("load_into lists every buffer that does not fit, and writes nothing", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const Tree tree = model();
    const auto saved = store.save(tree, {.run = "r", .step = 9});
    Arrays arrays = arrays_for(tree, {"/kernel", "/scale"});
    arrays.add("/bias", DType::float16, {8, 1}, 16);
    arrays.add("/embedding", DType::float32, {3, 600'000}, 7'200'000);
    arrays.add("/none", DType::int32, {0, 5}, 4);
    arrays.add("/epoch", DType::int64, {}, 8);
    arrays.add("/kernal", DType::float32, {100'000, 4}, 1'600'000);
    try {
        store.load_into(saved, arrays.buffers());
        FAIL("it did not throw");
    } catch (const TypeError& error) {
        const std::string what = error.what();
        INFO(what);
        CHECK(error.differences().size() == 5);
        for (const char* part : {"/bias: ", "float16", "/embedding: ", "[3, 600000]",
                                 "/none: ", "4 bytes", "/epoch: ", "int", "/kernal: not stored"}) {
            CAPTURE(part);
            CHECK(what.find(part) != std::string::npos);
        }
        CHECK(error.where().step == 9);
    }
    CHECK(arrays.are_untouched());
}

TEST_CASE("a buffer that is a byte short or long does not fit", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const auto saved = store.save(model(), {});
    for (const std::size_t nbytes : {0U, 31U, 33U}) {
        Arrays arrays;
        arrays.add("/bias", DType::float32, {8, 1}, nbytes);
        REQUIRE_THROWS_SAYING(store.load_into(saved, arrays.buffers()), TypeError, "/bias");
        CHECK(arrays.are_untouched());
    }
}

TEST_CASE("two buffers for one leaf are an error of the call", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const Tree tree = model();
    const auto saved = store.save(tree, {});
    const Arrays arrays = arrays_for(tree, {"/bias", "/kernel", "/bias"});
    REQUIRE_THROWS_SAYING(store.load_into(saved, arrays.buffers()), InvalidArgument, "/bias");
    CHECK(arrays.are_untouched());
}

TEST_CASE("damage to a leaf that is asked for is Corrupt and names it", "[store]") {
    const char* const damage[] = {
        "UPDATE chunk SET data = zeroblob(length(data)) WHERE id = "
        "(SELECT max(chunk_id) FROM leaf_chunk JOIN leaf ON leaf.id = leaf_id"
        " WHERE path = '/kernel')",
        "UPDATE leaf_chunk SET first_byte = first_byte + 1 WHERE first_byte > 0",
        "UPDATE leaf SET shape = '[4, 200000]' WHERE path = '/kernel'",
        "DELETE FROM leaf_chunk WHERE first_byte > 0",
    };
    for (const char* const sql : damage) {
        CAPTURE(sql);
        const TempDir dir;
        Store store(dir / "run.db");
        const Tree tree = Dict{{"bias", weights(1, 8)}, {"kernel", weights(2, 200'000, 4)}};
        const auto saved = store.save(tree, {});
        RawSql(dir / "run.db").run(sql);
        const bool other_shape = std::string_view(sql).find("shape") != std::string_view::npos;
        const Shape shape = other_shape ? Shape{4, 200'000} : Shape{200'000, 4};
        Arrays arrays;
        arrays.add("/kernel", DType::float32, shape, 3'200'000);
        REQUIRE_THROWS_SAYING(store.load_into(saved, arrays.buffers()), Corrupt, "/kernel");
        CHECK(arrays.margins_are_untouched());
    }
}

TEST_CASE("load_into of a checkpoint that retention deleted is NotFound", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const Tree tree = model();
    const auto saved = store.save(tree, {.step = 1});
    save_step(store, 2, {.retention = {.last = 1}});
    const Arrays arrays = arrays_for(tree, {"/bias", "/kernel"});
    REQUIRE_THROWS_SAYING(store.load_into(saved, arrays.buffers()), NotFound, "step 1");
    CHECK(arrays.are_untouched());
}

}  // namespace
}  // namespace ckptlite::test
