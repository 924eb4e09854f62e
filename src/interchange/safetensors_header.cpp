// SPDX-License-Identifier: MIT
#include "interchange/safetensors_header.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_set>

#include "base/limits.hpp"
#include "base/utf8.hpp"
#include "ckptlite/error.hpp"
#include "interchange/nested_names.hpp"
#include "interchange/safetensors_dtype.hpp"

namespace ckptlite::interchange::safetensors {
namespace {

/// Called by the parser with one token of the JSON after the other. It goes no deeper than the
/// format does, so nesting costs nothing.
class HeaderReader final : public nlohmann::json_sax<nlohmann::json> {
public:
    Header take() { return std::move(header_); }

    bool key(std::string& text) override {
        if (in_metadata_) {
            key_ = text;
            if (header_.metadata.contains(key_)) fail("the metadata have this key twice");
        } else if (in_tensor_) {
            begin_field(text);
        } else {
            begin_entry(text);
        }
        return true;
    }

    bool start_object(std::size_t) override {
        const bool in_place = in_file_ && !in_metadata_ && !in_tensor_;
        if (!in_file_) {
            in_file_ = true;
        } else if (in_place && key_ == kMetadataKey) {
            in_metadata_ = true;
        } else if (in_place) {
            in_tensor_ = true;
        } else {
            misplaced("an object");
        }
        return true;
    }

    bool end_object() override {
        if (in_tensor_) finish_tensor();
        in_tensor_ = false;
        in_metadata_ = false;
        return true;
    }

    bool start_array(std::size_t) override {
        if (!in_tensor_ || in_array_ || (field_ != "shape" && field_ != "data_offsets")) {
            misplaced("an array");
        }
        in_array_ = true;
        return true;
    }

    bool end_array() override {
        in_array_ = false;
        (field_ == "shape" ? shape_ : offsets_) = std::move(numbers_);
        numbers_.clear();
        return true;
    }

    bool string(std::string& text) override {
        if (in_metadata_) {
            header_.metadata.emplace(key_, text);
        } else if (in_tensor_ && !in_array_ && field_ == "dtype") {
            code_ = text;
        } else {
            misplaced("a string");
        }
        return true;
    }

    bool number_unsigned(std::uint64_t number) override {
        if (!in_array_) misplaced("a number");
        if (number > limits::kLeafBytes) {
            fail(field_ + " has the number " + std::to_string(number) + ", which is too large");
        }
        if (numbers_.size() >= limits::kRank) {
            fail(field_ + " has more than " + std::to_string(limits::kRank) + " numbers");
        }
        numbers_.push_back(static_cast<std::int64_t>(number));
        return true;
    }

    bool number_integer(std::int64_t number) override {
        if (!in_array_) misplaced("a number");
        fail(field_ + " has the negative number " + std::to_string(number));
    }

    bool number_float(double, const std::string& text) override {
        if (!in_array_) misplaced("a number");
        fail(field_ + " has " + text.substr(0, 40) + ", which is no whole number of 64 bits");
    }

    bool null() override { misplaced("null"); }
    bool boolean(bool) override { misplaced("a boolean"); }
    bool binary(binary_t&) override { misplaced("binary data"); }

    bool parse_error(std::size_t position, const std::string& token,
                     const nlohmann::detail::exception&) override {
        throw Corrupt("the header is no JSON: at its byte " + std::to_string(position) +
                      ", behind '" + token.substr(0, 40) + "'");
    }

private:
    void begin_entry(const std::string& name) {
        key_ = name;
        if (!names_.insert(name).second) fail("two entries of the header have this name");
    }

    void begin_field(const std::string& field) {
        field_ = field;
        if (field != "dtype" && field != "shape" && field != "data_offsets") {
            fail("the header has a field that the format does not know: '" + field.substr(0, 40) +
                 "'");
        }
        const bool again = (field == "dtype" && code_) || (field == "shape" && shape_) ||
                           (field == "data_offsets" && offsets_);
        if (again) fail("the field " + field + " stands twice");
    }

    void finish_tensor() {
        if (!code_) fail("the field dtype is missing");
        if (!shape_) fail("the field shape is missing");
        if (!offsets_) fail("the field data_offsets is missing");
        if (offsets_->size() != 2) {
            fail("data_offsets has " + std::to_string(offsets_->size()) + " numbers instead of 2");
        }
        const Code* const code = find_code(*code_);
        if (code == nullptr) fail("there is no dtype '" + code_->substr(0, 40) + "'");
        if (!code->dtype) {
            throw InvalidArgument("ckptlite has no dtype for " + std::string(code->name),
                                  {.leaf = key_});
        }
        HeaderEntry entry{.name = key_,
                          .dtype = *code->dtype,
                          .shape = std::move(*shape_),
                          .begin = static_cast<std::uint64_t>(offsets_->front()),
                          .end = static_cast<std::uint64_t>(offsets_->back())};
        check_size(entry);
        header_.entries.push_back(std::move(entry));
        code_.reset();
        shape_.reset();
        offsets_.reset();
    }

    void check_size(const HeaderEntry& entry) const {
        if (entry.begin > entry.end) fail("data_offsets end before they begin");
        std::uint64_t needed = 0;
        try {
            needed = nbytes_of(entry.dtype, entry.shape);
        } catch (const InvalidArgument& error) {
            fail(error.message());
        }
        if (entry.end - entry.begin == needed) return;
        fail("the shape " + shape_text(entry.shape) + " of " + *code_ + " needs " +
             std::to_string(needed) + " bytes, but data_offsets give " +
             std::to_string(entry.end - entry.begin));
    }

    [[noreturn]] void misplaced(const std::string& what) const {
        if (in_metadata_) {
            throw Corrupt("the metadata hold " + what + "; they may hold strings only",
                          {.leaf = key_});
        }
        if (in_tensor_) fail("the field " + field_ + " holds " + what);
        fail("the header has " + what + " instead of a tensor");
    }
    [[noreturn]] void fail(const std::string& why) const {
        throw Corrupt(why, {.leaf = key_.c_str()});  // what follows a NUL would end what()
    }

    Header header_;
    std::unordered_set<std::string> names_;
    bool in_file_ = false;
    bool in_metadata_ = false;
    bool in_tensor_ = false;
    bool in_array_ = false;
    std::string key_;    // of the entry, or of the metadata
    std::string field_;  // of a tensor
    std::vector<std::int64_t> numbers_;
    std::optional<std::string> code_;
    std::optional<Shape> shape_;
    std::optional<Shape> offsets_;
};

}  // namespace

Header parse_header(std::string_view text) {
    // The format wants this, so that nothing else is ever taken for a header.
    if (!text.starts_with('{')) throw Corrupt("the header does not begin with '{'");
    if (!is_valid_utf8(text)) throw Corrupt("the header is not UTF-8");
    HeaderReader reader;
    nlohmann::json_sax<nlohmann::json>* const sax = &reader;  // one parser for all readers
    nlohmann::json::sax_parse(text.begin(), text.end(), sax);
    return reader.take();
}

}  // namespace ckptlite::interchange::safetensors
