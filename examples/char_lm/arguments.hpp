// SPDX-License-Identifier: MIT
// The command line of train_char_lm. A plain value.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace char_lm {

inline constexpr const char* kUsage =
    R"(usage: train_char_lm --db FILE [--run NAME] [--steps N | --more N] [--eval-every E]
                     [--hidden H] [--seed S] TEXT...

Trains a character-level language model on the texts, and writes checkpoints and metrics to FILE.
Called again, it goes on from the latest checkpoint of the run as if it had never stopped.

  --db FILE       the ckptlite file; it is made if it does not exist
  --run NAME      which run in the file; default "char-lm"
  --steps N       train until step N; default 2000
  --more N        train N steps more than the latest checkpoint has
  --eval-every E  evaluate and write checkpoints every E steps; default 200
  --hidden H      units of the hidden layer; default 192
  --seed S        of the first weights and the order of the data; default 1
)";

struct Arguments {
    std::string db{};
    std::string run = "char-lm";
    std::int64_t steps = 2000;
    bool steps_are_more = false;  ///< `steps` counts from the latest checkpoint
    std::int64_t eval_every = 200;
    std::size_t hidden = 192;
    std::uint64_t seed = 1;
    std::vector<std::string> texts{};
    bool help = false;
};

struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The words after the program's name. Throws UsageError.
Arguments parse_arguments(const std::vector<std::string>& words);

}  // namespace char_lm
