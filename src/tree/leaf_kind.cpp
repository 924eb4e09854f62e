// SPDX-License-Identifier: MIT
#include "tree/leaf_kind.hpp"

#include <algorithm>
#include <array>

#include "ckptlite/error.hpp"

namespace ckptlite::pytree {
namespace {

struct Row {
    std::string_view name;  // on disk: never rename
    std::optional<DType> dtype;
};

// In the order of LeafKind, which is the order of Scalar::Value after tensor.
constexpr std::array<Row, 7> kTable{{
    {"tensor", std::nullopt},
    {"int", DType::int64},
    {"float", DType::float64},
    {"bool", DType::boolean},
    {"complex", DType::complex128},
    {"string", std::nullopt},
    {"bytes", std::nullopt},
}};

// In the order of Tree::Value; leaves are named by their kind.
constexpr std::array<std::string_view, 5> kContainers{"none", "dict", "list", "tuple",
                                                      "namedtuple"};

template <LeafKind kKind, typename T>
constexpr bool kStandsAt =
    std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(kKind) - 1, Scalar::Value>,
                   T>;
static_assert(kStandsAt<LeafKind::integer, std::int64_t> && kStandsAt<LeafKind::floating, double> &&
              kStandsAt<LeafKind::boolean, bool> &&
              kStandsAt<LeafKind::complex, std::complex<double>> &&
              kStandsAt<LeafKind::string, std::string> && kStandsAt<LeafKind::bytes, Bytes>);

}  // namespace

std::string_view kind_name(LeafKind kind) noexcept {
    return kTable[static_cast<std::size_t>(kind)].name;
}

std::optional<LeafKind> parse_kind(std::string_view name) noexcept {
    const auto found = std::ranges::find(kTable, name, &Row::name);
    if (found == kTable.end()) return std::nullopt;
    return static_cast<LeafKind>(found - kTable.begin());
}

LeafKind kind_of(const Scalar& scalar) noexcept {
    return static_cast<LeafKind>(scalar.value().index() + 1);
}

LeafKind kind_of(const Tree& leaf) {
    if (const auto* scalar = std::get_if<Scalar>(&leaf.value())) return kind_of(*scalar);
    if (!leaf.is_leaf())
        throw InvalidArgument("A leaf is needed here, not a " + std::string(node_name(leaf)) + ".");
    return LeafKind::tensor;
}

std::optional<DType> scalar_dtype(LeafKind kind) noexcept {
    return kTable[static_cast<std::size_t>(kind)].dtype;
}

std::string_view node_name(const Tree& node) noexcept {
    if (const auto* scalar = std::get_if<Scalar>(&node.value())) return kind_name(kind_of(*scalar));
    return node.is_leaf() ? kind_name(LeafKind::tensor) : kContainers[node.value().index()];
}

}  // namespace ckptlite::pytree
