// SPDX-License-Identifier: MIT
// Elements of one dtype as another that holds all its values, piece by piece. One thread.
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "ckptlite/dtype.hpp"

namespace ckptlite::interchange {

class Widener {
public:
    /// `to` is `from` or wider_dtype(from).
    Widener(DType from, DType to) : from_(from), to_(to) {}

    /// The next elements, until the next call. A piece may end within an element, which comes with
    /// the next piece.
    ByteView widen(ByteView piece);

private:
    DType from_;
    DType to_;
    std::vector<std::byte> rest_;  // of an element
    std::vector<std::byte> out_;
};

}  // namespace ckptlite::interchange
