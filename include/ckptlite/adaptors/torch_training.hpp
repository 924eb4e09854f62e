// SPDX-License-Identifier: MIT
// libtorch's modules and optimizers: their state as trees for a save, and restored where it is, so
// that training goes on as if it had never stopped. Needs libtorch; not part of ckptlite.hpp.
//
//     writer.write(checkpoint_of(*model, adam, step));
//     ...
//     if (const auto latest = store.latest()) restore(store, *latest, *model, adam);
//
// Nothing is copied: the trees borrow the memory of module and optimizer, which must live as long.
// Optimizers: Adam, AdamW, SGD, RMSprop and Adagrad. Of their options, the learning rates are
// stored; the others come from your program. One thread at a time for each module and optimizer.
#pragma once

#include <torch/torch.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "ckptlite/adaptors/torch.hpp"
#include "ckptlite/checkpoint.hpp"
#include "ckptlite/store.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

namespace detail {

/// "fc.0.weight" becomes /fc/0/weight.
inline void put_dotted(Dict& dict, std::string_view name, Tree leaf) {
    const std::size_t dot = name.find('.');
    Tree& child = dict[Key(name.substr(0, dot))];
    if (dot == std::string_view::npos) {
        child = std::move(leaf);
        return;
    }
    if (child.is_none()) child = Dict();
    put_dotted(std::get<Dict>(child.value()), name.substr(dot + 1), std::move(leaf));
}

inline Tree dotted_tree(const torch::OrderedDict<std::string, at::Tensor>& tensors) {
    Dict dict;
    for (const auto& entry : tensors) put_dotted(dict, entry.key(), tensor_of(entry.value()));
    return dict;
}

using ParamState = torch::optim::OptimizerParamState;

/// Calls visit(name, member) for each member, an int64_t or an at::Tensor, if `state` is a State.
template <typename State, typename Visit>
bool visit_adam(ParamState& state, Visit& visit) {
    auto* const found = dynamic_cast<State*>(&state);
    if (found == nullptr) return false;
    visit("step", found->step());
    visit("exp_avg", found->exp_avg());
    visit("exp_avg_sq", found->exp_avg_sq());
    visit("max_exp_avg_sq", found->max_exp_avg_sq());
    return true;
}

template <typename Visit>
bool visit_sgd(ParamState& state, Visit& visit) {
    auto* const found = dynamic_cast<torch::optim::SGDParamState*>(&state);
    if (found == nullptr) return false;
    visit("momentum_buffer", found->momentum_buffer());
    return true;
}

template <typename Visit>
bool visit_rmsprop(ParamState& state, Visit& visit) {
    auto* const found = dynamic_cast<torch::optim::RMSpropParamState*>(&state);
    if (found == nullptr) return false;
    visit("step", found->step());
    visit("square_avg", found->square_avg());
    visit("momentum_buffer", found->momentum_buffer());
    visit("grad_avg", found->grad_avg());
    return true;
}

template <typename Visit>
bool visit_adagrad(ParamState& state, Visit& visit) {
    auto* const found = dynamic_cast<torch::optim::AdagradParamState*>(&state);
    if (found == nullptr) return false;
    visit("step", found->step());
    visit("sum", found->sum());
    return true;
}

template <typename Visit>
void visit_members(ParamState& state, Visit visit) {
    static_cast<void>(visit_adam<torch::optim::AdamParamState>(state, visit) ||
                      visit_adam<torch::optim::AdamWParamState>(state, visit) ||
                      visit_sgd(state, visit) || visit_rmsprop(state, visit) ||
                      visit_adagrad(state, visit));
}

struct OptimizerKind {
    const char* name;
    std::unique_ptr<ParamState> (*make_state)();
};

template <typename State>
std::unique_ptr<ParamState> make_state() {
    return std::make_unique<State>();
}

inline OptimizerKind kind_of(const torch::optim::Optimizer& optimizer) {
    using namespace torch::optim;
    if (dynamic_cast<const Adam*>(&optimizer) != nullptr)
        return {"Adam", make_state<AdamParamState>};
    if (dynamic_cast<const AdamW*>(&optimizer) != nullptr)
        return {"AdamW", make_state<AdamWParamState>};
    if (dynamic_cast<const SGD*>(&optimizer) != nullptr) return {"SGD", make_state<SGDParamState>};
    if (dynamic_cast<const RMSprop*>(&optimizer) != nullptr)
        return {"RMSprop", make_state<RMSpropParamState>};
    if (dynamic_cast<const Adagrad*>(&optimizer) != nullptr)
        return {"Adagrad", make_state<AdagradParamState>};
    throw InvalidArgument(
        "This optimizer is none whose state is known: Adam, AdamW, SGD, RMSprop, Adagrad.");
}

/// What Optimizer::state() knows a parameter by: its text in older versions of libtorch.
template <typename StateMap>
auto state_key(const at::Tensor& parameter) {
    auto* const address = parameter.unsafeGetTensorImpl();
    if constexpr (std::is_same_v<typename StateMap::key_type, std::string>)
        return c10::guts::to_string(address);
    else
        return static_cast<typename StateMap::key_type>(address);
}

/// In the order of the groups, which is that of PyTorch's state_dict.
inline std::vector<at::Tensor> parameters_of(const torch::optim::Optimizer& optimizer) {
    std::vector<at::Tensor> all;
    for (const auto& group : optimizer.param_groups())
        all.insert(all.end(), group.params().begin(), group.params().end());
    return all;
}

inline ParamState* state_of(const torch::optim::Optimizer& optimizer, const at::Tensor& parameter) {
    using Map = std::remove_cvref_t<decltype(optimizer.state())>;
    const auto found = optimizer.state().find(state_key<Map>(parameter));
    return found == optimizer.state().end() ? nullptr : found->second.get();
}

inline Tree tree_of_state(ParamState& state) {
    Dict members;
    visit_members(state, [&members](const char* name, auto& member) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(member)>, at::Tensor>) {
            if (member.defined()) members[name] = tensor_of(member);
        } else {
            members[name] = member;
        }
    });
    return members;
}

