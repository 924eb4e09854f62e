// SPDX-License-Identifier: MIT
#include "cli/exit_code.hpp"

#include <algorithm>
#include <array>

namespace ckptlite::cli {
namespace {

struct Mapping {
    ErrorCode error;
    ExitCode exit;
};

// Errors that are not here leave with damaged_or_not_found.
constexpr std::array kMappings = {
    Mapping{ErrorCode::invalid_argument, ExitCode::usage},
    Mapping{ErrorCode::not_a_checkpoint_file, ExitCode::not_a_checkpoint_file},
    Mapping{ErrorCode::unsupported_version, ExitCode::unsupported_version},
    Mapping{ErrorCode::busy, ExitCode::busy},
};

}  // namespace

ExitCode exit_code_of(ErrorCode code) noexcept {
    const auto* const found =
        std::find_if(kMappings.begin(), kMappings.end(),
                     [code](const Mapping& row) { return row.error == code; });
    return found == kMappings.end() ? ExitCode::damaged_or_not_found : found->exit;
}

}  // namespace ckptlite::cli
