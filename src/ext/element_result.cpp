// SPDX-License-Identifier: MIT
#include "ext/element_result.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "ext/host_sqlite.hpp"

namespace ckptlite::ext {
namespace {

template <typename Number>
void append_digits(std::string& json, Number number) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    json.append(digits.data(), end);
}

void append_double(std::string& json, double number) {
    if (std::isnan(number)) {
        json += "\"NaN\"";
    } else if (std::isinf(number)) {
        json += number > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    } else {
        const std::size_t begin = json.size();
        append_digits(json, number);
        // Or it would be an integer to whoever reads it.
        if (json.find_first_of(".e", begin) == std::string::npos) json += ".0";
    }
}

struct AppendJson {
    std::string& json;
    void operator()(bool value) const { json += value ? "true" : "false"; }
    void operator()(std::int64_t value) const { append_digits(json, value); }
    void operator()(std::uint64_t value) const { append_digits(json, value); }
    void operator()(float value) const { append_double(json, value); }
    void operator()(double value) const { append_double(json, value); }
    void operator()(const std::complex<double>& value) const {
        json += '[';
        append_double(json, value.real());
        json += ", ";
        append_double(json, value.imag());
        json += ']';
    }
};

struct GiveResult {
    sqlite3_context* context;
    void operator()(bool value) const { sqlite3_result_int(context, value ? 1 : 0); }
    void operator()(std::int64_t value) const { sqlite3_result_int64(context, value); }
    void operator()(std::uint64_t value) const {
        if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            return sqlite3_result_double(context, static_cast<double>(value));
        }
        sqlite3_result_int64(context, static_cast<std::int64_t>(value));
    }
    void operator()(float value) const { sqlite3_result_double(context, value); }
    void operator()(double value) const { sqlite3_result_double(context, value); }
    void operator()(const std::complex<double>& value) const {
        std::string json;
        append_json(json, value);
        give_result(context, json);
    }
};

}  // namespace

void append_json(std::string& json, const Element& element) {
    std::visit(AppendJson{json}, element);
}

void give_result(sqlite3_context* context, const Element& element) {
    std::visit(GiveResult{context}, element);
}

void give_result(sqlite3_context* context, const std::string& text) {
    sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

}  // namespace ckptlite::ext
