// SPDX-License-Identifier: MIT
#include "matrix.hpp"

namespace char_lm {
namespace {

/// Four rows of c at a time, so that a row of b is loaded once for all of them.
void add_four_rows(const float* a, std::size_t k, const float* b, float* c, std::size_t n) {
    float* __restrict__ c0 = c;
    float* __restrict__ c1 = c + n;
    float* __restrict__ c2 = c + 2 * n;
    float* __restrict__ c3 = c + 3 * n;
    for (std::size_t i = 0; i < k; ++i) {
        const float a0 = a[i], a1 = a[k + i], a2 = a[2 * k + i], a3 = a[3 * k + i];
        const float* __restrict__ row = b + i * n;
        for (std::size_t j = 0; j < n; ++j) {
            c0[j] += a0 * row[j];
            c1[j] += a1 * row[j];
            c2[j] += a2 * row[j];
            c3[j] += a3 * row[j];
        }
    }
}

void add_row(const float* a, std::size_t k, const float* b, float* __restrict__ c, std::size_t n) {
    for (std::size_t i = 0; i < k; ++i) {
        const float* __restrict__ row = b + i * n;
        for (std::size_t j = 0; j < n; ++j) c[j] += a[i] * row[j];
    }
}

}  // namespace

void add_product(std::span<const float> a, std::span<const float> b, std::span<float> c,
                 std::size_t n) {
    const std::size_t k = b.size() / n;
    const std::size_t m = c.size() / n;
    std::size_t row = 0;
    for (; row + 4 <= m; row += 4) add_four_rows(&a[row * k], k, b.data(), &c[row * n], n);
    for (; row < m; ++row) add_row(&a[row * k], k, b.data(), &c[row * n], n);
}

std::vector<float> transposed(std::span<const float> a, std::size_t columns) {
    const std::size_t rows = a.size() / columns;
    std::vector<float> result(a.size());
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = 0; j < columns; ++j) result[j * rows + i] = a[i * columns + j];
    }
    return result;
}

}  // namespace char_lm
