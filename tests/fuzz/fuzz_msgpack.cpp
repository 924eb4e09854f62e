// SPDX-License-Identifier: MIT
// Any bytes as a file of flax.serialization: an error, or a tree that, once written, is read again
// as the same. The first time lists, namedtuples, integer keys and NumPy's scalars become what flax
// makes of them; a dict with a key as an integer and as text is refused.
#include "fuzz/import_checks.hpp"
#include "interchange/msgpack_plan.hpp"
#include "interchange/msgpack_reader.hpp"

namespace ckptlite::interchange {
namespace {

std::optional<FileTree> read(ByteView bytes, bool infer_lists) {
    return fuzz::read_or_refuse([=] { return read_msgpack(memory_source(bytes), infer_lists); });
}

void check(ByteView bytes, bool infer_lists) {
    const auto found = read(bytes, infer_lists);
    if (!found) return;
    const auto plan = fuzz::read_or_refuse([&] { return plan_msgpack(fuzz::stored(*found)); });
    if (!plan) return;
    const std::string once = fuzz::written(*plan, *found);
    const auto second = read(as_bytes(once), infer_lists);
    fuzz::require(second.has_value());
    const std::string twice = fuzz::written(plan_msgpack(fuzz::stored(*second)), *second);
    fuzz::require_same(*second, read(as_bytes(twice), infer_lists).value());
}

}  // namespace
}  // namespace ckptlite::interchange

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ckptlite;
    fuzz::Input input(data, size);
    const bool infer_lists = input.byte() % 2 == 1;
    interchange::check(input.rest(), infer_lists);
    return 0;
}
