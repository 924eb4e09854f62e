// SPDX-License-Identifier: MIT
// In the place of the other npz sources where libzip was not found.
#include "ckptlite/error.hpp"
#include "interchange/npz_file.hpp"

namespace ckptlite::interchange {
namespace {

[[noreturn]] void refuse(const std::string& file) {
    throw InvalidArgument("this ckptlite was built without libzip, which npz needs",
                          {.file = file});
}

}  // namespace

FlatFile read_npz(const Source& source) {
    refuse(source.name);
}

std::uint64_t write_npz(const ExportPlan& /*plan*/, const std::string& file,
                        const NextBytes& /*next*/, bool /*compress*/) {
    refuse(file);
}

}  // namespace ckptlite::interchange
