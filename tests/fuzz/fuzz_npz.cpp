// SPDX-License-Identifier: MIT
// Any bytes as a .npz file: an error, or arrays that can be read, or turn out to be damaged then.
#include "fuzz/import_checks.hpp"
#include "interchange/npz_file.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ckptlite;
    fuzz::Input input(data, size);
    const ByteView bytes = input.rest();
    const auto file = fuzz::read_or_refuse(
        [bytes] { return interchange::read_npz(interchange::memory_source(bytes)); });
    if (!file) return 0;
    for (const interchange::NamedTensor& named : file->tensors) {
        static_cast<void>(fuzz::elements_of(named.tensor));
    }
    return 0;
}
