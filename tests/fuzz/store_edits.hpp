// SPDX-License-Identifier: MIT
// Edits of a store by a stranger, read from a fuzzer's input: values of any type put anywhere,
// rows deleted and copied, bytes of the file changed. One thread.
#pragma once

#include <string>
#include <vector>

#include "fuzz/fuzz_target.hpp"

namespace ckptlite::test {
class RawSql;
}

namespace ckptlite::fuzz {

class StoreEdits {
public:
    /// Of the store in this file, which is read now and not needed any more.
    explicit StoreEdits(const std::string& file);

    /// Writes the store to `file`, edited as the input says; nothing of the input is left.
    void write_edited(const std::string& file, Input& input) const;

private:
    struct Table {
        std::string name;
        std::string key;  ///< "rowid", or the columns of the primary key
        std::vector<std::string> columns;
    };
    void edit_row(test::RawSql& raw, Input& input) const;

    std::vector<Table> tables_;
    std::string strict_;  // the bytes of the file
    std::string lax_;     // and with columns that take any value
};

}  // namespace ckptlite::fuzz
