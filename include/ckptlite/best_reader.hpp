// SPDX-License-Identifier: MIT
// Reads the checkpoint with the highest or the lowest value of a metric.
//
// Every checkpoint that reports the metric is a candidate, whichever writer wrote it under whatever
// prefix; if read() is given a prefix, only those of that prefix. NaN and missing values never win,
// ties go to the later step. Threading and lifetime are as for CheckpointFileReader.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ckptlite/reader.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

struct BestCheckpointFileReaderOptions {
    /// As for CheckpointFileReader.
    std::string dir{};
    std::function<CheckpointFile()> target{};
    /// The metric's label, such as "loss".
    std::string metric{};
    /// The metric's group.
    std::string group = "eval";
    /// Only checkpoints of this run; of any run if empty.
    std::optional<std::string> run{};
    /// As for CheckpointFileReader.
    StoreOptions store{};
};

/// What both have in common; make one of the two below.
class BestCheckpointFileReader : public CheckpointFileReader {
public:
    const std::string& metric() const noexcept { return metric_.label; }
    const std::string& group() const noexcept { return metric_.group; }

protected:
    BestCheckpointFileReader(const BestCheckpointFileReaderOptions& options, Best best);

private:
    MetricName metric_;
};

class HighestCheckpointFileReader : public BestCheckpointFileReader {
public:
    /// Throws InvalidArgument if `dir`, `metric` or `group` is empty, or `group` has a '/'.
    explicit HighestCheckpointFileReader(const BestCheckpointFileReaderOptions& options)
        : BestCheckpointFileReader(options, Best::highest) {}
};

class LowestCheckpointFileReader : public BestCheckpointFileReader {
public:
    /// Throws InvalidArgument if `dir`, `metric` or `group` is empty, or `group` has a '/'.
    explicit LowestCheckpointFileReader(const BestCheckpointFileReaderOptions& options)
        : BestCheckpointFileReader(options, Best::lowest) {}
};

}  // namespace ckptlite
