// SPDX-License-Identifier: MIT
#include "base_state.hpp"

#include <array>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <stdexcept>

#include "ckptlite/store.hpp"

namespace bench {
namespace {

constexpr std::array kParts = {Part::params, Part::mu, Part::nu};

/// The part that a whole path lies in, and the rest of the path.
std::optional<BaseLeaf> place(const std::string& path, ckptlite::Tensor tensor) {
    for (const Part part : kParts) {
        const std::string prefix = part_prefix(part) + "/";
        if (path.starts_with(prefix)) {
            return BaseLeaf{part, path.substr(prefix.size() - 1), std::move(tensor)};
        }
    }
    return {};
}

void add(BaseState& state, const std::string& path, ckptlite::Tensor tensor) {
    if (tensor.bytes().empty()) return;
    if (auto leaf = place(path, std::move(tensor))) state.leaves.push_back(std::move(*leaf));
}

BaseState load_store(const std::filesystem::path& file) {
    const ckptlite::Store store(file, {.mode = ckptlite::OpenMode::read_only});
    const auto latest = store.latest({.prefix = "checkpoint"});
    if (!latest) throw std::runtime_error(file.string() + " holds no checkpoint");
    const ckptlite::Tree tree = store.load(*latest);
    BaseState state;
    ckptlite::for_each_leaf(tree, [&](const std::string& path, const ckptlite::Tree& leaf) {
        if (std::holds_alternative<ckptlite::Tensor>(leaf.value())) add(state, path, leaf.tensor());
    });
    return state;
}

ckptlite::Shape parse_shape(const std::string& text) {
    ckptlite::Shape shape;
    if (text == "-") return shape;
    std::istringstream in(text);
    for (std::string extent; std::getline(in, extent, ',');) shape.push_back(std::stoll(extent));
    return shape;
}

std::span<const std::byte> read_all(const std::filesystem::path& file,
                                    std::shared_ptr<std::byte[]>& owner) {
    const std::size_t size = std::filesystem::file_size(file);
    owner = ckptlite::allocate_bytes(size);
    std::ifstream in(file, std::ios::binary);
    // Streams read characters; the bytes are the same.
    if (!in.read(reinterpret_cast<char*>(owner.get()), static_cast<std::streamsize>(size))) {
        throw std::runtime_error(file.string() + " cannot be read");
    }
    return {owner.get(), size};
}

BaseState load_manifest(const std::filesystem::path& file) {
    std::shared_ptr<std::byte[]> owner;
    const auto bytes = read_all(file.string() + ".bin", owner);
    std::ifstream in(file);
    BaseState state;
    std::string dtype_text, shape_text, path;
    std::size_t offset = 0, nbytes = 0;
    while (in >> dtype_text >> shape_text >> offset >> nbytes &&
           std::getline(in >> std::ws, path)) {
        const auto dtype = ckptlite::parse_dtype(dtype_text);
        if (!dtype) throw std::runtime_error("no dtype is named " + dtype_text);
        if (offset > bytes.size() || nbytes > bytes.size() - offset) {
            throw std::runtime_error(file.string() + ": a leaf lies outside the bytes");
        }
        add(state, path,
            ckptlite::Tensor::adopt(*dtype, parse_shape(shape_text), bytes.subspan(offset, nbytes),
                                    owner));
    }
    return state;
}

}  // namespace

std::size_t BaseState::nbytes() const {
    std::size_t sum = 0;
    for (const BaseLeaf& leaf : leaves) sum += leaf.tensor.bytes().size();
    return sum;
}

std::string part_prefix(Part part) {
    switch (part) {
        case Part::params:
            return "/model_params";
        case Part::mu:
            return "/optimizer_state/mu";
        case Part::nu:
            return "/optimizer_state/nu";
    }
    throw std::logic_error("there is no such part");
}

BaseState load_base_state(const std::filesystem::path& file) {
    BaseState state = file.extension() == ".db" ? load_store(file) : load_manifest(file);
    if (state.leaves.empty()) throw std::runtime_error(file.string() + " holds no tensors");
    return state;
}

}  // namespace bench
