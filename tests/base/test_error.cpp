// SPDX-License-Identifier: MIT
#include "ckptlite/error.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

namespace ckptlite {
namespace {

TEST_CASE("an error without a place says just its message", "[base]") {
    const NotFound error("There is no leaf /a.");
    CHECK(std::string(error.what()) == "There is no leaf /a.");
    CHECK(error.message() == "There is no leaf /a.");
    CHECK(error.code() == ErrorCode::not_found);
    CHECK_FALSE(error.where().step.has_value());
}

TEST_CASE("an error says where it happened before what happened", "[base]") {
    const Corrupt error("A chunk is damaged.",
                        {.file = "run.db", .run = "adam", .step = 300, .leaf = "/params/w"});
    CHECK(std::string(error.what()) ==
          "run.db, run 'adam', step 300, leaf /params/w: A chunk is damaged.");
    CHECK(error.message() == "A chunk is damaged.");
    CHECK(error.where().leaf == "/params/w");
}

TEST_CASE("only the known parts of a place are told", "[base]") {
    CHECK(std::string(Busy("Wait.", {.file = "a.db"}).what()) == "a.db: Wait.");
    CHECK(std::string(Busy("Wait.", {.step = 0}).what()) == "step 0: Wait.");
    CHECK(std::string(Busy("Wait.", {.run = "r", .leaf = "/x"}).what()) ==
          "run 'r', leaf /x: Wait.");
}

TEST_CASE("error codes are never renumbered", "[base]") {
    CHECK(static_cast<int>(InvalidArgument("").code()) == 1);
    CHECK(static_cast<int>(TypeError("").code()) == 2);
    CHECK(static_cast<int>(NotFound("").code()) == 3);
    CHECK(static_cast<int>(AlreadyExists("").code()) == 4);
    CHECK(static_cast<int>(Corrupt("").code()) == 5);
    CHECK(static_cast<int>(NotACheckpointFile("").code()) == 6);
    CHECK(static_cast<int>(UnsupportedVersion("").code()) == 7);
    CHECK(static_cast<int>(Busy("").code()) == 8);
    CHECK(static_cast<int>(IoError("").code()) == 9);
    CHECK(static_cast<int>(WrongProcess("").code()) == 10);
    CHECK(static_cast<int>(NeedsRecovery("").code()) == 11);
    CHECK(static_cast<int>(DiskFull("").code()) == 12);
}

TEST_CASE("a full disk is an I/O error with a code of its own", "[base]") {
    CHECK_THROWS_AS(throw DiskFull("x"), IoError);
}

TEST_CASE("every kind of error can be caught as Error", "[base]") {
    CHECK_THROWS_AS(throw Corrupt("x"), Error);
    CHECK_THROWS_AS(throw TypeError("x"), Error);
    CHECK_THROWS_AS(throw Busy("x"), std::runtime_error);
}

TEST_CASE("a type error lists every difference, one a line", "[base]") {
    const TypeError error("The tree does not fit.", {"missing /a", "unexpected /b"},
                          {.file = "run.db"});
    CHECK(std::string(error.what()) ==
          "run.db: The tree does not fit.\n  missing /a\n  unexpected /b");
    CHECK(error.differences() == std::vector<std::string>{"missing /a", "unexpected /b"});
}

}  // namespace
}  // namespace ckptlite
