// SPDX-License-Identifier: MIT
#include "ckptlite/best_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <iostream>
#include <utility>

#include "api/names.hpp"
#include "ckptlite/error.hpp"

namespace ckptlite {
namespace {

/// The shortest text that reads back as the same number.
std::string number_text(double value) {
    std::array<char, 32> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

std::string names_of(const Metrics& metrics) {
    std::string names;
    for (const auto& [group, values] : metrics)
        for (const auto& [label, value] : values)
            names += (names.empty() ? "" : ", ") + MetricName{group, label}.text();
    return names.empty() ? "nothing" : names;
}

double metric_of(const Summary& summary, const MetricName& metric) {
    const auto group = summary.metrics.find(metric.group);
    if (group != summary.metrics.end()) {
        const auto value = group->second.find(metric.label);
        if (value != group->second.end()) return value->second;
    }
    throw InvalidArgument("The summary does not report " + metric.text() +
                              ", which this writer ranks by; it reports " +
                              names_of(summary.metrics) + ".",
                          {.step = summary.step});
}

/// The metric's name is checked before a file is made.
CheckpointFileWriterOptions writer_options(const BestCheckpointFileWriterOptions& options) {
    static_cast<void>(detail::metric_name(options.group, options.metric));
    return options.writer;
}

}  // namespace

/// The best value that is stored. Asked for each time: others may write and delete, too.
class BestCheckpointFileWriter::BestSoFar {
public:
    struct Point {
        double value;
        std::int64_t step;
    };

    BestSoFar(MetricName metric_name, Best best, bool to_stdout)
        : metric(std::move(metric_name)), best_(best), to_stdout_(to_stdout) {}

    std::string prefix(const std::optional<std::string>& given) const {
        return detail::best_prefix(metric, best_, given);
    }

    std::optional<Point> find(const Store& store, const std::string& run,
                              const std::string& prefix) const {
        const auto stored = store.best(metric, best_, 1, {.run = run, .prefix = prefix});
        if (stored.empty()) return std::nullopt;
        const CheckpointInfo& best = stored.front();
        return Point{best.metrics.at(metric.group).at(metric.label), best.step};
    }

    bool beats(double value, const std::optional<Point>& point) const {
        if (std::isnan(value)) return false;
        if (!point) return true;
        return best_ == Best::lowest ? value <= point->value : value >= point->value;
    }

    void print(const std::optional<Point>& point) const {
        if (!to_stdout_) return;
        const std::string what =
            std::string("The ") + detail::best_word(best_) + " value of " + metric.text();
        if (point)
            std::cout << what + " is " + number_text(point->value) + " (step " +
                             std::to_string(point->step) + ").\n";
        else
            std::cout << what + " is not known yet.\n";
        std::cout.flush();
    }

    const MetricName metric;

private:
    const Best best_;
    const bool to_stdout_;
};

BestCheckpointFileWriter::BestCheckpointFileWriter(const BestCheckpointFileWriterOptions& options,
                                                   Best best)
    : WriterBase(writer_options(options)),
      best_so_far_(std::make_shared<BestSoFar>(detail::metric_name(options.group, options.metric),
                                               best, options.to_stdout)) {
    best_so_far_->print(
        best_so_far_->find(store(), this->options().run, best_so_far_->prefix(std::nullopt)));
}

const std::string& BestCheckpointFileWriter::metric() const noexcept {
    return best_so_far_->metric.label;
}

const std::string& BestCheckpointFileWriter::group() const noexcept {
    return best_so_far_->metric.group;
}

const Summary& BestCheckpointFileWriter::write(const Summary& summary,
                                               const std::optional<std::string>& prefix) {
    const double value = metric_of(summary, best_so_far_->metric);
    wait();  // the outcome of the save in flight decides what is best
    if (!is_best(value, prefix)) return summary;
    save(summary, summary.metrics, best_so_far_->prefix(prefix),
         [best = best_so_far_, point = BestSoFar::Point{value, summary.step}] {
             best->print(point);
         });
    return summary;
}

bool BestCheckpointFileWriter::is_best(double metric,
                                       const std::optional<std::string>& prefix) const {
    settle();
    return best_so_far_->beats(
        metric, best_so_far_->find(store(), options().run, best_so_far_->prefix(prefix)));
}

std::optional<double> BestCheckpointFileWriter::best_metric(
    const std::optional<std::string>& prefix) const {
    settle();
    const auto point = best_so_far_->find(store(), options().run, best_so_far_->prefix(prefix));
    if (!point) return std::nullopt;
    return point->value;
}

}  // namespace ckptlite
