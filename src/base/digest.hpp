// SPDX-License-Identifier: MIT
// XXH3-128: the content key of chunks and the check of everything stored. It finds damage, not
// forgery.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "base/bytes.hpp"

struct XXH3_state_s;

namespace ckptlite {

/// In XXH128_canonical_t order: what `xxhsum -H2` prints, as bytes.
using Digest = std::array<std::byte, 16>;

Digest digest_of(ByteView bytes) noexcept;

/// The digest of bytes that arrive in pieces. One thread at a time.
class Digester {
public:
    Digester();
    ~Digester();
    Digester(Digester&&) noexcept = default;
    Digester& operator=(Digester&&) noexcept = default;

    void update(ByteView bytes) noexcept;
    void update(std::string_view text) noexcept { update(as_bytes(text)); }
    Digest finish() const noexcept;

private:
    struct Free {
        void operator()(XXH3_state_s* state) const noexcept;
    };
    std::unique_ptr<XXH3_state_s, Free> state_;
};

}  // namespace ckptlite
