// SPDX-License-Identifier: MIT
// Any text as a time: exactly what timestamp() writes of a real time is accepted.
#include "ckptlite/error.hpp"
#include "format/timestamp.hpp"
#include "fuzz/fuzz_target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ckptlite;
    fuzz::Input input(data, size);
    const std::string_view text = input.text();
    try {
        const auto time = format::parse_timestamp(text);
        // The system's clock counts nanoseconds, and so only some centuries.
        if (text < "1700" || text > "2200") return 0;
        const auto written = format::timestamp(std::chrono::system_clock::time_point(time));
        fuzz::require(text == written);
    } catch (const Corrupt&) {
    }
    return 0;
}
