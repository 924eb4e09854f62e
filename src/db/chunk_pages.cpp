// SPDX-License-Identifier: MIT
#include "db/chunk_pages.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "db/sql.hpp"

namespace ckptlite::db {
namespace {

constexpr std::byte kInteriorPage{5};
constexpr std::byte kLeafPage{13};
constexpr std::size_t kLink = 4;  // the number of the next page, at the start of an overflow page
constexpr int kMostLevels = 20;

std::uint64_t load_be(ByteView bytes) noexcept {
    std::uint64_t value = 0;
    for (const std::byte byte : bytes) value = value << 8 | std::to_integer<std::uint64_t>(byte);
    return value;
}

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
    root_ = static_cast<std::uint32_t>(root);
}

std::size_t ChunkPages::room_for(std::size_t nbytes) const noexcept {
    // A quarter more for pages that lie in between, two for what begins and ends inside a page.
    const std::size_t pages = root_ == 0 ? 0 : nbytes / usable_;
    return std::max(nbytes, (pages + pages / 4 + 3) * page_size_);
}

bool ChunkPages::read(std::int64_t chunk_id, std::size_t nbytes, std::span<std::byte> room,
                      std::vector<std::span<std::byte>>& pieces) {
    if (root_ == 0 || !find_leaf(chunk_id)) return false;
    const ByteView page = ByteView(page_).first(usable_);
    const PageHeader header(page);
    PageReader cell(page, header.cell(page, lower_bound(page, header, chunk_id)));
    const std::uint64_t payload = cell.varint();
    const auto rowid = static_cast<std::int64_t>(cell.varint());
    if (!cell.good() || rowid != chunk_id || payload < nbytes) return false;
    const std::uint64_t local = local_size(payload, usable_);
    const std::uint64_t in_front = payload - nbytes;  // the columns before the data
    const std::size_t begin = cell.position();
    if (local > usable_ - begin || local < in_front || room.size() < page_size_) return false;
    const std::size_t n = local - in_front;
    std::memcpy(room.data(), page.data() + begin + in_front, n);
    pieces.push_back(room.first(n));
    if (n == nbytes) return true;
    PageReader link(page, begin + local);
    const std::uint64_t next = link.number(kLink);
    return link.good() &&
           follow(static_cast<std::uint32_t>(next), nbytes - n, room.subspan(page_size_), pieces);
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

bool ChunkPages::follow(std::uint32_t page, std::size_t nbytes, std::span<std::byte> room,
                        std::vector<std::span<std::byte>>& pieces) {
    // The pages of a chunk mostly follow each other in the file, with a few of others in between:
    // all that are missing are read at once, and from then on as many as turned out to be right.
    std::size_t most = room.size() / page_size_;
    while (nbytes > 0) {
        const std::size_t missing = (nbytes + usable_ - kLink - 1) / (usable_ - kLink);
        const std::size_t n = std::min({missing, most, room.size() / page_size_});
        const std::uint32_t first = page;
        if (n == 0 || !read_pages(first, room.first(n * page_size_))) return false;
        std::size_t used = 0;
        std::size_t end = 0;
        for (std::size_t i = 0; nbytes > 0 && i < n; ++used) {
            const std::span<std::byte> content = room.subspan(i * page_size_, page_size_);
            const std::size_t size = std::min(nbytes, usable_ - kLink);
            pieces.push_back(content.subspan(kLink, size));
            nbytes -= size;
            end = i + 1;
            page = static_cast<std::uint32_t>(load_be(content.first(kLink)));
            i = page > first + i ? page - first : n;  // pieces must not lie behind the next ones
        }
        room = room.subspan(end * page_size_);
        most = used == n ? 2 * n : used;
    }
    return true;
}

bool ChunkPages::read_pages(std::uint32_t first, std::span<std::byte> out) {
    return first >= 2 && file_.read((std::uint64_t{first} - 1) * page_size_, out);
}

}  // namespace ckptlite::db
