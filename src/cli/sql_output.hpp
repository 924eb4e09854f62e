// SPDX-License-Identifier: MIT
// How the command `sql` prints what a query gives: a table for people, JSON or CSV for programs.
// For the main thread.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "ckptlite/sql_session.hpp"

namespace ckptlite::cli {

/// `columns` once for each statement that has some, then its rows; `finish` once, at the end of a
/// query that went well.
class ResultPrinter {
public:
    virtual ~ResultPrinter() = default;
    virtual void columns(const std::vector<std::string>& names) = 0;
    virtual void row(const std::vector<SqlValue>& values) = 0;
    virtual void finish() = 0;
};

enum class ResultFormat { table, json, csv };

std::unique_ptr<ResultPrinter> make_printer(ResultFormat format, std::ostream& out);

}  // namespace ckptlite::cli
