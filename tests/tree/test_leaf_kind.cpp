// SPDX-License-Identifier: MIT
#include "tree/leaf_kind.hpp"

#include <string>
#include <vector>

#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::pytree {
namespace {

TEST_CASE("leaf kinds have the names the format promises", "[tree]") {
    const std::vector<std::pair<LeafKind, std::string>> golden{
        {LeafKind::tensor, "tensor"}, {LeafKind::integer, "int"},     {LeafKind::floating, "float"},
        {LeafKind::boolean, "bool"},  {LeafKind::complex, "complex"}, {LeafKind::string, "string"},
        {LeafKind::bytes, "bytes"}};
    for (const auto& [kind, name] : golden) {
        CHECK(kind_name(kind) == name);
        CHECK(parse_kind(name) == kind);
    }
    CHECK_FALSE(parse_kind("integer").has_value());
    CHECK_FALSE(parse_kind("").has_value());
}

TEST_CASE("a leaf is of the kind it was made from", "[tree]") {
    CHECK(kind_of(Tree(Tensor())) == LeafKind::tensor);
    CHECK(kind_of(Tree(1)) == LeafKind::integer);
    CHECK(kind_of(Tree(1.0)) == LeafKind::floating);
    CHECK(kind_of(Tree(true)) == LeafKind::boolean);
    CHECK(kind_of(Tree(std::complex<double>())) == LeafKind::complex);
    CHECK(kind_of(Tree("")) == LeafKind::string);
    CHECK(kind_of(Tree(Bytes{})) == LeafKind::bytes);
    REQUIRE_THROWS_SAYING(kind_of(Tree(List{})), InvalidArgument, "not a list");
    REQUIRE_THROWS_SAYING(kind_of(Tree()), InvalidArgument, "not a none");
}

TEST_CASE("numbers have the dtype with the same bytes", "[tree]") {
    CHECK(scalar_dtype(LeafKind::integer) == DType::int64);
    CHECK(scalar_dtype(LeafKind::floating) == DType::float64);
    CHECK(scalar_dtype(LeafKind::boolean) == DType::boolean);
    CHECK(scalar_dtype(LeafKind::complex) == DType::complex128);
    for (const LeafKind kind : {LeafKind::tensor, LeafKind::string, LeafKind::bytes})
        CHECK_FALSE(scalar_dtype(kind).has_value());
}

}  // namespace
}  // namespace ckptlite::pytree
