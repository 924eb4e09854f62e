// SPDX-License-Identifier: MIT
// The state into a safetensors file and from one, beside a copy of that file.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <stdexcept>

#include "ckptlite/export.hpp"
#include "ckptlite/import.hpp"
#include "commands.hpp"
#include "raw_io.hpp"

namespace bench {
namespace {

/// What `cp` does, and fsync.
void copy_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
    const int in = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
    const int out = ::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    const auto buffer = std::make_unique<std::array<std::byte, 1 << 20>>();
    ssize_t n = 0;
    bool good = in >= 0 && out >= 0;
    while (good && (n = ::read(in, buffer->data(), buffer->size())) > 0) {
        good = ::write(out, buffer->data(), static_cast<std::size_t>(n)) == n;
    }
    good = good && n == 0 && ::fsync(out) == 0;
    ::close(in);
    ::close(out);
    if (!good) throw std::runtime_error("cannot copy " + from.string());
}

class Formats {
public:
    explicit Formats(Context& context) : context_(context) {}

    /// All that is written, and where, is new each time, as are the raw bytes of a save.
    Figures export_and_copy() {
        Series& series = context_.changing_series();
        const ckptlite::Store store(series.file(), {.mode = ckptlite::OpenMode::read_only});
        std::filesystem::remove(safetensors_);
        settle(context_.state.nbytes());
        const double exported = seconds([&] {
            ckptlite::export_checkpoint(store, store.latest().value(), safetensors_,
                                        {.convert = true});
        });
        settle(context_.state.nbytes());
        const std::filesystem::path copy = context_.folder / "copy.safetensors";
        const double copied = seconds([&] { copy_durably(safetensors_, copy); });
        std::filesystem::remove(copy);
        return {{"export", exported}, {"copy", copied}};
    }

    /// Of the file that was exported last, into a store that keeps three.
    Figures import_again() {
        if (!store_) store_.emplace(context_.folder / "imported.db");
        const std::array files = {safetensors_};
        settle(context_.state.nbytes());
        ++step_;
        return {{"import", seconds([&] {
                     ckptlite::import_files(*store_, files,
                                            {.save = {.step = step_, .retention = {.last = 3}}});
                 })}};
    }

private:
    Context& context_;
    const std::filesystem::path safetensors_ = context_.folder / "state.safetensors";
    std::optional<ckptlite::Store> store_;
    std::int64_t step_ = 0;
};

}  // namespace

void add_format_measures(Commands& commands, Context& context) {
    const auto formats = std::make_shared<Formats>(context);
    commands["export_safetensors"] = [=](const Arguments&) { return formats->export_and_copy(); };
    commands["import_safetensors"] = [=](const Arguments&) { return formats->import_again(); };
}

}  // namespace bench
