// SPDX-License-Identifier: MIT
#include "cli/policy_arguments.hpp"

#include <array>
#include <charconv>

#include "ckptlite/error.hpp"
#include "cli/number_argument.hpp"
#include "cli/time_text.hpp"

namespace ckptlite::cli {
namespace {

/// A label may hold a ':', too: only digits behind the last one are a number.
KeepBest keep_best(const std::string& text, Best best) {
    const std::size_t colon = text.find_last_of(':');
    std::int64_t n = 1;
    if (colon != text.npos) {
        const char* const end = text.data() + text.size();
        const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, n);
        if (error == std::errc() && stopped == end && n > 0) {
            return {MetricName::parse(text.substr(0, colon)), best, n};
        }
    }
    return {MetricName::parse(text), best, 1};
}

}  // namespace

void PolicyArguments::declare_in(CLI::App& app) {
    app.add_option("--keep-last", last, "The N highest steps")->check(at_least(1));
    app.add_option("--keep-lowest", lowest, "The lowest of a metric; eval/loss:3 for three")
        ->allow_extra_args(false);
    app.add_option("--keep-highest", highest, "The highest of a metric; eval/accuracy:3 for three")
        ->allow_extra_args(false);
    app.add_option("--keep-every", every, "Steps that are a multiple of N")->check(at_least(1));
    app.add_option("--keep-within", within, "Those made in this time: 90s, 15m, 36h, 7d, 2w");
    app.add_option("--keep-size", size, "From the highest step down, what fits: 500M, 10GiB");
}

RetentionPolicy PolicyArguments::policy() const {
    RetentionPolicy policy{.last = last, .every_n_steps = every};
    for (const std::string& text : lowest) policy.best.push_back(keep_best(text, Best::lowest));
    for (const std::string& text : highest) policy.best.push_back(keep_best(text, Best::highest));
    if (!within.empty()) {
        const auto seconds = parse_duration(within);
        if (seconds.value_or(0) == 0)
            throw InvalidArgument("'" + within + "' is no time such as 36h or 7d");
        policy.within = std::chrono::seconds(*seconds);
    }
    if (!size.empty()) {
        policy.max_bytes = parse_size(size);
        if (policy.max_bytes.value_or(0) == 0)
            throw InvalidArgument("'" + size + "' is no size such as 10GiB");
    }
    if (policy.keeps_everything()) throw CLI::RequiredError("a rule such as --keep-last 3");
    return policy;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    constexpr double kLargest = 9e18;
    double amount = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, amount);
    if (error != std::errc() || !(amount >= 0)) return std::nullopt;
    std::string_view unit(stopped, static_cast<std::size_t>(end - stopped));
    if (unit.starts_with(' ')) unit.remove_prefix(1);
    for (const std::string_view ending : {"iB", "B"}) {
        if (unit.ends_with(ending)) {
            unit.remove_suffix(ending.size());
            break;
        }
    }
    constexpr std::string_view kUnits = "KMGT";
    if (unit.size() > 1) return std::nullopt;
    if (unit.size() == 1) {
        const std::size_t power = kUnits.find(unit.front());
        if (power == kUnits.npos) return std::nullopt;
        for (std::size_t i = 0; i <= power; ++i) amount *= 1024;
    }
    if (!(amount < kLargest)) return std::nullopt;
    return static_cast<std::uint64_t>(amount);
}

}  // namespace ckptlite::cli
