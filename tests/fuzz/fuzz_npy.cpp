// SPDX-License-Identifier: MIT
// Any bytes as a .npy file: an error, or an array that is read again as it was after it has been
// written. The first byte chooses whether the rest is a whole file or a dict without what stands
// before it.
#include "ckptlite/npy.hpp"
#include "fuzz/import_checks.hpp"
#include "interchange/npy_file.hpp"

namespace ckptlite::interchange {
namespace {

std::optional<FileTensor> read(ByteView bytes) {
    std::vector<std::string> changes;
    return fuzz::read_or_refuse(
        [&] { return read_npy(memory_source(bytes), "w", false, changes); });
}

void check(ByteView bytes) {
    const auto tensor = read(bytes);
    if (!tensor) return;
    const auto elements = fuzz::elements_of(*tensor);
    if (!elements) return;
    const std::string again = npy_header(tensor->dtype, tensor->shape) + *elements;
    const auto back = read(as_bytes(again));
    fuzz::require(back && back->dtype == tensor->dtype && back->shape == tensor->shape);
    fuzz::require(fuzz::elements_of(*back) == elements);
}

}  // namespace
}  // namespace ckptlite::interchange

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ckptlite;
    fuzz::Input input(data, size);
    const unsigned choice = input.byte();
    const std::string_view rest = input.text();
    std::string file(rest);
    if (choice % 2 == 1 && rest.size() < 256) {
        file = std::string("\x93NUMPY\1\0", 8) + static_cast<char>(rest.size()) + '\0' + file;
        file.append(choice / 2, 'x');
    }
    interchange::check(as_bytes(file));
    return 0;
}
