// SPDX-License-Identifier: MIT
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "ckptlite/error.hpp"
#include "store/child_process.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

TEST_CASE("a read-only store reads everything and refuses every write", "[store]") {
    const TempDir dir;
    {
        Store writer(dir / "run.db");
        save_step(writer, 1);
    }
    Store store(dir / "run.db", {.mode = OpenMode::read_only});
    const CheckpointInfo found = *store.latest();
    CHECK(store.load(found) == Tree(Dict{{"w", 1.0}}));
    CHECK(store.verify(true).ok());
    REQUIRE_THROWS_SAYING(save_step(store, 2), InvalidArgument, "read-only");
    CHECK_THROWS_AS(store.log(1, loss_of(1)), InvalidArgument);
    CHECK_THROWS_AS(store.start_run("r"), InvalidArgument);
    CHECK_THROWS_AS(store.finish_run("default"), InvalidArgument);
    CHECK_THROWS_AS(store.pin(found), InvalidArgument);
    CHECK_THROWS_AS(store.set_note(found, "n"), InvalidArgument);
    CHECK_THROWS_AS(store.remove(found), InvalidArgument);
    CHECK_THROWS_AS(store.retain({.last = 1}, "default", "checkpoint"), InvalidArgument);
    CHECK(store.plan({.last = 1}, "default", "checkpoint").size() == 1);
    store.flush();  // nothing to do is nothing to refuse
}

TEST_CASE("a closed store says so", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const auto saved = save_step(store, 1);
    CHECK(store.file() == std::filesystem::canonical(dir / "run.db"));
    store.close();
    REQUIRE_THROWS_SAYING(store.latest(), InvalidArgument, "closed");
    CHECK_THROWS_AS(store.load(saved), InvalidArgument);
    CHECK_THROWS_AS(save_step(store, 2), InvalidArgument);
    CHECK_THROWS_AS(store.flush(), InvalidArgument);
    CHECK_THROWS_AS(store.close(), InvalidArgument);
    CHECK(store.file().empty());
}

TEST_CASE("a moved store goes on, the one it was moved from is closed", "[store]") {
    const TempDir dir;
    Store first(dir / "a.db");
    Store second = std::move(first);
    save_step(second, 1);
    CHECK_THROWS_AS(first.latest(), InvalidArgument);  // NOLINT: that is the question
    second = Store(dir / "b.db");
    CHECK(!second.latest());
    CHECK(Store(dir / "a.db").latest()->step == 1);
}

TEST_CASE("a store at rest is one file", "[store]") {
    const TempDir dir;
    {
        Store store(dir / "run.db");
        save_step(store, 1);
        store.log(2, loss_of(1));
    }
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
        CHECK(entry.path().filename() == "run.db");
        ++files;
    }
    CHECK(files == 1);
}

TEST_CASE("a copy of the file between saves is a complete store", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    store.save(state_at(1), {.step = 1});
    // Through a child: closing a copy of the descriptor here would drop SQLite's locks.
    const pid_t child = ::fork();
    if (child == 0) {
        std::error_code error;
        std::filesystem::copy_file(dir / "run.db", dir / "copy.db", error);
        end_child(error ? 1 : 0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(status == 0);
    const Store copy(dir / "copy.db");
    CHECK(copy.verify(true).ok());
    CHECK(copy.load(*copy.latest()) == state_at(1));
}

/// The exit status of a child that runs `body`; 0 if it returns true.
int in_child(const std::function<bool()>& body) {
    const pid_t child = ::fork();
    if (child == 0) {
        bool fine = false;
        try {
            fine = body();
        } catch (...) {
        }
        end_child(fine ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return status;
}

bool throws_wrong_process(const std::function<void()>& call) {
    try {
        call();
    } catch (const WrongProcess&) {
        return true;
    }
    return false;
}

TEST_CASE("after a fork the child's handle throws and the parent goes on", "[store]") {
    const TempDir dir;
    auto store = std::make_unique<Store>(dir / "run.db", StoreOptions{.threads = 2});
    const auto saved = store->save(state_at(1), {.step = 1});
    store->log(2, loss_of(0.5));
    CHECK(in_child([&] {
              const bool all = throws_wrong_process([&] { static_cast<void>(store->latest()); }) &&
                               throws_wrong_process([&] { store->load(saved); }) &&
                               throws_wrong_process([&] { save_step(*store, 3); }) &&
                               throws_wrong_process([&] { store->log(3, {}); }) &&
                               throws_wrong_process([&] { store->flush(); }) &&
                               throws_wrong_process([&] { store->close(); });
              store.reset();  // must not touch the parent's file or wait for its threads
              Store own(dir / "run.db", {.threads = 2});
              return all && own.latest()->step == 1 &&
                     save_step(own, 5, {.run = "child"}).step == 5;
          }) == 0);
    CHECK(save_step(*store, 2).step == 2);
    CHECK(store->checkpoints().size() == 3);
    CHECK(store->history(kLoss).size() == 1);
    CHECK(store->verify(true).ok());
}

}  // namespace
}  // namespace ckptlite::test
