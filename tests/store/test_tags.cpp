// SPDX-License-Identifier: MIT
#include "ckptlite/error.hpp"
#include "ckptlite/salvage.hpp"
#include "store/raw_sql.hpp"
#include "store/sound_store.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

using Steps = std::vector<std::int64_t>;
using Names = std::vector<std::string>;

/// Steps 1 to `n` of a new store.
struct TaggedStore {
    explicit TaggedStore(std::int64_t n = 3) {
        for (std::int64_t step = 1; step <= n; ++step) {
            save_step(store, step, {.metrics = loss_of(static_cast<double>(step))});
        }
    }
    CheckpointInfo at(std::int64_t step) const { return store.latest({.step = step}).value(); }

    TempDir dir{};
    Store store{dir / "run.db"};
};

TEST_CASE("a tag names one checkpoint, and every way to find that one says so", "[store]") {
    TaggedStore of;
    of.store.tag(of.at(2), "release");
    of.store.tag(of.at(2), "best so far");
    of.store.tag(of.at(1), "first");
    CHECK(of.at(2).tags == Names{"best so far", "release"});
    CHECK(of.at(3).tags.empty());
    CHECK(of.store.checkpoints()[1].tags == Names{"best so far", "release"});
    CHECK(of.store.checkpoints()[2].tags == Names{"first"});
    CHECK(of.store.best(kLoss, Best::lowest)[0].tags == Names{"first"});
    const auto tags = of.store.tags();
    REQUIRE(tags.size() == 3);
    CHECK(tags[0].tag == "best so far");
    CHECK(tags[2].tag == "release");
    CHECK(tags[2].checkpoint.step == 2);
    CHECK(tags[2].checkpoint.tags == Names{"best so far", "release"});
    require_sound(of.store);
}

TEST_CASE("a tag goes to another checkpoint only when it is told to move", "[store]") {
    TaggedStore of;
    of.store.tag(of.at(1), "release");
    of.store.tag(of.at(1), "release");  // has it already
    REQUIRE_THROWS_SAYING(of.store.tag(of.at(2), "release"), AlreadyExists,
                          "run 'default', prefix 'checkpoint', step 1");
    CHECK(of.at(1).tags == Names{"release"});
    of.store.tag(of.at(2), "release", true);
    CHECK(of.at(1).tags.empty());
    CHECK(of.at(2).tags == Names{"release"});
    require_sound(of.store);
}

TEST_CASE("a tag that is taken away is gone, and one that is not there is named", "[store]") {
    TaggedStore of;
    REQUIRE_THROWS_SAYING(of.store.untag("release"), NotFound, "there is none");
    of.store.tag(of.at(1), "release");
    of.store.tag(of.at(2), "paper");
    REQUIRE_THROWS_SAYING(of.store.untag("relaese"), NotFound, "there are: release, paper");
    of.store.untag("release");
    CHECK(of.store.tags().size() == 1);
    CHECK(of.at(1).tags.empty());
    require_sound(of.store);
}

TEST_CASE("a tag selects its checkpoint", "[store]") {
    TaggedStore of;
    of.store.tag(of.at(2), "release");
    CHECK(of.store.find("tag:release").step == 2);
    CHECK(of.store.find("default@tag:release").step == 2);
    REQUIRE_THROWS_SAYING(of.store.find("tag:relaese"), NotFound, "there are: release");
    REQUIRE_THROWS_SAYING(of.store.find("tag:release", {.prefix = "other"}), NotFound,
                          "the checkpoint with the tag 'release' is of run 'default'");
    REQUIRE_THROWS_SAYING(of.store.find("tag:release", {.step = 1}), NotFound, "step 2");
    CHECK(of.store.find("tag:release", {.step = 2}).step == 2);
}

TEST_CASE("tags have the names that runs may have", "[store]") {
    TaggedStore of;
    for (const std::string& name :
         {std::string(), std::string("a\0b", 3), std::string("\xff"), std::string(1025, 'x')}) {
        CHECK_THROWS_AS(of.store.tag(of.at(1), name), InvalidArgument);
    }
    of.store.tag(of.at(1), std::string(1024, 'x'));
    of.store.tag(of.at(1), "a/b c:größe");
    CHECK(of.at(1).tags.size() == 2);
}

TEST_CASE("a checkpoint that is gone is not tagged", "[store]") {
    TaggedStore of;
    const CheckpointInfo gone = of.at(2);
    of.store.remove(gone);
    CHECK_THROWS_AS(of.store.tag(gone, "release"), NotFound);
    CHECK(of.store.tags().empty());
}

TEST_CASE("retention keeps what is tagged, and says why", "[store]") {
    TaggedStore of(4);
    of.store.tag(of.at(1), "release");
    of.store.tag(of.at(2), "a");
    of.store.tag(of.at(2), "b");
    const auto plan = of.store.plan({.last = 1}, "default", "checkpoint");
    REQUIRE(plan.size() == 4);
    CHECK(plan[1].reason == "no rule keeps it");
    CHECK(plan[2].reason == "tagged 'a'; tagged 'b'");
    CHECK(plan[3].reason == "tagged 'release'");
    save_step(of.store, 5, {.retention = {.last = 1}});
    CHECK(steps_of(of.store.checkpoints()) == Steps{5, 2, 1});
    of.store.untag("release");
    of.store.retain({.last = 1}, "default", "checkpoint");
    CHECK(steps_of(of.store.checkpoints()) == Steps{5, 2});
    require_sound(of.store);
}

