// SPDX-License-Identifier: MIT
// The store: one SQLite file that holds the history of one or many training runs.
//
// Threading: a Store may be used from many threads at once. Writes take turns on one connection;
// each read in progress has a connection of its own. Several processes may open the same file.
// Lifetime: a Store is move-only; its destructor flushes logged metrics and closes. After fork()
// every call in the child throws WrongProcess and the destructor leaves the file alone: open the
// store anew there.
//
// Every function throws Error: Busy when another process holds the lock for longer than the
// timeout, or has taken this one for dead and deleted what it was writing, DiskFull when there is
// no room, IoError when the file system refuses or the file was renamed, deleted or replaced while
// it was open, Corrupt when the file contradicts itself. Such a call has changed nothing and can be
// made again.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ckptlite/compact.hpp"
#include "ckptlite/metrics.hpp"
#include "ckptlite/progress.hpp"
#include "ckptlite/records.hpp"
#include "ckptlite/retention.hpp"
#include "ckptlite/selector.hpp"
#include "ckptlite/tensor_buffer.hpp"
#include "ckptlite/tree.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

namespace detail {
struct CKPTLITE_LOCAL StoreAccess;
}

enum class OpenMode {
    read_only,  ///< the file must exist and is never written
    existing,   ///< the file must exist
    create,     ///< makes the file, and its missing parent folders, if it does not exist
};

enum class JournalMode {
    keep,      ///< whatever the file has; rollback for a new one
    rollback,  ///< one file at rest; readers wait for milliseconds at each commit
    wal,       ///< readers never wait; every byte is written twice; side files while open
};

/// Where the file comes from. Whatever it holds, the answer is right data or an Error; these differ
/// in what a file may make the library do.
enum class Trust {
    own,  ///< your programs wrote it, and nobody else could
    /// From a stranger; only with OpenMode::read_only. The file must be at rest: it is read as it
    /// is, without locks, and nothing is made beside it. Opening throws
    /// * NeedsRecovery if a -journal, -wal or -shm lies beside it, which reading would play in,
    /// * Corrupt for a trigger, a virtual table, or any table, index or view not of the format,
    /// * UnsupportedVersion for a newer minor version, too,
    /// * Corrupt for whatever SQLite's integrity_check finds, which reads the whole file once.
    /// Limits on rows, statements and programs of SQLite are as low as the format allows.
    untrusted,
};

/// How new chunks are encoded. Any file may hold all of them.
enum class Compression {
    planes,  ///< byte planes, each as a zlib stream where that pays: the smallest and fastest
    zlib,    ///< whole chunks as zlib streams: readable with sqlar_uncompress() in the shell
    none,    ///< as they are
};

struct StoreOptions {
    OpenMode mode = OpenMode::create;
    Trust trust = Trust::own;
    JournalMode journal = JournalMode::keep;
    Compression compression = Compression::planes;
    /// Threads that hash and encode a save; 0 is the machine's number of processors.
    unsigned threads = 0;
    std::chrono::milliseconds write_timeout = std::chrono::seconds(60);
    std::chrono::milliseconds read_timeout = std::chrono::seconds(5);
    /// Logged metrics reach the file when this many values wait, or after `log_interval`, at a
    /// save, at flush() and on close. 1 writes every log() call through.
    std::size_t log_buffer = 4096;
    std::chrono::milliseconds log_interval = std::chrono::seconds(1);
    /// Symbolic links are refused unless asked for.
    bool follow_symlinks = false;
};

struct SaveOptions {
    std::string run = "default";
    std::string prefix = "checkpoint";
    std::int64_t step = 0;
    std::int64_t version = 0;
    Metrics metrics{};
    std::optional<double> loss{};
    std::optional<std::int64_t> n_completed_steps{};
    std::optional<double> elapsed_time{};  ///< seconds
    std::string note{};
    bool pinned = false;
    /// true: replaces this step (its pin and its tags stay) and removes the later ones of the same
    /// run and prefix; throws AlreadyExists if one of those is pinned or tagged.
    /// false: throws AlreadyExists if this step or a later one is stored.
    bool overwrite = false;
    /// Applied to the checkpoints of the same run and prefix, in the save's last transaction.
    RetentionPolicy retention{};
};

