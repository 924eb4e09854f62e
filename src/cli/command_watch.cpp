// SPDX-License-Identifier: MIT
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/interruptible_pause.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/watch_state.hpp"
#include "cli/watch_view.hpp"

namespace ckptlite::cli {
namespace {

struct WatchArguments : CommonArguments {
    std::optional<std::string> run{};
    double interval = 1;
    bool once = false;
};

/// Prints what is new. One thread.
class View {
public:
    explicit View(const WatchArguments& arguments)
        : json_(arguments.json),
          redraws_(!arguments.json && !arguments.once && stdout_is_terminal()) {}

    void show(const WatchState& state) {
        if (redraws_) {
            redraw(state);
        } else if (!shown_ || !state.same_news(*shown_)) {
            print(state);
        }
        shown_ = state;
        if (!std::cout.flush()) throw IoError("the output could not be written");
    }

private:
    void print(const WatchState& state) const {
        if (json_) {
            print_json_line(std::cout, watch_json(state));
        } else if (stdout_is_terminal()) {
            for (const std::string& line : watch_block(state, terminal_width())) {
                std::cout << line << '\n';
            }
        } else {
            std::cout << watch_line(state) << '\n';
        }
    }

    void redraw(const WatchState& state) {
        // Up to the first line of what was drawn before, and everything under it away.
        if (n_lines_ > 0) std::cout << "\x1b[" << n_lines_ << "A\x1b[J";
        const std::vector<std::string> lines = watch_block(state, terminal_width());
        for (const std::string& line : lines) std::cout << line << '\n';
        n_lines_ = lines.size();
    }

    bool json_;
    bool redraws_;
    std::size_t n_lines_ = 0;
    std::optional<WatchState> shown_{};
};

class Watcher {
public:
    explicit Watcher(const WatchArguments& arguments) : arguments_(arguments), view_(arguments) {}

    /// One look; a file that is locked is looked at again next time.
    void look() {
        try {
            if (!store_) store_.emplace(open_store(arguments_));
            view_.show(read_watch_state(*store_, arguments_.run));
        } catch (const Busy&) {
            if (arguments_.once) throw;
        } catch (const NeedsRecovery&) {
            // The writer was killed while it wrote: opening anew rolls that back.
            if (!store_ || arguments_.once) throw;
            store_.reset();
        } catch (const NotFound&) {
            // The file may be about to be made; a run that is not in it is a slip of the pen.
            if (store_ || arguments_.once) throw;
            say_that_it_waits();
        }
    }

private:
    void say_that_it_waits() {
        if (std::exchange(waits_, true)) return;
        std::cerr << "ckptlite: " << printable(arguments_.file) << ": not there yet; waiting"
                  << std::endl;
    }

    const WatchArguments& arguments_;
    View view_;
    std::optional<Store> store_{};
    bool waits_ = false;
};

ExitCode watch(const WatchArguments& arguments) {
    Watcher watcher(arguments);
    if (arguments.once) {
        watcher.look();
        return ExitCode::ok;
    }
    const InterruptiblePause pause;
    do {
        watcher.look();
    } while (!pause.wait(std::chrono::duration<double>(arguments.interval)));
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<WatchArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    app.add_option("--run", arguments->run, "This run (the one something was reported of last)");
    app.add_option("--interval", arguments->interval, "Seconds between two looks (1)")
        ->check(CLI::Range(0.1, 86400.0));
    CLI::Option* const once = app.add_flag("--once", arguments->once, "Look once and exit");
    app.get_option("--untrusted")->needs(once);  // such a file is at rest
    return [arguments] { return watch(*arguments); };
}

}  // namespace

const Command kWatch{.name = "watch",
                     .summary = "Follow a run while it trains",
                     .usage = "FILE [--run R] [--interval S] [--once] [--json]",
                     .example = "ckptlite watch run.db",
                     .declare = declare};

}  // namespace ckptlite::cli
