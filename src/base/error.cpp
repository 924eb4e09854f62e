// SPDX-License-Identifier: MIT
#include "ckptlite/error.hpp"

namespace ckptlite {
namespace {

std::string with_place(const std::string& message, const ErrorContext& where) {
    std::string place;
    const auto add = [&place](const std::string& part) {
        if (!place.empty()) place += ", ";
        place += part;
    };
    if (!where.file.empty()) add(where.file);
    if (!where.run.empty()) add("run '" + where.run + "'");
    if (where.step) add("step " + std::to_string(*where.step));
    if (!where.leaf.empty()) add("leaf " + where.leaf);
    return place.empty() ? message : place + ": " + message;
}

std::string with_differences(std::string message, const std::vector<std::string>& differences) {
    for (const std::string& line : differences) message += "\n  " + line;
    return message;
}

}  // namespace

Error::Error(ErrorCode code, const std::string& message, ErrorContext where)
    : std::runtime_error(with_place(message, where)),
      code_(code),
      message_(message),
      where_(std::move(where)) {}

TypeError::TypeError(const std::string& message, std::vector<std::string> differences,
                     ErrorContext where)
    : Error(ErrorCode::type_error, with_differences(message, differences), std::move(where)),
      differences_(std::move(differences)) {}

}  // namespace ckptlite
