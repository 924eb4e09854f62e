// SPDX-License-Identifier: MIT
// A store that a stranger edited, as rows and as bytes: everything that is asked of it is a typed
// error or an answer, every tree that loads is one that was saved, and nothing else happens.
#include <optional>

#include "ckptlite/error.hpp"
#include "damage/reference_store.hpp"
#include "damage/store_answers.hpp"
#include "db/chunk_pages.hpp"
#include "db/tables.hpp"
#include "fuzz/store_edits.hpp"
#include "store/store_values.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::fuzz {
namespace {

namespace fs = std::filesystem;

/// Made once; every input edits a copy.
struct Reference {
    Reference() {
        test::make_reference_store(dir / "base.db", {.page_size = 512, .n_logged = 40, .rows = 4});
        const Store store(dir / "base.db", {.mode = OpenMode::read_only, .threads = 1});
        for (auto& [id, tree] : test::trees_of(store)) trees.push_back(std::move(tree));
        edits.emplace((dir / "base.db").string());
    }
    bool is_known(const Tree& tree) const { return std::ranges::find(trees, tree) != trees.end(); }
    /// Whether some saved tree has this at this path.
    bool is_known(const std::string& path, const Tree& leaf) const {
        return std::ranges::any_of(trees, [&](const Tree& tree) {
            try {
                return tree.at(path) == leaf;
            } catch (const NotFound&) {
                return false;
            }
        });
    }

    test::TempDir dir{};
    std::vector<Tree> trees{};
    std::optional<StoreEdits> edits{};
};

template <typename Ask>
void ask(Ask ask) {
    try {
        ask();
    } catch (const Error&) {
    }
}

void read_leaves(const Store& store, const CheckpointInfo& checkpoint, const Reference& known) {
    for (const LeafInfo& info : store.leaves(checkpoint)) {
        ask([&] { require(known.is_known(info.path, store.leaf(checkpoint, info.path))); });
        if (!info.dtype || info.shape.empty() || info.shape[0] == 0) continue;
        ask([&] { static_cast<void>(store.slice(checkpoint, info.path, info.shape[0] - 1, 1)); });
    }
}

void read_all(const fs::path& file, const Reference& known) {
    const Store store(file, {.mode = OpenMode::read_only, .threads = 1});
    static_cast<void>(test::answers_of(store));
    ask([&] { static_cast<void>(store.verify(false)); });
    ask([&] { static_cast<void>(store.verify(true)); });
    std::vector<CheckpointInfo> checkpoints;
    ask([&] { checkpoints = store.checkpoints(); });
    if (checkpoints.empty()) checkpoints.resize(1);
    checkpoints.front().id = std::max<std::int64_t>(checkpoints.front().id, 2);
    for (const CheckpointInfo& checkpoint : checkpoints) {
        ask([&] { require(known.is_known(store.load(checkpoint))); });
    }
    ask([&] { static_cast<void>(store.load(checkpoints.front(), "/**/w*")); });
    ask([&] { read_leaves(store, checkpoints.back(), known); });
    ask([&] { static_cast<void>(store.plan({.last = 1}, "a", "checkpoint")); });
}

/// The short cut that loads use for large chunks: whatever the pages say, it stays in its memory.
void read_pages(const fs::path& file) {
    const db::Connection connection(file.string(), db::Access::read_only,
                                    std::chrono::milliseconds(1));
    const auto chunks = db::all_chunks(connection);
    db::ChunkPages pages(connection);
    for (const format::ChunkRef& chunk : chunks) {
        if (chunk.stored_nbytes == 0) continue;
        std::vector<std::byte> room(pages.room_for(chunk.stored_nbytes));
        std::vector<std::span<std::byte>> pieces;
        if (!pages.read(chunk.chunk_id, chunk.stored_nbytes, room, pieces)) continue;
        std::size_t sum = 0;
        for (const auto piece : pieces) {
            require(piece.data() >= room.data() &&
                    piece.data() + piece.size() <= room.data() + room.size());
            sum += piece.size();
        }
        require(sum == chunk.stored_nbytes);
    }
}

void write_some(const fs::path& file) {
    Store store(file, {.mode = OpenMode::existing, .threads = 1});
    ask([&] {
        test::save_step(store, 90, {.run = "a", .metrics = test::loss_of(1), .overwrite = true});
    });
    ask([&] { store.log(3, test::loss_of(2), "b"); });
    ask([&] { store.flush(); });
    ask([&] { static_cast<void>(store.retain({.last = 1}, "a", "checkpoint")); });
    ask([&] {
        const auto latest = store.latest();
        if (latest) store.set_note(*latest, "noted");
        if (latest) store.remove(*latest);
    });
    ask([&] { static_cast<void>(store.verify(false)); });
}

}  // namespace
}  // namespace ckptlite::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ckptlite::fuzz;
    static const Reference reference;
    const std::filesystem::path file = reference.dir / "run.db";
    Input input(data, size);
    const unsigned flags = input.byte();
    reference.edits->write_edited(file.string(), input);
    ask([&] { read_all(file, reference); });
    if (flags % 2 == 1) ask([&] { read_pages(file); });
    if (flags / 2 % 4 == 3) ask([&] { write_some(file); });
    return 0;
}
