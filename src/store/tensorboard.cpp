// SPDX-License-Identifier: MIT
#include "ckptlite/tensorboard.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "ckptlite/nearest.hpp"
#include "db/backup.hpp"
#include "db/new_file.hpp"
#include "db/store_file.hpp"
#include "format/timestamp.hpp"
#include "interchange/event_file.hpp"
#include "store/store_impl.hpp"

namespace ckptlite {
namespace detail {
namespace {

namespace fs = std::filesystem;

std::string escaped(char c) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    return {'%', kDigits[byte >> 4], kDigits[byte & 0xF]};
}

/// No two runs have the same, and none leads out of the folder it stands in.
std::string folder_of_run(const std::string& name) {
    std::string folder;
    bool begins = true;  // a part of the name
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        const bool separates = c == '/' && !begins && i + 1 < name.size() && name[i + 1] != '/';
        const bool plain = c != '%' && c != '/' && static_cast<unsigned char>(c) >= 0x20 &&
                           c != 0x7F && !(c == '.' && begins);
        folder += separates || plain ? std::string(1, c) : escaped(c);
        begins = separates;
    }
    return folder;
}

/// Seconds since 1970.
double seconds_of(const std::string& time) {
    return static_cast<double>(format::parse_timestamp(time).time_since_epoch().count()) / 1000;
}

/// "events.out.tfevents" is what TensorBoard looks for.
std::string file_name(double started) {
    return "events.out.tfevents." + std::to_string(std::llround(std::floor(started))) + ".ckptlite";
}

class TensorboardExport {
public:
    TensorboardExport(const db::Connection& connection, const fs::path& folder,
                      const TensorboardOptions& options)
        : connection_(connection), folder_(folder), options_(options) {}

    TensorboardReport run() {
        const std::vector<RunInfo> runs = wanted_runs();
        for (const RunInfo& run : runs) total_values_ += db::count_metrics(connection_, run.id);
        if (total_values_ == 0) {
            throw NotFound("no metric was reported in " +
                               std::string(options_.runs.empty() ? "any run" : "these runs"),
                           {.file = connection_.file()});
        }
        for (const RunInfo& run : runs) export_run(run);
        if (options_.on_progress) options_.on_progress({report_.nbytes, report_.nbytes});
        return report_;
    }

private:
    std::vector<RunInfo> wanted_runs() const {
        std::vector<RunInfo> runs = db::select_runs(connection_);
        for (const std::string& name : options_.runs) {
            if (std::ranges::find(runs, name, &RunInfo::name) != runs.end()) continue;
            std::vector<std::string> names;
            for (const RunInfo& run : runs) names.push_back(run.name);
            throw NotFound("there is no such run; " + nearest_text(name, std::move(names)),
                           {.file = connection_.file(), .run = name});
        }
        std::erase_if(runs, [&](const RunInfo& run) {
            return !options_.runs.empty() &&
                   std::ranges::find(options_.runs, run.name) == options_.runs.end();
        });
        return runs;
    }

    void export_run(const RunInfo& run) {
        std::optional<interchange::EventFile> file;
        std::string name;
        MetricName metric;
        std::string tag;
        db::for_each_metric(connection_, run.id, [&](const db::MetricRow& row) {
            if (!file) {
                const double started = at_run(run, [&] { return seconds_of(run.created_at); });
                name = make_file(run, started);
                file.emplace(name, started);
            }
            if (tag.empty() || row.metric != metric) {
                metric = row.metric;
                tag = metric.text();
                ++report_.metrics;
            }
            const double at = at_run(run, [&] { return seconds_of(row.at); });
            file->add_scalar(at, row.step, tag, narrowed(row.value));
            if (++report_.values % kValuesBetweenCalls == 0) show(written_ + file->size());
        });
        if (!file) return;
        file->close();
        db::copy_permissions(connection_.file(), name);
        written_ += file->size();
        report_.nbytes = written_;
        ++report_.runs;
    }

    std::string make_file(const RunInfo& run, double started) const {
        const fs::path folder = folder_ / folder_of_run(run.name);
        std::error_code error;
        fs::create_directories(folder, error);
        if (error) {
            throw IoError("no folder can be made for this run: " + error.message(),
                          {.file = folder.string(), .run = run.name});
        }
        return (folder / file_name(started)).string();
    }

    float narrowed(double value) {
        constexpr double kLargest = std::numeric_limits<float>::max();
        if (!std::isfinite(value) || std::abs(value) <= kLargest) return static_cast<float>(value);
        ++report_.infinite;
        return std::copysign(std::numeric_limits<float>::infinity(), value > 0 ? 1.0F : -1.0F);
    }

    /// The whole, from the mean size of an event so far.
    void show(std::uint64_t done) const {
        if (!options_.on_progress) return;
        const double share =
            static_cast<double>(report_.values) / static_cast<double>(total_values_);
        const auto total = static_cast<std::uint64_t>(static_cast<double>(done) / share);
        options_.on_progress({done, std::max(done, total)});
    }

    template <typename Read>
    double at_run(const RunInfo& run, Read read) const {
        try {
            return read();
        } catch (const Corrupt& error) {
            throw Corrupt(error.message(), {.file = connection_.file(), .run = run.name});
        }
    }

    static constexpr std::uint64_t kValuesBetweenCalls = 4096;

    const db::Connection& connection_;
    const fs::path folder_;
    const TensorboardOptions& options_;
    std::uint64_t total_values_ = 0;
    std::uint64_t written_ = 0;
    TensorboardReport report_;
};

}  // namespace
}  // namespace detail

TensorboardReport export_tensorboard(const Store& store, const std::filesystem::path& out,
                                     const TensorboardOptions& options) {
    auto& of = detail::StoreAccess::impl(store);
    // "out/" is the folder "out".
    const auto folder = db::resolve_new_file(out.has_filename() ? out : out.parent_path());
    of.log.flush();  // what was logged before is in it
    const auto lease = of.readers.lease();
    const db::ReadTransaction snapshot(*lease);
    db::NewFolder made(folder);
    const TensorboardReport report =
        detail::TensorboardExport(*lease, made.temporary(), options).run();
    if (!made.publish()) db::refuse_to_replace(folder);
    return report;
}

}  // namespace ckptlite
