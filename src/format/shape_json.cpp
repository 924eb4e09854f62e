// SPDX-License-Identifier: MIT
#include "format/shape_json.hpp"

#include <charconv>

#include "base/limits.hpp"
#include "ckptlite/error.hpp"

namespace ckptlite::format {

Shape parse_shape(std::string_view text) {
    Shape shape;
    std::size_t at = 1;
    while (text.size() > 2 && at < text.size() && shape.size() < limits::kRank) {
        std::int64_t extent = -1;
        const auto parsed = std::from_chars(text.data() + at, text.data() + text.size(), extent);
        if (parsed.ec != std::errc() || extent < 0) break;
        shape.push_back(extent);
        // Over ", "; the comparison below checks that it was that.
        at = static_cast<std::size_t>(parsed.ptr - text.data()) + 2;
    }
    // Comparing with what we would write settles brackets, separators and leading zeros at once.
    if (shape_text(shape) != text) {
        throw Corrupt("'" + std::string(text.substr(0, 80)) + "' is not a shape such as [3, 4]");
    }
    return shape;
}

}  // namespace ckptlite::format
