// SPDX-License-Identifier: MIT
// How far a command has come, on one line of the terminal: share, rate and time left. Shows nothing
// where stderr is no terminal. One thread.
#pragma once

#include <chrono>
#include <string>

#include "ckptlite/progress.hpp"

namespace ckptlite::cli {

class ProgressBar {
public:
    /// `label` says what is being done: "verifying".
    explicit ProgressBar(std::string label);
    /// Clears the line.
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    /// Calls show(); empty where nothing would be seen. `this` must outlive it.
    OnProgress callback();

    /// Draws a few times a second, however often it is called.
    void show(const Progress& progress);

private:
    using Clock = std::chrono::steady_clock;

    std::string label_;
    bool visible_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point next_ = start_;
};

/// "[#####...............]  25%  1.0 MiB of 4.0 MiB, 512.0 KiB/s, 6 s left"
std::string progress_text(const Progress& progress, std::chrono::duration<double> elapsed);

}  // namespace ckptlite::cli
