// SPDX-License-Identifier: MIT
// A file, or a folder of files, that nobody sees before it is whole: it is built under a temporary
// name in the same folder, NAME.new-UUID, and then gets its own. One thread.
#pragma once

#include <filesystem>
#include <string>

namespace ckptlite::db {

class NewFile {
public:
    /// `file` is an absolute path. Nothing is made yet.
    explicit NewFile(std::filesystem::path file);
    /// Removes the temporary file and what SQLite may have left beside it.
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    /// Where to build it. No connection to it is open any more when publish() is called.
    const std::string& temporary() const noexcept { return temporary_; }

    /// Brings it to the disk and gives it its name; false if something has that name by now, be it
    /// a symbolic link. Throws IoError.
    bool publish();

private:
    bool link() const;

    std::filesystem::path file_;
    std::string temporary_;
};

class NewFolder {
public:
    /// Makes the temporary folder beside `folder`, an absolute path. Throws IoError.
    explicit NewFolder(std::filesystem::path folder);
    /// Removes the temporary folder with all that is in it.
    ~NewFolder();
    NewFolder(const NewFolder&) = delete;
    NewFolder& operator=(const NewFolder&) = delete;

    /// Where to make the files, all of which are closed when publish() is called.
    const std::filesystem::path& temporary() const noexcept { return temporary_; }

    /// As NewFile::publish().
    bool publish();

private:
    std::filesystem::path folder_;
    std::filesystem::path temporary_;
};

}  // namespace ckptlite::db
