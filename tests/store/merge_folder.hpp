// SPDX-License-Identifier: MIT
// Stores of a test that are merged into one. One thread.
#pragma once

#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "ckptlite/merge.hpp"
#include "store/sound_store.hpp"
#include "store/store_values.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {

namespace fs = std::filesystem;
using Steps = std::vector<std::int64_t>;
using Files = std::vector<fs::path>;

inline std::string bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A folder with stores that are merged into out.db.
class Folder {
public:
    /// A store of one run with these steps, each in a state of its own.
    fs::path store(const std::string& name, const std::string& run, const Steps& steps) {
        const fs::path file = dir.path() / name;
        Store store(file);
        for (const std::int64_t step : steps) {
            store.save(state_at(step), {.run = run, .step = step, .metrics = loss_of(0.5)});
        }
        return file;
    }
    fs::path copy(const fs::path& file, const std::string& name) const {
        fs::copy_file(file, dir.path() / name);
        return dir.path() / name;
    }
    MergeReport merge(const Files& ins, const MergeOptions& options = {}) const {
        return ckptlite::merge(out, ins, options);
    }
    Steps steps(const std::string& run) const {
        const Store store(out, {.mode = OpenMode::read_only});
        require_sound(store);
        for (const CheckpointInfo& checkpoint : store.checkpoints({.run = run})) {
            REQUIRE(store.load(checkpoint) == state_at(checkpoint.step));
        }
        return steps_of(store.checkpoints({.run = run}));
    }

    const TempDir dir;
    const fs::path out = dir / "out.db";
};

/// One run of a store, by name.
inline RunInfo run_of(const fs::path& file, const std::string& name) {
    for (RunInfo& run : Store(file, {.mode = OpenMode::read_only}).runs()) {
        if (run.name == name) return run;
    }
    throw std::runtime_error("no run " + name);
}

inline std::string notes_of(const MergeReport& report) {
    std::string lines;
    for (const MergeNote& note : report.notes) lines += note.where + ": " + note.what + "\n";
    return lines;
}

}  // namespace ckptlite::test
