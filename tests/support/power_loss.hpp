// SPDX-License-Identifier: MIT
// What a folder may look like after the power fails: a model of a disk with a cache, driven by the
// log of what a process did.
//
// What was synced is there. Of what was written since, each sector may have reached the disk or
// not, in any order; a file that grew may have grown without its content, which is then zeros or
// garbage. A new name, or the removal of one, is durable when the folder is synced: SQLite does
// that with the first sync of a new journal, and with a removal if asked to. Until then each may
// have happened on the disk or not. A sector that is being written does not harm its neighbours.
//
// One thread; base and log must outlive it.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "support/folder_image.hpp"
#include "support/io_log.hpp"

namespace ckptlite::test {

class PowerLoss {
public:
    PowerLoss(const FolderImage& base, const std::vector<IoEvent>& log);

    /// Goes on to the next moment just before something becomes durable or is removed; the last one
    /// is the end of the log. Any moment in between can leave no state that the next one cannot.
    bool advance();

    /// Promises the program had made by now.
    std::size_t confirmed() const noexcept { return confirmed_; }
    /// The number of events before this moment: names it in messages.
    std::size_t moment() const noexcept { return at_; }
    /// Nothing is lost: what a killed process leaves.
    FolderImage kept() const;
    /// One of the states that a loss of power may leave.
    FolderImage lost(std::mt19937_64& random) const;

private:
    struct File {
        std::vector<std::byte> durable;
        std::vector<const IoEvent*> pending;  // writes and truncates
    };
    /// A name that came or went, and is not durable.
    struct Entry {
        std::string name;
        std::size_t file;  // kNone: it went
    };
    using Folder = std::map<std::string, std::size_t>;

    void apply(const IoEvent& event);
    void sync(const IoEvent& event);
    void change_entry(const std::string& name, std::size_t file);

    const std::vector<IoEvent>& log_;
    std::size_t at_ = 0;
    bool begun_ = false;
    std::size_t confirmed_ = 0;
    std::vector<File> files_;
    Folder now_;
    Folder durable_;
    std::vector<Entry> entries_;
};

}  // namespace ckptlite::test
