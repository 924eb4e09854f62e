// SPDX-License-Identifier: MIT
#include "ckptlite/writer.hpp"

#include <algorithm>
#include <utility>

#include "api/checkpoint_tree.hpp"
#include "api/names.hpp"
#include "api/save_queue.hpp"
#include "ckptlite/error.hpp"
#include "format/metrics_json.hpp"

namespace ckptlite {
namespace {

/// `keep` is one more rule of the retention policy.
RetentionPolicy policy_of(const CheckpointFileWriterOptions& options) {
    RetentionPolicy policy = options.retention;
    if (options.keep > 0) policy.last = std::max(options.keep, policy.last.value_or(0));
    return policy;
}

CheckpointFileWriterOptions checked(CheckpointFileWriterOptions options) {
    detail::check_place(options.output_dir, "output_dir");
    format::check_name(options.run, "run");
    if (options.keep < 0)
        throw InvalidArgument("The option 'keep' is " + std::to_string(options.keep) +
                              "; it takes a number of checkpoints, or 0 to keep all.");
    if (options.keep == 0 && !options.retention.keeps_everything())
        throw InvalidArgument(
            "The option 'keep' is 0, which keeps every checkpoint, so the rules in 'retention' "
            "could never delete one: set 'keep' to at least 1, or leave the rules out.");
    static_cast<void>(plan_retention({}, options.retention, {}));
    return options;
}

}  // namespace

struct WriterBase::Impl {
    explicit Impl(const CheckpointFileWriterOptions& options)
        : store(detail::checkpoint_path(options.output_dir), options.store),
          queue(store, options.asynchronous, options.on_lost) {}

    Store store;
    detail::SaveQueue queue;
};

WriterBase::WriterBase(CheckpointFileWriterOptions options)
    : options_(checked(std::move(options))), impl_(std::make_unique<Impl>(options_)) {}

WriterBase::~WriterBase() = default;
WriterBase::WriterBase(WriterBase&&) noexcept = default;
WriterBase& WriterBase::operator=(WriterBase&&) noexcept = default;

WriterBase::Impl& WriterBase::impl() const {
    if (!impl_) throw InvalidArgument("The writer was moved from.");
    return *impl_;
}

void WriterBase::wait() {
    impl().queue.wait();
}

bool WriterBase::discard() {
    return impl().queue.discard();
}

void WriterBase::settle() const {
    impl().queue.settle();
}

void WriterBase::log(std::int64_t step, const Metrics& metrics) {
    store().log(step, metrics, options_.run);
}

void WriterBase::flush() {
    store().flush();
}

Store& WriterBase::store() {
    return impl().store;
}

const Store& WriterBase::store() const {
    return impl().store;
}

void WriterBase::save(const Checkpoint& checkpoint, const Metrics& metrics, std::string prefix,
                      std::function<void()> saved) {
    impl().queue.save(detail::checkpoint_tree(checkpoint, options_.store_grads),
                      {.run = options_.run,
                       .prefix = std::move(prefix),
                       .step = checkpoint.step,
                       .version = options_.version,
                       .metrics = metrics,
                       .loss = checkpoint.loss,
                       .n_completed_steps = checkpoint.n_completed_steps,
                       .elapsed_time = checkpoint.elapsed_time,
                       .overwrite = options_.overwrite,
                       .retention = policy_of(options_)},
                      std::move(saved));
}

CheckpointFileWriter::CheckpointFileWriter(CheckpointFileWriterOptions options)
    : WriterBase(std::move(options)) {}

const Checkpoint& CheckpointFileWriter::write(const Checkpoint& checkpoint,
                                              const std::optional<std::string>& prefix) {
    save(checkpoint, {}, prefix.value_or(detail::kDefaultPrefix), [] {});
    return checkpoint;
}

const Summary& CheckpointFileWriter::write(const Summary& summary,
                                           const std::optional<std::string>& prefix) {
    save(summary, summary.metrics, prefix.value_or(detail::kDefaultPrefix), [] {});
    return summary;
}

}  // namespace ckptlite
