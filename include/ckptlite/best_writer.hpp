// SPDX-License-Identifier: MIT
// Writes a checkpoint each time a metric reaches its highest or its lowest value so far.
//
// The best value is that of the stored checkpoints of the writer's run and its own prefix, which is
// "highest:GROUP/METRIC" or "lowest:GROUP/METRIC", so it outlives the writer, and writers of
// different metrics or directions never touch each other's checkpoints. A prefix given to a call is
// put before it, as "mine/lowest:eval/loss", and has a best value of its own.
// Threading and lifetime are as for CheckpointFileWriter.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ckptlite/visibility.hpp"
#include "ckptlite/writer.hpp"

namespace CKPTLITE_API ckptlite {

struct BestCheckpointFileWriterOptions {
    /// The metric's label, such as "loss".
    std::string metric{};
    /// The metric's group.
    std::string group = "eval";
    /// Print a line on the standard output at the start, and one for each new best value.
    /// (`stdout` in flax_extra; in C and C++ that name is a macro.)
    bool to_stdout = true;
    /// Where and how the checkpoints are written.
    CheckpointFileWriterOptions writer{};
};

/// What both have in common; make one of the two below.
class BestCheckpointFileWriter : public WriterBase {
public:
    const std::string& metric() const noexcept;
    const std::string& group() const noexcept;

    /// Saves the summary if its metric is_best(), and returns it either way. Throws InvalidArgument
    /// if the summary lacks the metric, and what CheckpointFileWriter::write throws. A save that
    /// fails, at once or in the background, leaves the best value as it was.
    const Summary& write(const Summary& summary, const std::optional<std::string>& prefix = {});
    const Summary& operator()(const Summary& summary) { return write(summary); }

    /// Whether this value would be written: it is at least as good as the best one (of a tie, the
    /// later step wins), or there is none yet. NaN never is. If asynchronous, waits for the save in
    /// flight, as its outcome matters; a failure of it stays for the next write() or wait().
    bool is_best(double metric, const std::optional<std::string>& prefix = {}) const;
    /// The best value that is stored, if there is any. Waits as is_best() does.
    std::optional<double> best_metric(const std::optional<std::string>& prefix = {}) const;

protected:
    BestCheckpointFileWriter(const BestCheckpointFileWriterOptions& options, Best best);

private:
    class CKPTLITE_LOCAL BestSoFar;
    // Shared with a save in flight, which prints the new best value when it is done and may outlive
    // the part of the writer that holds this.
    std::shared_ptr<BestSoFar> best_so_far_;
};

class HighestCheckpointFileWriter : public BestCheckpointFileWriter {
public:
    /// Throws what CheckpointFileWriter's constructor throws, and InvalidArgument if `metric` or
    /// `group` is empty or `group` has a '/'.
    explicit HighestCheckpointFileWriter(const BestCheckpointFileWriterOptions& options)
        : BestCheckpointFileWriter(options, Best::highest) {}
};

class LowestCheckpointFileWriter : public BestCheckpointFileWriter {
public:
    /// As for HighestCheckpointFileWriter.
    explicit LowestCheckpointFileWriter(const BestCheckpointFileWriterOptions& options)
        : BestCheckpointFileWriter(options, Best::lowest) {}
};

}  // namespace ckptlite
