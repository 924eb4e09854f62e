// SPDX-License-Identifier: MIT
#include "cli/sql_output.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ostream>

#include "cli/checkpoint_json.hpp"
#include "cli/csv.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

constexpr int kTableDigits = 15;             // as the sqlite3 shell
constexpr std::size_t kTableBlobBytes = 32;  // a digest is to be seen whole

std::string hex(const std::vector<std::byte>& bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const std::byte byte : bytes) {
        text += kDigits[std::to_integer<std::size_t>(byte >> 4)];
        text += kDigits[std::to_integer<std::size_t>(byte & std::byte{15})];
    }
    return text;
}

/// With so many digits; with as many as it takes to read the same number again if 0.
std::string real_text(double number, int digits) {
    if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
    std::array<char, 32> text{};
    char* const end = text.data() + text.size();
    const auto written =
        digits == 0 ? std::to_chars(text.data(), end, number)
                    : std::to_chars(text.data(), end, number, std::chars_format::general, digits);
    std::string out(text.data(), written.ptr);
    if (out.find_first_of(".e") == std::string::npos) out += ".0";
    return out;
}

struct TableText {
    std::string operator()(std::monostate) const { return "NULL"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return real_text(value, kTableDigits); }
    std::string operator()(const std::string& value) const { return value; }
    std::string operator()(const std::vector<std::byte>& value) const {
        if (value.size() > kTableBlobBytes) return "(" + size_text(value.size()) + ")";
        return "x'" + hex(value) + "'";
    }
};

struct JsonValue {
    Json operator()(std::monostate) const { return nullptr; }
    Json operator()(std::int64_t value) const { return value; }
    Json operator()(double value) const { return number_json(value); }
    Json operator()(const std::string& value) const { return value; }
    Json operator()(const std::vector<std::byte>& value) const { return Json{{"hex", hex(value)}}; }
};

struct CsvText {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return real_text(value, 0); }
    /// Quotes tell an empty text from NULL.
    std::string operator()(const std::string& value) const {
        return value.empty() ? "\"\"" : csv_cell(value);
    }
    std::string operator()(const std::vector<std::byte>& value) const { return hex(value); }
};

bool is_number(const SqlValue& value) noexcept {
    return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

class TablePrinter : public ResultPrinter {
public:
    explicit TablePrinter(std::ostream& out) : out_(out) {}

    void columns(const std::vector<std::string>& names) override {
        finish();
        names_ = names;
        right_.assign(names.size(), true);
    }

    void row(const std::vector<SqlValue>& values) override {
        auto& cells = rows_.emplace_back();
        for (std::size_t i = 0; i < values.size(); ++i) {
            cells.push_back(std::visit(TableText(), values[i]));
            right_[i] = right_[i] && (is_number(values[i]) || values[i].index() == 0);
        }
    }

    /// Of the statement that came last: how wide a column is, only its last row tells.
    void finish() override {
        if (names_.empty()) return;
        if (printed_) out_ << '\n';
        std::vector<Column> columns;
        for (std::size_t i = 0; i < names_.size(); ++i) {
            columns.push_back({printable(names_[i]), right_[i] ? Align::right : Align::left});
        }
        Table table(std::move(columns));
        for (const auto& cells : rows_) table.add(cells);
        table.print(out_);
        printed_ = true;
        names_.clear();
        rows_.clear();
    }

private:
    std::ostream& out_;
    std::vector<std::string> names_;
    std::vector<char> right_;
    std::vector<std::vector<std::string>> rows_;
    bool printed_ = false;
};

class JsonPrinter : public ResultPrinter {
public:
    explicit JsonPrinter(std::ostream& out) : out_(out) {}

    /// An object has each name once: the second "step" becomes "step:1", as in the sqlite3 shell.
    void columns(const std::vector<std::string>& names) override {
        names_.clear();
        for (const std::string& name : names) {
            std::string unique = name;
            for (int n = 1; std::count(names_.begin(), names_.end(), unique) > 0; ++n) {
                unique = name + ":" + std::to_string(n);
            }
            names_.push_back(std::move(unique));
        }
    }

    void row(const std::vector<SqlValue>& values) override {
        Json object = Json::object();
        for (std::size_t i = 0; i < values.size(); ++i) {
            object[names_[i]] = std::visit(JsonValue(), values[i]);
        }
        rows_.push_back(std::move(object));
    }

    void finish() override { print_json(out_, rows_); }

private:
    std::ostream& out_;
    std::vector<std::string> names_;
    Json rows_ = Json::array();
};

class CsvPrinter : public ResultPrinter {
public:
    explicit CsvPrinter(std::ostream& out) : out_(out) {}

    void columns(const std::vector<std::string>& names) override {
        if (printed_) out_ << '\n';
        printed_ = true;
        print(names, [](const std::string& name) { return csv_cell(name); });
    }

    void row(const std::vector<SqlValue>& values) override {
        print(values, [](const SqlValue& value) { return std::visit(CsvText(), value); });
    }

    void finish() override {}

private:
    template <typename Values, typename Text>
    void print(const Values& values, Text text) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i > 0) out_ << ',';
            out_ << text(values[i]);
        }
        out_ << '\n';
    }

    std::ostream& out_;
    bool printed_ = false;
};

}  // namespace

std::unique_ptr<ResultPrinter> make_printer(ResultFormat format, std::ostream& out) {
    switch (format) {
        case ResultFormat::json:
            return std::make_unique<JsonPrinter>(out);
        case ResultFormat::csv:
            return std::make_unique<CsvPrinter>(out);
        default:
            return std::make_unique<TablePrinter>(out);
    }
}

}  // namespace ckptlite::cli
