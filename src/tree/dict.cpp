// SPDX-License-Identifier: MIT
#include <algorithm>
#include <limits>

#include "ckptlite/error.hpp"
#include "ckptlite/tree.hpp"

namespace ckptlite {

std::int64_t Key::from_integer(bool negative, std::uint64_t bits) {
    if (!negative && bits > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
        throw InvalidArgument("The dict key " + std::to_string(bits) +
                              " does not fit a signed 64-bit integer.");
    return static_cast<std::int64_t>(bits);
}

Dict::Dict(std::initializer_list<DictEntry> entries) : entries_(entries) {
    std::ranges::sort(entries_, {}, &DictEntry::key);
    const auto twin = std::ranges::adjacent_find(entries_, {}, &DictEntry::key);
    if (twin == entries_.end()) return;
    const Key& key = twin->key;
    throw InvalidArgument(
        "The dict key " +
        (key.is_integer() ? std::to_string(key.integer()) : "'" + key.text() + "'") +
        " stands twice.");
}

Tree& Dict::operator[](const Key& key) {
    auto place = std::ranges::lower_bound(entries_, key, {}, &DictEntry::key);
    if (place == entries_.end() || place->key != key)
        place = entries_.insert(place, DictEntry{key, Tree()});
    return place->value;
}

const Tree* Dict::find(const Key& key) const noexcept {
    const auto place = std::ranges::lower_bound(entries_, key, {}, &DictEntry::key);
    return place == entries_.end() || place->key != key ? nullptr : &place->value;
}

std::size_t Dict::size() const noexcept {
    return entries_.size();
}

std::vector<DictEntry>::const_iterator Dict::begin() const noexcept {
    return entries_.begin();
}

std::vector<DictEntry>::const_iterator Dict::end() const noexcept {
    return entries_.end();
}

bool operator==(const Dict& a, const Dict& b) {
    return a.entries_ == b.entries_;
}

}  // namespace ckptlite
