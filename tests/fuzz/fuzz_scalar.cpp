// SPDX-License-Identifier: MIT
// Any bytes as a plain value of any kind: refused, or a value whose stored bytes are these.
#include <array>

#include "ckptlite/error.hpp"
#include "fuzz/fuzz_target.hpp"
#include "tree/scalar_bytes.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ckptlite;
    using pytree::LeafKind;
    constexpr std::array kKinds = {LeafKind::integer, LeafKind::floating, LeafKind::boolean,
                                   LeafKind::complex, LeafKind::string,   LeafKind::bytes};
    fuzz::Input input(data, size);
    const LeafKind kind = kKinds[input.byte() % kKinds.size()];
    const ByteView bytes = input.rest();
    try {
        const Scalar scalar = pytree::scalar_from_bytes(kind, bytes);
        fuzz::require(pytree::kind_of(scalar) == kind);
        fuzz::require(std::ranges::equal(pytree::scalar_to_bytes(scalar), bytes));
    } catch (const Corrupt&) {
    }
    return 0;
}
