// SPDX-License-Identifier: MIT
#include "ext/leaf_json.hpp"

#include "base/checked.hpp"
#include "ckptlite/error.hpp"
#include "ext/element_result.hpp"

namespace ckptlite::ext {
namespace {

/// Before anything is written: a shape such as [1000000000, 0] has no element, but many arrays.
void check_size(std::span<const AxisRange> part) {
    std::uint64_t nodes = 1;
    std::uint64_t total = 0;
    for (const AxisRange& range : part) {
        if (range.is_index) continue;
        nodes = checked_mul(nodes, range.count).value_or(kMaxJsonElements + 1);
        total += nodes;
        if (nodes > kMaxJsonElements || total > 2 * kMaxJsonElements) {
            throw InvalidArgument("this has more than " + std::to_string(kMaxJsonElements) +
                                  " elements: take a slice, or tensor_each");
        }
    }
}

class JsonWriter {
public:
    JsonWriter(StoredLeaf& leaf, std::span<const AxisRange> part)
        : leaf_(leaf), part_(part), strides_(part.size(), 1) {
        // Extents of 0 count as 1 in the limits of a shape: this cannot overflow.
        for (std::size_t axis = part.size(); axis-- > 1;) {
            const auto extent = static_cast<std::uint64_t>(leaf.shape()[axis]);
            strides_[axis - 1] = strides_[axis] * (extent == 0 ? 1 : extent);
        }
    }

    /// As deep as the shape has axes, 255 at most. Positions only grow, so that each chunk is
    /// decoded once.
    void write(std::size_t axis, std::uint64_t position) {
        if (axis == part_.size()) {
            return append_json(json_, element_of(leaf_.dtype(), leaf_.elements_from(position)));
        }
        const AxisRange& range = part_[axis];
        const auto at = [&](std::uint64_t i) {
            return position + (range.first + i * range.step) * strides_[axis];
        };
        if (range.is_index) return write(axis + 1, at(0));
        json_ += '[';
        for (std::uint64_t i = 0; i < range.count; ++i) {
            if (i > 0) json_ += ", ";
            write(axis + 1, at(i));
        }
        json_ += ']';
    }

    std::string take() { return std::move(json_); }

private:
    StoredLeaf& leaf_;
    std::span<const AxisRange> part_;
    std::vector<std::uint64_t> strides_;
    std::string json_;
};

}  // namespace

std::string json_of(StoredLeaf& leaf, std::span<const AxisRange> part) {
    check_size(part);
    JsonWriter writer(leaf, part);
    writer.write(0, 0);
    return writer.take();
}

}  // namespace ckptlite::ext
