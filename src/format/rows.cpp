// SPDX-License-Identifier: MIT
#include "format/rows.hpp"

namespace ckptlite::format {
namespace {

// On disk: the order and the separator are part of every stored digest.
void add_text(Digester& digester, std::string_view text) noexcept {
    digester.update(text);
    digester.update(std::string_view("\0", 1));
}

}  // namespace

LeafDigester::LeafDigester(const LeafRow& leaf) {
    for (const std::string* part : {&leaf.path, &leaf.kind, &leaf.dtype, &leaf.shape}) {
        add_text(digester_, *part);
    }
}

TreeDigester::TreeDigester(const std::string& structure) {
    add_text(digester_, structure);
}

}  // namespace ckptlite::format
