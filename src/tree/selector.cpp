// SPDX-License-Identifier: MIT
#include "ckptlite/selector.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "ckptlite/error.hpp"

namespace ckptlite {
namespace {

using Kind = Selector::Kind;

struct Word {
    std::string_view text;
    Kind kind;
};

constexpr std::array kWithNumber = {Word{"step:", Kind::step}, Word{"id:", Kind::id}};
constexpr std::array kWithMetric = {Word{"lowest:", Kind::lowest}, Word{"highest:", Kind::highest},
                                    Word{"best:", Kind::best}};

constexpr std::string_view kTag = "tag:";

constexpr std::array<std::string_view, 14> kLowerIsBetter = {
    "loss", "losses", "error", "err", "perplexity", "ppl", "nll",
    "mse",  "rmse",   "mae",   "wer", "cer",        "bpb", "bpc"};
constexpr std::array<std::string_view, 14> kHigherIsBetter = {
    "accuracy", "acc",    "score",     "reward", "return", "f1",  "auc",
    "auroc",    "recall", "precision", "bleu",   "rouge",  "iou", "map"};

std::optional<std::int64_t> integer(std::string_view text) {
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stopped != end) return std::nullopt;
    return value;
}

/// Without a run. Nothing if it is no selector.
std::optional<Selector> parse_what(std::string_view text) {
    if (text == "latest") return Selector{};
    if (const auto step = integer(text)) return Selector{.kind = Kind::step, .number = *step};
    if (text.starts_with(kTag) && text.size() > kTag.size()) {
        return Selector{.kind = Kind::tag, .tag = std::string(text.substr(kTag.size()))};
    }
    for (const Word& word : kWithNumber) {
        if (!text.starts_with(word.text)) continue;
        const auto number = integer(text.substr(word.text.size()));
        if (!number) return std::nullopt;
        return Selector{.kind = word.kind, .number = *number};
    }
    for (const Word& word : kWithMetric) {
        if (!text.starts_with(word.text)) continue;
        try {
            return Selector{.kind = word.kind,
                            .metric = MetricName::parse(text.substr(word.text.size()))};
        } catch (const InvalidArgument&) {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

template <std::size_t kSize>
std::string text_of(const std::array<Word, kSize>& words, const Selector& selector,
                    const std::string& value) {
    for (const Word& word : words) {
        if (word.kind == selector.kind) return std::string(word.text) + value;
    }
    return {};
}

std::string what_text(const Selector& selector) {
    if (selector.kind == Kind::latest) return "latest";
    if (selector.kind == Kind::tag) return std::string(kTag) + selector.tag;
    const std::string number = text_of(kWithNumber, selector, std::to_string(selector.number));
    return number.empty() ? text_of(kWithMetric, selector, selector.metric.text()) : number;
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

}  // namespace

Selector Selector::parse(std::string_view text) {
    if (auto selector = parse_what(text)) return *std::move(selector);
    for (std::size_t at = text.find('@'); at != text.npos; at = text.find('@', at + 1)) {
        auto selector = parse_what(text.substr(at + 1));
        if (!selector || at == 0) continue;
        selector->run = std::string(text.substr(0, at));
        return *std::move(selector);
    }
    throw InvalidArgument(
        "'" + std::string(text) +
        "' names no checkpoint; write latest, a step such as 300, id:N, "
        "tag:NAME, lowest:GROUP/METRIC, highest:GROUP/METRIC or best:GROUP/METRIC, any of "
        "them behind RUN@");
}

std::string Selector::text() const {
    return (run ? *run + "@" : "") + what_text(*this);
}

std::optional<Best> direction_of(std::string_view label) {
    const std::size_t separator = label.find_last_of("_-./ @");
    const std::string word =
        lower_case(separator == label.npos ? label : label.substr(separator + 1));
    if (std::ranges::find(kLowerIsBetter, word) != kLowerIsBetter.end()) return Best::lowest;
    if (std::ranges::find(kHigherIsBetter, word) != kHigherIsBetter.end()) return Best::highest;
    return std::nullopt;
}

}  // namespace ckptlite
