// SPDX-License-Identifier: MIT
#include "cli/diff_output.hpp"

#include <iostream>

#include "cli/checkpoint_json.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

std::string place_text(const ComparedCheckpoint& of, bool with_file) {
    return (with_file ? of.file + ": " : "") + checkpoint_name(of.info);
}

std::string type_text(const LeafInfo& leaf) {
    if (!leaf.dtype) return leaf.kind;
    return std::string(dtype_name(*leaf.dtype)) + " " + shape_text(leaf.shape);
}

std::string type_text(const LeafDifference& leaf) {
    const std::string before = type_text(leaf.leaf);
    return leaf.change == LeafChange::retyped ? before + " -> " + type_text(*leaf.after) : before;
}

void print_summary(const DiffReport& report) {
    std::cout << report.changed << " changed, " << report.added << " added, " << report.removed
              << " removed, " << report.retyped << " retyped, " << report.same << " the same";
    if (report.max_abs) {
        std::cout << "; of floats, largest difference " << number_text(report.max_abs)
                  << ", relative norm " << number_text(report.relative_norm);
    }
    if (!report.same_structure && report.same == report.leaves.size()) {
        std::cout << "; they stand in containers of other kinds or names";
    }
    std::cout << '\n';
}

Json type_json(const LeafInfo& leaf) {
    return {{"kind", leaf.kind},
            {"dtype", leaf.dtype ? Json(dtype_name(*leaf.dtype)) : Json(nullptr)},
            {"shape", leaf.dtype ? Json(leaf.shape) : Json(nullptr)},
            {"nbytes", leaf.nbytes}};
}

Json leaf_json(const LeafDifference& leaf) {
    const bool is_new = leaf.change == LeafChange::added;
    const bool is_gone = leaf.change == LeafChange::removed;
    const LeafInfo& after = leaf.after ? *leaf.after : leaf.leaf;
    return {{"path", leaf.leaf.path},
            {"change", change_name(leaf.change)},
            {"a", is_new ? Json(nullptr) : type_json(leaf.leaf)},
            {"b", is_gone ? Json(nullptr) : type_json(after)},
            {"n_different", leaf.n_different ? Json(*leaf.n_different) : Json(nullptr)},
            {"n_not_finite", leaf.n_different ? Json(leaf.n_not_finite) : Json(nullptr)},
            {"max_abs", number_json(leaf.max_abs)},
            {"norm", number_json(leaf.norm)},
            {"relative_norm", number_json(leaf.relative_norm)}};
}

}  // namespace

void print_diff(const ComparedCheckpoint& a, const ComparedCheckpoint& b, const DiffReport& report,
                bool all) {
    const bool with_file = a.file != b.file;
    std::cout << "a: " << printable(place_text(a, with_file)) << '\n'
              << "b: " << printable(place_text(b, with_file)) << '\n';
    print_summary(report);
    constexpr auto kRight = Align::right;
    Table table({{"change"},
                 {"path"},
                 {"type"},
                 {"differ", kRight},
                 {"max abs", kRight},
                 {"relative", kRight},
                 {"not finite", kRight}});
    bool any = false;
    for (const LeafDifference& leaf : report.leaves) {
        if (!all && leaf.change == LeafChange::same) continue;
        any = true;
        table.add({std::string(change_name(leaf.change)), leaf.leaf.path, type_text(leaf),
                   leaf.n_different ? std::to_string(*leaf.n_different) : "-",
                   number_text(leaf.max_abs), number_text(leaf.relative_norm),
                   leaf.n_different ? std::to_string(leaf.n_not_finite) : "-"});
    }
    if (any) table.print(std::cout);
}

void print_diff_json(const ComparedCheckpoint& a, const ComparedCheckpoint& b,
                     const DiffReport& report, bool all) {
    const auto side = [](const ComparedCheckpoint& of) {
        return Json{{"file", of.file}, {"checkpoint", checkpoint_json(of.info)}};
    };
    Json leaves = Json::array();
    for (const LeafDifference& leaf : report.leaves) {
        if (all || leaf.change != LeafChange::same) leaves.push_back(leaf_json(leaf));
    }
    print_json(std::cout, Json{{"a", side(a)},
                               {"b", side(b)},
                               {"equal", report.equal()},
                               {"same_structure", report.same_structure},
                               {"same", report.same},
                               {"changed", report.changed},
                               {"added", report.added},
                               {"removed", report.removed},
                               {"retyped", report.retyped},
                               {"max_abs", number_json(report.max_abs)},
                               {"relative_norm", number_json(report.relative_norm)},
                               {"leaves", std::move(leaves)}});
}

}  // namespace ckptlite::cli
