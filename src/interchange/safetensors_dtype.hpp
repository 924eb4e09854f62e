// SPDX-License-Identifier: MIT
// The dtypes of safetensors and what ckptlite calls them. Pure functions; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "ckptlite/dtype.hpp"

namespace ckptlite::interchange::safetensors {

struct Code {
    std::string_view name{};
    std::optional<DType> dtype{};  ///< nothing: ckptlite has none
};

/// nullptr if the format knows no such name. Pointers compare in the order of the format.
const Code* find_code(std::string_view name) noexcept;
/// nullptr if the format lacks it.
const Code* find_code(DType dtype) noexcept;

}  // namespace ckptlite::interchange::safetensors
