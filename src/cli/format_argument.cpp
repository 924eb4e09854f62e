// SPDX-License-Identifier: MIT
#include "cli/format_argument.hpp"

#include <vector>

namespace ckptlite::cli {

void FormatArgument::declare_in(CLI::App& app) {
    std::vector<std::string> names;
    for (const FileFormat format : all_formats()) names.emplace_back(format_name(format));
    app.add_option("--format", name, "safetensors, npy, npz or msgpack (by the file's ending)")
        ->check(CLI::IsMember(names));
    app.add_option("--separator", separator,
                   "Between the parts of a name; '' for none (. for safetensors, / for npz)");
}

std::optional<FileFormat> FormatArgument::format() const {
    return name ? parse_format(*name) : std::nullopt;
}

}  // namespace ckptlite::cli
