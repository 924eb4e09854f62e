// SPDX-License-Identifier: MIT
// Linked with one object per public header: a function that lacks `inline` is defined twice.
int main() {}
