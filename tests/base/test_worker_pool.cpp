// SPDX-License-Identifier: MIT
#include "base/worker_pool.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <latch>
#include <memory>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite {
namespace {

TEST_CASE("one thread runs tasks in the order they were given", "[base][concurrent]") {
    std::vector<int> order;
    {
        WorkerPool pool(1);
        for (int i = 0; i < 500; ++i) pool.submit([&order, i] { order.push_back(i); });
    }
    std::vector<int> expected(500);
    std::iota(expected.begin(), expected.end(), 0);
    CHECK(order == expected);
}

TEST_CASE("tasks start in the order they were given, however many threads", "[base][concurrent]") {
    // Each task waits until all of the first three have started: later ones cannot be among them.
    WorkerPool pool(3);
    std::latch started(3);
    std::atomic<int> early{0};
    std::vector<std::future<void>> done;
    for (int i = 0; i < 30; ++i) {
        done.push_back(pool.submit([&, i] {
            if (i < 3) return started.arrive_and_wait();
            if (!started.try_wait()) ++early;
        }));
    }
    for (std::future<void>& future : done) future.get();
    CHECK(early == 0);
}

TEST_CASE("tasks run side by side on as many threads as were asked for", "[base][concurrent]") {
    WorkerPool pool(4);
    REQUIRE(pool.size() == 4);
    std::latch all_running(4);  // nobody passes unless four run at once
    std::vector<std::future<void>> done;
    for (int i = 0; i < 4; ++i) {
        done.push_back(pool.submit([&] { all_running.arrive_and_wait(); }));
    }
    for (std::future<void>& future : done) future.get();
    CHECK(all_running.try_wait());
}

TEST_CASE("zero threads means at least one", "[base][concurrent]") {
    WorkerPool pool(0);
    CHECK(pool.size() >= 1);
    CHECK(pool.submit([] { return 7; }).get() == 7);
}

TEST_CASE("what a task returns travels to who asked, move-only things too", "[base][concurrent]") {
    WorkerPool pool(2);
    auto text = std::make_unique<std::string>("leaf");
    auto future = pool.submit([text = std::move(text)]() mutable { return std::move(text); });
    CHECK(*future.get() == "leaf");
}

TEST_CASE("what a task throws travels to who asked, and the thread goes on", "[base][concurrent]") {
    WorkerPool pool(1);
    auto failed = pool.submit([]() -> int { throw Corrupt("The chunk is bad."); });
    auto next = pool.submit([] { return 1; });
    REQUIRE_THROWS_SAYING(failed.get(), Corrupt, "The chunk is bad.");
    CHECK(next.get() == 1);
}

TEST_CASE("the destructor runs everything that was submitted", "[base][concurrent]") {
    std::atomic<int> ran{0};
    {
        WorkerPool pool(2);
        for (int i = 0; i < 200; ++i) {
            pool.submit([&ran, i] {
                ++ran;
                if (i % 50 == 0) throw Corrupt("Nobody asks for this one.");
            });
        }
    }
    CHECK(ran == 200);
}

TEST_CASE("any thread may submit", "[base][concurrent]") {
    std::atomic<int> ran{0};
    {
        WorkerPool pool(2);
        std::vector<std::thread> givers;
        for (int giver = 0; giver < 4; ++giver) {
            givers.emplace_back([&] {
                for (int i = 0; i < 100; ++i) pool.submit([&ran] { ++ran; });
            });
        }
        for (std::thread& giver : givers) giver.join();
    }
    CHECK(ran == 400);
}

/// The threads of this process, by their numbers.
std::set<std::string> threads_now() {
    std::set<std::string> threads;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
        threads.insert(entry.path().filename().string());
    }
    return threads;
}

/// Not a difference of sizes: a thread that was joined may still be listed for a moment.
std::size_t threads_since(const std::set<std::string>& before) {
    const auto is_new = [&](const std::string& thread) { return !before.contains(thread); };
    const auto now = threads_now();
    return static_cast<std::size_t>(std::ranges::count_if(now, is_new));
}

TEST_CASE("threads start with the first task, all of them, and no more later",
          "[base][concurrent]") {
    const auto before = threads_now();
    WorkerPool pool(3);
    CHECK(pool.size() == 3);
    CHECK(threads_since(before) == 0);
    for (int i = 0; i < 10; ++i) {
        pool.submit([] {}).get();
        CHECK(threads_since(before) == 3);
    }
}

TEST_CASE("a lane runs its tasks in order and no more of them at once than it may",
          "[base][concurrent]") {
    for (const std::size_t most : {1U, 2U}) {
        WorkerPool pool(4);
        WorkerLane lane(pool, most);
        std::atomic<std::size_t> running{0};
        std::atomic<std::size_t> at_once{0};
        std::vector<std::future<int>> results;
        for (int i = 0; i < 300; ++i) {
            results.push_back(lane.submit([&, i] {
                const std::size_t now = ++running;
                std::size_t seen = at_once;
                while (now > seen && !at_once.compare_exchange_weak(seen, now)) {
                }
                std::this_thread::yield();
                --running;
                if (i % 7 == 0) throw Corrupt("The chunk is bad.");
                return i;
            }));
        }
        CAPTURE(most);
        int expected = 0;
        for (auto& result : results) {
            const int i = expected++;
            if (i % 7 == 0) {
                CHECK_THROWS_AS(result.get(), Corrupt);
            } else {
                CHECK(result.get() == i);
            }
        }
        CHECK(at_once <= most);
        CHECK(at_once >= 1);
    }
}

TEST_CASE("who waits for a lane may run its tasks, in order, each once", "[base][concurrent]") {
    WorkerPool pool(1);
    std::latch free(1);
    auto held = pool.submit([&] { free.wait(); });
    WorkerLane lane(pool, 1);
    std::vector<int> ran;
    std::vector<std::future<void>> results;
    for (int i = 0; i < 3; ++i) results.push_back(lane.submit([&ran, i] { ran.push_back(i); }));
    auto bad = lane.submit([] { throw Corrupt("The chunk is bad."); });
    while (lane.help()) {
    }
    CHECK(ran == std::vector{0, 1, 2});
    for (auto& result : results) result.get();
    CHECK_THROWS_AS(bad.get(), Corrupt);
    auto later = lane.submit([&ran] { ran.push_back(3); });
    free.count_down();
    held.get();
    later.get();
    CHECK(ran == std::vector{0, 1, 2, 3});
    CHECK_FALSE(lane.help());
}

TEST_CASE("a lane leaves the other threads of its pool to others", "[base][concurrent]") {
    WorkerPool pool(2);
    WorkerLane lane(pool, 1);
    std::latch free(1);
    auto held = lane.submit([&] { free.wait(); });
    auto behind = lane.submit([] {});
    pool.submit([&] { free.count_down(); }).get();
    held.get();
    behind.get();
    CHECK(free.try_wait());
}

}  // namespace
}  // namespace ckptlite
