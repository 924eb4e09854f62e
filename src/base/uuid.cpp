// SPDX-License-Identifier: MIT
#include "base/uuid.hpp"

#include <random>
#include <string_view>

namespace ckptlite {

std::string make_uuid() {
    constexpr std::string_view kHex = "0123456789abcdef";
    constexpr std::string_view kForm = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    std::random_device source;
    std::uniform_int_distribution<unsigned> digit(0, 15);
    std::string uuid(kForm);
    for (char& c : uuid) {
        if (c == 'x') c = kHex[digit(source)];
        if (c == 'y') c = kHex[8 + digit(source) % 4];
    }
    return uuid;
}

}  // namespace ckptlite
