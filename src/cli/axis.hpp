// SPDX-License-Identifier: MIT
// From values to places on a picture, and the round values that are written beside it. Plain values
// and pure functions; whatever finite numbers come in, no step is endless.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ckptlite::cli {

enum class Scale : bool { linear, logarithmic };

struct Range {
    double low = 0;
    double high = 1;
};

struct Tick {
    double at = 0;  ///< 0 is the axis' beginning, 1 its end
    std::string label{};
};

class Axis {
public:
    /// Finite ends, positive if logarithmic. A range that is too narrow to be shown is widened.
    explicit Axis(Range range, Scale scale = Scale::linear);

    Scale scale() const noexcept { return scale_; }
    /// Whether it can be shown: finite, and positive if logarithmic.
    bool shows(double value) const noexcept;
    /// 0 at the low end, 1 at the high end.
    double at(double value) const noexcept;
    /// Round values of 1, 2 or 5 times a power of ten, about `most` and at least one.
    std::vector<Tick> ticks(std::size_t most) const;
    /// Both ends moved outward by a share of the length, so that no curve touches the frame.
    Axis padded(double share) const;

private:
    std::vector<double> tick_values(std::size_t most) const;
    std::vector<double> decades(std::size_t most) const;

    Scale scale_;
    double low_;  ///< both as logarithms, if logarithmic
    double high_;
};

/// For a number that stands alone: "0", "250", "2e-5", "12.5k", "3M".
std::string tick_label(double value);
/// In the unit that suits the largest value beside it, so that 8k stands under 10k.
std::string tick_label(double value, double largest);

}  // namespace ckptlite::cli
