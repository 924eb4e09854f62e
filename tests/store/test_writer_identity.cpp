// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>

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

/// What this process says of itself, with another value in one place.
std::string changed(const char* name, const nlohmann::json& value) {
    auto writer = nlohmann::json::parse(writer_identity("its token"));
    REQUIRE(writer.contains(name));
    writer[name] = value;
    return writer.dump();
}

TEST_CASE("a writer of another boot is gone", "[store]") {
    CHECK(writer_is_gone(changed("boot", "another"), "token"));
}

TEST_CASE("a writer that cannot be looked for is there for a day", "[store]") {
    for (const char* const place : {"host", "pid_namespace"}) {
        CAPTURE(place);
        auto writer = nlohmann::json::parse(changed(place, "another"));
        writer["pid"] = 0x7FFFFFFE;  // no process here
        CHECK_FALSE(writer_is_gone(writer.dump(), "token"));
        writer["since"] = "2026-01-31T12:00:00.000Z";
        CHECK(writer_is_gone(writer.dump(), "token"));
        writer["since"] = "yesterday";
        CHECK(writer_is_gone(writer.dump(), "token"));
        writer.erase("since");  // an older program's: nobody knows for how long
        CHECK_FALSE(writer_is_gone(writer.dump(), "token"));
    }
}

TEST_CASE("a process that does not show when it was started is there", "[store]") {
    const WriterToken own;
    auto writer = nlohmann::json::parse(writer_identity(own.text()));
    writer["started"] = "";
    CHECK_FALSE(writer_is_gone(writer.dump(), "token"));
    writer["started"] = "1";
    CHECK(writer_is_gone(writer.dump(), "token"));
}

TEST_CASE("what names no writer is garbage", "[store]") {
    for (const char* text : {"", "{}", "[1]", "{\"retired\": true}", "{\"token\": 7}"}) {
        CAPTURE(text);
        CHECK(writer_is_gone(text, "token"));
    }
}

}  // namespace
}  // namespace ckptlite::detail
