// SPDX-License-Identifier: MIT
#include "cli/interruptible_pause.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/select.h>

#include <ctime>

namespace ckptlite::cli {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM};
volatile std::sig_atomic_t interrupted = 0;

void remember(int) {
    interrupted = 1;
}

void set_handler(void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    for (const int signal : kSignals) ::sigaction(signal, &action, nullptr);
}

}  // namespace

// Blocked but for pselect(), or a signal between a look at the flag and the wait would be missed.
InterruptiblePause::InterruptiblePause() {
    sigset_t blocked;
    ::sigemptyset(&blocked);
    for (const int signal : kSignals) ::sigaddset(&blocked, signal);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before_);
    set_handler(remember);
}

InterruptiblePause::~InterruptiblePause() {
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    set_handler(SIG_DFL);
}

bool InterruptiblePause::wait(std::chrono::duration<double> time) const {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(time - seconds);
    const timespec limit{static_cast<std::time_t>(seconds.count()),
                         static_cast<long>(rest.count())};
    if (interrupted == 0) ::pselect(0, nullptr, nullptr, nullptr, &limit, &before_);
    return interrupted != 0;
}

}  // namespace ckptlite::cli
