// SPDX-License-Identifier: MIT
#include "api/names.hpp"

#include "ckptlite/error.hpp"

namespace ckptlite::detail {

std::filesystem::path checkpoint_path(const std::string& place) {
    const std::filesystem::path path(place);
    std::error_code not_there;
    const bool is_folder = !path.has_filename() || std::filesystem::is_directory(path, not_there);
    return is_folder ? path / "checkpoints.db" : path;
}

void check_place(const std::string& place, const char* option) {
    if (place.empty())
        throw InvalidArgument(std::string("The option '") + option +
                              "' is empty; it takes the path of a file or of a folder.");
}

MetricName metric_name(const std::string& group, const std::string& label) {
    if (group.find('/') != group.npos)
        throw InvalidArgument("The group of a metric contains no '/', as '" + group + "' does.");
    return MetricName::parse(group + "/" + label);
}

const char* best_word(Best best) noexcept {
    return best == Best::lowest ? "lowest" : "highest";
}

std::string best_prefix(const MetricName& metric, Best best,
                        const std::optional<std::string>& prefix) {
    const std::string own = std::string(best_word(best)) + ":" + metric.text();
    if (!prefix) return own;
    if (prefix->empty()) throw InvalidArgument("The prefix is given, but empty.");
    return *prefix + "/" + own;
}

}  // namespace ckptlite::detail
