// SPDX-License-Identifier: MIT
#include "ckptlite/file_format.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace ckptlite {
namespace {

struct Named {
    FileFormat format;
    std::string_view name;
};
constexpr std::array kFormats{
    FileFormat::safetensors,
    FileFormat::npy,
    FileFormat::npz,
    FileFormat::msgpack,
};
constexpr std::array<std::string_view, kFormats.size()> kNames{"safetensors", "npy", "npz",
                                                               "msgpack"};

constexpr std::array<Named, 5> kEndings{{
    {FileFormat::safetensors, ".safetensors"},
    {FileFormat::safetensors, ".safetensors.index.json"},
    {FileFormat::npy, ".npy"},
    {FileFormat::npz, ".npz"},
    {FileFormat::msgpack, ".msgpack"},
}};

}  // namespace

std::string_view format_name(FileFormat format) noexcept {
    return kNames[static_cast<std::size_t>(format)];
}

std::optional<FileFormat> parse_format(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(kNames, name);
    if (found == kNames.end()) return std::nullopt;
    return kFormats[static_cast<std::size_t>(found - kNames.begin())];
}

std::optional<FileFormat> format_of(const std::filesystem::path& file) {
    const std::string name = file.filename().string();
    const auto* const found = std::ranges::find_if(
        kEndings, [&name](const Named& ending) { return name.ends_with(ending.name); });
    if (found == kEndings.end()) return std::nullopt;
    return found->format;
}

std::span<const FileFormat> all_formats() noexcept {
    return kFormats;
}

}  // namespace ckptlite
