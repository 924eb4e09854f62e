// SPDX-License-Identifier: MIT
// The arguments that `import` and `export` share. `this` must outlive the parsing.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>

#include "ckptlite/file_format.hpp"

namespace ckptlite::cli {

struct FormatArgument {
    std::optional<std::string> name{};
    std::optional<std::string> separator{};

    /// Adds --format and --separator.
    void declare_in(CLI::App& app);
    std::optional<FileFormat> format() const;
    /// For an option that was given. Throws InvalidArgument if it is for `takers` alone, and none
    /// of the files is one of them.
    void check_takes(const std::string& option, std::initializer_list<FileFormat> takers,
                     std::span<const std::filesystem::path> files) const;
    /// The same for --separator, if it was given.
    void check_separator(std::span<const std::filesystem::path> files) const;
};

}  // namespace ckptlite::cli
