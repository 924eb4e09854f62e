// SPDX-License-Identifier: MIT
// Any sequence of calls of a store: after each, it lists the checkpoints that the model has, at the
// end it says the same of everything, and verify(full) finds nothing.
#include <array>
#include <limits>
#include <optional>

#include "ckptlite/error.hpp"
#include "damage/file_bytes.hpp"
#include "fuzz/fuzz_target.hpp"
#include "fuzz/store_model.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::fuzz {
namespace {

namespace fs = std::filesystem;
using Outcome = StoreModel::Outcome;

/// An empty store with small pages, in both journal modes: copied for each input.
struct Templates {
    Templates() {
        Store(dir / "new.db").close();
        test::RawSql raw(dir / "new.db");
        raw.run("PRAGMA page_size = 1024; VACUUM");
        rollback = test::bytes_of(dir / "new.db");
        raw.run("PRAGMA journal_mode = WAL");
        wal = test::bytes_of(dir / "new.db");
    }
    test::TempDir dir{};
    std::string rollback{};
    std::string wal{};
};

class Session {
public:
    Session(const fs::path& file, Input& input) : file_(file), input_(input) { open(); }

    void step() {
        switch (input_.byte() % 12) {
            case 0:
            case 1:
            case 2:
                return save();
            case 3:
                return expect(model_.remove(nth()), [&] { store_->remove(saved_[nth_]); });
            case 4: {
                const bool pinned = input_.byte() % 2 == 0;
                return expect(model_.pin(nth(), pinned),
                              [&] { store_->pin(saved_[nth_], pinned); });
            }
            case 5: {
                const std::string note(input_.byte() % 50, 'x');
                return expect(model_.set_note(nth(), note),
                              [&] { store_->set_note(saved_[nth_], note); });
            }
            case 6:
                return log();
            case 7: {
                const std::string run = a_run();
                const std::string prefix = a_prefix();
                const RetentionPolicy policy = a_policy();
                model_.retain(policy, run, prefix);
                static_cast<void>(store_->retain(policy, run, prefix));
                return;
            }
            case 8: {
                const std::string run = a_run();
                const std::string config = input_.byte() % 2 == 0 ? "{}" : R"({"lr": 0.1})";
                model_.start_run(run, config);
                static_cast<void>(store_->start_run(run, config));
                return;
            }
            case 9: {
                const std::string tag = a_tag();
                const bool move = input_.byte() % 2 == 0;
                return expect(model_.tag(nth(), tag, move),
                              [&] { store_->tag(saved_[nth_], tag, move); });
            }
            case 10: {
                const std::string tag = a_tag();
                return expect(model_.untag(tag), [&] { store_->untag(tag); });
            }
            default:
                return open();
        }
    }

