// SPDX-License-Identifier: MIT
// Saves in the steady state: every save of a series frees what a later one uses.
#include <memory>

#include "ckptlite/writer.hpp"
#include "commands.hpp"
#include "raw_io.hpp"

namespace bench {
namespace {

/// Every element has changed since the last save.
Figures save_changing(Context& context) {
    Series& series = context.changing_series();
    series.advance(true);
    return timed_save(series, "save");
}

/// A series of its own, since only its first save is full.
class PartlyFrozen {
public:
    PartlyFrozen(Context& context, std::string name) : context_(context), name_(std::move(name)) {}

    Figures operator()(bool live_part_changes) {
        if (!series_) {
            series_.emplace(context_.state, context_.folder / (name_ + ".db"));
            for (int i = 0; i < 4; ++i) advance_and_save(i == 0 || live_part_changes, i == 0);
        }
        if (live_part_changes) {
            series_->advance(false);
        } else {
            series_->show();
        }
        return timed_save(*series_, name_);
    }

private:
    void advance_and_save(bool changes, bool all) {
        if (changes) series_->advance(all);
        series_->save();
    }

    Context& context_;
    std::string name_;
    std::optional<Series> series_;
};

/// How long write() keeps the training loop, when the save before is done.
class Asynchronous {
public:
    explicit Asynchronous(Context& context) : context_(context) {}

    Figures operator()() {
        if (!writer_) {
            writer_.emplace(ckptlite::CheckpointFileWriterOptions{
                .output_dir = (context_.folder / "asynchronous.db").string(),
                .keep = 3,
                .overwrite = false,
                .asynchronous = true});
            checkpoint_ = context_.state.checkpoint();
            for (int i = 0; i < 4; ++i) write();
        }
        return {{"blocked", write()}};
    }

private:
    double write() {
        ++epoch_;
        context_.state.show({.frozen = epoch_, .live = epoch_});
        checkpoint_.step = epoch_;
        settle();
        const double time = seconds([&] { writer_->write(checkpoint_); });
        writer_->wait();
        return time;
    }

    Context& context_;
    std::optional<ckptlite::CheckpointFileWriter> writer_;
    ckptlite::Checkpoint checkpoint_;
    std::uint32_t epoch_ = 0;
};

}  // namespace

Figures timed_save(Series& series, const std::string& name) {
    settle(series.state().nbytes());
    const ProcessUse before = process_use();
    ckptlite::CheckpointInfo info;
    const double time = seconds([&] { info = series.save(); });
    settle();
    const ProcessUse after = process_use();
    const auto over_stored = [&](std::uint64_t nbytes) {
        return static_cast<double>(nbytes) / static_cast<double>(info.stored_nbytes);
    };
    return {{name, time},
            {name + "_user", after.user_seconds - before.user_seconds},
            {name + "_system", after.system_seconds - before.system_seconds},
            {name + "_read_over_stored", over_stored(after.read_bytes - before.read_bytes)},
            {name + "_written_over_stored", over_stored(after.write_bytes - before.write_bytes)}};
}

void add_save_measures(Commands& commands, Context& context) {
    commands["save"] = [&context](const Arguments&) { return save_changing(context); };
    const auto unchanged = std::make_shared<PartlyFrozen>(context, "save_unchanged");
    commands["save_unchanged"] = [=](const Arguments&) { return (*unchanged)(false); };
    const auto frozen = std::make_shared<PartlyFrozen>(context, "save_frozen90");
    commands["save_frozen90"] = [=](const Arguments&) { return (*frozen)(true); };
    const auto asynchronous = std::make_shared<Asynchronous>(context);
    commands["blocked"] = [=](const Arguments&) { return (*asynchronous)(); };
}

}  // namespace bench
