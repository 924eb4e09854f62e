// SPDX-License-Identifier: MIT
#include "ckptlite/import.hpp"

#include <sys/stat.h>

#include <fstream>

#include "ckptlite/error.hpp"
#include "ckptlite/export.hpp"
#include "interchange/file_bytes_of.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

class Files {
public:
    fs::path write(const char* name, const std::string& bytes) const {
        std::ofstream(dir / name, std::ios::binary) << bytes;
        return dir / name;
    }
    /// One uint8 tensor with these bytes.
    fs::path safetensors(const char* name, const std::string& tensor, const std::string& bytes,
                         const std::string& format = "pt") const {
        const std::string n = std::to_string(bytes.size());
        std::string header = R"({"__metadata__":{"format":")" + format + R"("},")" + tensor +
                             R"(":{"dtype":"U8","shape":[)" + n + R"(],"data_offsets":[0,)" + n +
                             "]}}";
        header.resize((header.size() + 7) / 8 * 8, ' ');
        return write(name, safetensors_file(header, bytes));
    }

    const TempDir dir;
};

std::string noise(std::size_t n) {
    std::string out(n, '\0');
    std::uint64_t state = 1;
    for (char& c : out) {
        state = state * 6'364'136'223'846'793'005ULL + 1;
        c = static_cast<char>(state >> 56);
    }
    return out;
}

TEST_CASE("a save that another program took for dead is not published", "[store]") {
    const Files files;
    const fs::path in[] = {files.safetensors("a.safetensors", "w", noise(40 << 20))};
    Store store(files.dir / "run.db", {.compression = Compression::none});
    store.save(Dict{{"w", 1}}, {.step = 1});
    RawSql raw(store.file());
    const char* const changes[] = {
        // As one that deletes bit by bit leaves it, and as one that has deleted all.
        "UPDATE tree SET staged_by = '{\"retired\": true}' WHERE staged_by IS NOT NULL",
        "DELETE FROM leaf_chunk WHERE leaf_id IN (SELECT leaf.id FROM leaf JOIN tree ON tree.id = "
        "tree_id WHERE staged_by IS NOT NULL); DELETE FROM leaf WHERE tree_id IN (SELECT id FROM "
        "tree WHERE staged_by IS NOT NULL); DELETE FROM tree WHERE staged_by IS NOT NULL"};
    for (const char* const change : changes) {
        bool done = false;
        const auto save = [&](std::int64_t step) {
            import_files(store, in,
                         {.save = {.step = step, .retention = {.last = 1}},
                          .on_progress = [&](const Progress&) {
                              if (done || raw.count("tree WHERE staged_by IS NOT NULL") == 0)
                                  return;
                              CHECK(store.plan_compact().garbage_nbytes == 0);
                              raw.run(change);
                              done = true;
                          }});
        };
        REQUIRE_THROWS_SAYING(save(2), Busy, "took it for dead");
        CHECK(done);
        CHECK(store.checkpoints().size() == 1);
        CHECK(store.latest()->step == 1);
        CHECK(raw.count("tree") == 1);
    }
    import_files(store, in, {.save = {.step = 2, .retention = {.last = 1}}});
    CHECK(store.latest()->step == 2);
    CHECK(store.verify(true).ok());
}

TEST_CASE("files become one checkpoint that says where it is from", "[store]") {
    const Files files;
    const fs::path in[] = {files.safetensors("a.safetensors", "enc.w", "ab"),
                           files.safetensors("b.safetensors", "enc.b", "c"),
                           files.write("d.npy", npy_file("{'descr': '|u1', 'fortran_order': False, "
                                                         "'shape': (), }",
                                                         "d"))};
    Store store(files.dir / "run.db");
    const ImportReport report = import_files(store, in, {.save = {.run = "r", .step = 7}});
    CHECK(report.checkpoint.run == "r");
    CHECK(report.checkpoint.step == 7);
    CHECK(report.checkpoint.note == "imported from a.safetensors, b.safetensors, d.npy");
    const Tree tree = store.load(report.checkpoint);
    CHECK(tree.at("/enc/w").tensor().as<std::uint8_t>()[1] == 'b');
    CHECK(tree.at("/enc/b").tensor().shape() == Shape{1});
    CHECK(tree.at("/d").tensor().shape().empty());
    CHECK(tree.at("/__metadata__/format") == Tree("pt"));
    CHECK(store.verify(true).ok());
}

TEST_CASE("the note names the first ten maps that became lists", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    Dict lists;
    const auto imported = [&](std::int64_t step, std::size_t n) {
        while (lists.size() < n) {
            const std::size_t i = lists.size();
            lists[std::string(1, static_cast<char>('a' + i))] =
                List{{static_cast<std::int64_t>(i)}};
        }
        const CheckpointInfo saved = store.save(Tree(lists), {.step = step});
        const fs::path file[] = {dir.path() / ("m" + std::to_string(step) + ".msgpack")};
        export_checkpoint(store, saved, file[0]);
        return import_files(store, file, {.save = {.run = "in", .step = step}}).checkpoint;
    };
    CHECK(imported(1, 1).note ==
          "imported from m1.msgpack; lists that were maps with the keys 0, 1, ...: /a");
    const CheckpointInfo many = imported(2, 13);
    CHECK(many.note.ends_with(": /a /b /c /d /e /f /g /h /i /j and 3 more"));
    CHECK(store.load(many) == Tree(lists));
    // A note of one's own stays.
    const fs::path file[] = {dir / "m2.msgpack"};
    CHECK(import_files(store, file, {.save = {.step = 3, .note = "mine"}}).checkpoint.note ==
          "mine");
}

