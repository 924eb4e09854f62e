// SPDX-License-Identifier: MIT
#include "cli/progress_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include "cli/output.hpp"
#include "cli/time_text.hpp"

namespace ckptlite::cli {
namespace {

constexpr std::chrono::milliseconds kInterval{100};
constexpr std::size_t kWidth = 20;
constexpr const char* kClearLine = "\r\x1b[K";

}  // namespace

ProgressBar::ProgressBar(std::string label)
    : label_(std::move(label)), visible_(::isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
    if (visible_) std::cerr << kClearLine << std::flush;
}

OnProgress ProgressBar::callback() {
    if (!visible_) return {};
    return [this](const Progress& progress) { show(progress); };
}

void ProgressBar::show(const Progress& progress) {
    const Clock::time_point now = Clock::now();
    if (!visible_ || now < next_) return;
    next_ = now + kInterval;
    std::cerr << kClearLine << label_ << ' ' << progress_text(progress, now - start_) << std::flush;
}

std::string progress_text(const Progress& progress, std::chrono::duration<double> elapsed) {
    const double share = progress.total == 0 ? 0
                                             : static_cast<double>(progress.done) /
                                                   static_cast<double>(progress.total);
    const auto filled = std::min(kWidth, static_cast<std::size_t>(share * kWidth));
    const std::string percent = std::to_string(static_cast<int>(100 * share));
    std::string text = "[" + std::string(filled, '#') + std::string(kWidth - filled, '.') + "] " +
                       std::string(3 - std::min<std::size_t>(3, percent.size()), ' ') + percent +
                       "%  " + size_text(progress.done) + " of " + size_text(progress.total);
    if (elapsed.count() <= 0 || progress.done == 0) return text;
    const double rate = static_cast<double>(progress.done) / elapsed.count();
    const double left = static_cast<double>(progress.total - progress.done) / rate;
    return text + ", " + size_text(static_cast<std::uint64_t>(rate)) + "/s, " +
           duration_text(left) + " left";
}

}  // namespace ckptlite::cli
