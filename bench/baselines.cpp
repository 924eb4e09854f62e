// SPDX-License-Identifier: MIT
// What the disk and the memory do without a library.
#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>

#include "commands.hpp"
#include "raw_io.hpp"

namespace bench {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kKeep = 3;

class Baselines {
public:
    explicit Baselines(Context& context) : context_(context) {}

    /// A new file each time, the oldest goes afterwards.
    Figures write() {
        settle(context_.state.nbytes());
        const fs::path file = context_.folder / ("raw_" + std::to_string(n_written_++));
        const double time = seconds([&] { write_durably(file, context_.state.bytes()); });
        files_.push_back(file);
        if (files_.size() > kKeep) {
            fs::remove(files_.front());
            files_.pop_front();
        }
        return {{"raw_save", time}};
    }

    Figures copy() {
        std::byte* const to = context_.memory.get();
        const double time = seconds([&] {
            for (const StateLeaf& leaf : context_.state.leaves()) {
                std::memcpy(to + leaf.offset, context_.state.bytes_of(leaf).data(), leaf.nbytes);
            }
        });
        return {{"memcpy", time}};
    }

    Figures read_hot() {
        const fs::path file = newest();
        settle();
        read_whole(file, context_.buffer());
        return {{"pread_hot", seconds([&] { read_whole(file, context_.buffer()); })}};
    }

    Figures read_cold() {
        const fs::path file = newest();
        drop_caches(file);
        settle(context_.state.nbytes());
        return {{"pread_cold", seconds([&] { read_whole(file, context_.buffer()); })}};
    }

private:
    fs::path newest() {
        if (files_.empty()) write();
        return files_.back();
    }

    Context& context_;
    std::deque<fs::path> files_;
    std::size_t n_written_ = 0;
};

}  // namespace

void add_baselines(Commands& commands, Context& context) {
    const auto baselines = std::make_shared<Baselines>(context);
    commands["raw_save"] = [=](const Arguments&) { return baselines->write(); };
    commands["memcpy"] = [=](const Arguments&) { return baselines->copy(); };
    commands["pread_hot"] = [=](const Arguments&) { return baselines->read_hot(); };
    commands["pread_cold"] = [=](const Arguments&) { return baselines->read_cold(); };
}

}  // namespace bench