TEST_CASE("an imported tensor of many chunks is exported bit by bit", "[store]") {
    const Files files;
    const std::string bytes = noise(20'000'001);
    const fs::path in[] = {files.safetensors("a.safetensors", "w", bytes)};
    Store store(files.dir / "run.db");
    std::uint64_t last = 0;
    std::uint64_t total = 0;
    const ImportReport report = import_files(store, in, {.on_progress = [&](const Progress& at) {
                                                 CHECK(at.done >= last);
                                                 last = at.done;
                                                 total = at.total;
                                             }});
    CHECK(last == total);
    CHECK(total == bytes.size() + 2);
    export_checkpoint(store, report.checkpoint, files.dir / "b.safetensors");
    std::ifstream a(in[0], std::ios::binary);
    std::ifstream b(files.dir / "b.safetensors", std::ios::binary);
    using Iterator = std::istreambuf_iterator<char>;
    CHECK(std::equal(Iterator(a), Iterator(), Iterator(b), Iterator()));
    CHECK(store.verify(true).ok());
}

TEST_CASE("importing the same again stores no chunk twice", "[store]") {
    const Files files;
    const fs::path in[] = {files.safetensors("a.safetensors", "w", noise(5'000'000))};
    Store store(files.dir / "run.db");
    import_files(store, in, {.save = {.step = 1}});
    const auto size = fs::file_size(store.file());
    import_files(store, in, {.save = {.step = 2}});
    CHECK(fs::file_size(store.file()) < size + 1'000'000);
}

TEST_CASE("a file that is cut off while it is read is an error, and nothing is stored", "[store]") {
    const Files files;
    const fs::path in[] = {files.safetensors("a.safetensors", "w", noise(100'000'000))};
    Store store(files.dir / "run.db");
    const OnProgress cut = [&](const Progress&) { fs::resize_file(in[0], 1'000'000); };
    REQUIRE_THROWS_SAYING(import_files(store, in, {.on_progress = cut}), IoError,
                          "became shorter while it was read");
    CHECK(store.checkpoints().empty());
    CHECK(store.verify(true).ok());
}

TEST_CASE("metadata that differ are named as such and can be left out", "[store]") {
    const Files files;
    Store store(files.dir / "run.db");
    const fs::path in[] = {files.safetensors("a.safetensors", "a", "a"),
                           files.safetensors("b.safetensors", "b", "b", "tf")};
    REQUIRE_THROWS_SAYING(import_files(store, in), InvalidArgument,
                          "b.safetensors: its metadata say something else for 'format'");
    REQUIRE_THROWS_SAYING(import_files(store, in), InvalidArgument, "--no-metadata");
    CHECK(import_files(store, in, {.metadata = false}).checkpoint.n_leaves == 2);
}

TEST_CASE("what cannot be imported is refused before anything is stored", "[store]") {
    const Files files;
    Store store(files.dir / "run.db");
    const fs::path a = files.safetensors("a.safetensors", "w", "a");
    const fs::path twin = files.safetensors("b.safetensors", "w", "b");
    const fs::path text = files.write("c.txt", "c");
    const auto import_both = [&](const fs::path& other) {
        const fs::path in[] = {a, other};
        import_files(store, in);
        return 0;
    };
    REQUIRE_THROWS_SAYING(import_both(twin), InvalidArgument, "two files have this leaf");
    REQUIRE_THROWS_SAYING(import_both(text), InvalidArgument, "safetensors, npy, npz, msgpack");
    REQUIRE_THROWS_SAYING(import_both(files.dir / "none.npy"), NotFound, "no such file");
    REQUIRE_THROWS_SAYING(import_both(files.dir.path() / "."), InvalidArgument, "ending");
    fs::create_directory(files.dir / "folder.npy");
    REQUIRE_THROWS_SAYING(import_both(files.dir / "folder.npy"), IoError, "no regular file");
    REQUIRE(::mkfifo((files.dir / "fifo.npy").c_str(), 0600) == 0);
    REQUIRE_THROWS_SAYING(import_both(files.dir / "fifo.npy"), IoError, "no regular file");
    fs::create_symlink("loop.npy", files.dir / "loop.npy");
    REQUIRE_THROWS_SAYING(import_both(files.dir / "loop.npy"), IoError, "cannot be opened");
    REQUIRE_THROWS_SAYING(import_files(store, {}), InvalidArgument, "no file was named");
    CHECK(store.checkpoints().empty());
}

}  // namespace
}  // namespace ckptlite::test
