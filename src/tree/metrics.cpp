// SPDX-License-Identifier: MIT
#include "ckptlite/metrics.hpp"

#include "ckptlite/error.hpp"

namespace ckptlite {

MetricName MetricName::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == text.npos || slash == 0 || slash + 1 == text.size())
        throw InvalidArgument("A metric is named GROUP/LABEL, such as 'eval/loss', not '" +
                              std::string(text) + "'.");
    return {.group = std::string(text.substr(0, slash)),
            .label = std::string(text.substr(slash + 1))};
}

}  // namespace ckptlite
