// SPDX-License-Identifier: MIT
// Says what a struct or an enumeration of yours has, so that to_tree() and restore_into() know it:
//
//   struct AdamState { std::int64_t count; Params mu, nu; };
//   CKPTLITE_TREE(AdamState, namedtuple, count, mu, nu);
//
// in the namespace of the struct. Members that are not public need the other form, in the struct:
//
//   class Scaler {
//       float scale_ = 1;
//       CKPTLITE_TREE_FRIEND(Scaler, dict, scale_);
//   };
//
// Both take up to 256 members, those of base classes too. The second word is the form of the node:
// `namedtuple` stores the struct's name and the order of its members, `dict` neither. A template is
// described in itself, with the friend's form.
#pragma once

#include <array>
#include <string_view>
#include <type_traits>
#include <utility>

#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

enum class StructForm { namedtuple, dict };

/// What CKPTLITE_TREE says of a struct beside its members.
struct StructInfo {
    std::string_view name{};  ///< as it was written there
    StructForm form = StructForm::namedtuple;
};

}  // namespace ckptlite

/// Of a struct with public members, in its namespace.
#define CKPTLITE_TREE(Type, form, ...) CKPTLITE_DETAIL_TREE(, Type, form, __VA_ARGS__)

/// Of a class, inside of it.
#define CKPTLITE_TREE_FRIEND(Type, form, ...) CKPTLITE_DETAIL_TREE(friend, Type, form, __VA_ARGS__)

/// Of an enumeration, in its namespace: `CKPTLITE_ENUM(Phase, warmup, train);`. It is then stored
/// by name; one that is not described is stored by value.
#define CKPTLITE_ENUM(Type, ...)                                                     \
    [[maybe_unused]] constexpr auto ckptlite_enumerators(std::type_identity<Type>) { \
        using ckptlite_Type = Type;                                                  \
        return std::to_array<std::pair<std::string_view, Type>>(                     \
            {CKPTLITE_DETAIL_FOR_EACH(CKPTLITE_DETAIL_ENUMERATOR, __VA_ARGS__)});    \
    }                                                                                \
    static_assert(std::is_enum_v<Type>)

#define CKPTLITE_DETAIL_TREE(friend_or_not, Type, form, ...)                         \
    [[maybe_unused]] friend_or_not constexpr ::ckptlite::StructInfo ckptlite_struct( \
        std::type_identity<Type>) {                                                  \
        return {#Type, ::ckptlite::StructForm::form};                                \
    }                                                                                \
    template <typename Self, typename Visit>                                         \
    friend_or_not void ckptlite_members(std::type_identity<Type>,                    \
                                        [[maybe_unused]] Self& ckptlite_self,        \
                                        [[maybe_unused]] Visit& ckptlite_visit) {    \
        CKPTLITE_DETAIL_FOR_EACH(CKPTLITE_DETAIL_MEMBER, __VA_ARGS__)                \
    }                                                                                \
    static_assert(true)

#define CKPTLITE_DETAIL_MEMBER(member) ckptlite_visit(#member, ckptlite_self.member);
#define CKPTLITE_DETAIL_ENUMERATOR(name) {#name, ckptlite_Type::name},

// A macro is not expanded inside its own expansion. So each use of NEXT leaves the name of NEXT and
// its parentheses apart, and each of the scans that SCAN asks for puts one pair together.
#define CKPTLITE_DETAIL_FOR_EACH(macro, ...) \
    __VA_OPT__(CKPTLITE_DETAIL_SCAN(CKPTLITE_DETAIL_NEXT(macro, __VA_ARGS__)))
#define CKPTLITE_DETAIL_NEXT(macro, first, ...) \
    macro(first) __VA_OPT__(CKPTLITE_DETAIL_AGAIN CKPTLITE_DETAIL_PARENTHESES(macro, __VA_ARGS__))
#define CKPTLITE_DETAIL_AGAIN() CKPTLITE_DETAIL_NEXT
#define CKPTLITE_DETAIL_PARENTHESES ()
#define CKPTLITE_DETAIL_SCAN(...) \
    CKPTLITE_DETAIL_SCAN_64(      \
        CKPTLITE_DETAIL_SCAN_64(CKPTLITE_DETAIL_SCAN_64(CKPTLITE_DETAIL_SCAN_64(__VA_ARGS__))))
#define CKPTLITE_DETAIL_SCAN_64(...) \
    CKPTLITE_DETAIL_SCAN_16(         \
        CKPTLITE_DETAIL_SCAN_16(CKPTLITE_DETAIL_SCAN_16(CKPTLITE_DETAIL_SCAN_16(__VA_ARGS__))))
#define CKPTLITE_DETAIL_SCAN_16(...) \
    CKPTLITE_DETAIL_SCAN_4(          \
        CKPTLITE_DETAIL_SCAN_4(CKPTLITE_DETAIL_SCAN_4(CKPTLITE_DETAIL_SCAN_4(__VA_ARGS__))))
#define CKPTLITE_DETAIL_SCAN_4(...) \
    CKPTLITE_DETAIL_SCAN_1(         \
        CKPTLITE_DETAIL_SCAN_1(CKPTLITE_DETAIL_SCAN_1(CKPTLITE_DETAIL_SCAN_1(__VA_ARGS__))))
#define CKPTLITE_DETAIL_SCAN_1(...) __VA_ARGS__
