// SPDX-License-Identifier: MIT
#include "cli/output.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ostream>

namespace ckptlite::cli {
namespace {

constexpr std::string_view kGap = "  ";

template <typename... Args>
std::string formatted(const char* format, Args... args) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, args...);
    return text.data();
}

bool continues(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

}  // namespace

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char byte) { return !continues(byte); }));
}

std::string padded(const std::string& text, std::size_t width, Align align) {
    const std::string blanks(width - std::min(width, width_of(text)), ' ');
    return align == Align::left ? text + blanks : blanks + text;
}

std::string shortened(const std::string& text, std::size_t width) {
    if (width_of(text) <= width || width == 0) return text;
    std::size_t end = 0;
    for (std::size_t columns = 0; end < text.size(); ++end) {
        if (!continues(text[end]) && ++columns == width) break;
    }
    return text.substr(0, end) + "\u2026";
}

std::string printable(std::string_view text) {
    const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f; };
    if (std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        // U+0080 to U+009F are control characters, too; UTF-8 writes them as C2 80 to C2 9F.
        const bool is_c1 = byte == 0xc2U && next >= 0x80U && next < 0xa0U;
        if (byte >= 0x20U && byte != 0x7fU && !is_c1) {
            out += text[i];
            continue;
        }
        out += formatted("\\x%02x", static_cast<unsigned>(is_c1 ? next : byte));
        if (is_c1) ++i;
    }
    return out;
}

std::string size_text(std::uint64_t nbytes) {
    constexpr std::array kUnits = {"KiB", "MiB", "GiB", "TiB"};
    // Rounded to one digit, 1023.96 would read "1024.0".
    constexpr double kNextUnit = 1023.95;
    if (nbytes < 1024) return std::to_string(nbytes) + " B";
    double amount = static_cast<double>(nbytes) / 1024;
    std::size_t unit = 0;
    for (; amount >= kNextUnit && unit + 1 < kUnits.size(); ++unit) amount /= 1024;
    return formatted("%.1f %s", amount, kUnits[unit]);
}

std::string counted(std::uint64_t n, std::string_view one, std::string_view several) {
    return std::to_string(n) + " " + std::string(n == 1 ? one : several);
}

std::string number_text(std::optional<double> number) {
    if (!number) return "-";
    if (std::isnan(*number)) return "NaN";
    if (std::isinf(*number)) return *number < 0 ? "-Infinity" : "Infinity";
    return formatted("%.6g", *number);
}

std::string metrics_text(const Metrics& metrics) {
    std::string out;
    for (const auto& [group, values] : metrics) {
        for (const auto& [label, value] : values) {
            if (!out.empty()) out += ' ';
            out += MetricName{group, label}.text() + "=" + number_text(value);
        }
    }
    return out;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
    return out;
}

std::string checkpoint_name(const CheckpointInfo& checkpoint) {
    return "run '" + checkpoint.run + "', prefix '" + checkpoint.prefix + "', step " +
           std::to_string(checkpoint.step);
}

void Table::add(const std::vector<std::string>& cells) {
    auto& row = rows_.emplace_back();
    for (const std::string& cell : cells) row.push_back(printable(cell));
}

void Table::print(std::ostream& out) const {
    std::vector<std::size_t> widths;
    std::vector<std::string> titles;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
        titles.push_back(columns_[c].title);
        widths.push_back(width_of(columns_[c].title));
        for (const auto& row : rows_) widths[c] = std::max(widths[c], width_of(row[c]));
    }
    const auto print_row = [&](const std::vector<std::string>& row) {
        std::string line;
        for (std::size_t c = 0; c < row.size(); ++c) {
            if (c > 0) line += kGap;
            line += padded(row[c], widths[c], columns_[c].align);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out << line << '\n';
    };
    print_row(titles);
    for (const auto& row : rows_) print_row(row);
}

}  // namespace ckptlite::cli
