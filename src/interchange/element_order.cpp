// SPDX-License-Identifier: MIT
#include "interchange/element_order.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "ckptlite/error.hpp"
#include "tree/element_values.hpp"

namespace ckptlite::interchange {
namespace {

void swap_elements(std::span<std::byte> bytes, std::size_t width) {
    for (std::size_t at = 0; at + width <= bytes.size(); at += width) {
        std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                     bytes.begin() + static_cast<std::ptrdiff_t>(at + width));
    }
}

/// Where the elements of each row of the outermost axis, in C order, lie in Fortran's order: those
/// of the same place in all rows lie side by side, `rows` of them.
class RowPlaces {
public:
    explicit RowPlaces(const Shape& shape) : shape_(shape.begin() + 1, shape.end()) {}

    /// The place, counted in groups of `rows`, of the element `index` of a row.
    std::uint64_t group(std::uint64_t index) const noexcept {
        std::uint64_t place = 0;
        std::uint64_t step = 1;
        for (const std::int64_t extent : shape_) step *= static_cast<std::uint64_t>(extent);
        for (auto extent = shape_.rbegin(); extent != shape_.rend(); ++extent) {
            const auto size = static_cast<std::uint64_t>(*extent);
            step /= size;
            place += index % size * step;
            index /= size;
        }
        return place;
    }

private:
    const Shape shape_;
};

class FortranReader {
public:
    explicit FortranReader(const FileTensor& tensor)
        : source_(tensor.read),
          width_(itemsize(tensor.dtype)),
          nbytes_(nbytes_of(tensor.dtype, tensor.shape)),
          rows_(static_cast<std::uint64_t>(tensor.shape.front())),
          row_size_(nbytes_ / width_ / rows_),
          places_(tensor.shape) {}

    /// Elements of C order from byte `at` on; both ends lie between elements.
    void read(std::uint64_t at, std::span<std::byte> out) const {
        gather(at / width_, out,
               [this](std::uint64_t from, std::span<std::byte> group) { source_(from, group); });
    }

    void read_whole(std::uint64_t at, std::span<std::byte> out) {
        if (at == 0 || whole_.empty()) {
            whole_.resize(nbytes_);
            source_(0, whole_);
        }
        gather(at / width_, out, [this](std::uint64_t from, std::span<std::byte> group) {
            std::memcpy(group.data(), whole_.data() + from, group.size());
        });
        if (at + out.size() == nbytes_) whole_ = {};
    }

private:
    /// Of each place of a row, the elements of neighbouring rows are read at once and scattered.
    template <typename Read>
    void gather(std::uint64_t first, std::span<std::byte> out, Read read) const {
        const std::uint64_t end = first + out.size() / width_;
        std::vector<std::byte> group;
        for (std::uint64_t place = 0; place < row_size_; ++place) {
            const std::uint64_t first_row = rows_before(first, place);
            const std::uint64_t n_rows = rows_before(end, place) - first_row;
            if (n_rows == 0) continue;
            group.resize(n_rows * width_);
            read((places_.group(place) * rows_ + first_row) * width_, group);
            std::uint64_t to = (first_row * row_size_ + place - first) * width_;
            for (std::uint64_t i = 0; i < n_rows; ++i, to += row_size_ * width_) {
                std::memcpy(out.data() + to, group.data() + i * width_, width_);
            }
        }
    }

    /// How many rows have their element `place` before the element `index` of the whole.
    std::uint64_t rows_before(std::uint64_t index, std::uint64_t place) const noexcept {
        return index / row_size_ + (index % row_size_ > place ? 1 : 0);
    }

    const ReadAt source_;
    const std::size_t width_;
    const std::uint64_t nbytes_;
    const std::uint64_t rows_;
    const std::uint64_t row_size_;  // in elements
    const RowPlaces places_;
    std::vector<std::byte> whole_;
};

}  // namespace

FileTensor swapped(FileTensor tensor) {
    const std::size_t parts = pytree::is_complex(tensor.dtype) ? 2 : 1;
    const std::size_t width = itemsize(tensor.dtype) / parts;
    tensor.read = [read = std::move(tensor.read), width](std::uint64_t at,
                                                         std::span<std::byte> out) {
        read(at, out);
        swap_elements(out, width);
    };
    return tensor;
}

FileTensor in_c_order(FileTensor tensor) {
    const std::uint64_t nbytes = nbytes_of(tensor.dtype, tensor.shape);
    const auto is_long = [](std::int64_t extent) { return extent > 1; };
    if (nbytes == 0 || std::ranges::count_if(tensor.shape, is_long) < 2) return tensor;
    if (tensor.in_order && nbytes > kPackedArrayBytes) {
        throw InvalidArgument(
            "an array in Fortran's order of over " + std::to_string(kPackedArrayBytes >> 20) +
            " MiB cannot be read from an archive: unpack it, and import the .npy");
    }
    const bool whole = tensor.in_order || nbytes <= kWholeArrayBytes;
    // Shared, since a function is copied with its tensor.
    const auto reader = std::make_shared<FortranReader>(tensor);
    tensor.in_order = whole;
    tensor.read = [reader, whole](std::uint64_t at, std::span<std::byte> out) {
        whole ? reader->read_whole(at, out) : reader->read(at, out);
    };
    return tensor;
}

}  // namespace ckptlite::interchange