TEST_CASE("overwriting a step hands its tags on", "[store]") {
    TaggedStore of;
    of.store.tag(of.at(3), "release");
    of.store.tag(of.at(3), "paper");
    const CheckpointInfo saved = save_step(of.store, 3, {.overwrite = true});
    CHECK(saved.tags == Names{"paper", "release"});
    CHECK(of.store.tags().size() == 2);
    require_sound(of.store);
}

TEST_CASE("a later step that is tagged stops an overwrite and stays", "[store]") {
    TaggedStore of(4);
    of.store.tag(of.at(3), "release");
    REQUIRE_THROWS_SAYING(save_step(of.store, 2, {.overwrite = true}), AlreadyExists,
                          "step 3 of prefix 'checkpoint' is tagged 'release'");
    CHECK(steps_of(of.store.checkpoints()) == Steps{4, 3, 2, 1});
    save_step(of.store, 3, {.overwrite = true});
    CHECK(steps_of(of.store.checkpoints()) == Steps{3, 2, 1});
}

TEST_CASE("whoever removes a checkpoint removes its tags", "[store]") {
    TaggedStore of;
    of.store.tag(of.at(2), "release");
    of.store.tag(of.at(1), "first");
    of.store.remove(of.at(2));
    REQUIRE(of.store.tags().size() == 1);
    CHECK(of.store.tags()[0].tag == "first");
    require_sound(of.store);
}

TEST_CASE("a tag that somebody changed is noticed", "[store]") {
    for (const char* change :
         {"UPDATE checkpoint_tag SET tag = 'other'", "UPDATE checkpoint_tag SET checkpoint_id = 1",
          "DELETE FROM checkpoint_tag", "INSERT INTO checkpoint_tag VALUES ('b', 1)",
          "DELETE FROM run_digest WHERE kind = 'tag'"}) {
        CAPTURE(change);
        TaggedStore of;
        of.store.tag(of.at(2), "release");
        require_sound(of.store);
        RawSql(of.store.file()).run(change);
        CHECK(lines_of(of.store.verify()).starts_with("the tags: "));
    }
}

TEST_CASE("a tag that is no name, or of no checkpoint, is found", "[store]") {
    TaggedStore of;
    RawSql raw(of.store.file());
    raw.run("PRAGMA foreign_keys = OFF");
    raw.run("INSERT INTO checkpoint_tag VALUES ('', 1), ('lost', 99)");
    const std::string lines = lines_of(of.store.verify(true));
    CHECK(lines.find("tag '': ") != std::string::npos);
    CHECK(lines.find("a row of checkpoint_tag refers to a missing row") != std::string::npos);
    CHECK(of.store.tags().size() == 1);
    of.store.tag(of.at(2), "lost");
    CHECK(of.at(2).tags == Names{"lost"});
}

TEST_CASE("a backup has the tags", "[store]") {
    TaggedStore of;
    of.store.tag(of.at(2), "release");
    of.store.backup(of.dir / "copy.db");
    const Store copy(of.dir / "copy.db", {.mode = OpenMode::read_only});
    REQUIRE(copy.tags().size() == 1);
    CHECK(copy.tags()[0].checkpoint.step == 2);
}

TEST_CASE("salvage keeps the tags of the checkpoints it keeps", "[store]") {
    TaggedStore of;
    of.store.tag(of.at(1), "lost");
    of.store.tag(of.at(2), "release");
    CHECK(salvage(of.store.file(), of.dir / "whole.db").complete());
    CHECK(Store(of.dir / "whole.db").tags().size() == 2);
    RawSql(of.store.file()).run("UPDATE leaf SET digest = zeroblob(16) WHERE tree_id = 1");
    const SalvageReport report = salvage(of.store.file(), of.dir / "salvaged.db");
    const Store salvaged(of.dir / "salvaged.db");
    REQUIRE(salvaged.tags().size() == 1);
    CHECK(salvaged.tags()[0].tag == "release");
    CHECK(salvaged.tags()[0].checkpoint.step == 2);
    require_sound(salvaged);
    CHECK(std::ranges::any_of(report.losses, [](const SalvageLoss& loss) {
        return loss.where == "tag 'lost'" && loss.what == "its checkpoint is lost";
    }));
}

TEST_CASE("salvage says that tags were changed, and that they cannot be read", "[store]") {
    TaggedStore of;
    of.store.tag(of.at(2), "release");
    RawSql raw(of.store.file());
    raw.run("UPDATE checkpoint_tag SET tag = 'other'");
    CHECK(salvage(of.store.file(), of.dir / "a.db").losses.at(0).where == "the tags");
    CHECK(Store(of.dir / "a.db").tags().at(0).tag == "other");
    raw.run("DROP TABLE checkpoint_tag");
    CHECK(salvage(of.store.file(), of.dir / "b.db").losses.at(0).where == "the tags");
    CHECK(Store(of.dir / "b.db").checkpoints().size() == 3);
}

}  // namespace
}  // namespace ckptlite::test
