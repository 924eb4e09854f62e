// SPDX-License-Identifier: MIT
#include "interchange/read_file.hpp"

#include <utility>

#include "ckptlite/error.hpp"
#include "interchange/msgpack_reader.hpp"
#include "interchange/nested_names.hpp"
#include "interchange/npy_file.hpp"
#include "interchange/npz_file.hpp"
#include "interchange/safetensors.hpp"
#include "interchange/safetensors_index.hpp"
#include "tree/path.hpp"

namespace ckptlite::interchange {
namespace {

namespace fs = std::filesystem;

FlatFile read_flat(const fs::path& file, FileFormat format, bool metadata) {
    if (format == FileFormat::npz) return read_npz(open_source(file));
    if (format == FileFormat::npy) {
        FlatFile flat;
        std::string name = file.stem().string();
        FileTensor tensor = read_npy(open_source(file), name, false, flat.changes);
        flat.tensors.push_back({std::move(name), std::move(tensor)});
        return flat;
    }
    if (file.extension() == ".json") return safetensors::read_sharded(file, metadata);
    FlatFile flat = safetensors::read(open_source(file));
    if (!metadata) flat.metadata.clear();
    return flat;
}

FileTree read_one(const fs::path& file, const ReadOptions& options) {
    const FileFormat format = require_format(options.format, file);
    if (format == FileFormat::msgpack) return read_msgpack(open_source(file), options.infer_lists);
    FlatFile flat = read_flat(file, format, options.metadata);
    const std::string separator =
        format == FileFormat::npy ? "" : options.separator.value_or(default_separator(format));
    return nest(std::move(flat), separator, file.string());
}

/// Adds what `from` has, dict by dict. `path` is that of both.
class Merger {
public:
    Merger(FileTree& into, const std::string& file) : into_(into), file_(file) {}

    void merge(Tree& into, const Tree& from, const std::string& path) {
        auto* const to = std::get_if<Dict>(&into.value());
        const auto* const dict = std::get_if<Dict>(&from.value());
        if (to == nullptr || dict == nullptr) {
            // Metadata of several files that say the same.
            if (!std::holds_alternative<Tensor>(from.value()) && into == from) return;
            const std::string metadata = "/" + std::string(kMetadataKey) + "/";
            if (path.starts_with(metadata)) {
                throw safetensors::metadata_differ(
                    pytree::unescape(std::string_view(path).substr(metadata.size())), file_);
            }
            throw InvalidArgument(
                "two files have this leaf; import one of them under another run "
                "or step",
                {.file = file_, .leaf = path});
        }
        for (const DictEntry& entry : *dict) {
            std::string child = path;
            pytree::append_key(child, entry.key);
            if (to->find(entry.key) == nullptr) {
                (*to)[entry.key] = entry.value;
            } else {
                merge((*to)[entry.key], entry.value, child);
            }
        }
    }

    void take_rest(FileTree from) {
        into_.tensors.merge(from.tensors);
        const auto append = [](auto& to, auto& more) {
            to.insert(to.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
        };
        append(into_.inferred_lists, from.inferred_lists);
        append(into_.changes, from.changes);
    }

private:
    FileTree& into_;
    const std::string& file_;
};

}  // namespace

std::string default_separator(FileFormat format) {
    return format == FileFormat::npz ? "/" : ".";
}

FileFormat require_format(std::optional<FileFormat> asked, const fs::path& file) {
    const auto format = asked ? asked : format_of(file);
    if (format) return *format;
    std::string names;
    for (const FileFormat known : all_formats()) {
        if (!names.empty()) names += ", ";
        names += format_name(known);
    }
    throw InvalidArgument("its ending does not say which format this is; there are: " + names,
                          {.file = file.string()});
}

FileTree read_files(std::span<const fs::path> files, const ReadOptions& options) {
    if (files.empty()) throw InvalidArgument("no file was named to import");
    FileTree all = read_one(files.front(), options);
    for (const fs::path& file : files.subspan(1)) {
        FileTree more = read_one(file, options);
        const std::string name = file.string();
        Merger merger(all, name);
        merger.merge(all.tree, more.tree, "");
        merger.take_rest(std::move(more));
    }
    return all;
}

}  // namespace ckptlite::interchange
