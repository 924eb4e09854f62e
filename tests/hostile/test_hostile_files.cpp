// SPDX-License-Identifier: MIT
// Files beside the store, and what else a name can stand for. See tests/db/test_open.cpp for
// folders, FIFOs, devices, links and "file:" names of the store itself.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "damage/file_bytes.hpp"
#include "hostile/hostile_store.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

constexpr OpenMode kModes[] = {OpenMode::read_only, OpenMode::existing, OpenMode::create};

void put_be32(std::string& bytes, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
}

/// A journal that rolls nothing back and says that `victim` is its super-journal, which SQLite
/// would take for one of a finished transaction and delete.
std::string journal_that_names(const std::string& victim, const fs::path& store) {
    const auto pages = static_cast<std::uint32_t>(fs::file_size(store) / 32768);
    const std::string magic("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", 8);
    std::string bytes = magic;
    for (const std::uint32_t number : {0U, 7U, pages, 512U, 32768U}) put_be32(bytes, number);
    bytes.resize(512, '\0');
    put_be32(bytes, 0x4000'0000 / 32768 + 1);  // the page that no file uses
    bytes += victim;
    put_be32(bytes, static_cast<std::uint32_t>(victim.size()));
    std::uint32_t sum = 0;
    for (const char c : victim) sum += static_cast<std::uint32_t>(c);
    put_be32(bytes, sum);
    return bytes + magic;
}

TEST_CASE("a journal that names another file leaves it alone and is refused", "[hostile]") {
    const HostileStore of;
    const fs::path victim = of.dir() / "victim.txt";
    write_bytes(victim, "precious");
    const std::string journal = of.file().string() + "-journal";
    write_bytes(journal, journal_that_names(victim.string(), of.file()));
    const std::string before = bytes_of(of.file());
    for (const OpenMode mode : {OpenMode::existing, OpenMode::create}) {
        REQUIRE_THROWS_SAYING(of.open(mode), Corrupt, "its journal names another file");
        REQUIRE_THROWS_SAYING(of.open(mode), Corrupt, victim.string());
    }
    REQUIRE_THROWS_SAYING(of.open(), NeedsRecovery, "interrupted");
    CHECK(bytes_of(victim) == "precious");
    CHECK(bytes_of(of.file()) == before);
    CHECK(fs::exists(journal));
}

TEST_CASE("SQLite alone would delete the file that such a journal names", "[hostile]") {
    // If this fails, SQLite or the journal above has changed, and the case above proves nothing.
    const HostileStore of;
    const fs::path victim = of.dir() / "victim.txt";
    write_bytes(victim, "precious");
    write_bytes(of.file().string() + "-journal", journal_that_names(victim.string(), of.file()));
    RawSql(of.file()).number("SELECT count(*) FROM run");
    CHECK(!fs::exists(victim));
}

TEST_CASE("a side file that is a FIFO is refused at once", "[hostile]") {
    for (const char* side : {"-journal", "-wal", "-shm"}) {
        const HostileStore of;
        REQUIRE(::mkfifo((of.file().string() + side).c_str(), 0600) == 0);
        for (const OpenMode mode : kModes) {
            CAPTURE(side, static_cast<int>(mode));
            REQUIRE_THROWS_SAYING(of.open(mode), NotACheckpointFile, "is no ordinary file");
        }
    }
}

TEST_CASE("a side file that is a symbolic link is refused and its target not written",
          "[hostile]") {
    for (const char* side : {"-journal", "-wal", "-shm"}) {
        const HostileStore of;
        RawSql(of.file()).run("PRAGMA journal_mode = WAL");
        write_bytes(of.dir() / "victim", "precious");
        fs::create_symlink(of.dir() / "victim", of.file().string() + side);
        for (const OpenMode mode : kModes) {
            CAPTURE(side, static_cast<int>(mode));
            REQUIRE_THROWS_SAYING(of.open(mode), NotACheckpointFile, "a symbolic link");
        }
        CHECK(bytes_of(of.dir() / "victim") == "precious");
    }
}

TEST_CASE("a side file that is a folder is refused", "[hostile]") {
    const HostileStore of;
    fs::create_directory(of.file().string() + "-journal");
    for (const OpenMode mode : kModes) {
        REQUIRE_THROWS_SAYING(of.open(mode), NotACheckpointFile, "is no ordinary file");
    }
}

TEST_CASE("side files of garbage are refused, ignored, or taken over, never believed",
          "[hostile]") {
    std::mt19937_64 random(5);
    for (const char* side : {"-journal", "-wal", "-shm"}) {
        for (const std::size_t size : {1U, 28U, 512U, 40'000U}) {
            CAPTURE(side, size);
            const HostileStore of;
            std::string garbage(size, '\0');
            for (char& c : garbage) c = static_cast<char>(random());
            write_bytes(of.file().string() + side, garbage);
            for (const OpenMode mode : kModes) {
                try {
                    const Store store = of.open(mode);
                    CHECK(store.checkpoints().size() == 2);
                    CHECK(store.verify(true).ok());
                } catch (const NeedsRecovery&) {
                    CHECK(mode == OpenMode::read_only);
                }
            }
        }
    }
}

TEST_CASE("a socket is refused", "[hostile]") {
    const TempDir dir;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = dir / "s.db";
    REQUIRE(name.size() < sizeof address.sun_path);
    name.copy(address.sun_path, name.size());
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    for (const OpenMode mode : kModes) {
        REQUIRE_THROWS_SAYING(Store(name, {.mode = mode}), NotACheckpointFile, "socket");
    }
    ::close(socket);
}

TEST_CASE("a file without permission to read is refused as that", "[hostile]") {
    const HostileStore of;
    fs::permissions(of.file(), fs::perms::none);
    if (::geteuid() == 0) {
        // Root may read anything.
        CHECK(of.open().checkpoints().size() == 2);
    } else {
        REQUIRE_THROWS_SAYING(of.open(), IoError, "cannot be opened");
    }
}

TEST_CASE("opening read-only leaves the file and its folder as they were", "[hostile]") {
    const HostileStore of;
    const std::string before = bytes_of(of.file());
    const auto time = fs::last_write_time(of.file());
    {
        const Store store = of.open();
        CHECK(store.verify(true).ok());
        CHECK(store.load(*store.latest()).at("/step").scalar() == Scalar(std::int64_t{2}));
        CHECK_THROWS_AS(store.latest().value().id == 0 ? 0 : throw InvalidArgument(""),
                        InvalidArgument);
    }
    CHECK(bytes_of(of.file()) == before);
    CHECK(fs::last_write_time(of.file()) == time);
    CHECK(std::distance(fs::directory_iterator(of.dir().path()), {}) == 1);
}

}  // namespace
}  // namespace ckptlite::test
