// SPDX-License-Identifier: MIT
// The library's side of the benchmark: holds a state in memory and measures on request.
//
//   bench_store --base FILE --size MIB --folder DIR
//
// FILE is a ckptlite file of a trained model, or a manifest (see base_state.hpp). Reads a command a
// line from stdin ("save", "pread_hot", ...) and answers each with a line on stdout: "ok NAME VALUE
// NAME VALUE ..." or "error MESSAGE". Temporary files go to DIR, which
// whoever called removes. bench.py drives it.
#include <cstring>
#include <exception>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "commands.hpp"

namespace bench {
namespace {

struct Options {
    std::string base;
    std::size_t nbytes = 0;
    std::filesystem::path folder;
};

Options parse(const Arguments& words) {
    Options options;
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
        if (words[i] == "--base") {
            options.base = words[i + 1];
        } else if (words[i] == "--size") {
            options.nbytes = std::stoull(words[i + 1]) << 20;
        } else if (words[i] == "--folder") {
            options.folder = words[i + 1];
        } else {
            throw std::invalid_argument("there is no option " + words[i]);
        }
    }
    if (options.base.empty() || options.nbytes == 0 || options.folder.empty()) {
        throw std::invalid_argument("bench_store --base FILE --size MIB --folder DIR");
    }
    return options;
}

/// Of what the state is made, for whoever reads the figures.
Figures describe(const Context& context) {
    const auto number = [](std::size_t n) { return static_cast<double>(n); };
    return {{"base_nbytes", number(context.base.nbytes())},
            {"base_leaves", number(context.base.leaves.size())},
            {"nbytes", number(context.state.nbytes())},
            {"leaves", number(context.state.leaves().size())},
            {"repeats", number(context.state.n_blocks())},
            {"live_share", number(context.state.live_nbytes()) / number(context.state.nbytes())}};
}

Commands all_commands(Context& context) {
    Commands commands;
    commands["describe"] = [&context](const Arguments&) { return describe(context); };
    commands["export"] = [&context](const Arguments& arguments) {
        context.state.write_manifest(arguments.at(0));
        return Figures{};
    };
    add_baselines(commands, context);
    add_format_measures(commands, context);
    add_save_measures(commands, context);
    add_restore_measures(commands, context);
    add_leaf_measures(commands, context);
    add_lookup_measures(commands, context);
    add_metric_measures(commands, context);
    add_process_measures(commands, context);
    add_safety_measures(commands, context);
    add_sqlite_measures(commands, context);
    add_stage_measures(commands, context);
    return commands;
}

std::string answer(const Commands& commands, const std::string& line) {
    std::istringstream in(line);
    std::string name;
    in >> name;
    Arguments arguments;
    for (std::string word; in >> word;) arguments.push_back(word);
    try {
        const auto command = commands.find(name);
        if (command == commands.end()) throw std::invalid_argument("there is no command " + name);
        std::ostringstream out;
        out.precision(9);
        out << "ok";
        for (const auto& [figure, value] : command->second(arguments)) {
            out << ' ' << figure << ' ' << value;
        }
        return out.str();
    } catch (const std::exception& error) {
        std::string message = error.what();
        for (char& c : message) c = c == '\n' ? ' ' : c;
        return "error " + message;
    }
}

void serve(const Options& options) {
    BaseState base = load_base_state(options.base);
    State state(base, options.nbytes);
    Context context{.folder = options.folder, .base = std::move(base), .state = std::move(state)};
    context.memory = ckptlite::allocate_bytes(context.state.bytes().size());
    std::memset(context.memory.get(), 0, context.state.bytes().size());

    const Commands commands = all_commands(context);
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << answer(commands, line) << std::endl;
    }
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
    try {
        bench::serve(bench::parse({argv + 1, argv + argc}));
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "bench_store: " << error.what() << '\n';
        return 1;
    }
}