    void check() { model_.check_checkpoints(*store_); }
    void finish(bool reopened) {
        store_->flush();
        model_.check(*store_);
        require(store_->verify(true).ok());
        store_->close();
        if (!reopened) return;
        const Store reader(file_, {.mode = OpenMode::read_only, .threads = 1});
        model_.check(reader);
    }

private:
    void open() {
        if (store_) store_->close();
        constexpr std::array kCompressions = {Compression::planes, Compression::zlib,
                                              Compression::none};
        store_.emplace(file_, StoreOptions{.mode = OpenMode::existing,
                                           .compression = kCompressions[input_.byte() % 3],
                                           .threads = 1,
                                           .log_interval = std::chrono::hours(1)});
    }
    std::string a_run() { return input_.byte() % 2 == 0 ? "a" : "b"; }
    std::string a_prefix() { return input_.byte() % 4 != 0 ? "checkpoint" : "other/prefix"; }
    std::string a_tag() { return input_.byte() % 2 == 0 ? "release" : "best of all"; }
    double a_value() {
        using Limits = std::numeric_limits<double>;
        const unsigned n = input_.byte();
        if (n < 4)
            return std::array{Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(),
                              -0.0}[n];
        return (n % 8) / 4.0 - 0.5;
    }
    Metrics some_metrics() {
        const unsigned n = input_.byte();
        if (n % 4 == 0) return {};
        Metrics metrics = test::loss_of(a_value());
        if (n % 4 == 3) metrics["train"]["rate"] = a_value();
        return metrics;
    }
    RetentionPolicy a_policy() {
        const unsigned n = input_.byte();
        RetentionPolicy policy;
        if (n % 2 == 1) policy.last = 1 + n / 8 % 3;
        if (n / 2 % 2 == 1)
            policy.best = {{.metric = test::kLoss,
                            .best = n / 8 % 2 == 0 ? Best::lowest : Best::highest,
                            .n = 1 + n / 16 % 2}};
        if (n / 4 % 2 == 1) policy.every_n_steps = 2 + n / 32;
        return policy;
    }
    /// Half of the trees share a tensor, or are the same.
    Tree a_tree() {
        const unsigned n = input_.byte();
        Dict tree{{"step", static_cast<std::int64_t>(n % 16)}};
        if (n / 16 % 2 == 1) tree["w"] = test::weights(n / 32 % 2, 80, 16);
        if (n / 64 == 3) tree["list"] = List{{Tree(), Tree("text"), test::weights(n, 2, 2)}};
        return tree;
    }
    std::size_t nth() {
        nth_ = saved_.empty() ? 0 : input_.byte() % saved_.size();
        if (saved_.empty()) {
            saved_.emplace_back();  // of no checkpoint
            positions_.push_back(SIZE_MAX);
        }
        return positions_[nth_];
    }

    template <typename Call>
    void expect(Outcome outcome, Call call) {
        try {
            call();
            require(outcome == Outcome::done);
        } catch (const AlreadyExists&) {
            require(outcome == Outcome::already_exists);
        } catch (const NotFound&) {
            require(outcome == Outcome::not_found);
        }
    }

    void save() {
        SaveOptions options{.run = a_run(),
                            .prefix = a_prefix(),
                            .step = static_cast<std::int64_t>(input_.byte() % 12) - 2,
                            .version = 3,
                            .metrics = some_metrics(),
                            .loss = 0.5};
        const unsigned n = input_.byte();
        options.overwrite = n % 2 == 1;
        options.pinned = n / 2 % 4 == 3;
        if (n / 8 % 2 == 1) options.retention = a_policy();
        const Tree tree = a_tree();
        const std::size_t position = model_.n_saved();
        expect(model_.save(options, tree), [&] {
            saved_.push_back(store_->save(tree, options));
            positions_.push_back(position);
        });
    }

    void log() {
        const std::string run = a_run();
        const auto at = static_cast<std::int64_t>(input_.byte() % 4);
        const Metrics metrics = some_metrics();
        model_.log(at, metrics, run);
        store_->log(at, metrics, run);
    }

    fs::path file_;
    Input& input_;
    std::optional<Store> store_;
    StoreModel model_;
    std::vector<CheckpointInfo> saved_;
    std::vector<std::size_t> positions_;  // of saved_ in the model
    std::size_t nth_ = 0;
};

}  // namespace
}  // namespace ckptlite::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ckptlite;
    static const fuzz::Templates templates;
    const auto file = templates.dir / "run.db";
    fuzz::Input input(data, size);
    for (const char* side : {"-journal", "-wal", "-shm"}) {
        std::filesystem::remove(file.string() + side);
    }
    const unsigned how = input.byte();
    test::write_bytes(file, how % 4 == 0 ? templates.wal : templates.rollback);
    fuzz::Session session(file, input);
    constexpr int kMostCalls = 10;
    for (int call = 0; call < kMostCalls && !input.empty(); ++call) {
        session.step();
        session.check();
    }
    session.finish(how / 4 % 4 == 0);
    return 0;
}
