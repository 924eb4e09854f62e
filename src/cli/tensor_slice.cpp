// SPDX-License-Identifier: MIT
#include "cli/tensor_slice.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "ckptlite/error.hpp"

namespace ckptlite::cli {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(trimmed(text.substr(0, end)));
        if (end == text.npos) return parts;
        text.remove_prefix(end + 1);
    }
}

[[noreturn]] void refuse(std::string_view item, const std::string& why) {
    throw InvalidArgument("the slice '" + std::string(item) + "' " + why);
}

std::int64_t integer(std::string_view text, std::string_view item) {
    // So far from the ends that no sum of two of them overflows.
    constexpr std::int64_t kFarthest = std::int64_t{1} << 60;
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stopped != end || value > kFarthest || value < -kFarthest) {
        refuse(item, "is no position such as 5 or -1, and no range such as 0:10, 5: or ::2");
    }
    return value;
}

AxisSlice single(std::string_view item, std::int64_t extent) {
    const std::int64_t position = integer(item, item);
    const std::int64_t first = position < 0 ? position + extent : position;
    if (first < 0 || first >= extent) {
        refuse(item, "lies outside an axis of " + std::to_string(extent));
    }
    return {.first = first, .count = 1, .dropped = true};
}

/// As Python's slice.indices().
AxisSlice range(const std::vector<std::string_view>& parts, std::string_view item,
                std::int64_t extent) {
    const auto part = [&](std::size_t i) -> std::optional<std::int64_t> {
        if (i >= parts.size() || parts[i].empty()) return std::nullopt;
        return integer(parts[i], item);
    };
    const std::int64_t stride = part(2).value_or(1);
    if (stride == 0) refuse(item, "has a step of 0");
    const bool forward = stride > 0;
    const std::int64_t lowest = forward ? 0 : -1;
    const std::int64_t highest = forward ? extent : extent - 1;
    const auto place = [&](std::optional<std::int64_t> position, std::int64_t otherwise) {
        if (!position) return otherwise;
        return std::clamp(*position < 0 ? *position + extent : *position, lowest, highest);
    };
    const std::int64_t first = place(part(0), forward ? lowest : highest);
    const std::int64_t end = place(part(1), forward ? highest : lowest);
    const std::int64_t span = forward ? end - first : first - end;
    const std::int64_t step = forward ? stride : -stride;
    return {.first = first, .count = span <= 0 ? 0 : (span - 1) / step + 1, .stride = stride};
}

}  // namespace

std::int64_t AxisSlice::lowest() const noexcept {
    return std::min(first, first + (count - 1) * stride);
}

std::int64_t AxisSlice::highest() const noexcept {
    return std::max(first, first + (count - 1) * stride);
}

std::vector<AxisSlice> parse_slice(std::string_view text, const Shape& shape) {
    std::vector<std::string_view> items;
    if (!trimmed(text).empty()) items = split(text, ',');
    if (items.size() > shape.size()) {
        refuse(text, "names " + std::to_string(items.size()) + " axes; the tensor has the shape " +
                         shape_text(shape));
    }
    std::vector<AxisSlice> slices;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
        const std::string_view item = axis < items.size() ? items[axis] : ":";
        const auto parts = split(item, ':');
        if (parts.size() > 3) refuse(item, "has more than two ':'");
        slices.push_back(parts.size() == 1 ? single(item, shape[axis])
                                           : range(parts, item, shape[axis]));
    }
    return slices;
}

Shape sliced_shape(const std::vector<AxisSlice>& slices) {
    Shape shape;
    for (const AxisSlice& slice : slices) {
        if (!slice.dropped) shape.push_back(slice.count);
    }
    return shape;
}

void for_each_position(const std::vector<AxisSlice>& slices, const Shape& shape,
                       const std::function<void(std::size_t)>& visit) {
    const auto is_empty = [](const AxisSlice& slice) { return slice.count == 0; };
    if (std::any_of(slices.begin(), slices.end(), is_empty)) return;
    std::vector<std::int64_t> at(slices.size(), 0);
    while (true) {
        std::int64_t position = 0;
        for (std::size_t axis = 0; axis < shape.size(); ++axis) {
            position = position * shape[axis] + slices[axis].first + at[axis] * slices[axis].stride;
        }
        visit(static_cast<std::size_t>(position));
        std::size_t axis = slices.size();
        while (axis > 0 && ++at[axis - 1] == slices[axis - 1].count) at[--axis] = 0;
        if (axis == 0) return;
    }
}

}  // namespace ckptlite::cli
