// SPDX-License-Identifier: MIT
#include "base/crc32c.hpp"

#include <array>
#include <cstddef>

#include "support/catch.hpp"

namespace ckptlite {
namespace {

TEST_CASE("CRC-32C gives the values of RFC 3720, B.4", "[base]") {
    std::array<std::byte, 32> bytes{};
    CHECK(crc32c(bytes) == 0x8A9136AA);
    bytes.fill(std::byte{0xFF});
    CHECK(crc32c(bytes) == 0x62A8AB43);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i);
    CHECK(crc32c(bytes) == 0x46DD794E);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(31 - i);
    CHECK(crc32c(bytes) == 0x113FDB5C);
    CHECK(crc32c(as_bytes("123456789")) == 0xE3069283);
    CHECK(crc32c({}) == 0);
}

}  // namespace
}  // namespace ckptlite
