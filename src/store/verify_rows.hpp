// SPDX-License-Identifier: MIT
// The part of a full verification that is not about trees: rows of which no digest tells.
// For the connection's thread, inside a transaction of the caller.
#pragma once

#include <functional>
#include <string>

#include "db/connection.hpp"

namespace ckptlite::detail {

using OnProblem = std::function<void(std::string where, std::string what)>;

/// Runs, tags, the metric history, and what belongs to nothing. Throws Corrupt if the tables cannot
/// be read to their end.
void verify_runs(const db::Connection& connection, const OnProblem& on_problem);
void verify_tags(const db::Connection& connection, const OnProblem& on_problem);
void verify_history(const db::Connection& connection, const OnProblem& on_problem);
void verify_belonging(const db::Connection& connection, const OnProblem& on_problem);

}  // namespace ckptlite::detail
