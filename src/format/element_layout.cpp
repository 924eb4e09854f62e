// SPDX-License-Identifier: MIT
#include "format/element_layout.hpp"

namespace ckptlite::format {

codec::ElementLayout element_layout(DType dtype) noexcept {
    switch (dtype) {
        case DType::bfloat16:
            return {.width = 2, .rotate = true};
        case DType::float32:
        case DType::complex64:
            return {.width = 4, .rotate = true};
        case DType::float64:
        case DType::complex128:
            return {.width = 8, .rotate = true};
        default:
            return {.width = static_cast<std::uint8_t>(itemsize(dtype)), .rotate = false};
    }
}

}  // namespace ckptlite::format
