// SPDX-License-Identifier: MIT
// Identity and version of the file, and the text of its schema.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ckptlite::format {

inline constexpr std::int32_t kApplicationId = 0x434B5054;  ///< "CKPT"; on disk: never change
inline constexpr std::int32_t kMajor = 1;
inline constexpr std::int32_t kMinor = 0;
inline constexpr std::int32_t kUserVersion = kMajor * 1000 + kMinor;

/// schema.sql: the statements that make an empty store.
extern const std::string_view kSchemaSql;

/// A statement without its comments and with single spaces, so that two texts of one schema
/// compare equal whatever their comments say.
std::string normalized_sql(std::string_view sql);

}  // namespace ckptlite::format
