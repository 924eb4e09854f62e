// SPDX-License-Identifier: MIT
// Processes of a test, made with fork(): the body runs in the child, which never returns into the
// test framework. Fork with no store open in this process, except to test just that.
#pragma once

#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>

// There when the coverage of the tests is measured.
extern "C" void __gcov_dump() __attribute__((weak));

namespace ckptlite::test {

/// Ends a child process at once, which has no business in what the test framework does at exit.
[[noreturn]] inline void end_child(int code) {
    if (__gcov_dump != nullptr) __gcov_dump();
    ::_exit(code);
}

/// For tests in which the moment is what is random: nothing to wait for tells of the middle of
/// things.
inline void pause(std::chrono::nanoseconds time) {
    if (time.count() < 0) return;
    timespec left{.tv_sec = static_cast<time_t>(time.count() / 1'000'000'000),
                  .tv_nsec = static_cast<long>(time.count() % 1'000'000'000)};
    ::nanosleep(&left, nullptr);
}

class ChildProcess {
public:
    /// What the child tells the parent.
    using Report = std::function<void(std::int64_t)>;

    explicit ChildProcess(const std::function<void(const Report&)>& body) {
        int ends[2];
        if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
        pid_ = ::fork();
        if (pid_ < 0) throw std::runtime_error("no child");
        ::close(ends[pid_ == 0 ? 0 : 1]);
        pipe_ = ends[pid_ == 0 ? 1 : 0];
        if (pid_ == 0) run(body);
    }
    ~ChildProcess() {
        kill();
        ::close(pipe_);
    }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// The next number the child reported; nothing once it has ended.
    std::optional<std::int64_t> next() {
        std::int64_t number = 0;
        if (::read(pipe_, &number, sizeof number) != sizeof number) return std::nullopt;
        return number;
    }

    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        static_cast<void>(wait());
    }

    /// Whether the body returned.
    bool wait() {
        ::waitpid(pid_, &status_, 0);
        pid_ = 0;
        return status_ == 0;
    }
    /// After wait(): whether SIGKILL ended it.
    bool was_killed() const noexcept {
        return WIFSIGNALED(status_) && WTERMSIG(status_) == SIGKILL;
    }

private:
    [[noreturn]] void run(const std::function<void(const Report&)>& body) const {
        try {
            body([this](std::int64_t number) {
                if (::write(pipe_, &number, sizeof number) != sizeof number) end_child(2);
            });
            end_child(0);
        } catch (const std::exception& error) {
            std::fprintf(stderr, "child process: %s\n", error.what());
            end_child(1);
        }
    }

    pid_t pid_ = 0;
    int status_ = -1;
    int pipe_ = -1;
};

}  // namespace ckptlite::test
