// SPDX-License-Identifier: MIT
#include "support/random_view.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace ckptlite::test {
namespace {

std::int64_t pick(std::mt19937_64& random, std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
}

/// Extents of a C-order array, some of 1.
Shape random_shape(std::mt19937_64& random, std::size_t size) {
    const std::int64_t rank = pick(random, 0, 5);
    Shape shape;
    const double mean =
        std::pow(static_cast<double>(size), 1.0 / std::max(1.0, static_cast<double>(rank)));
    const auto most = std::max<std::int64_t>(1, std::llround(2 * mean));
    for (std::int64_t i = 0; i < rank; ++i)
        shape.push_back(pick(random, 0, 4) == 0 ? 1 : pick(random, 1, most));
    if (rank > 0 && pick(random, 0, 40) == 0) shape.front() = 0;
    return shape;
}

void slice(std::mt19937_64& random, RandomView& view, std::size_t axis) {
    const std::int64_t extent = view.shape[axis];
    if (extent == 0) return;
    const std::int64_t begin = pick(random, 0, extent - 1);
    const std::int64_t step = pick(random, 1, 3);
    const std::int64_t count = (extent - begin - 1) / step + 1;
    const auto item = static_cast<std::int64_t>(itemsize(view.dtype));
    const bool reversed = pick(random, 0, 1) == 1;
    const std::int64_t from = reversed ? begin + (count - 1) * step : begin;
    view.first += static_cast<std::size_t>(from * view.strides[axis] * item);
    view.shape[axis] = count;
    view.strides[axis] *= reversed ? -step : step;
}

void permute(std::mt19937_64& random, RandomView& view) {
    for (std::size_t i = view.shape.size(); i-- > 1;) {
        const auto j = static_cast<std::size_t>(pick(random, 0, static_cast<std::int64_t>(i)));
        std::swap(view.shape[i], view.shape[j]);
        std::swap(view.strides[i], view.strides[j]);
    }
}

void repeat(std::mt19937_64& random, RandomView& view) {
    const auto at = pick(random, 0, static_cast<std::int64_t>(view.shape.size()));
    view.shape.insert(view.shape.begin() + at, pick(random, 2, 4));
    view.strides.insert(view.strides.begin() + at, 0);
}

void append(const RandomView& view, std::size_t axis, const std::byte* at,
            std::vector<std::byte>& out) {
    const auto item = static_cast<std::int64_t>(itemsize(view.dtype));
    if (axis == view.shape.size()) {
        out.insert(out.end(), at, at + item);
        return;
    }
    for (std::int64_t i = 0; i < view.shape[axis]; ++i)
        append(view, axis + 1, at + i * view.strides[axis] * item, out);
}

}  // namespace

std::vector<std::byte> RandomView::c_order() const {
    std::vector<std::byte> out;
    if (std::ranges::find(shape, 0) == shape.end()) append(*this, 0, data(), out);
    return out;
}

RandomView random_view(std::mt19937_64& random, DType dtype, std::size_t size, bool repeats) {
    RandomView view{.dtype = dtype, .shape = random_shape(random, size)};
    view.memory.resize(std::max<std::size_t>(1, nbytes_of(dtype, view.shape)));
    for (std::byte& byte : view.memory) byte = static_cast<std::byte>(random());
    view.strides =
        Tensor::borrow(dtype, view.shape, {view.memory.data(), nbytes_of(dtype, view.shape)})
            .strides();
    for (std::size_t axis = 0; axis < view.shape.size(); ++axis) {
        if (pick(random, 0, 2) == 0) slice(random, view, axis);
    }
    if (pick(random, 0, 2) != 0) permute(random, view);
    if (repeats && pick(random, 0, 2) == 0) repeat(random, view);
    return view;
}

}  // namespace ckptlite::test
