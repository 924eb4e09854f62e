// SPDX-License-Identifier: MIT
// Any bytes as a safetensors file: an error, or tensors that are read again as they were after they
// have been written. The first byte chooses whether the rest is a whole file or a header alone.
#include "fuzz/import_checks.hpp"
#include "interchange/nested_names.hpp"
#include "interchange/safetensors.hpp"

namespace ckptlite::interchange {
namespace {

std::optional<FileTree> read(ByteView bytes) {
    return fuzz::read_or_refuse(
        [bytes] { return nest(safetensors::read(memory_source(bytes)), ".", "memory"); });
}

void check(ByteView bytes) {
    const auto found = read(bytes);
    if (!found) return;
    const PlanOptions options{.separator = "."};
    const std::string again =
        fuzz::written(plan_export(FileFormat::safetensors, fuzz::stored(*found), options), *found);
    fuzz::require_same(*found, read(as_bytes(again)).value());
}

}  // namespace
}  // namespace ckptlite::interchange

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ckptlite;
    fuzz::Input input(data, size);
    const bool is_header = input.byte() % 2 == 1;
    const std::string_view rest = input.text();
    std::string file(rest);
    if (is_header) {
        std::byte length[8];
        store_le(length, std::uint64_t{rest.size()});
        file.insert(0, reinterpret_cast<const char*>(length), sizeof length);
        file.append(16, 'x');
    }
    interchange::check(as_bytes(file));
    return 0;
}
