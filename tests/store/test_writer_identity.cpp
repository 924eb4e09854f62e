// SPDX-License-Identifier: MIT
#include "store/child_process.hpp"
#include "store/writer_identity.hpp"
#include "support/catch.hpp"

namespace ckptlite::detail {
namespace {

TEST_CASE("a writer of this process is gone when its store is closed", "[store]") {
    const WriterToken own;
    std::string other;
    {
        const WriterToken open;
        other = writer_identity(open.text());
        CHECK_FALSE(writer_is_gone(other, own.text()));
    }
    CHECK(writer_is_gone(other, own.text()));
}

TEST_CASE("a store takes what it left itself for garbage", "[store]") {
    const WriterToken own;
    CHECK(writer_is_gone(writer_identity(own.text()), own.text()));
}

TEST_CASE("a writer of another process is there as long as that runs", "[store]") {
    const WriterToken own;
    const std::string parent = writer_identity(own.text());
    test::ChildProcess child([&](const auto& report) {
        const WriterToken token;
        report(writer_is_gone(parent, token.text()) ? 1 : 0);
    });
    CHECK(child.next() == 0);
    CHECK(child.wait());
    CHECK_FALSE(writer_is_gone(parent, "another token"));
}

TEST_CASE("what names no writer is garbage", "[store]") {
    for (const char* text : {"", "{}", "[1]", "{\"retired\": true}", "{\"token\": 7}"}) {
        CAPTURE(text);
        CHECK(writer_is_gone(text, "token"));
    }
}

}  // namespace
}  // namespace ckptlite::detail
