// SPDX-License-Identifier: MIT
// Reads checkpoints back: the latest one of a prefix. best_reader.hpp has the readers that rank by
// a metric.
//
// A reader opens the file anew for each call and holds nothing in between, so it can be made
// before the file exists. It is a value: it may be copied, and used from many threads at once if
// its target may. What it returns owns its memory.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ckptlite/checkpoint.hpp"
#include "ckptlite/metrics.hpp"
#include "ckptlite/store.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

struct CheckpointFileReaderOptions {
    /// The file. A folder that exists, or a name that ends in '/', means `checkpoints.db` in it.
    std::string dir{};
    /// Makes the initial checkpoint, with the types and shapes the program expects. It is called
    /// by operator()() alone and may be empty.
    std::function<CheckpointFile()> target{};
    /// Only checkpoints of this run; of any run if empty.
    std::optional<std::string> run{};
    /// For timeouts and symbolic links. Its mode is not used: readers never write, but for rolling
    /// back what a crashed writer left half done.
    StoreOptions store{};
};

class CheckpointFileReader {
public:
    /// Throws InvalidArgument if `dir` is empty. Looks at no file.
    explicit CheckpointFileReader(CheckpointFileReaderOptions options);

    const std::string& dir() const noexcept { return options_.dir; }
    const std::function<CheckpointFile()>& target() const noexcept { return options_.target; }

    /// read(initializer).
    CheckpointFile operator()(const CheckpointFile& initializer) const;
    /// read(target()). Throws InvalidArgument if the reader has no target.
    CheckpointFile operator()() const;

    /// The checkpoint with the highest step among those of the prefix ("checkpoint" if none is
    /// given), or `initializer` if there is no file or no such checkpoint in it.
    /// Throws UnsupportedVersion if the stored version is higher than the initializer's; TypeError
    /// with every difference if the stored trees do not fit the initializer's; and what
    /// opening and reading a Store throws, but for NotFound.
    CheckpointFile read(const CheckpointFile& initializer,
                        const std::optional<std::string>& prefix = {}) const;
    /// The checkpoint as it was stored, whatever its version, or nothing. Throws TypeError if its
    /// tree is not of model_params, model_state, optimizer_state and perhaps grads.
    std::optional<CheckpointFile> read(std::nullopt_t = std::nullopt,
                                       const std::optional<std::string>& prefix = {}) const;

protected:
    /// The best checkpoint is meant instead of the latest.
    struct Ranking {
        MetricName metric;
        Best best;
    };
    CheckpointFileReader(CheckpointFileReaderOptions options, Ranking ranking);

private:
    struct Found;
    std::optional<CheckpointInfo> select(const Store& store,
                                         const std::optional<std::string>& prefix) const;
    std::optional<Found> find_in(const Store& store, const std::optional<std::string>& prefix,
                                 std::optional<std::int64_t> newest_version) const;
    std::optional<Found> find(const std::optional<std::string>& prefix,
                              std::optional<std::int64_t> newest_version) const;

    CheckpointFileReaderOptions options_;
    std::optional<Ranking> ranking_;
};

}  // namespace ckptlite
