// SPDX-License-Identifier: MIT
#include "store/writer_identity.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "base/uuid.hpp"
#include "ckptlite/error.hpp"
#include "format/timestamp.hpp"

namespace ckptlite::detail {
namespace {

using nlohmann::json;

/// After which a writer that cannot be looked for from here counts as gone.
constexpr std::chrono::hours kPatience(24);

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

/// Changes at every boot; empty where the system does not tell.
std::string boot_id() {
    std::string id;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
    return id;
}

/// Within which process ids mean something; empty where the system does not tell.
std::string pid_namespace() {
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/ns/pid", ignored).string();
}

/// Clock ticks after boot at which the process started, field 22 of /proc/PID/stat; empty if there
/// is no such process, or /proc does not show it.
std::string start_time(std::int64_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    if (!std::getline(file, line)) return {};
    // The command name in parentheses may hold anything: count fields behind the last one.
    std::istringstream fields(line.substr(line.rfind(')') + 1));
    std::string field;
    for (int i = 3; i <= 22; ++i) fields >> field;
    return field;
}

/// The members of an object without containers. Not nlohmann's tree of values: that takes memory
/// when it is destroyed, and ends the program if there is none.
class MemberReader final : public nlohmann::json_sax<json> {
public:
    std::map<std::string, json> members;

    bool null() override { return value(nullptr); }
    bool boolean(bool truth) override { return value(truth); }
    bool binary(binary_t&) override { return false; }
    bool number_integer(number_integer_t number) override { return value(number); }
    bool number_unsigned(number_unsigned_t number) override { return value(number); }
    bool number_float(number_float_t number, const string_t&) override { return value(number); }
    bool string(string_t& text) override { return value(text); }
    bool start_object(std::size_t) override { return !std::exchange(inside_, true); }
    bool key(string_t& name) override {
        name_ = name;
        return true;
    }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return false; }
    bool end_array() override { return false; }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

private:
    bool value(json scalar) {
        members[name_] = std::move(scalar);
        return inside_;
    }

    bool inside_ = false;
    std::string name_;
};

bool process_exists(std::int64_t pid, const std::string& started) {
    if (::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH) return false;
    const std::string now = start_time(pid);
    return now.empty() || started.empty() || now == started;
}

/// Whether it began so long ago that nobody waits for it. False for what older programs wrote.
bool is_old(const std::map<std::string, json>& writer) {
    const auto since = writer.find("since");
    if (since == writer.end()) return false;
    try {
        const auto begun = format::parse_timestamp(since->second.get<std::string>());
        return std::chrono::system_clock::now() - begun > kPatience;
    } catch (const Corrupt&) {
        return true;
    }
}

/// Whether a process id of its means the same process here.
bool is_in_sight(const std::map<std::string, json>& writer) {
    if (writer.at("host") != host_name()) return false;
    const auto space = writer.find("pid_namespace");
    return space == writer.end() || space->second == pid_namespace();
}

/// The tokens of the stores that are open in this process.
class OpenTokens {
public:
    static OpenTokens& instance() {
        static OpenTokens tokens;
        return tokens;
    }
    void add(const std::string& token) {
        const std::scoped_lock lock(mutex_);
        tokens_.insert(token);
    }
    void remove(const std::string& token) noexcept {
        const std::scoped_lock lock(mutex_);
        tokens_.erase(token);
    }
    bool contains(const std::string& token) {
        const std::scoped_lock lock(mutex_);
        return tokens_.contains(token);
    }

private:
    std::mutex mutex_;
    std::set<std::string> tokens_;
};

}  // namespace

WriterToken::WriterToken() : text_(make_uuid()) {
    OpenTokens::instance().add(text_);
}

WriterToken::~WriterToken() {
    OpenTokens::instance().remove(text_);
}

std::string writer_identity(const std::string& token) {
    const std::int64_t pid = ::getpid();
    const auto text = [](const std::string& value) { return json(value).dump(); };
    const std::string now = format::timestamp(std::chrono::system_clock::now());
    return "{\"boot\":" + text(boot_id()) + ",\"host\":" + text(host_name()) +
           ",\"pid\":" + std::to_string(pid) + ",\"pid_namespace\":" + text(pid_namespace()) +
           ",\"since\":" + text(now) + ",\"started\":" + text(start_time(pid)) +
           ",\"token\":" + text(token) + "}";
}

bool writer_is_gone(const std::string& identity, const std::string& own_token) {
    MemberReader reader;
    nlohmann::json_sax<json>* const sax = &reader;  // one parser for all readers
    const std::string_view text = identity;
    if (!json::sax_parse(text.begin(), text.end(), sax)) return true;
    try {
        const auto& writer = reader.members;
        if (writer.at("token") == own_token) return true;
        if (writer.at("host") == host_name() && writer.at("boot") != boot_id()) return true;
        if (!is_in_sight(writer)) return is_old(writer);
        const auto pid = writer.at("pid").get<std::int64_t>();
        if (!process_exists(pid, writer.at("started").get<std::string>())) return true;
        return pid == ::getpid() && !OpenTokens::instance().contains(writer.at("token"));
    } catch (const std::out_of_range&) {  // a member is missing
        return true;
    } catch (const json::exception&) {  // or of another type
        return true;
    }
}

}  // namespace ckptlite::detail
