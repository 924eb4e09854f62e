// SPDX-License-Identifier: MIT
#include "base/utf8.hpp"

#include <string>

#include "support/catch.hpp"

namespace ckptlite {
namespace {

TEST_CASE("text in UTF-8 is valid", "[base]") {
    for (const char* text : {"", "plain", "\x7f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000",
                             "\uffff", "\U00010000", "\U0010ffff", "a\u00e9\u4e16\U0001F600b"})
        CHECK(is_valid_utf8(text));
    CHECK(is_valid_utf8(std::string("a\0b", 3)));
}

TEST_CASE("everything else is not", "[base]") {
    for (const char* text :
         {"\x80", "\xbf", "a\xff", "\xfe", "\xc3", "\xc3(", "\xe2\x82", "\xe2(\xa1", "\xe2\x82(",
          "\xf0\x9f\x98", "\xf0\x9f\x98(", "\xf8\x88\x80\x80\x80"})
        CHECK_FALSE(is_valid_utf8(text));
}

TEST_CASE("overlong forms, surrogates and numbers over 10FFFF are not UTF-8", "[base]") {
    for (const char* text : {"\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf",
                             "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
                             "\xf4\x90\x80\x80", "\xf5\x80\x80\x80"})
        CHECK_FALSE(is_valid_utf8(text));
}

}  // namespace
}  // namespace ckptlite