struct VerifyProblem {
    std::string where;  ///< "run 'default', step 300, leaf /model_params/w", "chunk 12", ...
    std::string what;
};

struct VerifyReport {
    std::uint64_t checkpoints = 0;
    std::uint64_t leaves = 0;
    std::uint64_t chunks = 0;
    std::uint64_t nbytes = 0;  ///< decoded and compared with their digests; 0 unless full
    std::vector<VerifyProblem> problems{};
    bool ok() const noexcept { return problems.empty(); }
};

class Store {
public:
    /// Throws NotFound (no such file, or no such folder), NotACheckpointFile (a folder, a FIFO, an
    /// empty file, garbage, another database), UnsupportedVersion, InvalidArgument (a symlink).
    explicit Store(const std::filesystem::path& file, StoreOptions options = {});
    ~Store();
    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;

    const std::filesystem::path& file() const noexcept;

    /// Stores the tree under a new checkpoint and applies the retention policy; returns when both
    /// are durable. Borrows the tree's memory: nobody may change it meanwhile. Throws
    /// AlreadyExists, and InvalidArgument for a tree or metrics the format cannot hold.
    CheckpointInfo save(const Tree& tree, const SaveOptions& options);

    /// Highest step first; equal steps by id, newest first. At most `limit`, if it is given.
    std::vector<CheckpointInfo> checkpoints(const CheckpointFilter& filter = {},
                                            std::optional<std::size_t> limit = {}) const;
    /// The highest step.
    std::optional<CheckpointInfo> latest(const CheckpointFilter& filter = {}) const;
    /// The best first, at most n. Only checkpoints that report the metric as a number count.
    std::vector<CheckpointInfo> best(const MetricName& metric, Best best, std::size_t n = 1,
                                     const CheckpointFilter& filter = {}) const;

    /// The checkpoint that a selector names, "best:eval/loss" or "run@300": see selector.hpp; a run
    /// in it and in the filter must be the same. Throws NotFound that says what there is instead,
    /// the nearest first, and InvalidArgument for what is no selector.
    CheckpointInfo find(const Selector& selector, const CheckpointFilter& filter = {}) const;
    CheckpointInfo find(std::string_view selector, const CheckpointFilter& filter = {}) const {
        return find(Selector::parse(selector), filter);
    }

    /// The whole tree. Throws NotFound if the checkpoint is gone, Corrupt naming the leaf.
    Tree load(const CheckpointInfo& checkpoint) const;
    /// The leaves whose path matches: "*" stands for any characters within a token, "**" for any
    /// number of tokens. Other dict entries are left out; other positions of lists, tuples and
    /// namedtuples are None. Throws NotFound if nothing matches.
    Tree load(const CheckpointInfo& checkpoint, std::string_view pattern) const;
    /// Fills memory of the caller's, without a copy in between (memory with strides: chunk by
    /// chunk); leaves that no buffer names are not read. Throws TypeError that lists every buffer
    /// whose path, dtype, shape or size is not the stored one, or two of whose elements share
    /// memory, and has then written nothing; after Corrupt the buffers hold anything.
    void load_into(const CheckpointInfo& checkpoint, std::span<const TensorBuffer> buffers) const;
    /// One leaf: a Tensor or a Scalar. Throws NotFound, naming the nearest path.
    Tree leaf(const CheckpointInfo& checkpoint, std::string_view path) const;
    /// Rows [first, first + count) of the outermost axis of one tensor leaf; reads only the chunks
    /// they lie in. Throws InvalidArgument if the rows are outside the tensor.
    Tensor slice(const CheckpointInfo& checkpoint, std::string_view path, std::int64_t first,
                 std::int64_t count) const;
    /// Shapes, dtypes and statistics; no tensor data is read. In tree order.
    std::vector<LeafInfo> leaves(const CheckpointInfo& checkpoint) const;
    /// Those whose path matches, as in load(). Throws NotFound if none does.
    std::vector<LeafInfo> leaves(const CheckpointInfo& checkpoint, std::string_view pattern) const;
    /// Where NaN and infinities first appeared, by run, in the leaves of the checkpoints that are
    /// still stored and in the metric history (which knows no prefix).
    NonFinite non_finite(const CheckpointFilter& filter = {}) const;

