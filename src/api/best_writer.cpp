// SPDX-License-Identifier: MIT
#include "ckptlite/best_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <iostream>
#include <map>
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

/// The best value of each prefix that was asked for.
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

    /// Asks the store the first time, and remembers.
    std::optional<Point> find(const Store& store, const std::string& run,
                              const std::string& prefix) {
        const auto known = points_.find(prefix);
        if (known != points_.end()) return known->second;
        const auto stored = store.best(metric, best_, 1, {.run = run, .prefix = prefix});
        std::optional<Point> point;
        if (!stored.empty())
            point = {stored.front().metrics.at(metric.group).at(metric.label), stored.front().step};
        return points_[prefix] = point;
    }

    void set(const std::string& prefix, const Point& point) {
        points_[prefix] = point;
        print(point);
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
    std::map<std::string, std::optional<Point>> points_;
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
    const std::string full_prefix = best_so_far_->prefix(prefix);
    save(summary, summary.metrics, full_prefix,
         [best = best_so_far_, full_prefix, point = BestSoFar::Point{value, summary.step}] {
             best->set(full_prefix, point);
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
