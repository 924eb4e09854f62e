// SPDX-License-Identifier: MIT
#include "base/digest.hpp"

#if CKPTLITE_HAVE_XXHASH_DISPATCH
#include <xxh_x86dispatch.h>  // the same functions, by the instructions of the processor
#else
#include <xxhash.h>
#endif

#include <new>

namespace ckptlite {
namespace {

Digest canonical(XXH128_hash_t hash) noexcept {
    XXH128_canonical_t big_endian;
    XXH128_canonicalFromHash(&big_endian, hash);
    Digest digest;
    static_assert(sizeof digest == sizeof big_endian.digest);
    std::memcpy(digest.data(), big_endian.digest, sizeof digest);
    return digest;
}

}  // namespace

Digest digest_of(ByteView bytes) noexcept {
    return canonical(XXH3_128bits(bytes.data(), bytes.size()));
}

void Digester::Free::operator()(XXH3_state_s* state) const noexcept {
    XXH3_freeState(state);
}

Digester::Digester() : state_(XXH3_createState()) {
    if (!state_) throw std::bad_alloc();
    XXH3_128bits_reset(state_.get());
}

Digester::~Digester() = default;

void Digester::update(ByteView bytes) noexcept {
    XXH3_128bits_update(state_.get(), bytes.data(), bytes.size());
}

Digest Digester::finish() const noexcept {
    return canonical(XXH3_128bits_digest(state_.get()));
}

}  // namespace ckptlite
