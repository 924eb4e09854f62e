// SPDX-License-Identifier: MIT
// Identity and version of the file, and the text of its schema.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace ckptlite::format {

inline constexpr std::int32_t kApplicationId = 0x434B5054;  ///< "CKPT"; on disk: never change
inline constexpr std::int32_t kMajor = 1;
inline constexpr std::int32_t kMinor = 3;
inline constexpr std::int32_t kUserVersion = kMajor * 1000 + kMinor;
/// The first version with checkpoint_metric.
inline constexpr std::int32_t kRankedVersion = 1001;
/// The first version with run_digest.
inline constexpr std::int32_t kDigestedVersion = 1002;
/// The first version with checkpoint_tag.
inline constexpr std::int32_t kTaggedVersion = 1003;

/// schema.sql: the statements that make an empty store of format 1.0.
extern const std::string_view kSchemaSql;
/// schema_1_1.sql: what format 1.1 adds.
extern const std::string_view kSchema11Sql;
/// schema_1_2.sql: what format 1.2 adds.
extern const std::string_view kSchema12Sql;
/// schema_1_3.sql: what format 1.3 adds.
extern const std::string_view kSchema13Sql;

/// Element n makes 1.n of the format before it.
inline constexpr std::array kSchemaSteps = {&kSchemaSql, &kSchema11Sql, &kSchema12Sql,
                                            &kSchema13Sql};
static_assert(kSchemaSteps.size() == kMinor + 1);

/// Name to what sqlite_schema then says of each table, index and view a script makes: type, space,
/// normalized statement.
using Definitions = std::map<std::string, std::string>;
Definitions definitions_in(std::string_view script);

/// A statement without its comments and with single spaces, so that two texts of one schema
/// compare equal whatever their comments say.
std::string normalized_sql(std::string_view sql);

}  // namespace ckptlite::format
