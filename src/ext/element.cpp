// SPDX-License-Identifier: MIT
#include "ext/element.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "ext/host_sqlite.hpp"
#include "tree/element_values.hpp"

namespace ckptlite::ext {
namespace {

template <typename Integer>
Element integer_of(ByteView bytes) {
    using Wide = std::conditional_t<std::is_signed_v<Integer>, std::int64_t, std::uint64_t>;
    return static_cast<Wide>(load_le<Integer>(bytes.data()));
}

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
    void operator()(double value) const { sqlite3_result_double(context, value); }
    void operator()(const std::complex<double>& value) const {
        std::string json;
        append_json(json, value);
        give_result(context, json);
    }
};

}  // namespace

Element element_of(DType dtype, ByteView bytes) {
    switch (dtype) {
        case DType::boolean:
            return bytes.front() != std::byte{0};
        case DType::int4:
        case DType::int8:
            return integer_of<std::int8_t>(bytes);
        case DType::int16:
            return integer_of<std::int16_t>(bytes);
        case DType::int32:
            return integer_of<std::int32_t>(bytes);
        case DType::int64:
            return integer_of<std::int64_t>(bytes);
        case DType::uint4:
        case DType::uint8:
            return integer_of<std::uint8_t>(bytes);
        case DType::uint16:
            return integer_of<std::uint16_t>(bytes);
        case DType::uint32:
            return integer_of<std::uint32_t>(bytes);
        case DType::uint64:
            return integer_of<std::uint64_t>(bytes);
        default:
            break;
    }
    std::array<double, 2> parts{};
    pytree::to_doubles(dtype, bytes.first(itemsize(dtype)), parts.data());
    if (pytree::is_complex(dtype)) return std::complex<double>(parts[0], parts[1]);
    return parts[0];
}

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