/// `states` has one for each parameter, or nullptr where there is none yet.
inline Tree optimizer_tree(const torch::optim::Optimizer& optimizer,
                           const std::vector<ParamState*>& states) {
    List groups;
    for (const auto& group : optimizer.param_groups())
        groups.items.emplace_back(Dict{{"lr", group.options().get_lr()}});
    Dict state;
    for (std::size_t i = 0; i < states.size(); ++i)
        if (states[i] != nullptr) state[Key(i)] = tree_of_state(*states[i]);
    return Dict{{"type", kind_of(optimizer).name},
                {"param_groups", std::move(groups)},
                {"state", std::move(state)}};
}

}  // namespace detail

/// The parameters of a module and of those in it: "fc.weight" is at /fc/weight.
inline Tree parameters_of(const torch::nn::Module& module) {
    return detail::dotted_tree(module.named_parameters());
}

/// Its buffers, such as the running means of a batch norm.
inline Tree buffers_of(const torch::nn::Module& module) {
    return detail::dotted_tree(module.named_buffers());
}

/// Type, learning rates, and what the optimizer keeps of each parameter, by the parameter's number:
/// /type, /param_groups/0/lr, /state/#0/exp_avg. Throws InvalidArgument for another optimizer.
inline Tree optimizer_state_of(const torch::optim::Optimizer& optimizer) {
    std::vector<detail::ParamState*> states;
    for (const at::Tensor& parameter : detail::parameters_of(optimizer))
        states.push_back(detail::state_of(optimizer, parameter));
    return detail::optimizer_tree(optimizer, states);
}

/// All of it, as checkpoint writers take it.
inline Checkpoint checkpoint_of(const torch::nn::Module& module,
                                const torch::optim::Optimizer& optimizer, std::int64_t step) {
    return {.model_params = parameters_of(module),
            .model_state = buffers_of(module),
            .optimizer_state = optimizer_state_of(optimizer),
            .step = step};
}

namespace detail {

/// Restores one checkpoint: the states that the optimizer will have are made first, then all is
/// compared and filled, then they are put in their place.
class TorchRestore {
public:
    TorchRestore(const Store& store, const CheckpointInfo& checkpoint, torch::nn::Module& module,
                 torch::optim::Optimizer& optimizer)
        : store_(store), checkpoint_(checkpoint), module_(module), optimizer_(optimizer) {
        for (LeafInfo& leaf : store.leaves(checkpoint)) {
            std::string path = leaf.path;
            if (!path.starts_with("/grads/")) stored_.emplace(std::move(path), std::move(leaf));
        }
    }

    void run() {
        make_states();
        compare();
        store_.load_into(checkpoint_, buffers_);
        install();
    }

private:
    template <typename T>
    T scalar(const std::string& path) const {
        return store_.leaf(checkpoint_, path).scalar().as<T>();
    }

