// SPDX-License-Identifier: MIT
#include "api/checkpoint_tree.hpp"

#include <string>
#include <vector>

#include "ckptlite/error.hpp"

namespace ckptlite::detail {
namespace {

// On disk: part of the paths of leaves.
constexpr const char* kModelParams = "model_params";
constexpr const char* kModelState = "model_state";
constexpr const char* kOptimizerState = "optimizer_state";
constexpr const char* kGrads = "grads";

template <typename Source>
Dict fields_of(const Source& source) {
    return Dict{{kModelParams, source.model_params},
                {kModelState, source.model_state},
                {kOptimizerState, source.optimizer_state}};
}

Tree without_grads(const Tree& stored) {
    const Dict* dict = std::get_if<Dict>(&stored.value());
    if (dict == nullptr || dict->find(kGrads) == nullptr) return stored;
    Dict rest;
    for (const DictEntry& entry : *dict)
        if (entry.key != Key(kGrads)) rest[entry.key] = entry.value;
    return rest;
}

bool has_the_fields(const Tree& tree) {
    const Dict* dict = std::get_if<Dict>(&tree.value());
    return dict != nullptr && dict->size() == 3 && dict->find(kModelParams) != nullptr &&
           dict->find(kModelState) != nullptr && dict->find(kOptimizerState) != nullptr;
}

}  // namespace

Tree checkpoint_tree(const Checkpoint& checkpoint, bool with_grads) {
    Dict fields = fields_of(checkpoint);
    if (with_grads) fields[kGrads] = checkpoint.grads;
    return fields;
}

CheckpointFile checkpoint_file(const Tree& stored, const CheckpointInfo& info) {
    const Tree tree = without_grads(stored);
    if (!has_the_fields(tree))
        throw TypeError(
            "The stored tree is not a dict of model_params, model_state and optimizer_state, as "
            "checkpoint writers store it; read it with Store::load.",
            {}, {.run = info.run, .step = info.step});
    return {.model_params = *tree.dict().find(kModelParams),
            .model_state = *tree.dict().find(kModelState),
            .optimizer_state = *tree.dict().find(kOptimizerState),
            .step = info.step,
            .metrics = info.metrics,
            .version = info.version};
}

std::vector<std::string> checkpoint_differences(const CheckpointFile& expected,
                                                const Tree& stored) {
    return differences(fields_of(expected), without_grads(stored));
}

}  // namespace ckptlite::detail
