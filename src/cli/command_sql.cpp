// SPDX-License-Identifier: MIT
#include <iostream>
#include <iterator>
#include <memory>

#include "ckptlite/error.hpp"
#include "ckptlite/sql_session.hpp"
#include "cli/command.hpp"
#include "cli/open_store.hpp"
#include "cli/sql_output.hpp"

namespace ckptlite::cli {
namespace {

struct SqlArguments : CommonArguments {
    std::string query{};
    bool csv = false;
    bool write = false;
};

SqlSession open_session(const SqlArguments& arguments) {
    SqlOptions options{.write = arguments.write,
                       .untrusted = arguments.untrusted,
                       .follow_symlinks = arguments.follow_symlinks};
    // As long as a save waits: somebody who writes means it.
    if (arguments.write) options.timeout = std::chrono::seconds(60);
    try {
        return SqlSession(arguments.file, options);
    } catch (const NeedsRecovery&) {
        if (arguments.untrusted) throw;
    }
    static_cast<void>(open_store(arguments));  // rolls the write back, and says so
    return SqlSession(arguments.file, options);
}

std::string query_of(const SqlArguments& arguments) {
    if (arguments.query != "-") return arguments.query;
    return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

ExitCode run_query(const SqlArguments& arguments) {
    SqlSession session = open_session(arguments);
    const auto format = arguments.json  ? ResultFormat::json
                        : arguments.csv ? ResultFormat::csv
                                        : ResultFormat::table;
    const auto printer = make_printer(format, std::cout);
    session.run(query_of(arguments),
                {.on_columns = [&](const auto& names) { printer->columns(names); },
                 .on_row = [&](const auto& values) { printer->row(values); }});
    printer->finish();
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<SqlArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    app.add_option("QUERY", arguments->query, "SQL; - reads it from stdin")->required();
    app.add_flag("--csv", arguments->csv, "Print CSV")->excludes(app.get_option("--json"));
    app.add_flag("--write", arguments->write, "The query may change FILE")
        ->excludes(app.get_option("--untrusted"));
    return [arguments] { return run_query(*arguments); };
}

}  // namespace

const Command kSql{.name = "sql",
                   .summary = "Run SQL, with functions for tensors",
                   .usage = "FILE QUERY [--write] [--csv] [--json]",
                   .example = "ckptlite sql run.db \"SELECT step, loss FROM checkpoint\"",
                   .declare = declare};

}  // namespace ckptlite::cli
