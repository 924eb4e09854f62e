// SPDX-License-Identifier: MIT
#include "base/instruction_set.hpp"

namespace ckptlite {
namespace {

constexpr InstructionSet kAll[] = {InstructionSet::baseline, InstructionSet::avx2};

bool has_avx2() noexcept {
#if CKPTLITE_HAVE_AVX2
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2");
#else
    return false;
#endif
}

}  // namespace

InstructionSet best_instruction_set() noexcept {
    static const InstructionSet best = has_avx2() ? InstructionSet::avx2 : InstructionSet::baseline;
    return best;
}

std::span<const InstructionSet> instruction_sets() noexcept {
    return std::span(kAll).first(best_instruction_set() == InstructionSet::avx2 ? 2 : 1);
}

}  // namespace ckptlite
