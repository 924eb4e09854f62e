// SPDX-License-Identifier: MIT
// What the store says of runs, checkpoints, leaves and metrics, without their data. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ckptlite/metrics.hpp"
#include "ckptlite/statistics.hpp"
#include "ckptlite/tensor.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

struct RunInfo {
    std::int64_t id = 0;
    std::string name{};
    std::string uuid{};
    std::string config{};       ///< JSON text
    std::string created_at{};   ///< RFC 3339, UTC
    std::string finished_at{};  ///< RFC 3339, UTC; empty while the run goes on
    std::string parent_run{};   ///< the run it was resumed or forked from; may be empty
    std::optional<std::int64_t> parent_step{};
};

/// A stored checkpoint, all but its tree.
struct CheckpointInfo {
    std::int64_t id = 0;
    std::string run{};
    std::string prefix{};
    std::int64_t step = 0;
    std::int64_t version = 0;
    Metrics metrics{};
    std::optional<double> loss{};
    std::optional<std::int64_t> n_completed_steps{};
    std::optional<double> elapsed_time{};  ///< seconds
    bool pinned = false;
    std::string note{};
    std::vector<std::string> tags{};  ///< by name
    std::string created_at{};         ///< RFC 3339, UTC
    std::int64_t tree_id = 0;
    std::uint64_t n_leaves = 0;
    std::uint64_t nbytes = 0;         ///< of all leaves, decoded
    std::uint64_t stored_nbytes = 0;  ///< of all leaves, encoded, as if nothing were shared
};

/// A name of one checkpoint, unique in the file.
struct TagInfo {
    std::string tag{};
    CheckpointInfo checkpoint{};
};

/// A leaf without its data.
struct LeafInfo {
    std::string path{};
    std::string kind{};            ///< tensor, int, float, bool, complex, string or bytes
    std::optional<DType> dtype{};  ///< tensors only
    Shape shape{};                 ///< tensors only
    std::uint64_t nbytes = 0;
    std::uint64_t stored_nbytes = 0;
    LeafStatistics statistics{};
};

/// The first stored checkpoint in which a leaf of a run has elements that are not finite.
struct NonFiniteLeaf {
    std::string run{};
    std::string prefix{};
    std::int64_t step = 0;
    std::string path{};
    std::uint64_t nan_count = 0;
    std::uint64_t inf_count = 0;
};

/// The first value of a metric of a run that is not finite.
struct NonFiniteMetric {
    std::string run{};
    MetricName metric{};
    std::int64_t step = 0;
    double value = 0;
};

/// Each by run, then by step.
struct NonFinite {
    std::vector<NonFiniteLeaf> leaves{};
    std::vector<NonFiniteMetric> metrics{};
};

/// Which checkpoints to look at; an empty field does not restrict. Names match exactly.
struct CheckpointFilter {
    std::optional<std::string> run{};
    std::optional<std::string> prefix{};
    std::optional<std::int64_t> step{};
};

struct MetricPoint {
    std::int64_t step = 0;
    double value = 0;  ///< NaN where NaN was logged
    std::string at{};  ///< RFC 3339, UTC
};

}  // namespace ckptlite
