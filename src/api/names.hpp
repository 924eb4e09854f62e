// SPDX-License-Identifier: MIT
// The names that readers and writers agree on: of files, metrics and prefixes. Thread-safe.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "ckptlite/metrics.hpp"

namespace ckptlite::detail {

/// The prefix of checkpoints that are written without one. On disk.
inline constexpr const char* kDefaultPrefix = "checkpoint";

/// `place`, or `checkpoints.db` in it if it is a folder or ends in '/'.
std::filesystem::path checkpoint_path(const std::string& place);

/// Throws InvalidArgument if `place` is empty; `option` names it in the message.
void check_place(const std::string& place, const char* option);

/// Throws InvalidArgument if one of them is empty or the group has a '/'.
MetricName metric_name(const std::string& group, const std::string& label);

/// "lowest" or "highest".
const char* best_word(Best best) noexcept;

/// "lowest:eval/loss", behind "PREFIX/" if a prefix is given. On disk. Throws InvalidArgument if it
/// is given and empty.
std::string best_prefix(const MetricName& metric, Best best,
                        const std::optional<std::string>& prefix);

}  // namespace ckptlite::detail
