// SPDX-License-Identifier: MIT
// Restoring in three steps: every object is compared with what is stored for it, and the plan notes
// what has to be done; then the tensors are read; then the rest is put in its place. So nothing
// has changed if anything does not fit.
//
// restore_into() makes and uses plans. Programs that describe a kind of node of their own see the
// first part of this class. One thread; it borrows the objects and the stored tree.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "ckptlite/dtype.hpp"
#include "ckptlite/error.hpp"
#include "ckptlite/tensor.hpp"
#include "ckptlite/tensor_buffer.hpp"
#include "ckptlite/tree.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {
namespace detail {

struct TensorType {
    DType dtype = DType::uint8;
    Shape shape{};
};

/// By path.
using TensorTypes = std::unordered_map<std::string, TensorType>;

class RestorePlan {
public:
    /// Of what is stored at `path`. Without `types`, the stored tensors say themselves what they
    /// are; else they stand for tensors that are not read yet, and `types` says it.
    explicit RestorePlan(std::string path = {}, const TensorTypes* types = nullptr)
        : path_(std::move(path)), types_(types) {}

    /// While it lives, the plan stands at a child of where it stood.
    class [[nodiscard]] Step {
    public:
        ~Step() { path_.resize(size_); }
        Step(const Step&) = delete;
        Step& operator=(const Step&) = delete;

    private:
        friend class RestorePlan;
        Step(std::string& path, std::size_t size) : path_(path), size_(size) {}
        std::string& path_;
        std::size_t size_;
    };
    Step to_key(const Key& key);
    Step to_item(std::size_t index);
    Step to_field(std::string_view name);

    /// Of the leaf or container where the plan stands.
    const std::string& path() const noexcept { return path_; }

    // Differences: "missing /a", "unexpected /a", "shape /a: expected [3], stored [4]".
    void missing();
    void unexpected();
    void differ(std::string_view what, std::string_view expected, std::string_view stored);

    /// The stored node as what is expected, Dict or Tensor, or nullptr after noting the difference.
    template <typename Node>
    const Node* node(const Tree& stored, std::string_view expected) {
        const Node* found = std::get_if<Node>(&stored.value());
        if (found == nullptr) differ_in_kind(expected, stored);
        return found;
    }
    /// The same of the alternatives of a Scalar.
    template <typename Value>
    const Value* scalar(const Tree& stored, std::string_view expected) {
        const Scalar* leaf = std::get_if<Scalar>(&stored.value());
        const Value* found = leaf == nullptr ? nullptr : std::get_if<Value>(&leaf->value());
        if (found == nullptr) differ_in_kind(expected, stored);
        return found;
    }
    /// dtype and shape, or nothing after noting the difference.
    std::optional<TensorType> tensor(const Tree& stored);

    /// Memory that exists, for the tensor where the plan stands; notes it if it does not fit.
    void fill(TensorBuffer buffer, const TensorType& stored);
    /// Memory that is made once everything fits and the file is known to have the elements.
    void fill_new(std::function<TensorBuffer()> make);
    /// The target becomes a copy of what is stored, tensors in new memory.
    void take(const Tree& stored, Tree& target);
    /// What is done when all tensors are read, in the order of these calls. It must not throw.
    void then(std::function<void()> action);

    // What follows is for the one who carries the plan out.

    const std::vector<std::string>& differences() const noexcept { return differences_; }
    /// Throws TypeError unless everything fits.
    void require_fit(const ErrorContext& where = {}) const;
    /// Paths of the tensors whose memory is made by buffers().
    const std::vector<std::string>& new_tensors() const noexcept { return new_tensors_; }
    /// All of them, once.
    std::vector<TensorBuffer> buffers();
    /// Does what was to be done then.
    void finish();

private:
    void differ_in_kind(std::string_view expected, const Tree& stored);
    /// Memory of their own for the tensors of a copy, which `root` keeps.
    void renew_tensors(Tree& node, const std::shared_ptr<Tree>& root);

    std::string path_;
    const TensorTypes* types_;
    std::vector<std::string> differences_;
    std::vector<TensorBuffer> buffers_;
    std::vector<std::string> new_tensors_;
    std::vector<std::function<TensorBuffer()>> makers_;
    std::vector<std::function<void()>> actions_;
};

/// Carries out a plan whose stored tree is in memory.
void restore_from_tree(const Tree& tree, const std::function<void(RestorePlan&)>& make_plan);

/// How deep in a tree: keeps a recursive type from exhausting the stack.
class Level {
public:
    /// Throws InvalidArgument below the deepest level that can be stored.
    Level below() const;

private:
    std::size_t depth_ = 0;
};

}  // namespace detail
}  // namespace ckptlite
