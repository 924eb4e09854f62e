// SPDX-License-Identifier: MIT
// Any text as leaf.shape: exactly what shape_text() writes is accepted, and its size in bytes is
// computed or refused, never wrapped around.
#include "base/limits.hpp"
#include "ckptlite/error.hpp"
#include "format/shape_json.hpp"
#include "fuzz/fuzz_target.hpp"

namespace ckptlite::format {
namespace {

using fuzz::require;

/// The product in floating point, extents of 0 taken for 1, as the limit has it.
long double magnitude(const Shape& shape) {
    long double product = 1;
    for (const std::int64_t extent : shape) {
        product *= static_cast<long double>(std::max<std::int64_t>(extent, 1));
    }
    return product;
}

void check(std::string_view text, DType dtype) {
    Shape shape;
    try {
        shape = parse_shape(text);
    } catch (const Corrupt&) {
        return;
    }
    require(shape_text(shape) == text && shape.size() <= limits::kRank);
    require(std::ranges::all_of(shape, [](std::int64_t extent) { return extent >= 0; }));
    const bool empty = std::ranges::find(shape, 0) != shape.end();
    const long double most = magnitude(shape) * static_cast<long double>(itemsize(dtype));
    try {
        const std::size_t nbytes = nbytes_of(dtype, shape);
        require(most <= static_cast<long double>(limits::kLeafBytes));
        require(nbytes == (empty ? 0 : static_cast<std::size_t>(most)));
    } catch (const InvalidArgument&) {
        require(most > static_cast<long double>(limits::kLeafBytes));
    }
}

}  // namespace
}  // namespace ckptlite::format

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ckptlite;
    fuzz::Input input(data, size);
    const auto dtypes = all_dtypes();
    const DType dtype = dtypes[input.byte() % dtypes.size()];
    format::check(input.text(), dtype);
    return 0;
}
