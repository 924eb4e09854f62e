// SPDX-License-Identifier: MIT
#include "cli/axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

namespace ckptlite::cli {
namespace {

/// Under it, neighbouring ticks would have the same label.
constexpr double kNarrowest = 1e-9;
constexpr double kLargest = std::numeric_limits<double>::max();

struct Unit {
    double size;
    const char* suffix;
};
constexpr std::array kUnits = {Unit{1e12, "T"}, Unit{1e9, "G"}, Unit{1e6, "M"}, Unit{1e3, "k"}};

/// 1, 2 or 5 times a power of ten, so that a length of `span` takes at most `most` of it.
double round_step(double span, std::size_t most) {
    const double least = span / static_cast<double>(std::max<std::size_t>(most, 1));
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (power * factor >= least * (1 - kNarrowest)) return power * factor;
    }
    return power * 10;
}

std::vector<double> multiples_between(double low, double high, std::size_t most) {
    // The difference of two doubles may be infinite.
    const double step = round_step(std::min(high - low, kLargest), most);
    const double slack = step * 1e-6;
    std::vector<double> values;
    const double first = std::ceil((low - slack) / step);
    for (std::size_t i = 0; i <= 2 * most + 2; ++i) {
        const double value = (first + static_cast<double>(i)) * step;
        if (!(value <= high + slack)) break;
        values.push_back(value + 0.0);  // no negative zero
    }
    return values;
}

std::string significant(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.10g", value);
    std::string label = text.data();
    // "2e-05" is "2e-5".
    const std::size_t e = label.find('e');
    if (e == std::string::npos) return label;
    const std::size_t digits = label.find_first_not_of("+-0", e + 1);
    const std::string sign = label[e + 1] == '-' ? "-" : "";
    return label.substr(0, e + 1) + sign +
           (digits == std::string::npos ? "0" : label.substr(digits));
}

Range widened(Range range) {
    const double size = std::max(std::abs(range.low), std::abs(range.high));
    const double least = size > 0 ? size * kNarrowest : 1;
    if (range.high / 2 - range.low / 2 >= least / 2) return range;
    const double margin = size > 0 ? size * 0.05 : 1;
    return {std::max(range.low - margin, -kLargest), std::min(range.high + margin, kLargest)};
}

}  // namespace

std::string tick_label(double value, double largest) {
    for (const Unit& unit : kUnits) {
        // 1500 is easier to read than 1.5k.
        if (largest >= unit.size * (unit.size > 1e3 ? 1 : 10) && largest < 1e15 && value != 0) {
            return significant(value / unit.size) + unit.suffix;
        }
    }
    return significant(value);
}

std::string tick_label(double value) {
    return tick_label(value, std::abs(value));
}

Axis::Axis(Range range, Scale scale) : scale_(scale), low_(range.low), high_(range.high) {
    if (scale_ == Scale::logarithmic) {
        low_ = std::log10(low_);
        high_ = std::log10(high_);
    }
    const Range wide = widened({low_, high_});
    low_ = wide.low;
    high_ = wide.high;
}

bool Axis::shows(double value) const noexcept {
    return std::isfinite(value) && (scale_ == Scale::linear || value > 0);
}

double Axis::at(double value) const noexcept {
    const double place = scale_ == Scale::logarithmic ? std::log10(value) : value;
    return (place / 2 - low_ / 2) / (high_ / 2 - low_ / 2);
}

Axis Axis::padded(double share) const {
    Axis wide = *this;
    const double margin = (high_ / 2 - low_ / 2) * share * 2;
    if (std::isfinite(low_ - margin) && std::isfinite(high_ + margin)) {
        wide.low_ -= margin;
        wide.high_ += margin;
    }
    return wide;
}

/// Powers of ten, and their double and fivefold where there is room.
std::vector<double> Axis::decades(std::size_t most) const {
    const double first = std::floor(low_);
    const double count = std::floor(high_) - first + 1;
    const double stride = std::ceil(count / static_cast<double>(most));
    const bool roomy = (high_ - low_) * 3 <= static_cast<double>(most) + 2;
    std::vector<double> values;
    for (double power = first; power <= high_; power += stride) {
        for (const double factor : {1.0, 2.0, 5.0}) {
            const double value = factor * std::pow(10.0, power);
            const double place = std::log10(value);
            if (place >= low_ && place <= high_) values.push_back(value);
            if (!roomy) break;
        }
    }
    return values;
}

std::vector<double> Axis::tick_values(std::size_t most) const {
    if (scale_ == Scale::linear) return multiples_between(low_, high_, most);
    std::vector<double> values = decades(most);
    // Within a decade round values lie close enough to be evenly spaced to the eye.
    if (values.size() < 3 && high_ - low_ < 1.5) {
        values = multiples_between(std::pow(10.0, low_), std::pow(10.0, high_), most);
    }
    return values;
}

std::vector<Tick> Axis::ticks(std::size_t most) const {
    const std::vector<double> values = tick_values(std::max<std::size_t>(most, 1));
    double largest = 0;
    for (const double value : values) largest = std::max(largest, std::abs(value));
    std::vector<Tick> ticks;
    for (const double value : values) {
        if (!shows(value)) continue;
        // Rounding may carry a tick a hair beyond the end.
        const double place = std::clamp(at(value), 0.0, 1.0);
        // The values of a logarithmic scale have little in common, those of another one all.
        ticks.push_back(
            {place, scale_ == Scale::linear ? tick_label(value, largest) : tick_label(value)});
    }
    return ticks;
}

}  // namespace ckptlite::cli
