// SPDX-License-Identifier: MIT
#include "ckptlite/error.hpp"
#include "interchange/npy_file.hpp"
#include "interchange/npz_file.hpp"
#include "interchange/zip_reader.hpp"

namespace ckptlite::interchange {

FlatFile read_npz(const Source& source) {
    constexpr std::string_view kEnding = ".npy";
    const ZipReader archive(source);
    FlatFile out;
    for (std::size_t i = 0; i < archive.size(); ++i) {
        std::string name = archive.name(i);
        if (!name.ends_with(kEnding)) {
            throw InvalidArgument("the archive holds something that is no .npy",
                                  {.file = source.name, .leaf = name});
        }
        name.resize(name.size() - kEnding.size());
        FileTensor tensor = read_npy(archive.entry(i), name, true, out.changes);
        out.tensors.push_back({std::move(name), std::move(tensor)});
    }
    return out;
}

}  // namespace ckptlite::interchange
