// SPDX-License-Identifier: MIT
#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <memory>
#include <utility>

#include "ckptlite/error.hpp"
#include "interchange/file_sink.hpp"
#include "interchange/npz_file.hpp"

namespace ckptlite::interchange {
namespace {

/// 1 January 1980, the first that a zip archive knows: equal trees give equal files.
constexpr std::uint16_t kDosDate = (1 << 5) | 1;

/// What libzip reads an array from while it writes the archive. It owns this and deletes it.
class ArrayInput {
public:
    ArrayInput(const ExportPlan& plan, std::size_t index, const NextBytes& next,
               std::exception_ptr& thrown)
        : tensor_(plan.tensors[index]), index_(index), next_(next), thrown_(thrown) {}

    static zip_int64_t callback(void* self, void* data, zip_uint64_t length,
                                zip_source_cmd_t command) {
        return static_cast<ArrayInput*>(self)->answer(data, length, command);
    }

private:
    zip_int64_t answer(void* data, zip_uint64_t length, zip_source_cmd_t command) noexcept {
        switch (command) {
            case ZIP_SOURCE_OPEN:
                rest_ = as_bytes(tensor_.before);
                return 0;
            case ZIP_SOURCE_READ:
                return read({static_cast<std::byte*>(data), static_cast<std::size_t>(length)});
            case ZIP_SOURCE_CLOSE:
                return 0;
            case ZIP_SOURCE_STAT:
                return stat(static_cast<zip_stat_t*>(data));
            case ZIP_SOURCE_ERROR:
                return error(static_cast<int*>(data), length);
            case ZIP_SOURCE_SUPPORTS:
                return zip_source_make_command_bitmap(
                    ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
                    ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, ZIP_SOURCE_SUPPORTS, -1);
            case ZIP_SOURCE_FREE:
                delete this;  // as libzip asks for it
                return 0;
            default:
                return -1;
        }
    }

    zip_int64_t read(std::span<std::byte> out) noexcept {
        std::size_t done = 0;
        try {
            while (done < out.size()) {
                if (rest_.empty()) {
                    const auto more = next_(index_);
                    if (!more) break;
                    rest_ = *more;
                }
                const ByteView now = rest_.first(std::min(rest_.size(), out.size() - done));
                std::copy(now.begin(), now.end(), out.begin() + static_cast<std::ptrdiff_t>(done));
                rest_ = rest_.subspan(now.size());
                done += now.size();
            }
        } catch (...) {
            thrown_ = std::current_exception();
            return -1;
        }
        return static_cast<zip_int64_t>(done);
    }

    zip_int64_t stat(zip_stat_t* out) const noexcept {
        zip_stat_init(out);
        out->size = tensor_.before.size() + nbytes_of(tensor_.dtype, tensor_.shape);
        out->valid |= ZIP_STAT_SIZE;
        return sizeof *out;
    }

    static zip_int64_t error(int* out, zip_uint64_t length) noexcept {
        if (length < 2 * sizeof *out) return -1;
        out[0] = ZIP_ER_READ;
        out[1] = 0;
        return 2 * sizeof *out;
    }

    const PlannedTensor& tensor_;
    const std::size_t index_;
    const NextBytes& next_;
    std::exception_ptr& thrown_;
    ByteView rest_;  // of what is read next
};

class NpzWriter {
public:
    NpzWriter(const std::string& file, bool compress) : file_(file), compress_(compress) {
        // The file that libzip writes, and renames to this one, gets the permissions of this one.
        FileSink(file).close();
        int error = 0;
        zip_ = zip_open(file.c_str(), ZIP_TRUNCATE, &error);
        if (zip_ == nullptr) throw IoError("the archive cannot be made", {.file = file_});
    }
    ~NpzWriter() {
        if (zip_ != nullptr) zip_discard(zip_);
    }
    NpzWriter(const NpzWriter&) = delete;
    NpzWriter& operator=(const NpzWriter&) = delete;

    /// The array is read by close().
    void add(const ExportPlan& plan, std::size_t index, const NextBytes& next) {
        auto input = std::make_unique<ArrayInput>(plan, index, next, thrown_);
        zip_source_t* const source = zip_source_function(zip_, ArrayInput::callback, input.get());
        if (source == nullptr) fail();
        static_cast<void>(input.release());
        const std::string name = plan.tensors[index].name + ".npy";
        const zip_int64_t entry = zip_file_add(zip_, name.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (entry < 0) {
            zip_source_free(source);
            fail();
        }
        const auto at = static_cast<zip_uint64_t>(entry);
        const int method = compress_ ? ZIP_CM_DEFLATE : ZIP_CM_STORE;
        if (zip_set_file_compression(zip_, at, method, 0) != 0) fail();
        if (zip_file_set_dostime(zip_, at, 0, kDosDate, 0) != 0) fail();
    }

    void close() {
        if (zip_close(zip_) != 0) {
            if (thrown_) std::rethrow_exception(thrown_);
            fail();
        }
        zip_ = nullptr;
    }

private:
    [[noreturn]] void fail() {
        zip_error_t* const error = zip_get_error(zip_);
        const std::string why =
            std::string("the archive cannot be written: ") + zip_error_strerror(error);
        if (zip_error_code_system(error) == ENOSPC) throw DiskFull(why, {.file = file_});
        throw IoError(why, {.file = file_});
    }

    const std::string& file_;
    const bool compress_;
    std::exception_ptr thrown_;  // by what reads an array
    zip_t* zip_ = nullptr;
};

}  // namespace

std::uint64_t write_npz(const ExportPlan& plan, const std::string& file, const NextBytes& next,
                        bool compress) {
    if (plan.tensors.empty()) throw InvalidArgument("there is no array to write to an npz");
    NpzWriter writer(file, compress);
    for (std::size_t i = 0; i < plan.tensors.size(); ++i) writer.add(plan, i, next);
    writer.close();
    return std::filesystem::file_size(file);
}

}  // namespace ckptlite::interchange