    /// Of each parameter of which something is stored, with tensors that are there already where
    /// there are any.
    void make_states() {
        const auto parameters = parameters_of(optimizer_);
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const std::string path = "/optimizer_state/state/#" + std::to_string(i) + "/";
            const auto first = stored_.lower_bound(path);
            states_.emplace_back();
            if (first == stored_.end() || !first->first.starts_with(path)) continue;
            ParamState* const old = state_of(optimizer_, parameters[i]);
            states_.back() = old != nullptr ? old->clone() : kind_of(optimizer_).make_state();
            visit_members(*states_.back(), [&](const char* name, auto& member) {
                make_member(path + name, parameters[i], member);
            });
        }
    }
    void make_member(const std::string& path, const at::Tensor& parameter, at::Tensor& member) {
        if (!stored_.contains(path))
            member = at::Tensor();
        else if (!member.defined())
            member = at::empty_like(parameter.detach());
    }
    void make_member(const std::string& path, const at::Tensor& /*parameter*/,
                     std::int64_t& member) {
        const auto leaf = stored_.find(path);
        if (leaf != stored_.end() && leaf->second.kind == "int")
            member = scalar<std::int64_t>(path);
    }

    void compare() {
        std::vector<ParamState*> states;
        for (const auto& state : states_) states.push_back(state.get());
        const Tree expected = Dict{{"model_params", ckptlite::parameters_of(module_)},
                                   {"model_state", ckptlite::buffers_of(module_)},
                                   {"optimizer_state", optimizer_tree(optimizer_, states)}};
        for_each_leaf(expected,
                      [this](const std::string& path, const Tree& leaf) { expect(path, leaf); });
        for (const auto& [path, leaf] : stored_) differences_.push_back("unexpected " + path);
        if (differences_.empty()) return;
        throw TypeError("The module and the optimizer do not fit the stored checkpoint:",
                        std::move(differences_),
                        {.file = store_.file(), .run = checkpoint_.run, .step = checkpoint_.step});
    }
    void expect(const std::string& path, const Tree& leaf) {
        const auto found = stored_.find(path);
        if (found == stored_.end()) {
            differences_.push_back("missing " + path);
            return;
        }
        if (const Tensor* const tensor = std::get_if<Tensor>(&leaf.value()))
            add_buffer(path, found->second, *tensor);
        else
            expect_scalar(path, leaf.scalar());
        stored_.erase(found);
    }
    void add_buffer(const std::string& path, const LeafInfo& stored, const Tensor& tensor) {
        if (stored.dtype != tensor.dtype() || stored.shape != tensor.shape()) {
            differences_.push_back(
                "tensor " + path + ": expected " + std::string(dtype_name(tensor.dtype())) + " " +
                shape_text(tensor.shape()) + ", stored " +
                (stored.dtype ? std::string(dtype_name(*stored.dtype)) : stored.kind) + " " +
                shape_text(stored.shape));
            return;
        }
        // The memory is that of a tensor of the module or the optimizer.
        buffers_.push_back(TensorBuffer::of(path, tensor.dtype(), tensor.shape(), tensor.strides(),
                                            const_cast<std::byte*>(tensor.first())));
    }
    void expect_scalar(const std::string& path, const Scalar& expected) {
        const Tree stored = store_.leaf(checkpoint_, path);
        const Scalar* const value = std::get_if<Scalar>(&stored.value());
        if (value == nullptr || value->value().index() != expected.value().index())
            differences_.push_back("kind " + path);
        else if (path == "/optimizer_state/type" && !(*value == expected))
            differences_.push_back("type " + path + ": expected " + expected.as<std::string>() +
                                   ", stored " + value->as<std::string>());
        else if (path.ends_with("/lr"))
            learning_rates_.push_back(value->as<double>());
    }

    void install() {
        for (std::size_t i = 0; i < learning_rates_.size(); ++i)
            optimizer_.param_groups()[i].options().set_lr(learning_rates_[i]);
        using Map = std::remove_cvref_t<decltype(optimizer_.state())>;
        const auto parameters = parameters_of(optimizer_);
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const auto key = state_key<Map>(parameters[i]);
            if (states_[i] == nullptr)
                optimizer_.state().erase(key);
            else
                optimizer_.state()[key] = std::move(states_[i]);
        }
    }

    const Store& store_;
    const CheckpointInfo& checkpoint_;
    torch::nn::Module& module_;
    torch::optim::Optimizer& optimizer_;
    std::map<std::string, LeafInfo> stored_;  // what nothing was expected for, in the end
    std::vector<std::unique_ptr<ParamState>> states_;
    std::vector<TensorBuffer> buffers_;
    std::vector<double> learning_rates_;
    std::vector<std::string> differences_;
};

}  // namespace detail

/// Restores a checkpoint that was written with checkpoint_of: parameters and buffers where they
/// are, learning rates, and the optimizer's state, which is made where there is none yet. Throws
/// TypeError that lists every difference, and what Store::load_into throws; nothing has changed
/// then, but after Corrupt or IoError the tensors may hold anything.
inline void restore(const Store& store, const CheckpointInfo& checkpoint, torch::nn::Module& module,
                    torch::optim::Optimizer& optimizer) {
    detail::TorchRestore(store, checkpoint, module, optimizer).run();
}

}  // namespace ckptlite
