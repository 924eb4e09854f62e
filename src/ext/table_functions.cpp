// SPDX-License-Identifier: MIT
#include <array>

#include "ckptlite/error.hpp"
#include "ext/element_result.hpp"
#include "ext/host_sqlite.hpp"
#include "ext/leaf_histogram.hpp"
#include "ext/table_function.hpp"
#include "ext/table_functions.hpp"

namespace ckptlite::ext {
namespace {

/// Elements of a leaf in C order, of which one chunk is in memory.
class ElementRows : public Rows {
public:
    ElementRows(sqlite3* db, const LeafRef& ref)
        : leaf_(db, ref), size_(leaf_.has_elements() ? leaf_.size() : 0) {
        if (!at_end()) piece_ = leaf_.elements_from(0);
    }

    bool at_end() const override { return at_ == size_; }
    std::int64_t position() const override { return static_cast<std::int64_t>(at_); }

    void next() override {
        piece_ = piece_.subspan(itemsize(leaf_.dtype()));
        ++at_;
        if (piece_.empty() && !at_end()) piece_ = leaf_.elements_from(at_);
    }

    void column(sqlite3_context* context, int column) override {
        if (column == 0) return sqlite3_result_int64(context, position());
        if (column == 1) return give_result(context, shape_text(indices()));
        give_result(context, element_of(leaf_.dtype(), piece_));
    }

private:
    Shape indices() const {
        Shape indices(leaf_.shape());
        std::uint64_t rest = at_;
        for (std::size_t axis = indices.size(); axis-- > 0;) {
            const auto extent = static_cast<std::uint64_t>(leaf_.shape()[axis]);
            indices[axis] = static_cast<std::int64_t>(rest % extent);
            rest /= extent;
        }
        return indices;
    }

    StoredLeaf leaf_;
    std::uint64_t size_;
    std::uint64_t at_ = 0;
    ByteView piece_{};  // of leaf_, from the current element on
};

class BinRows : public Rows {
public:
    explicit BinRows(std::vector<Bin> bins) : bins_(std::move(bins)) {}

    bool at_end() const override { return at_ == bins_.size(); }
    std::int64_t position() const override { return static_cast<std::int64_t>(at_); }
    void next() override { ++at_; }

    void column(sqlite3_context* context, int column) override {
        const Bin& bin = bins_[at_];
        switch (column) {
            case 0:
                return sqlite3_result_int64(context, position());
            case 1:
                return sqlite3_result_double(context, bin.low);
            case 2:
                return sqlite3_result_double(context, bin.high);
            default:
                return sqlite3_result_int64(context, static_cast<std::int64_t>(bin.count));
        }
    }

private:
    std::vector<Bin> bins_;
    std::size_t at_ = 0;
};

std::unique_ptr<Rows> open_each(sqlite3* db, Arguments& arguments) {
    const LeafRef ref = arguments.leaf();
    arguments.finish();
    return std::make_unique<ElementRows>(db, ref);
}

std::unique_ptr<Rows> open_histogram(sqlite3* db, Arguments& arguments) {
    const LeafRef ref = arguments.leaf();
    const std::int64_t bins = arguments.integer("the number of bins");
    arguments.finish();
    StoredLeaf leaf(db, ref);
    if (!leaf.has_elements()) return nullptr;
    return std::make_unique<BinRows>(histogram_of(leaf, bins));
}

constexpr std::array kTableFunctions = {
    TableFunction{.name = "tensor_each",
                  .usage = "tensor_each(LEAF)",
                  .declaration = "CREATE TABLE each (position INTEGER, indices TEXT, value,"
                                 "    argument_1 HIDDEN, argument_2 HIDDEN)",
                  .first_argument = 3,
                  .open = open_each},
    TableFunction{.name = "tensor_histogram",
                  .usage = "tensor_histogram(LEAF, bins)",
                  .declaration =
                      "CREATE TABLE histogram (bin INTEGER, low REAL, high REAL, count INTEGER,"
                      "    argument_1 HIDDEN, argument_2 HIDDEN, argument_3 HIDDEN)",
                  .first_argument = 4,
                  .open = open_histogram},
};

}  // namespace

int register_table_functions(sqlite3* db) {
    for (const TableFunction& function : kTableFunctions) {
        const int code = register_table_function(db, function);
        if (code != SQLITE_OK) return code;
    }
    return SQLITE_OK;
}

}  // namespace ckptlite::ext
