// SPDX-License-Identifier: MIT
#include "arguments.hpp"

#include <charconv>
#include <limits>

namespace char_lm {
namespace {

std::int64_t parse_number(const std::string& option, const std::string& word, std::int64_t lowest,
                          std::int64_t highest) {
    std::int64_t number = 0;
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, number);
    if (error != std::errc{} || stop != end || number < lowest || number > highest) {
        throw UsageError(option + " takes a whole number from " + std::to_string(lowest) + " to " +
                         std::to_string(highest) + ", not '" + word + "'");
    }
    return number;
}

void set_option(Arguments& arguments, const std::string& option, const std::string& value) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 2;
    if (option == "--db") {
        arguments.db = value;
    } else if (option == "--run") {
        arguments.run = value;
    } else if (option == "--steps" || option == "--more") {
        arguments.steps = parse_number(option, value, 0, kMost);
        arguments.steps_are_more = option == "--more";
    } else if (option == "--eval-every") {
        arguments.eval_every = parse_number(option, value, 1, kMost);
    } else if (option == "--hidden") {
        arguments.hidden = static_cast<std::size_t>(parse_number(option, value, 1, 65536));
    } else if (option == "--seed") {
        arguments.seed = static_cast<std::uint64_t>(parse_number(option, value, 0, kMost));
    } else {
        throw UsageError("there is no option " + option);
    }
}

}  // namespace

Arguments parse_arguments(const std::vector<std::string>& words) {
    Arguments arguments;
    bool options_end = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (options_end || words[i].empty() || words[i].front() != '-') {
            arguments.texts.push_back(words[i]);
        } else if (words[i] == "--") {
            options_end = true;
        } else if (words[i] == "--help" || words[i] == "-h") {
            arguments.help = true;
            return arguments;
        } else if (i + 1 == words.size()) {
            throw UsageError(words[i] + " needs a value");
        } else {
            set_option(arguments, words[i], words[i + 1]);
            ++i;
        }
    }
    if (arguments.db.empty()) throw UsageError("--db FILE is missing");
    if (arguments.texts.empty()) throw UsageError("there is no text to learn from");
    return arguments;
}

}  // namespace char_lm
