// SPDX-License-Identifier: MIT
#include "tree/strided_copy.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <type_traits>

#include "base/limits.hpp"

namespace ckptlite::pytree {
namespace {

struct Axis {
    std::uint64_t extent = 1;
    std::int64_t stride = 0;  // bytes
    std::uint64_t inner = 1;  // elements below one position of this axis
};

/// The axes that matter: those of extent 1 are dropped, neighbours that lie as one are joined.
class Axes {
public:
    explicit Axes(const StridedLayout& layout) noexcept {
        for (std::size_t i = 0; i < layout.shape.size(); ++i) {
            if (layout.shape[i] != 1)
                add(static_cast<std::uint64_t>(layout.shape[i]),
                    layout.strides[i] * static_cast<std::int64_t>(layout.item));
        }
        if (size_ == 0) add(1, static_cast<std::int64_t>(layout.item));
        for (std::size_t i = size_; i-- > 1;) axes_[i - 1].inner = axes_[i].inner * axes_[i].extent;
    }

    const Axis& operator[](std::size_t i) const noexcept { return axes_[i]; }
    std::size_t last() const noexcept { return size_ - 1; }

    /// Of the axes [from, last), the one whose neighbours are nearest in memory, if they are nearer
    /// than those of the last axis; else the last one.
    std::size_t nearest(std::size_t from) const noexcept {
        std::size_t best = last();
        for (std::size_t i = from; i < last(); ++i) {
            if (axes_[i].stride != 0 && std::abs(axes_[i].stride) < std::abs(axes_[best].stride))
                best = i;
        }
        return best;
    }

private:
    void add(std::uint64_t extent, std::int64_t stride) noexcept {
        if (size_ > 0) {
            Axis& outer = axes_[size_ - 1];
            if (outer.stride == stride * static_cast<std::int64_t>(extent)) {
                outer = {.extent = outer.extent * extent, .stride = stride};
                return;
            }
        }
        axes_[size_++] = {.extent = extent, .stride = stride};
    }

    std::array<Axis, limits::kRank> axes_;
    std::size_t size_ = 0;
};

/// One direction of the copy: the constant pointer is the source.
template <std::size_t kItem, typename Strided, typename Flat>
class Copier {
public:
    explicit Copier(const Axes& axes) noexcept : axes_(axes) {}

    /// Elements [begin, end) of what lies below one position of the axes before `axis`.
    void range(std::size_t axis, Strided strided, std::uint64_t begin, std::uint64_t end,
               Flat& flat) const noexcept {
        const std::int64_t stride = axes_[axis].stride;
        const std::uint64_t inner = axes_[axis].inner;
        std::uint64_t position = begin / inner;
        const std::uint64_t stop = end / inner;
        const auto at = [&] { return strided + static_cast<std::int64_t>(position) * stride; };
        if (const std::uint64_t skipped = begin % inner; skipped != 0 || position == stop) {
            if (position == stop) {
                if (begin != end) range(axis + 1, at(), skipped, end % inner, flat);
                return;
            }
            range(axis + 1, at(), skipped, inner, flat);
            ++position;
        }
        if (position < stop) {
            box(axis, at(), stop - position, flat);
            flat += (stop - position) * inner * kItem;
            position = stop;
        }
        if (end % inner != 0) range(axis + 1, at(), 0, end % inner, flat);
    }

private:
    static constexpr std::uint64_t kTile = 32;  // elements: two sides of a tile stay in the cache

    /// `count` whole positions of an axis.
    void box(std::size_t axis, Strided strided, std::uint64_t count, Flat flat) const noexcept {
        const std::size_t near = axis == axes_.last() ? axis : axes_.nearest(axis);
        walk(axis, near, axis, count, strided, flat);
    }

    /// Steps through the axes but `near` and the last; `count` is the extent of the axis `top`.
    void walk(std::size_t axis, std::size_t near, std::size_t top, std::uint64_t count,
              Strided strided, Flat flat) const noexcept {
        const auto extent_of = [&](std::size_t i) { return i == top ? count : axes_[i].extent; };
        if (axis == near && axis != axes_.last()) {
            walk(axis + 1, near, top, count, strided, flat);
        } else if (axis != axes_.last()) {
            const Axis& steps = axes_[axis];
            for (std::uint64_t i = extent_of(axis); i > 0; --i) {
                walk(axis + 1, near, top, count, strided, flat);
                strided += steps.stride;
                flat += steps.inner * kItem;
            }
        } else if (near == axis) {
            run(strided, extent_of(axis), flat);
        } else {
            plane(axes_[near], extent_of(near), axes_[axis], strided, flat);
        }
    }

