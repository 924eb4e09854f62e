// SPDX-License-Identifier: MIT
#include "interchange/export_plan.hpp"

#include "interchange/widen.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::interchange {
namespace {

StoredTree mixed() {
    return {Dict{{"b", Tensor()}, {"n", 3}, {"t", Tuple{{Tensor()}}}},
            {{"/b", {DType::bfloat16, {2}}}, {"/t/0", {DType::int4, {}}}}};
}

TEST_CASE("what a flat format cannot hold is refused, all at once", "[interchange]") {
    try {
        plan_export(FileFormat::npz, mixed(), {.separator = "/"});
        FAIL("nothing was thrown");
    } catch (const TypeError& error) {
        CHECK(error.differences() ==
              std::vector<std::string>{
                  "/t: a tuple becomes names with positions", "/b: bfloat16 becomes float32",
                  "/n: an int becomes a 0-d int64", "/t/0: int4 becomes int8"});
    }
}

TEST_CASE("what can be converted is, if that is asked for", "[interchange]") {
    const ExportPlan plan =
        plan_export(FileFormat::npz, mixed(), {.separator = "/", .convert = true});
    CHECK(plan.changes.size() == 4);
    REQUIRE(plan.tensors.size() == 3);
    CHECK(plan.tensors[0].dtype == DType::float32);
    CHECK(plan.tensors[1].value == Bytes{std::byte{3}, {}, {}, {}, {}, {}, {}, {}});
    CHECK(plan.tensors[2].name == "t/0");
}

TEST_CASE("what cannot be converted is refused even then", "[interchange]") {
    const auto [format, leaf, words] = GENERATE(table<FileFormat, Tree, const char*>({
        {FileFormat::safetensors, Tree(Bytes(2)), "/x: a bytes"},
        {FileFormat::npz, Tree("text"), "/x: a string"},
        {FileFormat::safetensors, Tree(std::complex<double>(1)), "complex128"},
    }));
    const StoredTree stored{Dict{{"x", leaf}}, {}};
    REQUIRE_THROWS_SAYING(plan_export(format, stored, {.convert = true}), TypeError, words);
}

TEST_CASE("strings below __metadata__ are metadata, others only on request", "[interchange]") {
    const StoredTree good{Dict{{"__metadata__", Dict{{"format", "pt"}}}}, {}};
    const ExportPlan plan = plan_export(FileFormat::safetensors, good, {});
    CHECK(plan.tail.find(R"({"__metadata__":{"format":"pt"}})") != std::string::npos);
    const StoredTree other{Dict{{"a", Dict{{"b", "text"}}}}, {}};
    CHECK_THROWS_AS(plan_export(FileFormat::safetensors, other, {}), TypeError);
    const ExportPlan converted = plan_export(FileFormat::safetensors, other, {.convert = true});
    CHECK(converted.tail.find(R"("a.b":"text")") != std::string::npos);
}

TEST_CASE("no tensor of a safetensors file is called as its metadata are", "[interchange]") {
    StoredTree stored{Dict{{"__metadata__", Tensor()}}, {{"/__metadata__", {DType::int8, {2}}}}};
    REQUIRE_THROWS_SAYING(plan_export(FileFormat::safetensors, stored, {.where = {.leaf = "/a"}}),
                          InvalidArgument, "leaf /a/__metadata__: a safetensors file cannot have");
    CHECK(plan_export(FileFormat::npz, stored, {}).tensors.size() == 1);
    stored = {Dict{{"_", Dict{{"metadata__", Tensor()}}}}, {{"/_/metadata__", {DType::int8, {2}}}}};
    REQUIRE_THROWS_SAYING(plan_export(FileFormat::safetensors, stored, {.separator = "_"}),
                          InvalidArgument, "--separator");
    CHECK(plan_export(FileFormat::safetensors, stored, {}).tensors.size() == 1);
}

TEST_CASE("an npy holds one array", "[interchange]") {
    StoredTree stored{Tensor(), {{"", {DType::float32, {2}}}}};
    CHECK(plan_export(FileFormat::npy, stored, {}).tensors.size() == 1);
    stored = {Dict{{"a", Tensor()}, {"b", Tensor()}}, {{"/a", {}}, {"/b", {}}}};
    REQUIRE_THROWS_SAYING(plan_export(FileFormat::npy, stored, {}), InvalidArgument, "npz");
}

TEST_CASE("elements are widened whole, wherever the pieces end", "[interchange]") {
    const std::uint16_t codes[] = {0x3F80, 0xC000, 0x7F80};
    const ByteView bytes = std::as_bytes(std::span(codes));
    const std::size_t n = GENERATE(as<std::size_t>(), 1, 2, 3, 6);
    Widener widener(DType::bfloat16, DType::float32);
    std::vector<float> values;
    for (std::size_t at = 0; at < bytes.size(); at += n) {
        const ByteView wide = widener.widen(bytes.subspan(at, std::min(n, bytes.size() - at)));
        for (std::size_t i = 0; i < wide.size(); i += 4) values.push_back(load_le<float>(&wide[i]));
    }
    CHECK(values == std::vector<float>{1, -2, std::numeric_limits<float>::infinity()});
}

}  // namespace
}  // namespace ckptlite::interchange
