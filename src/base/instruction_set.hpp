// SPDX-License-Identifier: MIT
// Inner loops that are compiled twice: for the baseline of the machine's kind, and for AVX2 where
// the processor has it. Both give the same results; the tests compare them. Any thread.
//
// A loop is written once, as an always-inlined function, and called from two functions of which one
// bears CKPTLITE_TARGET_AVX2: the compiler then vectorises each for its own instructions.
#pragma once

#include <cstdint>
#include <span>

#if defined(__x86_64__) && defined(__GNUC__)
#define CKPTLITE_HAVE_AVX2 1
/// Every processor with AVX2 has these two, whose shifts need no fixed register.
#define CKPTLITE_TARGET_AVX2 __attribute__((target("avx2,bmi,bmi2")))
#else
#define CKPTLITE_HAVE_AVX2 0
#define CKPTLITE_TARGET_AVX2
#endif

#if defined(__GNUC__)
#define CKPTLITE_ALWAYS_INLINE inline __attribute__((always_inline))
#else
#define CKPTLITE_ALWAYS_INLINE inline
#endif

namespace ckptlite {

enum class InstructionSet : std::uint8_t { baseline, avx2 };

/// The best one that this processor has.
InstructionSet best_instruction_set() noexcept;

/// All that this processor has, baseline first.
std::span<const InstructionSet> instruction_sets() noexcept;

}  // namespace ckptlite
