// SPDX-License-Identifier: MIT
#include <iostream>
#include <memory>

#include "cli/command.hpp"

namespace ckptlite::cli {
namespace {

/// Names that begin with '-', and the names of subcommands, in the parser's order.
std::string option_names(const CLI::App& app) {
    std::string out;
    for (const CLI::Option* const option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) out += " --" + name;
        for (const std::string& name : option->get_snames()) out += " -" + name;
    }
    return out.empty() ? out : out.substr(1);
}

/// A line of a shell's `case` for each command.
std::string cases_of(const CLI::App& parent) {
    std::string out;
    for (const CLI::App* const app : parent.get_subcommands([](const CLI::App*) { return true; })) {
        out += "        " + app->get_name() + ") words='" + option_names(*app) + "' ;;\n";
    }
    return out;
}

std::string commands_of(const CLI::App& parent) {
    std::string out;
    for (const CLI::App* const app : parent.get_subcommands([](const CLI::App*) { return true; })) {
        out += (out.empty() ? "" : " ") + app->get_name();
    }
    return out;
}

/// bash's own script; zsh runs it through bashcompinit.
void print_script(const CLI::App& parent, const std::string& shell) {
    if (shell == "zsh")
        std::cout << "autoload -U +X compinit bashcompinit && compinit && bashcompinit\n";
    std::cout << "_ckptlite() {\n"
                 "    local current=${COMP_WORDS[COMP_CWORD]} words=\n"
                 "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                 "        COMPREPLY=($(compgen -W '"
              << commands_of(parent)
              << " --help --version' -- \"$current\"))\n"
                 "        return\n"
                 "    fi\n"
                 "    case ${COMP_WORDS[1]} in\n"
              << cases_of(parent)
              << "    esac\n"
                 "    case $current in\n"
                 "        -*) COMPREPLY=($(compgen -W \"$words\" -- \"$current\")) ;;\n"
                 "        *) COMPREPLY=($(compgen -f -- \"$current\")) ;;\n"
                 "    esac\n"
                 "}\n"
                 "complete -o filenames -F _ckptlite ckptlite\n";
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto shell = std::make_shared<std::string>();
    app.add_option("SHELL", *shell, "bash or zsh")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh"}));
    return [&app, shell] {
        print_script(*app.get_parent(), *shell);
        return ExitCode::ok;
    };
}

}  // namespace

const Command kCompletion{.name = "completion",
                          .summary = "Print a script that completes commands and options",
                          .usage = "bash|zsh",
                          .example = "ckptlite completion bash > ~/.ckptlite && . ~/.ckptlite",
                          .declare = declare};

}  // namespace ckptlite::cli
