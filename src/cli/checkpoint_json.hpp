// SPDX-License-Identifier: MIT
// What --json prints. The shapes are documented in docs/CLI.md: fields are added, never renamed
// or removed. JSON has no NaN and no infinities: they are the strings "NaN", "Infinity" and
// "-Infinity". Pure functions, but for print_json.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "ckptlite/metrics.hpp"
#include "ckptlite/store.hpp"

namespace ckptlite::cli {

/// Fields in the order in which they are documented.
using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

/// A number, one of the three strings, or null.
Json number_json(std::optional<double> number);
Json checkpoint_json(const CheckpointInfo& checkpoint);
Json run_json(const RunInfo& run);
Json leaf_json(const LeafInfo& leaf);

/// Indented, in ASCII; bytes that are not UTF-8 become U+FFFD.
void print_json(std::ostream& out, const Json& json);
/// The same on one line.
void print_json_line(std::ostream& out, const Json& json);

/// An object of arrays, written as it comes, each element on a line of its own.
class JsonRows {
public:
    explicit JsonRows(std::ostream& out) : out_(out) {}
    /// The array of this name, behind those that there are.
    void begin(std::string_view name);
    void add(const Json& row);
    void end();

private:
    std::ostream& out_;
    bool any_array_ = false;
    bool any_row_ = false;
};

}  // namespace ckptlite::cli
