// SPDX-License-Identifier: MIT
// A store that a stranger edited, as rows and as bytes: everything that is asked of it is a typed
// error or an answer, every tree that loads is one that was saved, and nothing else happens.
#include <optional>

#include "ckptlite/error.hpp"
#include "damage/store_answers.hpp"
#include "db/chunk_pages.hpp"
#include "db/tables.hpp"
#include "fuzz/store_edits.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::fuzz {
namespace {

namespace fs = std::filesystem;

/// Small, since every input makes it anew: a chunk of each codec, inline leaves, a shared chunk,
/// some metrics, free pages.
void make_store(const fs::path& file) {
    const auto save = [&](Compression compression, std::int64_t step, Tree tree) {
        Store store(file, {.compression = compression, .threads = 1});
        store.save(tree, {.run = "a",
                          .step = step,
                          .metrics = test::loss_of(static_cast<double>(step) / 4),
                          .note = "note",
                          .pinned = step == 2});
        store.log(step, {{"train", {{"rate", 0.5}}}}, "b");
    };
    std::vector<std::int32_t> similar(1'100);
    for (std::size_t i = 0; i < similar.size(); ++i) similar[i] = static_cast<std::int32_t>(i % 50);
    const Tensor numbers = Tensor::own(std::move(similar), {1'100});
    save(Compression::planes, 1, Dict{{"gone", test::weights(1, 70, 16)}});
    save(Compression::planes, 2,
         Dict{{"w", test::weights(2, 70, 16)}, {"list", List{{Tree(), Tree("text")}}}});
    save(Compression::zlib, 3, Dict{{"n", numbers}, {"w", test::weights(2, 70, 16)}});
    save(Compression::none, 4, Dict{{"n", numbers}, {"raw", test::weights(4, 70, 16)}, {"x", 4}});
    test::RawSql(file).run("PRAGMA page_size = 512; VACUUM");
    Store store(file, {.threads = 1});
    store.remove(*store.latest({.step = 1}));
    store.tag(*store.latest({.step = 3}), "tag");
}

/// Made once; every input edits a copy.
struct Reference {
    Reference() {
        make_store(dir / "base.db");
        const Store store(dir / "base.db", {.mode = OpenMode::read_only, .threads = 1});
        for (auto& [id, tree] : test::trees_of(store)) trees.push_back(std::move(tree));
        trees.push_back(Dict{{"w", 90.0}});  // of write_some()
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

void load_all(const Store& store, const Reference& known) {
    std::vector<CheckpointInfo> checkpoints;
    ask([&] { checkpoints = store.checkpoints(); });
    // Of checkpoints that are not listed, too: a caller may remember one.
    for (const std::int64_t id : {2, 3, 4}) {
        CheckpointInfo checkpoint;
        checkpoint.id = id;
        checkpoints.push_back(checkpoint);
    }
    for (const CheckpointInfo& checkpoint : checkpoints) {
        ask([&] { require(known.is_known(store.load(checkpoint))); });
    }
}

/// The short cut that loads use for large chunks: whatever the pages say, it stays in its memory.
void read_pages(const fs::path& file) {
    const db::Connection connection(file.string(), db::Access::read_only,
                                    std::chrono::milliseconds(1));
    std::vector<format::ChunkRef> chunks;
    db::for_each_chunk(
        connection, [&](const format::ChunkRef& chunk) { chunks.push_back(chunk); },
        [](const std::string&) {});
    db::ChunkPages pages(connection);
    for (const format::ChunkRef& chunk : chunks) {
        if (chunk.stored_nbytes == 0) continue;
        // Memory of its own, so that the sanitizer sees a byte behind its end.
        std::vector<std::byte> data(chunk.stored_nbytes);
        static_cast<void>(pages.read(chunk.chunk_id, data));
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
        if (latest) store.tag(*latest, "tag", true);
        if (latest) store.remove(*latest);
    });
    ask([&] { static_cast<void>(store.verify(false)); });
}

}  // namespace
}  // namespace ckptlite::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ckptlite;
    using namespace ckptlite::fuzz;
    static const Reference reference;
    const std::filesystem::path file = reference.dir / "run.db";
    Input input(data, size);
    const unsigned what = input.byte() % 8;
    reference.edits->write_edited(file.string(), input);
    if (what == 0) ask([&] { read_pages(file); });
    if (what == 1) ask([&] { write_some(file); });
    ask([&] {
        const Store store(file, {.mode = OpenMode::read_only, .threads = 1});
        CheckpointInfo checkpoint;
        checkpoint.id = 3;
        if (what <= 3) load_all(store, reference);
        if (what == 4) static_cast<void>(test::answers_of(store));
        if (what == 5) read_leaves(store, checkpoint, reference);
        if (what == 6) static_cast<void>(store.load(checkpoint, "/**/w*"));
        if (what == 6) static_cast<void>(store.plan({.last = 1}, "a", "checkpoint"));
        if (what == 7) static_cast<void>(store.verify(true));
    });
    return 0;
}