    /// Adds to the metric history of a run; a value for the same step replaces the earlier one.
    /// Buffered (see StoreOptions): a crash can lose the last second of it, never a checkpoint.
    /// A failure to write, such as Busy or DiskFull, shows on the next log(), flush() or save();
    /// the values stay in memory and are written when that is possible.
    void log(std::int64_t step, const Metrics& metrics, std::string_view run = "default");
    /// Waits until everything logged is in the file.
    void flush();
    /// By step. Outlives the checkpoints that retention deletes. If `newest` is given, only so many
    /// with the highest steps; no others are read.
    std::vector<MetricPoint> history(const MetricName& metric, std::string_view run = "default",
                                     std::optional<std::size_t> newest = {}) const;
    /// The names of all metrics logged in a run.
    std::vector<MetricName> metric_names(std::string_view run = "default") const;

    std::vector<RunInfo> runs() const;
    /// Makes the run or, if it exists, sets its config. `config` is JSON. A parent, if given, must
    /// exist and is recorded as where the run was forked from, with its step if that is given.
    /// Throws NotFound if there is no such parent, InvalidArgument if that is the run itself or was
    /// forked from it.
    RunInfo start_run(std::string_view name, std::string_view config = "{}",
                      std::optional<std::string> parent_run = {},
                      std::optional<std::int64_t> parent_step = {});
    void finish_run(std::string_view name);

    /// A pinned checkpoint is never deleted by retention.
    void pin(const CheckpointInfo& checkpoint, bool pinned = true);
    void set_note(const CheckpointInfo& checkpoint, std::string_view note);
    /// Names a checkpoint, which may have several tags. Retention never deletes a tagged one.
    /// Throws AlreadyExists, naming the other checkpoint, if the tag is another one's, unless
    /// `move`.
    void tag(const CheckpointInfo& checkpoint, std::string_view tag, bool move = false);
    /// Throws NotFound, naming the nearest tag.
    void untag(std::string_view tag);
    /// By name.
    std::vector<TagInfo> tags() const;
    /// Its tags go with it, pinned or not.
    void remove(const CheckpointInfo& checkpoint);

    /// What `policy` would keep and delete of one run and prefix, with a reason a row.
    std::vector<RetentionDecision> plan(const RetentionPolicy& policy, std::string_view run,
                                        std::string_view prefix) const;
    /// Plans and deletes in one transaction; returns the plan it carried out.
    std::vector<RetentionDecision> retain(const RetentionPolicy& policy, std::string_view run,
                                          std::string_view prefix);

    /// Checks structure and digests of rows; `full` also decodes and checks every chunk, and
    /// whether each row has the form the format prescribes. Damage is reported, not thrown. Never
    /// writes.
    VerifyReport verify(bool full = false, const OnProgress& on_progress = {}) const;

    /// What compact() would do now.
    CompactPlan plan_compact() const;
    /// Deletes what no checkpoint has any more and gives free pages back to the file system, in
    /// many short transactions: readers wait some tens of milliseconds, other processes may write
    /// in between, saves of this store wait. Whenever it ends, by an error too, what was done stays
    /// done and the file is sound. Throws InvalidArgument for a file that another program made
    /// without auto_vacuum; Busy if somebody reads for longer than the timeout.
    CompactReport compact(const OnProgress& on_progress = {});
    /// Writes a copy of the file to `out`: one snapshot, whoever saves meanwhile, with no free
    /// pages and in rollback mode. In rollback mode saves wait until it is done. `out` appears when
    /// it is whole and on the disk; until then it has a temporary name beside it, `out`.new-UUID,
    /// which stays behind if the process is killed. Throws AlreadyExists if there is something of
    /// that name.
    void backup(const std::filesystem::path& out, const OnProgress& on_progress = {}) const;

    /// Flushes and closes; in WAL mode the last one to close seals the store back into one file.
    /// If that fails it throws and the store stays open, so that it can be tried again; the
    /// destructor would have to swallow it. After it every call throws InvalidArgument.
    void close();

private:
    friend struct detail::StoreAccess;  // for extract() and diff()
    struct CKPTLITE_LOCAL Impl;
    Impl& impl() const;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ckptlite
