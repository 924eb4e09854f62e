// SPDX-License-Identifier: MIT
#include "base/buffer_pool.hpp"

#include <algorithm>
#include <atomic>
#include <latch>
#include <set>
#include <thread>

#include "support/catch.hpp"

namespace ckptlite {
namespace {

constexpr std::size_t kSize = 4096;

const std::byte* data_of(const BufferPool::Buffer& buffer) {
    return buffer.bytes().data();
}

TEST_CASE("a buffer that went is used again", "[base]") {
    BufferPool pool(kSize);
    const std::byte* first = nullptr;
    {
        const auto buffer = pool.take(kSize);
        first = data_of(buffer);
        std::ranges::fill(buffer.bytes(), std::byte{1});
    }
    for (const std::size_t size : {kSize, kSize - 1, kSize / 2}) {
        const auto again = pool.take(size);
        CHECK(data_of(again) == first);
        CHECK(again.bytes().size() == kSize);
    }
}

TEST_CASE("buffers in use at once are different ones, and all come back", "[base]") {
    BufferPool pool(kSize);
    const auto take_ten = [&] {
        std::vector<BufferPool::Buffer> buffers;
        for (int i = 0; i < 10; ++i) buffers.push_back(pool.take(kSize));
        std::set<const std::byte*> memory;
        for (const auto& buffer : buffers) memory.insert(data_of(buffer));
        return memory;
    };
    const auto first = take_ten();
    CHECK(first.size() == 10);
    CHECK(take_ten() == first);
}

TEST_CASE("sizes far from the pool's get as much as they ask for", "[base]") {
    BufferPool pool(kSize);
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, kSize / 2 - 1, kSize + 1, 100 * kSize}) {
        const auto buffer = pool.take(size);
        CHECK(buffer.bytes().size() == size);
        std::ranges::fill(buffer.bytes(), std::byte{2});
    }
}

TEST_CASE("a buffer of another size never comes out of the pool", "[base]") {
    BufferPool pool(kSize);
    for (int i = 0; i < 20; ++i) {
        static_cast<void>(pool.take(1));
        static_cast<void>(pool.take(3 * kSize));
        const auto buffer = pool.take(kSize);
        CHECK(buffer.bytes().size() == kSize);
        std::ranges::fill(buffer.bytes(), std::byte{3});  // a sanitizer would see a smaller one
    }
}

TEST_CASE("a buffer that was moved from holds nothing", "[base]") {
    BufferPool pool(kSize);
    auto buffer = pool.take(kSize);
    const std::byte* const memory = data_of(buffer);
    auto moved = std::move(buffer);
    CHECK(data_of(moved) == memory);
    CHECK(buffer.bytes().empty());  // NOLINT(bugprone-use-after-move)
    CHECK(BufferPool::Buffer().bytes().empty());
}

TEST_CASE("a buffer that another is assigned to goes back to the pool", "[base]") {
    BufferPool pool(kSize);
    std::set<const std::byte*> memory;
    {
        auto buffer = pool.take(kSize);
        auto other = pool.take(kSize);
        memory = {data_of(buffer), data_of(other)};
        buffer = std::move(other);
        other = {};
        CHECK(memory.contains(data_of(buffer)));
        CHECK(other.bytes().empty());
    }
    const auto one = pool.take(kSize);
    const auto two = pool.take(kSize);
    CHECK(std::set{data_of(one), data_of(two)} == memory);
}

TEST_CASE("a buffer in use belongs to one thread alone", "[base][concurrent]") {
    constexpr int kThreads = 4;
    BufferPool pool(kSize);
    std::latch all_running(kThreads);
    std::atomic<int> mixed{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&, mark = static_cast<std::byte>(thread)] {
            all_running.arrive_and_wait();
            for (std::size_t i = 0; i < 500; ++i) {
                const auto buffer = pool.take(kSize - i % 3);
                std::ranges::fill(buffer.bytes(), mark);
                const auto same = [mark](std::byte byte) { return byte == mark; };
                if (!std::ranges::all_of(buffer.bytes(), same)) ++mixed;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(mixed == 0);
}

TEST_CASE("a buffer may go back on another thread than it was taken on", "[base][concurrent]") {
    BufferPool pool(kSize);
    auto buffer = pool.take(kSize);
    const std::byte* const memory = data_of(buffer);
    std::thread([taken = std::move(buffer)] {
        std::ranges::fill(taken.bytes(), std::byte{4});
    }).join();
    CHECK(data_of(pool.take(kSize)) == memory);
}

}  // namespace
}  // namespace ckptlite
