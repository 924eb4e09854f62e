// SPDX-License-Identifier: MIT
#include "ckptlite/import.hpp"

#include <algorithm>

#include "interchange/read_file.hpp"
#include "store/store_impl.hpp"

namespace ckptlite {
namespace {

interchange::FileTree read(std::span<const std::filesystem::path> files,
                           const ImportOptions& options) {
    return interchange::read_files(
        files, {options.format, options.separator, options.metadata, options.infer_lists});
}

std::string note_of(std::span<const std::filesystem::path> files,
                    const interchange::FileTree& found) {
    std::string note = "imported from ";
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (i > 0) note += ", ";
        note += files[i].filename().string();
    }
    if (found.inferred_lists.empty()) return note;
    note += "; lists that were maps with the keys 0, 1, ...:";
    constexpr std::size_t kMost = 10;
    const std::size_t n = std::min(kMost, found.inferred_lists.size());
    for (std::size_t i = 0; i < n; ++i) {
        const std::string& path = found.inferred_lists[i];
        note += " " + (path.empty() ? "(root)" : path);
    }
    const std::size_t more = found.inferred_lists.size() - n;
    return more == 0 ? note : note + " and " + std::to_string(more) + " more";
}

}  // namespace

ImportReport import_files(Store& store, std::span<const std::filesystem::path> files,
                          const ImportOptions& options) {
    auto& of = detail::StoreAccess::impl(store);
    const interchange::FileTree found = read(files, options);
    SaveOptions save = options.save;
    if (save.note.empty()) save.note = note_of(files, found);
    const detail::LeafSources leaves(found);
    ImportReport report{.checkpoint = of.save({found.tree, leaves}, save, options.on_progress),
                        .changes = found.changes,
                        .inferred_lists = found.inferred_lists};
    if (options.on_progress) options.on_progress({leaves.nbytes(), leaves.nbytes()});
    return report;
}

void check_import(std::span<const std::filesystem::path> files, const ImportOptions& options) {
    detail::check_options(options.save);
    static_cast<void>(detail::LeafSources(read(files, options)));
}

}  // namespace ckptlite
