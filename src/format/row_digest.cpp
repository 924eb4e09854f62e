// SPDX-License-Identifier: MIT
#include "format/row_digest.hpp"

#include <bit>

namespace ckptlite::format {
namespace {

std::optional<std::string_view> or_null(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return text;
}

void store_be(std::byte* to, std::uint64_t value) noexcept {
    for (int i = 7; i >= 0; --i, value >>= 8) to[i] = static_cast<std::byte>(value);
}

}  // namespace

// On disk: these letters, and numbers of eight bytes, are part of every digest of a row.
void RowDigester::begin(char type, std::uint64_t number) {
    char bytes[9] = {type};
    store_le(reinterpret_cast<std::byte*>(bytes + 1), number);
    bytes_.append(bytes, sizeof bytes);
}

RowDigester& RowDigester::add(std::nullopt_t) {
    bytes_ += 'N';
    return *this;
}

RowDigester& RowDigester::add(std::int64_t value) {
    begin('I', static_cast<std::uint64_t>(value));
    return *this;
}

RowDigester& RowDigester::add(double value) {
    // SQLite need not keep the sign of a zero.
    begin('R', std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value));
    return *this;
}

RowDigester& RowDigester::add(std::string_view text) {
    begin('T', text.size());
    bytes_ += text;
    return *this;
}

RowDigester& RowDigester::add(ByteView blob) {
    begin('B', blob.size());
    bytes_.append(reinterpret_cast<const char*>(blob.data()), blob.size());
    return *this;
}

Digest RowDigester::finish() {
    const Digest digest = digest_of(as_bytes(bytes_));
    bytes_.clear();
    return digest;
}

SetDigest::SetDigest(const Digest& digest) noexcept
    : high_(load_be(ByteView(digest).first(8))), low_(load_be(ByteView(digest).last(8))) {}

void SetDigest::add(const SetDigest& row) noexcept {
    low_ += row.low_;
    high_ += row.high_ + (low_ < row.low_ ? 1 : 0);
}

void SetDigest::subtract(const SetDigest& row) noexcept {
    high_ -= row.high_ + (low_ < row.low_ ? 1 : 0);
    low_ -= row.low_;
}

Digest SetDigest::digest() const noexcept {
    Digest digest;
    store_be(digest.data(), high_);
    store_be(digest.data() + 8, low_);
    return digest;
}

void TreeRowsDigester::add_leaf(std::int64_t tree_id, const LeafRow& leaf) {
    const LeafStatistics& of = leaf.statistics;
    const auto integer = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    row_.add(leaf.id)
        .add(tree_id)
        .add(std::string_view(leaf.path))
        .add(std::string_view(leaf.kind));
    row_.add(or_null(leaf.dtype)).add(or_null(leaf.shape));
    row_.add(integer(leaf.nbytes)).add(integer(leaf.stored_nbytes));
    row_.add(of.min).add(of.max).add(of.mean).add(of.norm);
    row_.add(integer(of.nan_count)).add(integer(of.inf_count)).add(ByteView(leaf.digest));
    rows_.update(ByteView(row_.finish()));
}

Digest TreeRowsDigester::finish(const TreeRow& tree) {
    const auto integer = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    row_.add(tree.id).add(integer(tree.n_leaves)).add(integer(tree.nbytes));
    row_.add(integer(tree.stored_nbytes));
    if (tree.digest) {
        row_.add(ByteView(*tree.digest));
    } else {
        row_.add(std::nullopt);
    }
    rows_.update(ByteView(row_.finish()));
    return rows_.finish();
}

Digest metric_row_digest(std::int64_t run_id, std::string_view group, std::string_view metric,
                         std::int64_t step, std::optional<double> value, std::string_view at) {
    return RowDigester().add(run_id).add(group).add(metric).add(step).add(value).add(at).finish();
}

Digest tag_row_digest(std::string_view tag, std::int64_t checkpoint_id) {
    return RowDigester().add(tag).add(checkpoint_id).finish();
}

}  // namespace ckptlite::format
