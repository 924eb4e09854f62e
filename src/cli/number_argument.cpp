// SPDX-License-Identifier: MIT
#include "cli/number_argument.hpp"

#include <charconv>
#include <string>

namespace ckptlite::cli {

CLI::Validator at_least(std::int64_t least) {
    const auto check = [least](const std::string& text) -> std::string {
        std::int64_t number = 0;
        const char* const end = text.data() + text.size();
        const auto [stopped, error] = std::from_chars(text.data(), end, number);
        if (error == std::errc() && stopped == end && number >= least) return "";
        return "'" + text + "' is no whole number of " + std::to_string(least) + " or more";
    };
    return {check, ""};
}

}  // namespace ckptlite::cli
