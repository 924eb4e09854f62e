// SPDX-License-Identifier: MIT
// What people read: text that is safe on a terminal, sizes, numbers and aligned columns.
//
// Names in a file may come from a stranger, so everything printed for people goes through
// printable(). Plain values and functions; a Table belongs to one thread.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ckptlite/metrics.hpp"
#include "ckptlite/records.hpp"

namespace ckptlite::cli {

/// On one line and without control characters: those are written as "\x1b".
std::string printable(std::string_view text);

/// "512 B", "1.5 KiB", "20.0 GiB".
std::string size_text(std::uint64_t nbytes);

/// "1 leaf", "2 leaves".
std::string counted(std::uint64_t n, std::string_view one, std::string_view several);

/// Of a terminal's columns, taking every code point for one column wide.
std::size_t width_of(std::string_view text);

/// Cut off with an ellipsis if it is wider.
std::string shortened(const std::string& text, std::size_t width);

/// Six significant digits, "NaN", "Infinity" or "-Infinity"; "-" for a missing number.
std::string number_text(std::optional<double> number);

/// "eval/accuracy=0.9 eval/loss=0.31".
std::string metrics_text(const Metrics& metrics);

/// "a, b, c".
std::string joined(const std::vector<std::string>& texts);

/// "run 'default', prefix 'checkpoint', step 300"; not printable yet.
std::string checkpoint_name(const CheckpointInfo& checkpoint);

enum class Align : bool { left, right };

/// Filled up with blanks.
std::string padded(const std::string& text, std::size_t width, Align align);

struct Column {
    std::string title;
    Align align = Align::left;
};

class Table {
public:
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    /// One cell a column; made printable.
    void add(const std::vector<std::string>& cells);
    void print(std::ostream& out) const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace ckptlite::cli
