// SPDX-License-Identifier: MIT
#include "support/power_loss.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace ckptlite::test {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

bool chance(std::mt19937_64& random, double probability) {
    return std::uniform_real_distribution<>(0, 1)(random) < probability;
}

template <typename T, std::size_t N>
T one_of(std::mt19937_64& random, const std::array<T, N>& choices) {
    return choices[random() % N];
}

/// How one loss of power treats what is not synced.
struct Loss {
    explicit Loss(std::mt19937_64& random)
        : unit(one_of(random, std::array<std::size_t, 3>{512, 4096, kNone})),
          kept(one_of(random, std::array{0.0, 0.1, 0.3, 0.5, 0.5, 0.7, 0.9, 1.0})),
          in_order(chance(random, 0.3)),
          grown(one_of(random, std::array{0.0, 0.5, 1.0})) {}

    std::size_t unit;  ///< written whole or not at all; kNone: each write is
    double kept;       ///< the part that has reached the disk
    bool in_order;     ///< all before some write has, nothing after it, and it is torn
    double grown;      ///< the part of the lost sectors behind the end that count as written
};

void grow(std::vector<std::byte>& bytes, std::size_t size) {
    if (bytes.size() < size) bytes.resize(size);
}

void put(std::vector<std::byte>& bytes, std::size_t at, std::span<const std::byte> content) {
    grow(bytes, at + content.size());
    std::ranges::copy(content, bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

void do_all(std::vector<std::byte>& bytes, const IoEvent& event) {
    if (event.kind == IoEventKind::write)
        put(bytes, event.offset, event.bytes);
    else
        bytes.resize(event.offset);
}

/// The file has its new size, but not its content. `end` is where it ended at the last sync.
void fill(std::vector<std::byte>& bytes, std::size_t from, std::size_t to, std::size_t end,
          std::mt19937_64& random) {
    from = std::max(from, end);
    if (from >= to) return;
    grow(bytes, to);
    if (chance(random, 0.5)) return;
    std::uint64_t garbage = random();
    for (std::size_t at = from; at < to; ++at) {
        garbage = garbage * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
        bytes[at] = static_cast<std::byte>(garbage >> 56);
    }
}

void do_part(std::vector<std::byte>& bytes, const IoEvent& event, std::size_t end, const Loss& loss,
             std::mt19937_64& random) {
    if (event.kind == IoEventKind::truncate) {
        if (chance(random, loss.kept)) do_all(bytes, event);
        return;
    }
    const std::size_t all = event.offset + event.bytes.size();
    for (std::size_t from = event.offset; from < all;) {
        const std::size_t to =
            loss.unit == kNone ? all : std::min(all, (from / loss.unit + 1) * loss.unit);
        if (chance(random, loss.kept))
            put(bytes, from, std::span(event.bytes).subspan(from - event.offset, to - from));
        else if (chance(random, loss.grown))
            fill(bytes, from, to, end, random);
        from = to;
    }
}

std::vector<std::byte> lose(std::vector<std::byte> bytes,
                            const std::vector<const IoEvent*>& pending, const Loss& loss,
                            std::mt19937_64& random) {
    const std::size_t end = bytes.size();
    const std::size_t torn = loss.in_order ? random() % (pending.size() + 1) : kNone;
    for (std::size_t i = 0; i < pending.size() && (torn == kNone || i <= torn); ++i) {
        if (loss.in_order && i < torn)
            do_all(bytes, *pending[i]);
        else
            do_part(bytes, *pending[i], end, loss, random);
    }
    return bytes;
}

}  // namespace

PowerLoss::PowerLoss(const FolderImage& base, const std::vector<IoEvent>& log) : log_(log) {
    for (const auto& [name, bytes] : base) {
        now_[name] = durable_[name] = files_.size();
        files_.push_back({.durable = bytes, .pending = {}});
    }
}

bool PowerLoss::advance() {
    if (at_ == log_.size() && begun_) return false;
    if (begun_) apply(log_[at_++]);
    begun_ = true;
    const auto is_moment = [](const IoEvent& event) {
        return event.kind == IoEventKind::sync || event.kind == IoEventKind::remove;
    };
    while (at_ < log_.size() && !is_moment(log_[at_])) apply(log_[at_++]);
    return true;
}

FolderImage PowerLoss::kept() const {
    FolderImage image;
    for (const auto& [name, file] : now_) {
        std::vector<std::byte> bytes = files_[file].durable;
        for (const IoEvent* event : files_[file].pending) do_all(bytes, *event);
        image.emplace(name, std::move(bytes));
    }
    return image;
}

FolderImage PowerLoss::lost(std::mt19937_64& random) const {
    const Loss loss(random);
    Folder folder = durable_;
    for (const Entry& entry : entries_) {
        if (!chance(random, loss.kept == 0.0 || loss.kept == 1.0 ? loss.kept : 0.5)) continue;
        if (entry.file == kNone)
            folder.erase(entry.name);
        else
            folder[entry.name] = entry.file;
    }
    FolderImage image;
    for (const auto& [name, file] : folder) {
        image.emplace(name, lose(files_[file].durable, files_[file].pending, loss, random));
    }
    return image;
}

void PowerLoss::apply(const IoEvent& event) {
    switch (event.kind) {
        case IoEventKind::create:
            change_entry(event.file, files_.size());
            files_.emplace_back();
            break;
        case IoEventKind::write:
        case IoEventKind::truncate:
            files_[now_.at(event.file)].pending.push_back(&event);
            break;
        case IoEventKind::sync:
            sync(event);
            break;
        case IoEventKind::remove:
            change_entry(event.file, kNone);
            break;
        case IoEventKind::confirm:
            ++confirmed_;
            break;
    }
    if (event.syncs_folder) {
        durable_ = now_;
        entries_.clear();
    }
}

void PowerLoss::sync(const IoEvent& event) {
    File& file = files_[now_.at(event.file)];
    for (const IoEvent* pending : file.pending) do_all(file.durable, *pending);
    file.pending.clear();
}

void PowerLoss::change_entry(const std::string& name, std::size_t file) {
    if (file == kNone)
        now_.erase(name);
    else
        now_[name] = file;
    entries_.push_back({name, file});
}

}  // namespace ckptlite::test
