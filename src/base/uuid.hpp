// SPDX-License-Identifier: MIT
// Random names. Any thread.
#pragma once

#include <string>

namespace ckptlite {

/// A random UUID (RFC 9562, version 4) in lower case, from the system's random source.
std::string make_uuid();

}  // namespace ckptlite
