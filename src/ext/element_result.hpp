// SPDX-License-Identifier: MIT
// One element of a tensor, as SQL and JSON have it: floats of every kind are doubles there. Pure
// functions; any thread.
#pragma once

#include <string>

#include "ckptlite/element.hpp"

struct sqlite3_context;

namespace ckptlite::ext {

/// Booleans as true and false, integers with all digits, floats with as many as tell the double
/// from its neighbours, complex numbers as [real, imaginary]. JSON has no NaN and no infinities:
/// they are "NaN", "Infinity" and "-Infinity".
void append_json(std::string& json, const Element& element);

/// As the function's result: an integer, a real number, NULL for NaN, which SQL does not have; the
/// JSON text of a complex number; a real number for an integer over 2^63 - 1.
void give_result(sqlite3_context* context, const Element& element);
void give_result(sqlite3_context* context, const std::string& text);

}  // namespace ckptlite::ext
