// SPDX-License-Identifier: MIT
// REQUIRE_THROWS_SAYING(expression, Type, "words"): it throws Type, and what() contains the words.
#pragma once

#include <string>

#include "support/catch.hpp"

#define REQUIRE_THROWS_SAYING(expression, Type, words)   \
    do {                                                 \
        std::string said_;                               \
        bool threw_ = false;                             \
        try {                                            \
            static_cast<void>(expression);               \
        } catch (const Type& error_) {                   \
            threw_ = true;                               \
            said_ = error_.what();                       \
        }                                                \
        INFO("said: " << said_);                         \
        REQUIRE(threw_);                                 \
        REQUIRE(said_.find(words) != std::string::npos); \
    } while (false)
