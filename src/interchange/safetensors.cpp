// SPDX-License-Identifier: MIT
#include "interchange/safetensors.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "ckptlite/error.hpp"
#include "interchange/nested_names.hpp"
#include "interchange/safetensors_header.hpp"

namespace ckptlite::interchange::safetensors {
namespace {

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::size_t kAlignment = 8;

std::string read_header(const Source& source) {
    if (source.size < kLengthBytes) {
        throw Corrupt("the file has " + std::to_string(source.size) +
                      " bytes: too short for safetensors");
    }
    std::byte length[kLengthBytes];
    source.read(0, length);
    const auto nbytes = load_le<std::uint64_t>(length);
    if (nbytes > kHeaderBytes) {
        throw Corrupt("it declares a header of " + std::to_string(nbytes) +
                      " bytes; the format allows " + std::to_string(kHeaderBytes));
    }
    if (nbytes > source.size - kLengthBytes) {
        throw Corrupt("it declares a header of " + std::to_string(nbytes) +
                      " bytes, but the file ends " + std::to_string(source.size - kLengthBytes) +
                      " bytes behind its length");
    }
    std::string text(nbytes, '\0');
    source.read(kLengthBytes, std::as_writable_bytes(std::span(text)));
    return text;
}

/// The tensors' bytes must lie without gaps and reach exactly to the end of the file.
void check_places(std::vector<HeaderEntry>& entries, std::uint64_t nbytes) {
    std::ranges::sort(entries, {},
                      [](const HeaderEntry& entry) { return std::tuple(entry.begin, entry.end); });
    std::uint64_t end = 0;
    for (const HeaderEntry& entry : entries) {
        const std::string places =
            std::to_string(entry.begin) + ", and the one before it ends at " + std::to_string(end);
        if (entry.begin < end) {
            throw Corrupt("the bytes overlap: these begin at " + places, {.leaf = entry.name});
        }
        if (entry.begin > end) {
            throw Corrupt("there is a gap before these bytes: they begin at " + places,
                          {.leaf = entry.name});
        }
        end = entry.end;
    }
    if (end > nbytes) {
        throw Corrupt("the file is cut off: the tensors need " + std::to_string(end) +
                      " bytes behind the header, and there are " + std::to_string(nbytes));
    }
    if (end < nbytes) {
        throw Corrupt("there are " + std::to_string(nbytes - end) +
                      " bytes behind the last tensor");
    }
}

FlatFile read_named(const Source& source) {
    const std::string text = read_header(source);
    Header header = parse_header(text);
    const std::uint64_t first = kLengthBytes + text.size();
    check_places(header.entries, source.size - first);
    FlatFile out{.metadata = std::move(header.metadata)};
    for (HeaderEntry& entry : header.entries) {
        out.tensors.push_back({std::move(entry.name),
                               {.dtype = entry.dtype,
                                .shape = std::move(entry.shape),
                                .read = read_from(source, first + entry.begin)}});
    }
    return out;
}

std::string quoted(const std::string& text) {
    return nlohmann::json(text).dump();
}

std::string metadata_json(const std::map<std::string, std::string>& metadata) {
    std::string out = quoted(std::string(kMetadataKey)) + ":{";
    for (const auto& [key, value] : metadata) {
        if (out.back() != '{') out += ',';
        out += quoted(key) + ":" + quoted(value);
    }
    return out + "}";
}

std::string shape_json(const Shape& shape) {
    std::string out = "[";
    for (const std::int64_t extent : shape) {
        if (out.back() != '[') out += ',';
        out += std::to_string(extent);
    }
    return out + "]";
}

}  // namespace

FlatFile read(const Source& source) {
    try {
        return read_named(source);
    } catch (const Corrupt& error) {
        throw Corrupt(error.message(), {.file = source.name, .leaf = error.where().leaf});
    } catch (const InvalidArgument& error) {
        throw InvalidArgument(error.message(), {.file = source.name, .leaf = error.where().leaf});
    }
}

std::string head(const std::vector<Entry>& entries,
                 const std::map<std::string, std::string>& metadata) {
    std::string text = "{";
    if (!metadata.empty()) text += metadata_json(metadata);
    std::uint64_t begin = 0;
    for (const Entry& entry : entries) {
        const std::uint64_t end = begin + nbytes_of(entry.dtype, entry.shape);
        if (text.size() > 1) text += ',';
        text += quoted(entry.name) + ":{\"dtype\":\"" + std::string(*dtype_code(entry.dtype)) +
                "\",\"shape\":" + shape_json(entry.shape) + ",\"data_offsets\":[" +
                std::to_string(begin) + "," + std::to_string(end) + "]}";
        begin = end;
    }
    text += '}';
    while (text.size() % kAlignment != 0) text += ' ';
    if (text.size() > kHeaderBytes) {
        throw InvalidArgument("the names and shapes need a header of " +
                              std::to_string(text.size()) + " bytes; safetensors allows " +
                              std::to_string(kHeaderBytes));
    }
    std::byte length[kLengthBytes];
    store_le(length, std::uint64_t{text.size()});
    return std::string(reinterpret_cast<const char*>(length), kLengthBytes) + text;
}

}  // namespace ckptlite::interchange::safetensors
