// SPDX-License-Identifier: MIT
#include "damage/reference_store.hpp"

#include <limits>

#include "damage/file_bytes.hpp"
#include "db/blob.hpp"
#include "db/tables.hpp"
#include "db/transaction.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/random_tree.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

template <typename T>
Tensor flat(std::vector<T> values) {
    const auto n = static_cast<std::int64_t>(values.size());
    return Tensor::own(std::move(values), {n});
}

Tree state(std::int64_t step, std::size_t rows) {
    const auto seed = static_cast<std::uint64_t>(step);
    std::vector<double> odd(rows, 1.5);
    odd[1] = std::numeric_limits<double>::quiet_NaN();
    odd[2] = -std::numeric_limits<double>::infinity();
    odd[3] = static_cast<double>(step);
    std::vector<std::int64_t> counts(rows * 4);
    for (std::size_t i = 0; i < counts.size(); ++i)
        counts[i] = static_cast<std::int64_t>(i * i % 97);
    return Dict{{"params",
                 Dict{{"frozen", weights(1, rows, 16)}, {"kernel", weights(seed + 10, rows, 16)}}},
                {"counts", flat(std::move(counts))},
                {"zeros", flat(std::vector<float>(rows * 16))},
                {"odd", flat(std::move(odd))},
                {"step", step},
                {"name", "step " + std::to_string(step)}};
}

Metrics metrics_at(std::int64_t step) {
    const auto x = static_cast<double>(step);
    return {
        {"eval",
         {{"loss", 1 / (1 + x)},
          {"accuracy", x / 7},
          {"odd", step % 2 == 0 ? std::numeric_limits<double>::quiet_NaN() : x}}},
        {"train", {{"loss", step == 3 ? std::numeric_limits<double>::infinity() : 2 / (1 + x)}}}};
}

StoreOptions writing(Compression compression = Compression::planes) {
    return {.compression = compression, .threads = 1};
}

void save_checkpoints(const fs::path& file, std::size_t rows) {
    Store store(file, writing());
    store.start_run("a", R"({"lr": 0.001, "layers": [1, 2, 3]})");
    for (std::int64_t step = 1; step <= 4; ++step) {
        store.save(state(step, rows), {.run = "a",
                                       .step = step,
                                       .version = 3,
                                       .metrics = metrics_at(step),
                                       .loss = 1.0 / static_cast<double>(step),
                                       .n_completed_steps = 100,
                                       .elapsed_time = 12.5,
                                       .note = "note " + std::to_string(step),
                                       .pinned = step == 2});
    }
    // The same tree under two names.
    store.save(state(4, rows), {.run = "a", .prefix = "lowest:eval/loss", .step = 4});
    store.tag(*store.latest({.run = "a", .step = 3}), "release");
    store.finish_run("a");
    store.start_run("b", "{}", "a", 2);
    store.save(tree_of_every_kind(), {.run = "b", .step = -7, .metrics = loss_of(0.25)});
}

/// In zlib's codec and raw, which the store above has not.
void save_other_codecs(const fs::path& file, std::size_t rows) {
    std::vector<std::int32_t> similar(rows * 16);
    for (std::size_t i = 0; i < similar.size(); ++i) similar[i] = static_cast<std::int32_t>(i % 50);
    Store(file, writing(Compression::zlib))
        .save(Dict{{"w", flat(std::move(similar))}}, {.run = "zlib", .step = 1});
    Store(file, writing(Compression::none))
        .save(Dict{{"w", weights(21, std::max<std::size_t>(rows, 80), 16)}},
              {.run = "raw", .step = 1});
}

