// SPDX-License-Identifier: MIT
// The arguments that `import` and `export` share. `this` must outlive the parsing.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "ckptlite/file_format.hpp"

namespace ckptlite::cli {

struct FormatArgument {
    std::optional<std::string> name{};
    std::optional<std::string> separator{};

    /// Adds --format and --separator.
    void declare_in(CLI::App& app);
    std::optional<FileFormat> format() const;
};

}  // namespace ckptlite::cli
