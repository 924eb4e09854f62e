// SPDX-License-Identifier: MIT
// The arguments that say which checkpoints to keep. `this` must outlive the parsing.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ckptlite/retention.hpp"

namespace ckptlite::cli {

struct PolicyArguments {
    std::optional<std::int64_t> last{};
    std::vector<std::string> lowest{};  ///< "eval/loss", or "eval/loss:3" for the three lowest
    std::vector<std::string> highest{};
    std::optional<std::int64_t> every{};
    std::string within{};
    std::string size{};

    void declare_in(CLI::App& app);
    /// Throws InvalidArgument for what is malformed, CLI::ParseError if no rule is given at all.
    RetentionPolicy policy() const;
};

/// "512", "10KiB", "1.5 GiB" as bytes; K, M, G and T are powers of 1024, with or without "iB".
std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace ckptlite::cli
