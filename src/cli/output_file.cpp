// SPDX-License-Identifier: MIT
#include "cli/output_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

namespace ckptlite::cli {
namespace {

namespace fs = std::filesystem;

/// Removes the file unless it got its name.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& out)
        : path_(out + ".new-" + std::to_string(::getpid())) {}
    ~TemporaryFile() {
        std::error_code ignored;
        if (!named_) fs::remove(path_, ignored);
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    bool write(std::string_view text) const {
        std::ofstream file(path_, std::ios::binary | std::ios::trunc);
        file.write(text.data(), static_cast<std::streamsize>(text.size()));
        return file.flush().good();
    }

    /// A link fails where something has the name already; a rename replaces it.
    bool give_name(const std::string& out, bool force) {
        named_ = force && std::rename(path_.c_str(), out.c_str()) == 0;
        return named_ || (!force && ::link(path_.c_str(), out.c_str()) == 0);
    }

private:
    std::string path_;
    bool named_ = false;
};

[[noreturn]] void fail(const std::string& out) {
    const std::string reason = std::strerror(errno);
    if (errno == EEXIST) require_new(out, false);
    throw IoError("the file could not be written: " + reason, {.file = out});
}

}  // namespace

void require_new(const std::string& out, bool force) {
    std::error_code ignored;
    if (force || out == "-" || !fs::exists(fs::symlink_status(out, ignored))) return;
    throw AlreadyExists("there is something of this name; --force replaces it", {.file = out});
}

void write_output(const std::string& out, std::string_view text, bool force) {
    if (out == "-") {
        std::cout << text;
        return;
    }
    TemporaryFile file(out);
    errno = 0;
    if (!file.write(text) || !file.give_name(out, force)) fail(out);
}

}  // namespace ckptlite::cli
