// SPDX-License-Identifier: MIT
// Any text as checkpoint.metrics and as run.config: it is refused, or it is metrics that are
// written and read back as the same numbers.
#include <bit>
#include <cmath>

#include "base/limits.hpp"
#include "ckptlite/error.hpp"
#include "format/metrics_json.hpp"
#include "fuzz/fuzz_target.hpp"

namespace ckptlite::format {
namespace {

using fuzz::require;

bool same(double a, double b) {
    return std::isnan(a) ? std::isnan(b)
                         : std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool same(const Metrics& a, const Metrics& b) {
    return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
        return x.first == y.first &&
               std::ranges::equal(x.second, y.second, [](const auto& v, const auto& w) {
                   return v.first == w.first && same(v.second, w.second);
               });
    });
}

void check(std::string_view text) {
    Metrics metrics;
    try {
        metrics = parse_metrics(text);
    } catch (const Corrupt&) {
        return;
    }
    std::string own;
    try {
        own = metrics_json(metrics);
    } catch (const InvalidArgument&) {
        return;  // a name that a writer would not have written
    }
    require(same(parse_metrics(own), metrics));
    require(metrics_json(parse_metrics(own)) == own);
}

void check_as_config(std::string_view text) {
    try {
        check_config(text);
        require(text.find('{') != text.npos && text.find('\0') == text.npos);
    } catch (const InvalidArgument&) {
    }
}

}  // namespace
}  // namespace ckptlite::format

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ckptlite::fuzz::Input input(data, size);
    const std::string_view text = input.text();
    ckptlite::format::check(text);
    ckptlite::format::check_as_config(text);
    return 0;
}
