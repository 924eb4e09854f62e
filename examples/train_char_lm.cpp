// SPDX-License-Identifier: MIT
// Trains a small character-level language model and keeps everything about it in one file: weights,
// optimizer state and random generator in checkpoints, losses in the metric history. Kill it at any
// moment and call it again: it goes on from its latest checkpoint, and ends with the same bits as a
// run that was never killed.
//
// What touches ckptlite is here and in char_lm/training_state.cpp; the rest is the model.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "char_lm/adam.hpp"
#include "char_lm/arguments.hpp"
#include "char_lm/corpus.hpp"
#include "char_lm/model.hpp"
#include "char_lm/sample_text.hpp"
#include "char_lm/training_state.hpp"
#include "ckptlite/best_reader.hpp"
#include "ckptlite/best_writer.hpp"
#include "ckptlite/error.hpp"
#include "ckptlite/reader.hpp"
#include "ckptlite/writer.hpp"

namespace char_lm {
namespace {

constexpr std::size_t kBatch = 64;
constexpr std::size_t kEvaluated = 2048;  // windows of the held-out text
constexpr std::size_t kSampleLength = 300;

using Clock = std::chrono::steady_clock;

/// The state after the run's latest checkpoint, or a new one.
TrainingState resume(const Arguments& arguments, const Corpus& corpus, const Layout& layout) {
    TrainingState state(layout, arguments.seed);
    const ckptlite::CheckpointFileReader read({.dir = arguments.db, .run = arguments.run});

    const auto stored = read.read();
    if (stored && !std::ranges::equal(vocabulary_of(*stored), corpus.vocabulary)) {
        throw ckptlite::InvalidArgument(
            "the texts have other characters than those this run was trained on; give the same "
            "texts, or another --run or --db",
            {.file = arguments.db, .run = arguments.run, .step = stored->step});
    }
    restore(read(to_checkpoint(state, corpus.vocabulary)), state);
    return state;
}

std::string config_json(const Arguments& arguments, const Layout& layout) {
    return "{\"batch\": " + std::to_string(kBatch) + ", \"context\": " + std::to_string(kContext) +
           ", \"embedding\": " + std::to_string(kEmbedding) +
           ", \"hidden\": " + std::to_string(layout.hidden) +
           ", \"seed\": " + std::to_string(arguments.seed) +
           ", \"vocabulary\": " + std::to_string(layout.vocabulary) + "}";
}

/// Both kinds of checkpoint and the metric history of one run.
class Records {
public:
    Records(const Arguments& arguments, const std::string& config)
        : latest_(
              {.output_dir = arguments.db, .keep = 3, .asynchronous = true, .run = arguments.run}),
          best_({.metric = "loss",
                 .to_stdout = false,
                 .writer = {.output_dir = arguments.db, .run = arguments.run}}),
          run_(arguments.run) {
        latest_.store().start_run(run_, config);
    }

    void log(std::int64_t step, double loss, double grad_norm) {
        latest_.log(step, {{"train", {{"loss", loss}, {"grad_norm", grad_norm}}}});
    }

    /// Returns whether this is the best one so far. The order matters: what is resumed from is
    /// written last, so that a run killed in between comes by this step again.
    bool write(const ckptlite::Summary& summary) {
        const bool is_best = best_.is_best(summary.metrics.at("eval").at("loss"));
        best_.write(summary);
        latest_.write(summary);
        return is_best;
    }

    void finish() {
        latest_.wait();
        latest_.store().finish_run(run_);
    }

private:
    ckptlite::CheckpointFileWriter latest_;
    ckptlite::LowestCheckpointFileWriter best_;
    std::string run_;
};

/// The part of a run between two checkpoints.
struct Stretch {
    std::int64_t n_steps = 0;
    double sum_of_losses = 0;
    Clock::time_point start = Clock::now();

