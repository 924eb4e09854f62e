// SPDX-License-Identifier: MIT
// What a store should hold after a sequence of calls, as plain maps and by the words of
// ckptlite/store.hpp, and the comparison with what a store says. One thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "ckptlite/store.hpp"

namespace ckptlite::fuzz {

class StoreModel {
public:
    /// What the call has to throw; then the model stays as it is.
    enum class Outcome { done, already_exists, not_found };

    /// `tree` is what save() is given.
    Outcome save(const SaveOptions& options, const Tree& tree);
    /// By position among all checkpoints ever saved.
    Outcome remove(std::size_t nth);
    Outcome pin(std::size_t nth, bool pinned);
    Outcome tag(std::size_t nth, const std::string& tag, bool move);
    Outcome untag(const std::string& tag);
    Outcome set_note(std::size_t nth, const std::string& note);
    void retain(const RetentionPolicy& policy, const std::string& run, const std::string& prefix);
    void log(std::int64_t step, const Metrics& metrics, const std::string& run);
    void start_run(const std::string& run, const std::string& config);

    std::size_t n_saved() const noexcept { return saved_; }
    /// Aborts unless the store lists the same checkpoints.
    void check_checkpoints(const Store& store) const;
    /// Aborts unless the store says the same of everything, trees included.
    void check(const Store& store) const;

private:
    struct Entry {
        std::size_t nth = 0;  // when it was saved
        SaveOptions options{};
        Tree tree{};
        std::set<std::string> tags{};
    };
    std::vector<Entry> newest_first() const;
    std::vector<Entry*> series(const std::string& run, const std::string& prefix);
    Entry* find(std::size_t nth);
    void retain(const RetentionPolicy& policy, const std::string& run, const std::string& prefix,
                std::optional<std::size_t> just_saved);
    void add_run(const std::string& run);
    void check_best(const Store& store, Best best) const;
    void check_history(const Store& store) const;

    std::size_t saved_ = 0;
    std::vector<Entry> entries_;
    std::vector<std::pair<std::string, std::string>> runs_;  // and config
    std::map<std::tuple<std::string, std::string, std::string>, std::map<std::int64_t, double>>
        history_;
};

}  // namespace ckptlite::fuzz
