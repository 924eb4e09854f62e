// SPDX-License-Identifier: MIT
#include "db/chunk_pages.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#include "base/bytes.hpp"
#include "db/sql.hpp"

namespace ckptlite::db {
namespace {

constexpr std::byte kInteriorPage{5};
constexpr std::byte kLeafPage{13};
constexpr std::size_t kLink = 4;  // the number of the next page, at the start of an overflow page
constexpr int kMostLevels = 20;
/// Of what is read at once: it stays in the processor's second-level cache until it is copied on.
constexpr std::size_t kWindowBytes = 256 << 10;
/// Of the memory that is read into: system calls copy several times slower to odd addresses.
constexpr std::size_t kAlignment = 64;

/// Reads a page from its front; what is not there reads as 0 and makes the whole wrong.
class PageReader {
public:
    explicit PageReader(ByteView page, std::size_t at) : page_(page), at_(at) {}

    bool good() const noexcept { return good_; }
    std::size_t position() const noexcept { return at_; }

    std::uint64_t number(std::size_t width) noexcept { return load_be(take(width)); }

    /// At most nine bytes, seven bits in each but the ninth.
    std::uint64_t varint() noexcept {
        std::uint64_t value = 0;
        for (int i = 0; i < 8; ++i) {
            const std::uint64_t byte = number(1);
            value = value << 7 | (byte & 0x7F);
            if (byte < 0x80) return value;
        }
        return value << 8 | number(1);
    }

private:
    ByteView take(std::size_t n) noexcept {
        if (at_ > page_.size() || n > page_.size() - at_) {
            good_ = false;
            return {};
        }
        return page_.subspan(std::exchange(at_, at_ + n), n);
    }

    ByteView page_;
    std::size_t at_;
    bool good_ = true;
};

/// What a b-tree page of a table says first.
struct PageHeader {
    explicit PageHeader(ByteView page) : interior(page.front() == kInteriorPage) {
        PageReader reader(page, 3);
        n_cells = reader.number(2);
        first_pointer = interior ? 12 : 8;
    }

    /// Where cell `i` begins; behind the page's end if there is none.
    std::size_t cell(ByteView page, std::size_t i) const noexcept {
        PageReader pointer(page, first_pointer + 2 * i);
        const std::size_t at = pointer.number(2);
        return pointer.good() ? at : page.size();
    }

