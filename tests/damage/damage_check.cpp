// SPDX-License-Identifier: MIT
#include "damage/damage_check.hpp"

#include <algorithm>

#include "ckptlite/error.hpp"

namespace ckptlite::test {
namespace {

constexpr StoreOptions kReading{
    .mode = OpenMode::read_only, .threads = 1, .read_timeout = std::chrono::milliseconds(50)};

std::string first_difference(const Answers& was, const Answers& is) {
    if (!is.errors.empty()) return is.errors.front();
    const auto [a, b] = std::ranges::mismatch(was.facts, is.facts);
    return (a == was.facts.end() ? std::string("nothing") : *a) + "  became  " +
           (b == is.facts.end() ? std::string("nothing") : *b);
}

/// Empty if each checkpoint has its tree, or says why not.
std::string other_tree(const Store& store, const Original& original, bool& is_other) {
    std::string error;
    for (const auto& [id, tree] : original.trees) {
        CheckpointInfo checkpoint;
        checkpoint.id = id;
        try {
            if (store.load(checkpoint) == tree) continue;
            is_other = true;
            return "another tree of checkpoint " + std::to_string(id);
        } catch (const Error& thrown) {
            error = thrown.what();
        }
    }
    return error;
}

}  // namespace

Original::Original(const std::filesystem::path& file) {
    const Store store(file, kReading);
    answers = answers_of(store);
    trees = trees_of(store);
}

DamageResult check_damage(const std::filesystem::path& file, const Original& original) {
    std::optional<Store> store;
    try {
        store.emplace(file, kReading);
    } catch (const Error& error) {
        return {.kind = Damage::refused, .what = error.what()};
    }
    DamageResult result;
    try {
        const VerifyReport report = store->verify(true);
        if (!report.ok()) {
            result.kind = Damage::reported;
            result.what = report.problems.front().where + ": " + report.problems.front().what;
        }
    } catch (const Error& error) {
        result = {.kind = Damage::reported, .what = error.what()};
    }
    const std::string tree = other_tree(*store, original, result.other_tree);
    if (result.kind == Damage::reported) return result;
    const Answers answers = answers_of(*store);
    if (answers == original.answers && tree.empty()) return result;
    result.kind = Damage::undetected;
    result.what = tree.empty() ? first_difference(original.answers, answers) : tree;
    return result;
}

void DamageCounts::add(const DamageResult& result) noexcept {
    ++cases;
    refused += result.kind == Damage::refused ? 1 : 0;
    reported += result.kind == Damage::reported ? 1 : 0;
    undetected += result.kind == Damage::undetected ? 1 : 0;
    other_trees += result.other_tree ? 1 : 0;
}

void DamageCounts::add(const DamageCounts& more) noexcept {
    cases += more.cases;
    refused += more.refused;
    reported += more.reported;
    undetected += more.undetected;
    other_trees += more.other_trees;
}

std::ostream& operator<<(std::ostream& out, const DamageCounts& of) {
    return out << of.cases << " cases, " << of.live() << " reached live content, " << of.flagged()
               << " flagged (" << of.refused << " refused at opening, " << of.reported
               << " reported; " << of.other_trees << " of these with another tree), "
               << of.undetected << " undetected";
}

}  // namespace ckptlite::test