    /// Neighbours on the strided side are rows here: both sides are touched tile by tile.
    void plane(const Axis& rows, std::uint64_t n_rows, const Axis& columns, Strided strided,
               Flat flat) const noexcept {
        for (std::uint64_t row = 0; row < n_rows; row += kTile) {
            const std::uint64_t row_end = std::min(row + kTile, n_rows);
            for (std::uint64_t column = 0; column < columns.extent; column += kTile) {
                const std::uint64_t n = std::min(kTile, columns.extent - column);
                for (std::uint64_t r = row; r < row_end; ++r) {
                    const auto from = static_cast<std::int64_t>(r) * rows.stride +
                                      static_cast<std::int64_t>(column) * columns.stride;
                    elements(strided + from, columns.stride, n,
                             flat + (r * rows.inner + column) * kItem);
                }
            }
        }
    }

    /// Along the last axis.
    void run(Strided strided, std::uint64_t n, Flat flat) const noexcept {
        const std::int64_t stride = axes_[axes_.last()].stride;
        if (stride == static_cast<std::int64_t>(kItem))
            copy(strided, flat, n * kItem);
        else
            elements(strided, stride, n, flat);
    }

    static void elements(Strided strided, std::int64_t stride, std::uint64_t n,
                         Flat flat) noexcept {
        for (; n > 0; --n) {
            copy(strided, flat, kItem);
            strided += stride;
            flat += kItem;
        }
    }

    static void copy(Strided strided, Flat flat, std::size_t n) noexcept {
        if constexpr (std::is_same_v<Flat, std::byte*>)
            std::memcpy(flat, strided, n);
        else
            std::memcpy(strided, flat, n);
    }

    const Axes& axes_;
};

template <std::size_t kItem, typename Strided, typename Flat>
void copy_elements(const Axes& axes, Strided first, std::uint64_t begin, std::uint64_t end,
                   Flat flat) noexcept {
    Copier<kItem, Strided, Flat>(axes).range(0, first, begin, end, flat);
}

template <typename Strided, typename Flat>
void copy_whole(std::size_t item, const Axes& axes, Strided first, std::uint64_t begin,
                std::uint64_t end, Flat flat) noexcept {
    switch (item) {
        case 1:
            return copy_elements<1>(axes, first, begin, end, flat);
        case 2:
            return copy_elements<2>(axes, first, begin, end, flat);
        case 4:
            return copy_elements<4>(axes, first, begin, end, flat);
        case 8:
            return copy_elements<8>(axes, first, begin, end, flat);
        default:
            return copy_elements<16>(axes, first, begin, end, flat);
    }
}

/// Where an element is, by its position in C order.
template <typename Strided>
Strided element_at(const Axes& axes, Strided first, std::uint64_t index) noexcept {
    for (std::size_t i = 0; i <= axes.last(); ++i) {
        first += static_cast<std::int64_t>(index / axes[i].inner) * axes[i].stride;
        index %= axes[i].inner;
    }
    return first;
}

/// Parts of elements at both ends, byte by byte, and whole elements in between. `copy_part(strided,
/// at, n)` copies n bytes, of which the first is byte `at` of the flat side.
template <typename Strided, typename Flat, typename CopyPart>
void copy_bytes(const StridedLayout& layout, Strided first, std::uint64_t first_byte, Flat flat,
                std::size_t nbytes, CopyPart copy_part) noexcept {
    if (nbytes == 0) return;
    const Axes axes(layout);
    const std::uint64_t item = layout.item;
    std::size_t done = 0;
    if (const std::uint64_t skipped = first_byte % item; skipped != 0) {
        done = std::min<std::size_t>(item - skipped, nbytes);
        copy_part(element_at(axes, first, first_byte / item) + skipped, 0, done);
    }
    const std::uint64_t begin = (first_byte + done) / item;
    const std::uint64_t whole = (nbytes - done) / item;
    copy_whole(layout.item, axes, first, begin, begin + whole, flat + done);
    done += whole * item;
    if (done < nbytes) copy_part(element_at(axes, first, begin + whole), done, nbytes - done);
}

}  // namespace

void gather(const StridedLayout& layout, const std::byte* first, std::uint64_t first_byte,
            std::span<std::byte> out) noexcept {
    const auto part = [out](const std::byte* strided, std::size_t at, std::size_t n) {
        std::memcpy(out.data() + at, strided, n);
    };
    copy_bytes(layout, first, first_byte, out.data(), out.size(), part);
}

void scatter(const StridedLayout& layout, std::byte* first, std::uint64_t first_byte,
             std::span<const std::byte> from) noexcept {
    const auto part = [from](std::byte* strided, std::size_t at, std::size_t n) {
        std::memcpy(strided, from.data() + at, n);
    };
    copy_bytes(layout, first, first_byte, from.data(), from.size(), part);
}

}  // namespace ckptlite::pytree
