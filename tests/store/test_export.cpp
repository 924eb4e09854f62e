// SPDX-License-Identifier: MIT
#include "ckptlite/export.hpp"

#include <fstream>

#include "ckptlite/error.hpp"
#include "ckptlite/import.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

/// A checkpoint with all kinds of nodes.
class Exported {
public:
    Exported() {
        info = store.save(Dict{{"model", Dict{{"w", weights(1, 3'000'000)}, {"b", weights(2, 5)}}},
                               {"step", 3},
                               {"opt", Tuple{{Tree(weights(3, 70'000)), Tree("adam")}}},
                               {"none", None()}},
                          {});
    }
    ExportReport to(const char* name, const ExportOptions& options = {}) const {
        return export_checkpoint(store, info, dir / name, options);
    }
    std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const auto& entry : fs::directory_iterator(dir.path())) {
            out.push_back(entry.path().filename().string());
        }
        std::ranges::sort(out);
        return out;
    }

    const TempDir dir;
    Store store{dir / "run.db"};
    CheckpointInfo info;
};

/// The tree of a file, with the names in one piece.
Tree read_back(const Exported& from, const fs::path& file) {
    Store store(from.dir / "back.db");
    const fs::path in[] = {file};
    return store.load(import_files(store, in).checkpoint);
}

TEST_CASE("a part of a checkpoint is exported under its own names", "[store]") {
    const Exported from;
    const ExportReport report = from.to("m.safetensors", {.root = "/model"});
    CHECK(report.tensors == 2);
    CHECK(report.changes.empty());
    CHECK(report.nbytes == fs::file_size(from.dir / "m.safetensors"));
    CHECK(read_back(from, from.dir / "m.safetensors") == from.store.load(from.info).at("/model"));
}

TEST_CASE("what a format cannot hold is refused unless it may be converted", "[store]") {
    const Exported from;
    CHECK_THROWS_AS(from.to("m.safetensors"), TypeError);
    CHECK(from.names() == std::vector<std::string>{"run.db"});
    const ExportReport report = from.to("m.safetensors", {.convert = true});
    CHECK(report.tensors == 4);
    CHECK(report.changes.size() == 4);
    const Tree back = read_back(from, from.dir / "m.safetensors");
    CHECK(back.at("/step").tensor().as<std::int64_t>()[0] == 3);
    CHECK(back.at("/__metadata__/opt.1") == Tree("adam"));
}

TEST_CASE("msgpack holds every tree, with lists in the place of tuples", "[store]") {
    const Exported from;
    CHECK(from.to("m.msgpack").changes.size() == 1);
    const Tree before = from.store.load(from.info);
    const Tree back = read_back(from, from.dir / "m.msgpack");
    CHECK(back.at("/model") == before.at("/model"));
    CHECK(back.at("/none").is_none());
    CHECK(back.at("/step") == Tree(3));
    CHECK(back.at("/opt").list().items == before.at("/opt").tuple().items);
}

TEST_CASE("an export replaces nothing and leaves nothing behind", "[store]") {
    const Exported from;
    std::ofstream(from.dir / "m.npz") << "mine";
    REQUIRE_THROWS_SAYING(from.to("m.npz", {.convert = true}), AlreadyExists, "m.npz");
    const OnProgress stop = [](const Progress&) { throw std::runtime_error("stop"); };
    for (const char* const name : {"n.npz", "n.safetensors", "n.msgpack"}) {
        CHECK_THROWS_AS(from.to(name, {.root = "/model", .on_progress = stop}), std::runtime_error);
    }
    CHECK(from.names() == std::vector<std::string>{"m.npz", "run.db"});
}

TEST_CASE("what is exported may be read by those who may read the store", "[store]") {
    const Exported from;
    fs::permissions(from.store.file(), fs::perms::owner_read | fs::perms::owner_write);
    for (const char* const name : {"n.npy", "n.safetensors"}) {
        from.to(name, {.root = "/model/b"});
        CHECK(fs::status(from.dir / name).permissions() ==
              (fs::perms::owner_read | fs::perms::owner_write));
    }
}

TEST_CASE("until it is whole, only its owner may read what is exported", "[store]") {
    const Exported from;
    const std::string name = GENERATE("n.npz", "n.safetensors");
    std::size_t n_seen = 0;
    const OnProgress look = [&](const Progress&) {
        for (const std::string& there : from.names()) {
            if (!there.starts_with(name)) continue;
            ++n_seen;
            CAPTURE(there);
            CHECK(fs::status(from.dir.path() / there).permissions() ==
                  (fs::perms::owner_read | fs::perms::owner_write));
        }
    };
    from.to(name.c_str(), {.root = "/model", .on_progress = look});
    CHECK(n_seen > 0);
}

TEST_CASE("a root that is not there is named, with what is", "[store]") {
    const Exported from;
    REQUIRE_THROWS_SAYING(from.to("m.npz", {.root = "/modle"}), NotFound, "modle");
    REQUIRE_THROWS_SAYING(from.to("m.bin"), InvalidArgument, "npz");
    REQUIRE_THROWS_SAYING(from.to("m.npy", {.root = "/model"}), InvalidArgument, "one array");
    CHECK(from.to("m.npy", {.root = "/model/b"}).tensors == 1);
}

TEST_CASE("damaged data are an error that names the leaf, and there is no file", "[store]") {
    Exported from;
    from.store.close();
    RawSql(from.dir / "run.db")
        .run(
            "UPDATE chunk SET data = zeroblob(length(data)) WHERE id = (SELECT max(id) FROM "
            "chunk)");
    Store store(from.dir / "run.db");
    REQUIRE_THROWS_SAYING(export_checkpoint(store, from.info, from.dir / "m.msgpack"), Corrupt,
                          "leaf /");
    CHECK(from.names() == std::vector<std::string>{"run.db"});
}

}  // namespace
}  // namespace ckptlite::test
