// SPDX-License-Identifier: MIT
// The border between SQLite's C callbacks and C++: the one place where exceptions become SQL
// errors. Any connection's thread.
#pragma once

struct sqlite3_context;
struct sqlite3_vtab;

namespace ckptlite::ext {

/// A call without arguments, borrowed. Not std::function: to make one may throw, on the wrong side.
struct Body {
    template <typename Callable>
    explicit Body(Callable& callable) noexcept
        : callable_(&callable), call_([](void* what) { (*static_cast<Callable*>(what))(); }) {}
    void operator()() const { call_(callable_); }

private:
    void* callable_;
    void (*call_)(void*);
};

/// Of a scalar function: what the body throws is its result.
void guarded_body(sqlite3_context* context, Body body) noexcept;
/// Of a table-valued function: what it throws is the table's message, its code is returned.
int guarded_body(sqlite3_vtab* table, Body body) noexcept;

template <typename Where, typename Callable>
auto guarded(Where* where, Callable callable) noexcept {
    return guarded_body(where, Body(callable));
}

}  // namespace ckptlite::ext