    double mean_loss() const { return sum_of_losses / static_cast<double>(n_steps); }
};

ckptlite::Summary summarize(const TrainingState& state, const Corpus& corpus,
                            const Stretch& stretch, double eval_loss) {
    ckptlite::CheckpointFile checkpoint = to_checkpoint(state, corpus.vocabulary);
    ckptlite::Summary summary;
    summary.model_params = std::move(checkpoint.model_params);
    summary.model_state = std::move(checkpoint.model_state);
    summary.optimizer_state = std::move(checkpoint.optimizer_state);
    summary.step = state.step();
    summary.loss = stretch.mean_loss();
    summary.n_completed_steps = stretch.n_steps;
    summary.elapsed_time = std::chrono::duration<double>(Clock::now() - stretch.start).count();
    summary.metrics = {{"eval", {{"loss", eval_loss}}}};
    return summary;
}

void train(TrainingState& state, const Corpus& corpus, std::int64_t last_step,
           std::int64_t eval_every, Records& records) {
    const Batch held_out = even_batch(corpus.held_out, kContext, kEvaluated);
    Parameters gradients = state.parameters;
    Stretch stretch;
    while (state.step() < last_step) {
        const Batch batch = random_batch(corpus.training, kContext, kBatch, state.random);
        const double train_loss = loss_and_gradients(state.parameters, batch, gradients);
        adam_step(gradients, state.adam, state.parameters);
        records.log(state.step(), train_loss, norm(gradients));
        ++stretch.n_steps;
        stretch.sum_of_losses += train_loss;

        if (state.step() % eval_every != 0 && state.step() != last_step) continue;
        const double eval_loss = loss(state.parameters, held_out);
        const bool is_best = records.write(summarize(state, corpus, stretch, eval_loss));
        std::fprintf(stderr, "step %lld: train loss %.4f, eval loss %.4f%s\n",
                     static_cast<long long>(state.step()), stretch.mean_loss(), eval_loss,
                     is_best ? " (best)" : "");
        stretch = {};
    }
}

/// Loads the best checkpoint of the run back from the file and lets it speak.
void show_best(const Arguments& arguments, const Corpus& corpus, const Layout& layout) {
    TrainingState state(layout, arguments.seed);
    const ckptlite::LowestCheckpointFileReader read(
        {.dir = arguments.db, .metric = "loss", .run = arguments.run});
    const auto best = read(to_checkpoint(state, corpus.vocabulary));
    if (best.metrics.empty()) return;  // the run has no checkpoint yet: --steps 0
    restore(best, state);

    std::printf("\nThe best checkpoint is that of step %lld, with an eval loss of %.4f.\n",
                static_cast<long long>(best.step), best.metrics.at("eval").at("loss"));
    std::printf("It writes:\n\n");
    const auto prompt = std::span(corpus.held_out).first(kContext);
    const std::string text =
        sample_text(state.parameters, corpus.vocabulary, prompt, kSampleLength, arguments.seed);
    std::printf("%s\n\n", text.c_str());
}

void run(const Arguments& arguments) {
    const Corpus corpus = read_corpus(arguments.texts, kContext);
    const Layout layout{.vocabulary = corpus.vocabulary.size(), .hidden = arguments.hidden};
    TrainingState state = resume(arguments, corpus, layout);
    const std::int64_t last_step = arguments.steps + (arguments.steps_are_more ? state.step() : 0);

    if (state.step() > 0) {
        std::fprintf(stderr, "Resuming the run '%s' after step %lld.\n", arguments.run.c_str(),
                     static_cast<long long>(state.step()));
    }
    if (state.step() >= last_step) {
        std::fprintf(stderr, "Nothing to train: the run is at step %lld already.\n",
                     static_cast<long long>(state.step()));
    } else {
        Records records(arguments, config_json(arguments, layout));
        train(state, corpus, last_step, arguments.eval_every, records);
        records.finish();
    }
    show_best(arguments, corpus, layout);
}

}  // namespace
}  // namespace char_lm

int main(int argc, char** argv) {
    try {
        const auto arguments =
            char_lm::parse_arguments(std::vector<std::string>(argv + 1, argv + argc));
        if (arguments.help) {
            std::cout << char_lm::kUsage;
            return 0;
        }
        char_lm::run(arguments);
        return 0;
    } catch (const char_lm::UsageError& error) {
        std::cerr << "train_char_lm: " << error.what() << "\n\n" << char_lm::kUsage;
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "train_char_lm: " << error.what() << '\n';
        return 1;
    }
}
