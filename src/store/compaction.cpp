// SPDX-License-Identifier: MIT
#include "store/compaction.hpp"

#include <algorithm>
#include <thread>

#include "ckptlite/error.hpp"
#include "db/file_pages.hpp"
#include "db/tables.hpp"
#include "db/transaction.hpp"
#include "store/batched_writes.hpp"
#include "store/garbage.hpp"

namespace ckptlite::detail {
namespace {

/// Of pages that move in one transaction: readers wait while it is written.
constexpr std::uint64_t kMovedBytes = 4 << 20;
/// Of chunks that are deleted in one. Their pages are not written, only those that list them.
constexpr std::uint64_t kDeletedBytes = 16 << 20;

/// A page that moves may change four more: what pointed to it, the map of such pointers at both
/// places, and the list of free pages.
constexpr std::uint64_t kPagesPerMove = 5;

std::uint64_t garbage_nbytes(const db::Connection& connection, const std::string& token) {
    std::uint64_t nbytes = Garbage(connection, token).nbytes();
    for (const std::int64_t tree : db::trees_without_checkpoint(connection)) {
        nbytes += db::unshared_nbytes_of_tree(connection, tree);
    }
    for (const auto& [id, stored] : db::chunks_without_leaf(connection)) nbytes += stored;
    return nbytes;
}

class Compaction {
public:
    Compaction(const db::Connection& writer, const std::string& token,
               const OnProgress& on_progress)
        : writer_(writer),
          token_(token),
          on_progress_(on_progress),
          plan_(plan_compaction(writer, token)),
          total_(plan_.reclaimable()) {
        report_.nbytes_before = plan_.nbytes;
    }

    CompactReport run() {
        try {
            delete_garbage();
            delete_chunks();
            shrink();
        } catch (const Busy& error) {
            throw Busy(error.message() + "; what was compacted so far, " +
                           std::to_string(given_back()) + " bytes, stays so: try again later",
                       error.where());
        }
        const db::FilePages pages = db::file_pages(writer_);
        report_.nbytes_after = pages.nbytes();
        report_.free_nbytes = pages.free_nbytes();
        if (on_progress_) on_progress_({total_, total_});
        return report_;
    }

private:
    template <typename Step>
    void step(Step body) {
        db::WriteTransaction transaction(writer_);
        body();
        transaction.commit();
    }

    std::uint64_t given_back() const {
        const std::uint64_t now = db::file_pages(writer_).nbytes();
        return plan_.nbytes - std::min(plan_.nbytes, now);
    }

    void delete_garbage() {
        if (!db::trees_without_checkpoint(writer_).empty()) {
            step([&] {
                for (const std::int64_t tree : db::trees_without_checkpoint(writer_)) {
                    db::retire_tree(writer_, tree);
                }
            });
        }
        Garbage garbage(writer_, token_);
        while (!garbage.empty()) {
            step([&] { report_.garbage_nbytes += garbage.collect(kDeletedBytes); });
            rest(0);
        }
    }

    void delete_chunks() {
        const auto chunks = db::chunks_without_leaf(writer_);
        for (auto next = chunks.begin(); next != chunks.end();) {
            step([&] {
                std::vector<std::int64_t> ids;
                for (std::uint64_t nbytes = 0; next != chunks.end() && nbytes < kDeletedBytes;
                     ++next) {
                    ids.push_back(next->first);
                    nbytes += next->second;
                }
                report_.garbage_nbytes += db::delete_unused_chunks(writer_, ids);
            });
            rest(0);
        }
    }

    /// Gives back the pages that are free now: others may free more all the time.
    void shrink() {
        const db::FilePages pages = db::file_pages(writer_);
        const std::uint64_t at_once = std::max<std::uint64_t>(kMovedBytes / pages.page_size, 1);
        total_ = pages.free_nbytes();
        for (std::uint64_t freed = 0; freed < pages.free; freed += at_once) {
            bool done = false;
            step([&] {
                db::free_last_pages(writer_, std::min(at_once, pages.free - freed));
                done = db::file_pages(writer_).free == 0;
            });
            if (done) break;
            rest(at_once * pages.page_size);
        }
        if (db::is_wal(writer_) && !db::empty_log(writer_)) {
            throw Busy("the file gets shorter when nobody reads what is in its write-ahead log",
                       {.file = writer_.file()});
        }
    }

    void rest(std::uint64_t nbytes) {
        done_ = std::min(total_, done_ + nbytes);
        if (on_progress_) on_progress_({done_, total_});
        std::this_thread::sleep_for(kTurnOfOthers);
    }

    const db::Connection& writer_;
    const std::string& token_;
    const OnProgress& on_progress_;
    const CompactPlan plan_;
    std::uint64_t total_;
    std::uint64_t done_ = 0;
    CompactReport report_;
};

}  // namespace

CompactPlan plan_compaction(const db::Connection& connection, const std::string& token) {
    const db::ReadTransaction snapshot(connection);
    if (!db::can_shrink(connection)) {
        throw InvalidArgument(
            "the file was made without auto_vacuum and cannot be made shorter in its place: "
            "ckptlite salvage makes a compact copy",
            {.file = connection.file()});
    }
    const db::FilePages pages = db::file_pages(connection);
    CompactPlan plan{.nbytes = pages.nbytes(),
                     .free_nbytes = pages.free_nbytes(),
                     .garbage_nbytes = garbage_nbytes(connection, token)};
    const std::uint64_t moved = db::is_wal(connection) ? plan.reclaimable() : kMovedBytes;
    plan.needed_nbytes = kPagesPerMove * std::min(moved, plan.reclaimable());
    return plan;
}

CompactReport compact_store(const db::Connection& writer, const std::string& token,
                            const OnProgress& on_progress) {
    return Compaction(writer, token, on_progress).run();
}

}  // namespace ckptlite::detail
