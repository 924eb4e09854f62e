// SPDX-License-Identifier: MIT
#include "interchange/event_file.hpp"

#include <array>
#include <utility>

#include "base/crc32c.hpp"

namespace ckptlite::interchange {
namespace {

// Numbers of fields, from TensorFlow's event.proto and summary.proto.
constexpr std::uint64_t kEventWallTime = 1;
constexpr std::uint64_t kEventStep = 2;
constexpr std::uint64_t kEventFileVersion = 3;
constexpr std::uint64_t kEventSummary = 5;
constexpr std::uint64_t kSummaryValue = 1;
constexpr std::uint64_t kValueTag = 1;
constexpr std::uint64_t kValueSimpleValue = 2;

// How a field is written: the low bits of what stands before it.
constexpr std::uint64_t kVarint = 0;
constexpr std::uint64_t kEightBytes = 1;
constexpr std::uint64_t kLengthAndBytes = 2;
constexpr std::uint64_t kFourBytes = 5;

template <typename T>
void add_le(std::string& message, T value) {
    std::array<std::byte, sizeof value> bytes{};
    store_le(bytes.data(), value);
    for (const std::byte byte : bytes) message += std::to_integer<char>(byte);
}

/// Seven bits a byte, the lowest first; all but the last have the eighth bit.
void add_varint(std::string& message, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) message += static_cast<char>((value & 0x7F) | 0x80);
    message += static_cast<char>(value);
}

void add_key(std::string& message, std::uint64_t field, std::uint64_t how) {
    add_varint(message, (field << 3) | how);
}

void add_double(std::string& message, std::uint64_t field, double value) {
    add_key(message, field, kEightBytes);
    add_le(message, value);
}

void add_float(std::string& message, std::uint64_t field, float value) {
    add_key(message, field, kFourBytes);
    add_le(message, value);
}

void add_text(std::string& message, std::uint64_t field, std::string_view text) {
    add_key(message, field, kLengthAndBytes);
    add_varint(message, text.size());
    message += text;
}

/// So that a checksum over data with checksums in it is not a special one.
std::uint32_t masked(std::uint32_t sum) noexcept {
    return ((sum >> 15) | (sum << 17)) + 0xA282EAD8U;
}

}  // namespace

EventFile::EventFile(std::string file, double started) : sink_(std::move(file)) {
    add_double(event_, kEventWallTime, started);
    add_text(event_, kEventFileVersion, "brain.Event:2");
    write_record(event_);
}

void EventFile::add_scalar(double at, std::int64_t step, std::string_view tag, float value) {
    value_.clear();
    add_text(value_, kValueTag, tag);
    add_float(value_, kValueSimpleValue, value);
    summary_.clear();
    add_text(summary_, kSummaryValue, value_);
    event_.clear();
    add_double(event_, kEventWallTime, at);
    add_key(event_, kEventStep, kVarint);
    add_varint(event_, static_cast<std::uint64_t>(step));
    add_text(event_, kEventSummary, summary_);
    write_record(event_);
}

void EventFile::write_record(std::string_view data) {
    std::string length;
    add_le(length, std::uint64_t{data.size()});
    add_le(length, masked(crc32c(as_bytes(length))));
    sink_.write(length);
    const ByteView bytes = as_bytes(data);
    sink_.write(bytes);
    std::string sum;
    add_le(sum, masked(crc32c(bytes)));
    sink_.write(sum);
}

}  // namespace ckptlite::interchange
