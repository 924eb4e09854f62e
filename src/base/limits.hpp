// SPDX-License-Identifier: MIT
// The numbers of docs/FORMAT.md, "Limits". Checked before anything is allocated; raising one is a
// change of the format.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ckptlite::limits {

inline constexpr std::size_t kDepth = 128;                    ///< levels of a tree
inline constexpr std::size_t kRank = 255;                     ///< extents of a shape
inline constexpr std::size_t kPathBytes = 16'384;             ///< of a leaf's path
inline constexpr std::uint64_t kLeaves = 1'000'000;           ///< in one tree
inline constexpr std::uint64_t kNodes = 4'000'000;            ///< leaves, containers and nones
inline constexpr std::uint64_t kLeafBytes = 1ULL << 50;       ///< decoded
inline constexpr std::size_t kInlineBytes = 65'536;           ///< of a leaf kept in its row
inline constexpr std::size_t kChunkBytes = 16ULL << 20;       ///< of a chunk, decoded
inline constexpr std::size_t kStructureBytes = 256ULL << 20;  ///< structure JSON
inline constexpr std::size_t kMetricsBytes = 1ULL << 20;      ///< metrics JSON
inline constexpr std::size_t kConfigBytes = 16ULL << 20;      ///< config JSON of a run
inline constexpr std::size_t kNameBytes = 1'024;              ///< run, prefix, group, label

}  // namespace ckptlite::limits
