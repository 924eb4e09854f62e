// SPDX-License-Identifier: MIT
#include "interchange/zip_reader.hpp"

#include <zip.h>

#include <algorithm>
#include <array>
#include <utility>

#include "ckptlite/error.hpp"

namespace ckptlite::interchange {
namespace {

/// What libzip reads the archive with. It owns this and deletes it.
class ArchiveInput {
public:
    explicit ArchiveInput(Source source) : source_(std::move(source)) { zip_error_init(&error_); }
    ~ArchiveInput() { zip_error_fini(&error_); }
    ArchiveInput(const ArchiveInput&) = delete;
    ArchiveInput& operator=(const ArchiveInput&) = delete;

    static zip_int64_t callback(void* self, void* data, zip_uint64_t length,
                                zip_source_cmd_t command) {
        return static_cast<ArchiveInput*>(self)->answer(data, length, command);
    }

private:
    zip_int64_t answer(void* data, zip_uint64_t length, zip_source_cmd_t command) {
        switch (command) {
            case ZIP_SOURCE_OPEN:
                position_ = 0;
                return 0;
            case ZIP_SOURCE_READ:
                return read(static_cast<std::byte*>(data), length);
            case ZIP_SOURCE_CLOSE:
                return 0;
            case ZIP_SOURCE_STAT:
                return stat(static_cast<zip_stat_t*>(data));
            case ZIP_SOURCE_ERROR:
                return zip_error_to_data(&error_, data, length);
            case ZIP_SOURCE_SEEK:
                return seek(data, length);
            case ZIP_SOURCE_TELL:
                return static_cast<zip_int64_t>(position_);
            case ZIP_SOURCE_SUPPORTS:
                return zip_source_make_command_bitmap(
                    ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
                    ZIP_SOURCE_ERROR, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_FREE,
                    ZIP_SOURCE_SUPPORTS, -1);
            case ZIP_SOURCE_FREE:
                delete this;  // as libzip asks for it
                return 0;
            default:
                zip_error_set(&error_, ZIP_ER_OPNOTSUPP, 0);
                return -1;
        }
    }

    zip_int64_t read(std::byte* out, zip_uint64_t length) noexcept {
        const std::uint64_t n = std::min<std::uint64_t>(length, source_.size - position_);
        try {
            source_.read(position_, {out, n});
        } catch (...) {
            zip_error_set(&error_, ZIP_ER_READ, 0);
            return -1;
        }
        position_ += n;
        return static_cast<zip_int64_t>(n);
    }

    zip_int64_t stat(zip_stat_t* out) const noexcept {
        zip_stat_init(out);
        out->size = source_.size;
        out->valid |= ZIP_STAT_SIZE;
        return sizeof *out;
    }

    zip_int64_t seek(void* data, zip_uint64_t length) noexcept {
        const zip_int64_t to =
            zip_source_seek_compute_offset(position_, source_.size, data, length, &error_);
        if (to < 0) return -1;
        position_ = static_cast<std::uint64_t>(to);
        return 0;
    }

    const Source source_;
    std::uint64_t position_ = 0;
    zip_error_t error_{};
};

}  // namespace

struct ZipReader::Impl {
    explicit Impl(Source archive) : name(archive.name) {
        // Which libzip takes for an archive of nothing.
        if (archive.size == 0)
            throw Corrupt("this is no whole zip archive: it is empty", {.file = name});
        zip_error_t error;
        zip_error_init(&error);
        auto input = std::make_unique<ArchiveInput>(std::move(archive));
        zip_source_t* const source =
            zip_source_function_create(ArchiveInput::callback, input.get(), &error);
        if (source != nullptr) {
            static_cast<void>(input.release());
            zip = zip_open_from_source(source, ZIP_RDONLY, &error);
            if (zip == nullptr) zip_source_free(source);
        }
        const std::string why = zip == nullptr ? zip_error_strerror(&error) : "";
        zip_error_fini(&error);
        if (zip == nullptr) throw Corrupt("this is no whole zip archive: " + why, {.file = name});
    }
    ~Impl() { zip_discard(zip); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    [[noreturn]] void fail(std::size_t index, const std::string& why) const {
        const char* const entry = zip_get_name(zip, index, 0);
        throw Corrupt(why, {.file = name, .leaf = entry == nullptr ? "" : entry});
    }

    const std::string name;
    zip_t* zip = nullptr;
};

namespace {

using File = std::unique_ptr<zip_file_t, decltype([](zip_file_t* file) { zip_fclose(file); })>;

/// The place in one entry. It is open only while it is read.
template <typename Impl>
class EntryReader {
public:
    EntryReader(std::shared_ptr<Impl> archive, std::size_t index, std::uint64_t size)
        : archive_(std::move(archive)), index_(index), size_(size) {}

