// SPDX-License-Identifier: MIT
// Writes checkpoints, at once or in the background. best_writer.hpp has the writers that write only
// the best.
//
// A writer opens its store when it is made and closes it when it goes. Writers are move-only; one
// belongs to one thread at a time, except for log(), flush() and store(), which any thread may call
// meanwhile. After fork() every call in the child throws WrongProcess: make a new writer there.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "ckptlite/checkpoint.hpp"
#include "ckptlite/metrics.hpp"
#include "ckptlite/retention.hpp"
#include "ckptlite/store.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// A checkpoint that could not be stored in the background.
struct LostSave {
    std::string run{};
    std::int64_t step = 0;
    std::string what{};  ///< why
};

struct CheckpointFileWriterOptions {
    /// The file. A folder that exists, or a name that ends in '/', means `checkpoints.db` in it.
    std::string output_dir{};
    /// How many of the latest checkpoints of a prefix to keep; 0 keeps all.
    std::int64_t keep = 1;
    /// true: a save replaces its step and removes the later ones of the same prefix.
    /// false: saving a step that is not above all stored ones of the prefix throws.
    bool overwrite = true;
    /// Store the gradients, too. Readers of CheckpointFile pass over them.
    bool store_grads = false;
    /// write() copies borrowed tensors and returns; a background thread saves the copy. The writer
    /// keeps the memory of the copy for the next one. Tensors that own their bytes (Tensor::own,
    /// copy, adopt) are not copied, so handing those over makes write() return at once.
    /// A save that meets a lock (Busy) or a full disk (DiskFull) keeps its copy and is tried again
    /// every second, so a forgotten reader delays it and loses nothing. It comes before every later
    /// one. Programs are told by wait() and the next write().
    bool asynchronous = false;
    /// The layout of the trees, in your own counting; see CheckpointFile::version.
    std::int64_t version = 0;
    std::string run = "default";
    /// More reasons to keep a checkpoint, beside `keep`. Meaningless with keep = 0.
    RetentionPolicy retention{};
    StoreOptions store{};
    /// Told of the save in the background that is lost because the writer goes, whose destructor
    /// cannot throw; on the thread that destroys it. What it throws is swallowed. Without it, the
    /// loss is a line on stderr.
    std::function<void(const LostSave&)> on_lost{};
};

/// What all writers have in common; make one of those below or in best_writer.hpp.
class WriterBase {
public:
    const std::string& output_dir() const noexcept { return options_.output_dir; }
    std::int64_t keep() const noexcept { return options_.keep; }
    bool overwrite() const noexcept { return options_.overwrite; }

    /// Returns when nothing is being saved in the background any more. Throws what the last save
    /// threw, unless that was thrown already. Busy and DiskFull are thrown after one more attempt;
    /// the save then goes on in the background, and wait() can be called again.
    void wait();
    /// Gives up the save in the background if the attempt in progress fails, and says whether it
    /// did: for a save that Busy or DiskFull keeps from being stored.
    bool discard();

    /// Store::log for the writer's run.
    void log(std::int64_t step, const Metrics& metrics);
    /// Store::flush.
    void flush();
    Store& store();
    const Store& store() const;

protected:
    explicit WriterBase(CheckpointFileWriterOptions options);
    /// Waits for a background save, through one more attempt. If that fails the save is lost, which
    /// on_lost or a line on stderr says: call wait() first to be sure.
    ~WriterBase();
    WriterBase(WriterBase&&) noexcept;
    WriterBase& operator=(WriterBase&&) noexcept;

    const CheckpointFileWriterOptions& options() const noexcept { return options_; }
    /// Calls `saved`, on whatever thread saved, once the checkpoint is durable.
    void save(const Checkpoint& checkpoint, const Metrics& metrics, std::string prefix,
              std::function<void()> saved);
    /// As wait(), but a failure stays for the next call of wait() or save().
    void settle() const;

private:
    struct CKPTLITE_LOCAL Impl;
    Impl& impl() const;
    CheckpointFileWriterOptions options_;
    std::unique_ptr<Impl> impl_;
};

/// Writes every checkpoint it is given.
class CheckpointFileWriter : public WriterBase {
public:
    /// Opens or makes the file. Throws what Store's constructor throws, and InvalidArgument for an
    /// empty output_dir, a negative keep, wrong retention rules, or rules beside keep = 0.
    explicit CheckpointFileWriter(CheckpointFileWriterOptions options);

    /// Saves under `prefix`, or under "checkpoint" if none is given, and returns its argument.
    /// Throws AlreadyExists as `overwrite` says, or if a later step that had to be removed is
    /// pinned or tagged; InvalidArgument for a tree the format cannot hold; and what Store::save
    /// throws. If asynchronous: begins with wait(), and throws what that throws; `checkpoint` is
    /// then not saved.
    const Checkpoint& write(const Checkpoint& checkpoint,
                            const std::optional<std::string>& prefix = {});
    /// The same, with metrics.
    const Summary& write(const Summary& summary, const std::optional<std::string>& prefix = {});

    const Checkpoint& operator()(const Checkpoint& checkpoint) { return write(checkpoint); }
    const Summary& operator()(const Summary& summary) { return write(summary); }
};

}  // namespace ckptlite
