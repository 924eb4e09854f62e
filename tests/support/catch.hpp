// SPDX-License-Identifier: MIT
// Catch2, version 2 or 3: Debian 12 ships the one, newer systems the other. Use what both have.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
