// SPDX-License-Identifier: MIT
// What a shared ckptlite exports: whatever stands in a namespace that a public header opens with
// CKPTLITE_API, less what it marks with CKPTLITE_LOCAL. The library is compiled with
// -fvisibility=hidden, so nothing else is. Every public header includes this one.
#pragma once

// Attributes of this form may stand before a namespace's name for g++ and clang alike.
#define CKPTLITE_API [[gnu::visibility("default")]]
#define CKPTLITE_LOCAL [[gnu::visibility("hidden")]]

// Errors would still be thrown and caught. But a unit without type information gives the program
// its own virtual tables for them, and where the linker takes those, a dynamic_cast or typeid of
// an Error in any other unit reads a null pointer.
#if !defined(__cpp_rtti)
#error "ckptlite needs run-time type information: compile what includes it without -fno-rtti"
#endif
