// SPDX-License-Identifier: MIT
#include "ckptlite/slice.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string>

#include "ckptlite/error.hpp"

namespace ckptlite {
namespace {

constexpr std::string_view kEllipsis = "...";

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> split_at(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.push_back(trimmed(text.substr(0, end)));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::int64_t parse_number(std::string_view text) {
    std::int64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
        throw InvalidArgument("'" + std::string(text.substr(0, 80)) +
                              "' in a slice is no integer: a slice is such as '0:3,5,::2'");
    }
    return number;
}

/// A bound of FIRST:LAST, cut to the axis.
std::int64_t bound(std::string_view text, std::int64_t extent, std::int64_t otherwise) {
    if (text.empty()) return otherwise;
    const std::int64_t number = parse_number(text);
    return number < 0 ? extent + std::max(number, -extent) : std::min(number, extent);
}

AxisRange parse_range(std::string_view text, std::int64_t extent) {
    const auto parts = split_at(text, ':');
    if (parts.size() > 3) {
        throw InvalidArgument("'" + std::string(text.substr(0, 80)) +
                              "' in a slice has more than FIRST:LAST:STEP");
    }
    const std::int64_t first = bound(parts[0], extent, 0);
    const std::int64_t last = bound(parts[1], extent, extent);
    const std::int64_t step =
        parts.size() == 3 && !parts[2].empty() ? parse_number(parts[2]) : std::int64_t{1};
    if (step < 1) throw InvalidArgument("the step of a slice is 1 or more");
    const std::int64_t count = last <= first ? 0 : (last - first - 1) / step + 1;
    return {.first = static_cast<std::uint64_t>(first),
            .step = static_cast<std::uint64_t>(step),
            .count = static_cast<std::uint64_t>(count)};
}

AxisRange parse_axis(std::string_view text, const Shape& shape, std::size_t axis) {
    if (text.find(':') != std::string_view::npos) return parse_range(text, shape[axis]);
    return {
        .first = position_on_axis(parse_number(text), shape, axis), .count = 1, .is_index = true};
}

AxisRange whole_axis(std::int64_t extent) noexcept {
    return {.count = static_cast<std::uint64_t>(extent)};
}

}  // namespace

std::uint64_t position_on_axis(std::int64_t index, const Shape& shape, std::size_t axis) {
    const std::int64_t extent = shape[axis];
    if (index < -extent || index >= extent) {
        throw InvalidArgument("index " + std::to_string(index) + " is outside axis " +
                              std::to_string(axis) + " of the shape " + shape_text(shape));
    }
    return static_cast<std::uint64_t>(index < 0 ? index + extent : index);
}

std::vector<AxisRange> whole(const Shape& shape) {
    std::vector<AxisRange> ranges;
    std::transform(shape.begin(), shape.end(), std::back_inserter(ranges), whole_axis);
    return ranges;
}

std::vector<AxisRange> parse_slice(std::string_view text, const Shape& shape) {
    const auto parts = split_at(text, ',');
    const auto ellipses = std::count(parts.begin(), parts.end(), kEllipsis);
    if (ellipses > 1) throw InvalidArgument("a slice has '...' once at most");
    const std::size_t named = parts.size() - static_cast<std::size_t>(ellipses);
    if (named > shape.size()) {
        throw InvalidArgument("the slice names " + std::to_string(named) + " axes, the shape " +
                              shape_text(shape) + " has " + std::to_string(shape.size()));
    }
    std::vector<AxisRange> ranges;
    for (const std::string_view part : parts) {
        if (part == kEllipsis) {
            const std::size_t end = ranges.size() + shape.size() - named;
            while (ranges.size() < end) ranges.push_back(whole_axis(shape[ranges.size()]));
        } else {
            ranges.push_back(parse_axis(part, shape, ranges.size()));
        }
    }
    while (ranges.size() < shape.size()) ranges.push_back(whole_axis(shape[ranges.size()]));
    return ranges;
}

}  // namespace ckptlite
