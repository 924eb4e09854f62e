// SPDX-License-Identifier: MIT
#include "ckptlite/dtype.hpp"

#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace ckptlite {
namespace {

// What is on disk: a change here is a change of the format.
const std::vector<std::pair<std::string, std::size_t>> kGolden{
    {"bool", 1},
    {"int4", 1},
    {"int8", 1},
    {"int16", 2},
    {"int32", 4},
    {"int64", 8},
    {"uint4", 1},
    {"uint8", 1},
    {"uint16", 2},
    {"uint32", 4},
    {"uint64", 8},
    {"float16", 2},
    {"bfloat16", 2},
    {"float32", 4},
    {"float64", 8},
    {"complex64", 8},
    {"complex128", 16},
    {"float8_e4m3fn", 1},
    {"float8_e5m2", 1},
    {"float8_e4m3fnuz", 1},
    {"float8_e5m2fnuz", 1},
    {"float8_e4m3b11fnuz", 1},
};

TEST_CASE("dtypes have the names and sizes the format promises", "[tree]") {
    REQUIRE(all_dtypes().size() == kGolden.size());
    for (std::size_t i = 0; i < kGolden.size(); ++i) {
        const DType dtype = all_dtypes()[i];
        CHECK(static_cast<std::size_t>(dtype) == i);
        CHECK(dtype_name(dtype) == kGolden[i].first);
        CHECK(itemsize(dtype) == kGolden[i].second);
        CHECK(parse_dtype(kGolden[i].first) == dtype);
    }
}

TEST_CASE("a name that no dtype has is not parsed", "[tree]") {
    for (const char* name : {"", "float", "Float32", "float32 ", "boolean", "float128"})
        CHECK_FALSE(parse_dtype(name).has_value());
}

TEST_CASE("C++ types have their dtypes", "[tree]") {
    STATIC_REQUIRE(dtype_of<bool>() == DType::boolean);
    STATIC_REQUIRE(dtype_of<std::int8_t>() == DType::int8);
    STATIC_REQUIRE(dtype_of<std::uint16_t>() == DType::uint16);
    STATIC_REQUIRE(dtype_of<long long>() == DType::int64);
    STATIC_REQUIRE(dtype_of<unsigned long>() == DType::uint64);
    STATIC_REQUIRE(dtype_of<float>() == DType::float32);
    STATIC_REQUIRE(dtype_of<std::complex<double>>() == DType::complex128);
}

}  // namespace
}  // namespace ckptlite
