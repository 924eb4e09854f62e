// SPDX-License-Identifier: MIT
#include <bit>
#include <cstdint>

#include "ckptlite/error.hpp"
#include "ckptlite/tree.hpp"
#include "tree/leaf_kind.hpp"

namespace ckptlite {
namespace {

std::uint64_t bits(double value) noexcept {
    return std::bit_cast<std::uint64_t>(value);
}

struct SameBits {
    const Scalar::Value& other;

    bool operator()(double value) const noexcept {
        return bits(value) == bits(*std::get_if<double>(&other));
    }
    bool operator()(const std::complex<double>& value) const noexcept {
        const auto& held = *std::get_if<std::complex<double>>(&other);
        return bits(value.real()) == bits(held.real()) && bits(value.imag()) == bits(held.imag());
    }
    template <typename T>
    bool operator()(const T& value) const noexcept {
        return value == *std::get_if<T>(&other);
    }
};

}  // namespace

bool operator==(const Scalar& a, const Scalar& b) noexcept {
    return a.value_.index() == b.value_.index() && std::visit(SameBits{b.value_}, a.value_);
}

void Scalar::throw_wrong_kind() const {
    throw TypeError("This scalar holds another kind of value: " +
                    std::string(pytree::kind_name(pytree::kind_of(*this))) + ".");
}

}  // namespace ckptlite