    void read(std::uint64_t at, std::span<std::byte> out) {
        if (!file_ || at < position_) open();
        while (position_ < at) {
            std::array<std::byte, 4096> passed;
            const std::uint64_t left = at - position_;
            read_all(std::span(passed).first(std::min<std::uint64_t>(left, passed.size())));
        }
        read_all(out);
        if (position_ == size_) finish();
        if (at == 0) file_.reset();  // this was a look at its head
    }

private:
    void open() {
        file_.reset(zip_fopen_index(archive_->zip, index_, 0));
        position_ = 0;
        if (!file_) archive_->fail(index_, "this cannot be unpacked: " + reason());
    }

    void read_all(std::span<std::byte> out) {
        while (!out.empty()) {
            const zip_int64_t n = zip_fread(file_.get(), out.data(), out.size());
            if (n < 0) fail();
            if (n == 0) archive_->fail(index_, "the data end before the size that is declared");
            position_ += static_cast<std::uint64_t>(n);
            out = out.subspan(static_cast<std::size_t>(n));
        }
    }

    /// libzip compares the checksum when it finds the end.
    void finish() {
        std::byte more{};
        const zip_int64_t n = zip_fread(file_.get(), &more, 1);
        if (n < 0) fail();
        if (n > 0) archive_->fail(index_, "the data go on behind the size that is declared");
        file_.reset();
    }

    [[noreturn]] void fail() {
        archive_->fail(index_,
                       std::string("the data are damaged: ") + zip_file_strerror(file_.get()));
    }
    std::string reason() const { return zip_strerror(archive_->zip); }

    std::shared_ptr<Impl> archive_;
    const std::size_t index_;
    const std::uint64_t size_;
    File file_;
    std::uint64_t position_ = 0;
};

}  // namespace

ZipReader::ZipReader(Source archive) : impl_(std::make_shared<Impl>(std::move(archive))) {}

ZipReader::~ZipReader() = default;

std::size_t ZipReader::size() const noexcept {
    return static_cast<std::size_t>(std::max<zip_int64_t>(0, zip_get_num_entries(impl_->zip, 0)));
}

std::string ZipReader::name(std::size_t index) const {
    const char* const name = zip_get_name(impl_->zip, index, 0);
    if (name == nullptr) impl_->fail(index, "an entry has no name");
    return name;
}

Source ZipReader::entry(std::size_t index) const {
    zip_stat_t stat;
    zip_stat_init(&stat);
    const bool known = zip_stat_index(impl_->zip, index, 0, &stat) == 0;
    if (!known || (stat.valid & ZIP_STAT_SIZE) == 0) impl_->fail(index, "an entry has no size");
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
        throw InvalidArgument("this is encrypted", {.file = impl_->name, .leaf = name(index)});
    }
    const auto reader = std::make_shared<EntryReader<Impl>>(impl_, index, stat.size);
    return {
        .name = impl_->name,
        .size = stat.size,
        .read = [reader](std::uint64_t at, std::span<std::byte> out) { reader->read(at, out); }};
}

}  // namespace ckptlite::interchange
