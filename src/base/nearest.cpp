// SPDX-License-Identifier: MIT
#include "ckptlite/nearest.hpp"

#include <algorithm>
#include <utility>

#include "base/edit_distance.hpp"

namespace ckptlite {
namespace {

constexpr std::size_t kMaxNamed = 10;
constexpr std::size_t kMaxCompared = 256;  // bytes: the work grows with the product of two lengths

}  // namespace

std::vector<std::string> nearest_first(std::string_view wanted, std::vector<std::string> names) {
    std::vector<std::pair<std::size_t, std::string>> ranked;
    for (std::string& name : names) {
        const std::size_t edits = edit_distance(wanted.substr(0, kMaxCompared),
                                                std::string_view(name).substr(0, kMaxCompared));
        ranked.emplace_back(edits, std::move(name));
    }
    std::sort(ranked.begin(), ranked.end());
    std::vector<std::string> out;
    for (auto& [edits, name] : ranked) out.push_back(std::move(name));
    return out;
}

std::string nearest_text(std::string_view wanted, std::vector<std::string> names) {
    if (names.empty()) return "there is none";
    const std::vector<std::string> ranked = nearest_first(wanted, std::move(names));
    std::string out = "there are: ";
    for (std::size_t i = 0; i < std::min(ranked.size(), kMaxNamed); ++i) {
        out += (i > 0 ? ", " : "") + ranked[i];
    }
    if (ranked.size() > kMaxNamed) {
        out += " and " + std::to_string(ranked.size() - kMaxNamed) + " more";
    }
    return out;
}

}  // namespace ckptlite
