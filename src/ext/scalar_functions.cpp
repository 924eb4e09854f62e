// SPDX-License-Identifier: MIT
#include "ext/scalar_functions.hpp"

#include <array>
#include <cmath>
#include <span>

#include "ckptlite/error.hpp"
#include "ext/arguments.hpp"
#include "ext/callback.hpp"
#include "ext/element_result.hpp"
#include "ext/host_sqlite.hpp"
#include "ext/leaf_json.hpp"
#include "ext/leaf_numbers.hpp"

namespace ckptlite::ext {
namespace {

/// One call; a result that is not given is NULL.
struct Call {
    sqlite3_context* context;
    sqlite3* db;
    Arguments arguments;

    void give(std::optional<double> number) const {
        if (number) sqlite3_result_double(context, *number);
    }
};

struct Function {
    const char* name;
    const char* usage;
    void (*run)(Call& call);
};

/// For functions of a leaf and nothing else. Strings and bytes have no elements, and give NULL.
template <typename Use>
void with_leaf(Call& call, Use use) {
    const LeafRef ref = call.arguments.leaf();
    call.arguments.finish();
    StoredLeaf leaf(call.db, ref);
    if (leaf.has_elements()) use(leaf);
}

template <typename Use>
void with_two_leaves(Call& call, Use use) {
    const LeafRef ref_a = call.arguments.leaf();
    const LeafRef ref_b = call.arguments.leaf();
    call.arguments.finish();
    StoredLeaf a(call.db, ref_a);
    StoredLeaf b(call.db, ref_b);
    if (a.has_elements() && b.has_elements()) use(a, b);
}

LeafStatistics statistics_of(StoredLeaf& leaf) {
    return pytree::statistics_of(leaf.dtype(), moments_of(leaf));
}

void shape(Call& call) {
    with_leaf(call, [&](StoredLeaf& leaf) { give_result(call.context, shape_text(leaf.shape())); });
}

void dtype(Call& call) {
    with_leaf(call, [&](StoredLeaf& leaf) {
        give_result(call.context, std::string(dtype_name(leaf.dtype())));
    });
}

void json(Call& call) {
    with_leaf(call, [&](StoredLeaf& leaf) {
        give_result(call.context, json_of(leaf, whole(leaf.shape())));
    });
}

void slice(Call& call) {
    const LeafRef ref = call.arguments.leaf();
    const std::string text(call.arguments.text("a slice"));
    call.arguments.finish();
    StoredLeaf leaf(call.db, ref);
    if (!leaf.has_elements()) return;
    give_result(call.context, json_of(leaf, parse_slice(text, leaf.shape())));
}

std::uint64_t flat_position(const std::vector<std::int64_t>& indices, const StoredLeaf& leaf) {
    const Shape& shape = leaf.shape();
    if (indices.size() != shape.size()) {
        throw InvalidArgument("leaf " + std::to_string(leaf.id()) + " has the shape " +
                              shape_text(shape) + ": it takes " + std::to_string(shape.size()) +
                              " indices, not " + std::to_string(indices.size()));
    }
    std::uint64_t position = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
        position = position * static_cast<std::uint64_t>(shape[axis]) +
                   position_on_axis(indices[axis], shape, axis);
    }
    return position;
}

void at(Call& call) {
    const LeafRef ref = call.arguments.leaf();
    std::vector<std::int64_t> indices;
    while (!call.arguments.at_end()) indices.push_back(call.arguments.integer("an index"));
    StoredLeaf leaf(call.db, ref);
    if (!leaf.has_elements()) return;
    const std::uint64_t position = flat_position(indices, leaf);
    give_result(call.context, element_of(leaf.dtype(), leaf.elements_from(position)));
}

void norm(Call& call) {
    with_leaf(call, [&](StoredLeaf& leaf) { call.give(statistics_of(leaf).norm); });
}

void mean(Call& call) {
    with_leaf(call, [&](StoredLeaf& leaf) {
        require_order(leaf, "mean here");
        call.give(statistics_of(leaf).mean);
    });
}

void min(Call& call) {
    with_leaf(call, [&](StoredLeaf& leaf) {
        require_order(leaf, "minimum");
        call.give(statistics_of(leaf).min);
    });
}

void max(Call& call) {
    with_leaf(call, [&](StoredLeaf& leaf) {
        require_order(leaf, "maximum");
        call.give(statistics_of(leaf).max);
    });
}

void deviation(Call& call) {
    with_leaf(call, [&](StoredLeaf& leaf) { call.give(deviation_of(leaf)); });
}

void quantile(Call& call) {
    const LeafRef ref = call.arguments.leaf();
    const double q = call.arguments.real("a quantile");
    call.arguments.finish();
    if (!(q >= 0 && q <= 1)) throw InvalidArgument("a quantile is 0 to 1: 0.5 is the median");
    StoredLeaf leaf(call.db, ref);
    if (leaf.has_elements()) call.give(quantile_of(leaf, q));
}

void give_count(Call& call, std::uint64_t pytree::Moments::*count) {
    with_leaf(call, [&](StoredLeaf& leaf) {
        sqlite3_result_int64(call.context, static_cast<std::int64_t>(moments_of(leaf).*count));
    });
}

void nan_count(Call& call) {
    give_count(call, &pytree::Moments::nan_count);
}

void inf_count(Call& call) {
    give_count(call, &pytree::Moments::inf_count);
}

void distance(Call& call) {
    with_two_leaves(call, [&](StoredLeaf& a, StoredLeaf& b) { call.give(distance_of(a, b)); });
}

void cosine(Call& call) {
    with_two_leaves(call, [&](StoredLeaf& a, StoredLeaf& b) { call.give(cosine_of(a, b)); });
}

constexpr std::array kFunctions = {
    Function{"tensor_shape", "tensor_shape(LEAF)", shape},
    Function{"tensor_dtype", "tensor_dtype(LEAF)", dtype},
    Function{"tensor_at", "tensor_at(LEAF, index, ...)", at},
    Function{"tensor_slice", "tensor_slice(LEAF, slice)", slice},
    Function{"tensor_json", "tensor_json(LEAF)", json},
    Function{"tensor_norm", "tensor_norm(LEAF)", norm},
    Function{"tensor_mean", "tensor_mean(LEAF)", mean},
    Function{"tensor_std", "tensor_std(LEAF)", deviation},
    Function{"tensor_min", "tensor_min(LEAF)", min},
    Function{"tensor_max", "tensor_max(LEAF)", max},
    Function{"tensor_quantile", "tensor_quantile(LEAF, q)", quantile},
    Function{"tensor_nan_count", "tensor_nan_count(LEAF)", nan_count},
    Function{"tensor_inf_count", "tensor_inf_count(LEAF)", inf_count},
    Function{"tensor_distance", "tensor_distance(LEAF, LEAF)", distance},
    Function{"tensor_cosine", "tensor_cosine(LEAF, LEAF)", cosine},
};

void on_call(sqlite3_context* context, int n, sqlite3_value** values) {
    guarded(context, [&] {
        const auto& function = *static_cast<const Function*>(sqlite3_user_data(context));
        Call call{context,
                  sqlite3_context_db_handle(context),
                  {function.usage, {values, static_cast<std::size_t>(n)}}};
        if (!call.arguments.has_null()) function.run(call);
    });
}

// Deterministic: published leaves never change and ids never come back, so that within a statement
// the same arguments give the same result, or the same error. Not innocuous, for it reads tables;
// direct only: a view or trigger of a stranger's file cannot call it, and no file depends on it.
constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

}  // namespace

int register_scalar_functions(sqlite3* db) {
    for (const Function& function : kFunctions) {
        // SQLite only hands the pointer back; it is constant behind it.
        const int code = sqlite3_create_function_v2(db, function.name, -1, kFlags,
                                                    const_cast<Function*>(&function), on_call,
                                                    nullptr, nullptr, nullptr);
        if (code != SQLITE_OK) return code;
    }
    return SQLITE_OK;
}

}  // namespace ckptlite::ext
