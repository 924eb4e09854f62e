// SPDX-License-Identifier: MIT
#include "cli/format_argument.hpp"

#include <algorithm>
#include <vector>

#include "ckptlite/error.hpp"

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

void FormatArgument::check_takes(const std::string& option,
                                 std::initializer_list<FileFormat> takers,
                                 std::span<const std::filesystem::path> files) const {
    std::optional<FileFormat> other;
    for (const std::filesystem::path& file : files) {
        const auto found = name ? format() : format_of(file);
        // An ending that says nothing is an error of its own.
        if (!found || std::ranges::find(takers, *found) != takers.end()) return;
        other = found;
    }
    if (!other) return;
    std::string formats;
    for (const FileFormat taker : takers) {
        formats += (formats.empty() ? "" : " and ") + std::string(format_name(taker));
    }
    throw InvalidArgument(option + " is for " + formats + ", not for " +
                          std::string(format_name(*other)));
}

void FormatArgument::check_separator(std::span<const std::filesystem::path> files) const {
    if (separator) check_takes("--separator", {FileFormat::safetensors, FileFormat::npz}, files);
}

}  // namespace ckptlite::cli
