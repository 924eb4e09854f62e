// SPDX-License-Identifier: MIT
// Waits for a while, or until somebody presses Ctrl-C. While one exists, SIGINT and SIGTERM end the
// wait instead of the program, and come through only while it waits. At most one at a time, on the
// main thread.
#pragma once

#include <chrono>
#include <csignal>

namespace ckptlite::cli {

class InterruptiblePause {
public:
    InterruptiblePause();
    ~InterruptiblePause();
    InterruptiblePause(const InterruptiblePause&) = delete;
    InterruptiblePause& operator=(const InterruptiblePause&) = delete;

    /// True if it was interrupted, now or before.
    bool wait(std::chrono::duration<double> time) const;

private:
    sigset_t before_{};
};

}  // namespace ckptlite::cli