/// Another writer may cut leaves elsewhere than this library does: run "raw" gets three chunks.
void cut_leaf(const fs::path& file) {
    const Store store(file, {.mode = OpenMode::read_only});
    const auto checkpoint = *store.latest({.run = "raw"});
    const Tensor tensor = store.leaf(checkpoint, "/w").tensor();
    const db::Connection connection(file.string(), db::Access::read_write, std::chrono::seconds(5));
    db::WriteTransaction transaction(connection);
    auto leaf = *db::find_leaf(connection, checkpoint.tree_id, "/w");
    auto tree = *db::find_tree(connection, checkpoint.tree_id);
    connection.execute(
        ("DELETE FROM leaf_chunk WHERE leaf_id = " + std::to_string(leaf.id)).c_str());
    connection.execute("DELETE FROM chunk WHERE id NOT IN (SELECT chunk_id FROM leaf_chunk)");
    format::LeafDigester leaf_digester(leaf);
    const ByteView bytes = tensor.bytes();
    for (std::size_t at = 0; at < bytes.size(); at += bytes.size() / 3 + 1) {
        const ByteView piece = bytes.subspan(at, std::min(bytes.size() - at, bytes.size() / 3 + 1));
        const Digest digest = digest_of(piece);
        const auto id =
            db::insert_chunk(connection, digest, codec::Codec::raw, piece.size(), piece.size());
        db::ChunkBlob(connection, true).write(id, piece);
        db::insert_leaf_chunk(connection, leaf.id, at, id);
        leaf_digester.add_chunk(digest);
    }
    leaf.digest = leaf_digester.finish();
    db::complete_leaf(connection, leaf);
    format::TreeDigester digester(tree.structure);
    digester.add_leaf(leaf.digest);
    tree.digest = digester.finish();
    db::publish_tree(connection, tree);
    db::digest_all_rows(connection);
    transaction.commit();
}

void log_metrics(const fs::path& file, int n) {
    Store store(file, writing());
    for (std::int64_t step = 0; step < n / 2; ++step) {
        const auto x = static_cast<double>(step);
        store.log(step,
                  {{"train",
                    {{"loss", step == 9 ? std::numeric_limits<double>::quiet_NaN() : 1 / (x + 3)},
                     {"rate", x / 3}}}},
                  step % 3 == 0 ? "b" : "a");
    }
}

}  // namespace

void make_reference_store(const fs::path& file, const ReferenceStoreOptions& options) {
    save_checkpoints(file, options.rows);
    save_other_codecs(file, options.rows);
    cut_leaf(file);
    log_metrics(file, options.n_logged);
    {
        RawSql raw(file);
        // A page's size changes only where there is no write-ahead log.
        raw.run("PRAGMA page_size = " + std::to_string(options.page_size) + "; VACUUM");
    }
    Store store(file, writing());
    // Free pages, in the middle of the file.
    store.remove(*store.latest({.run = "a", .step = 1}));
    if (options.wal) {
        store.close();
        RawSql(file).run("PRAGMA journal_mode = WAL");
    }
}

std::map<std::string, int> pages_by_kind(const fs::path& file) {
    const std::string bytes = bytes_of(file);
    const auto be = [&](std::size_t at, std::size_t n) {
        std::size_t value = 0;
        for (std::size_t i = 0; i < n; ++i)
            value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
        return value;
    };
    const std::size_t size = be(16, 2) == 1 ? 65536 : be(16, 2);
    const std::size_t per_map = size / 5;  // entries of a page of the pointer map
    std::map<std::string, int> kinds;
    const auto tree_page = [](char type) {
        switch (type) {
            case 2:
                return "index interior";
            case 5:
                return "table interior";
            case 10:
                return "index leaf";
            case 13:
                return "table leaf";
            default:
                return "?";
        }
    };
    for (std::size_t page = 2; page <= bytes.size() / size; ++page) {
        const std::size_t map = (page - 2) / (per_map + 1) * (per_map + 1) + 2;
        if (page == map) {
            ++kinds["pointer map"];
            continue;
        }
        const auto type = bytes[(map - 1) * size + (page - map - 1) * 5];
        if (type == 1 || type == 5) ++kinds[tree_page(bytes[(page - 1) * size])];
        if (type == 2) ++kinds["free"];
        if (type == 3 || type == 4) ++kinds["overflow"];
    }
    for (std::size_t trunk = be(32, 4); trunk != 0; trunk = be((trunk - 1) * size, 4)) {
        ++kinds["freelist trunk"];
        --kinds["free"];
    }
    return kinds;
}

}  // namespace ckptlite::test
