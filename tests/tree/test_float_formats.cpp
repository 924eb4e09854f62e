// SPDX-License-Identifier: MIT
#include "tree/float_formats.hpp"

#include <cmath>
#include <cstddef>
#include <limits>

#include "support/catch.hpp"

namespace ckptlite::pytree {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

float value(DType dtype, int code) {
    return byte_values(dtype)[static_cast<std::size_t>(code)];
}

/// FNV-1a over the little-endian float32 bits of all values, every NaN taken as 0x7FC00000.
class ValueDigest {
public:
    void add(float number) {
        const auto bits = std::isnan(number) ? 0x7FC0'0000U : std::bit_cast<std::uint32_t>(number);
        for (unsigned shift = 0; shift < 32; shift += 8)
            digest_ = (digest_ ^ ((bits >> shift) & 0xFFU)) * 0x100'0000'01B3ULL;
    }
    std::uint64_t get() const { return digest_; }

private:
    std::uint64_t digest_ = 0xCBF2'9CE4'8422'2325ULL;
};

std::uint64_t digest_of_codes(DType dtype) {
    ValueDigest digest;
    for (int code = 0; code < 256; ++code) digest.add(value(dtype, code));
    return digest.get();
}

std::uint64_t digest_of_codes(float (*to_float)(std::uint16_t)) {
    ValueDigest digest;
    for (int code = 0; code < 65'536; ++code)
        digest.add(to_float(static_cast<std::uint16_t>(code)));
    return digest.get();
}

// The digests were computed from the same codes with NumPy and ml_dtypes 0.6.0.
TEST_CASE("all values of the small formats are those of NumPy and ml_dtypes", "[tree]") {
    CHECK(digest_of_codes(DType::float8_e4m3fn) == 0xDAD1'D9C5'0F74'9CA5ULL);
    CHECK(digest_of_codes(DType::float8_e5m2) == 0x6C1E'56B6'FB09'C905ULL);
    CHECK(digest_of_codes(DType::float8_e4m3fnuz) == 0xF518'51CB'11C6'3018ULL);
    CHECK(digest_of_codes(DType::float8_e5m2fnuz) == 0x94AE'6FC4'93D4'9818ULL);
    CHECK(digest_of_codes(DType::float8_e4m3b11fnuz) == 0xD90D'7A60'0530'D158ULL);
    CHECK(digest_of_codes(float16_to_float) == 0x1F87'F165'810E'A7C5ULL);
    CHECK(digest_of_codes(bfloat16_to_float) == 0xCF8E'0917'5D8F'5BA5ULL);
}

TEST_CASE("e4m3fn reaches 448 and has NaN but no infinity", "[tree]") {
    CHECK(value(DType::float8_e4m3fn, 0x7E) == 448.0F);
    CHECK(value(DType::float8_e4m3fn, 0xFE) == -448.0F);
    CHECK(value(DType::float8_e4m3fn, 0x01) == 0x1p-9F);
    CHECK(value(DType::float8_e4m3fn, 0x38) == 1.0F);
    CHECK(std::isnan(value(DType::float8_e4m3fn, 0x7F)));
    CHECK(std::isnan(value(DType::float8_e4m3fn, 0xFF)));
    CHECK(std::signbit(value(DType::float8_e4m3fn, 0x80)));
}

TEST_CASE("e5m2 reaches 57344 and has infinities as IEEE has", "[tree]") {
    CHECK(value(DType::float8_e5m2, 0x7B) == 57'344.0F);
    CHECK(value(DType::float8_e5m2, 0x01) == 0x1p-16F);
    CHECK(value(DType::float8_e5m2, 0x7C) == kInfinity);
    CHECK(value(DType::float8_e5m2, 0xFC) == -kInfinity);
    for (const int code : {0x7D, 0x7E, 0x7F, 0xFD, 0xFE, 0xFF})
        CHECK(std::isnan(value(DType::float8_e5m2, code)));
}

TEST_CASE("the fnuz formats have one NaN, no infinity and no negative zero", "[tree]") {
    struct Expected {
        DType dtype;
        float max, smallest;
    };
    for (const Expected& format : {Expected{DType::float8_e4m3fnuz, 240.0F, 0x1p-10F},
                                   Expected{DType::float8_e5m2fnuz, 57'344.0F, 0x1p-17F},
                                   Expected{DType::float8_e4m3b11fnuz, 30.0F, 0x1p-13F}}) {
        INFO(dtype_name(format.dtype));
        CHECK(value(format.dtype, 0x7F) == format.max);
        CHECK(value(format.dtype, 0xFF) == -format.max);
        CHECK(value(format.dtype, 0x01) == format.smallest);
        for (int code = 0; code < 256; ++code) {
            CHECK(std::isnan(value(format.dtype, code)) == (code == 0x80));
            CHECK_FALSE(std::isinf(value(format.dtype, code)));
        }
    }
}

TEST_CASE("float16 and bfloat16 have their known values", "[tree]") {
    STATIC_REQUIRE(float16_to_float(0x3C00) == 1.0F);
    STATIC_REQUIRE(float16_to_float(0x7BFF) == 65'504.0F);
    STATIC_REQUIRE(float16_to_float(0x0001) == 0x1p-24F);
    STATIC_REQUIRE(float16_to_float(0xFC00) == -kInfinity);
    CHECK(std::isnan(float16_to_float(0x7C01)));
    CHECK(std::signbit(float16_to_float(0x8000)));
    STATIC_REQUIRE(bfloat16_to_float(0x3F80) == 1.0F);
    STATIC_REQUIRE(bfloat16_to_float(0x7F80) == kInfinity);
    CHECK(std::isnan(bfloat16_to_float(0xFFC0)));
}

TEST_CASE("integers of one byte are their own values", "[tree]") {
    CHECK(value(DType::int8, 0x80) == -128.0F);
    CHECK(value(DType::int4, 0xF8) == -8.0F);
    CHECK(value(DType::uint4, 15) == 15.0F);
    CHECK(value(DType::uint8, 255) == 255.0F);
    CHECK(value(DType::boolean, 1) == 1.0F);
    CHECK(value(DType::boolean, 7) == 1.0F);
}

}  // namespace
}  // namespace ckptlite::pytree
