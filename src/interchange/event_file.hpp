// SPDX-License-Identifier: MIT
// A new event file of TensorBoard: records (length, data, and the checksum of each) whose data are
// protocol buffers of the type Event. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "interchange/file_sink.hpp"

namespace ckptlite::interchange {

class EventFile {
public:
    /// Makes the file; its first event, at `started`, says which version the events have. Times are
    /// seconds since 1970. Throws what FileSink throws.
    EventFile(std::string file, double started);

    /// One scalar of the series `tag`.
    void add_scalar(double at, std::int64_t step, std::string_view tag, float value);
    /// Bytes so far.
    std::uint64_t size() const noexcept { return sink_.size(); }
    /// Without it, the end of the file is missing.
    void close() { sink_.close(); }

private:
    void write_record(std::string_view data);

    FileSink sink_;
    // Kept for their memory.
    std::string event_;
    std::string summary_;
    std::string value_;
};

}  // namespace ckptlite::interchange
