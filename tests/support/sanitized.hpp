// SPDX-License-Identifier: MIT
// CKPTLITE_SANITIZED is defined where a sanitizer makes everything several times as slow: tests of
// much data take less there.
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CKPTLITE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CKPTLITE_SANITIZED 1
#endif
#endif