    bool interior;
    std::size_t n_cells = 0;
    std::size_t first_pointer = 0;
};

/// The rowid of a cell. In front of it stands a page's number or the size of the payload.
std::int64_t rowid_at(ByteView page, std::size_t cell, bool interior) noexcept {
    PageReader reader(page, cell);
    if (interior) {
        reader.number(4);
    } else {
        reader.varint();
    }
    return static_cast<std::int64_t>(reader.varint());
}

/// The first cell whose rowid is not less; n_cells if there is none.
std::size_t lower_bound(ByteView page, const PageHeader& header, std::int64_t rowid) noexcept {
    std::size_t first = 0;
    std::size_t last = header.n_cells;
    while (first < last) {
        const std::size_t middle = first + (last - first) / 2;
        if (rowid_at(page, header.cell(page, middle), header.interior) < rowid) {
            first = middle + 1;
        } else {
            last = middle;
        }
    }
    return first;
}

/// How many bytes of a payload stay in its leaf page: "B-tree Cell Format".
std::uint64_t local_size(std::uint64_t payload, std::uint64_t usable) noexcept {
    if (payload <= usable - 35) return payload;
    const std::uint64_t least = (usable - 12) * 32 / 255 - 23;
    const std::uint64_t wanted = least + (payload - least) % (usable - kLink);
    return wanted <= usable - 35 ? wanted : least;
}

}  // namespace

ChunkPages::ChunkPages(const Connection& connection) : file_(connection) {
    Query row = connection.query(sql::kChunkRootPage);
    if (!row.step()) return;
    const std::int64_t root = row.integer(0);
    if (root < 2 || root > UINT32_MAX) return;
    std::array<std::byte, 24> header;
    if (!file_.read(0, header)) return;
    const ByteView bytes(header);
    const std::uint64_t page_size = load_be(bytes.subspan(16, 2));
    page_size_ = page_size == 1 ? 65536 : page_size;
    usable_ = page_size_ - load_be(bytes.subspan(20, 1));
    if (page_size_ < 512 || usable_ < 480) return;
    page_.resize(page_size_);
    memory_.resize(kWindowBytes + kAlignment);
    void* window = memory_.data();
    std::size_t room = memory_.size();
    window_ = {static_cast<std::byte*>(std::align(kAlignment, kWindowBytes, window, room)),
               kWindowBytes};
    root_ = static_cast<std::uint32_t>(root);
}

bool ChunkPages::read(std::int64_t chunk_id, std::span<std::byte> out) {
    if (root_ == 0 || !find_leaf(chunk_id)) return false;
    const ByteView page = ByteView(page_).first(usable_);
    const PageHeader header(page);
    PageReader cell(page, header.cell(page, lower_bound(page, header, chunk_id)));
    const std::uint64_t payload = cell.varint();
    const auto rowid = static_cast<std::int64_t>(cell.varint());
    if (!cell.good() || rowid != chunk_id || payload < out.size()) return false;
    const std::uint64_t local = local_size(payload, usable_);
    const std::uint64_t in_front = payload - out.size();  // the columns before the data
    const std::size_t begin = cell.position();
    if (local > usable_ - begin || local < in_front) return false;
    const std::size_t n = local - in_front;
    std::memcpy(out.data(), page.data() + begin + in_front, n);
    if (n == out.size()) return true;
    PageReader link(page, begin + local);
    const std::uint64_t next = link.number(kLink);
    return link.good() && follow(static_cast<std::uint32_t>(next), out.subspan(n));
}

bool ChunkPages::find_leaf(std::int64_t rowid) {
    std::uint32_t number = root_;
    for (int level = 0; level < kMostLevels; ++level) {
        if (!read_pages(number, page_)) return false;
        const ByteView page = ByteView(page_).first(usable_);
        if (page.front() == kLeafPage) return true;
        if (page.front() != kInteriorPage) return false;
        const PageHeader header(page);
        const std::size_t i = lower_bound(page, header, rowid);
        PageReader child(page, i < header.n_cells ? header.cell(page, i) : 8);
        number = static_cast<std::uint32_t>(child.number(4));
        if (!child.good()) return false;
    }
    return false;
}

bool ChunkPages::follow(std::uint32_t page, std::span<std::byte> out) {
    // The pages of a chunk mostly follow each other in the file, with a few of others in between:
    // as many as fit are read at once, and from then on as many as turned out to be right.
    const std::size_t content = usable_ - kLink;
    std::size_t most = window_.size() / page_size_;
    while (!out.empty()) {
        const std::size_t missing = (out.size() + content - 1) / content;
        const std::size_t n = std::min(missing, most);
        const std::uint32_t first = page;
        if (!read_pages(first, window_.first(n * page_size_))) return false;
        std::size_t used = 0;
        for (; !out.empty() && page - first < n; ++used) {
            const ByteView at = ByteView(window_).subspan((page - first) * page_size_, usable_);
            const std::size_t size = std::min(out.size(), content);
            std::memcpy(out.data(), at.data() + kLink, size);
            out = out.subspan(size);
            page = static_cast<std::uint32_t>(load_be(at.first(kLink)));
        }
        most = std::min(used == n ? 2 * n : used, window_.size() / page_size_);
    }
    return true;
}

bool ChunkPages::read_pages(std::uint32_t first, std::span<std::byte> out) {
    return first >= 2 && file_.read((std::uint64_t{first} - 1) * page_size_, out);
}

}  // namespace ckptlite::db
