// SPDX-License-Identifier: MIT
// Makes the files that test_cli.py looks into.
// usage: make_fixture FILE [empty|leafless|kinds|full]
// exit code 1 and one line on stderr if it cannot
#include <complex>
#include <cstdint>
#include <exception>
#include <iostream>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "ckptlite/store.hpp"

namespace ckptlite::test {
namespace {

using Limits = std::numeric_limits<double>;

/// Over the size up to which a leaf has no chunks.
constexpr std::int64_t kRows = 200;
constexpr std::int64_t kColumns = 150;

Tensor kernel(std::int64_t step) {
    std::vector<float> elements(kRows * kColumns);
    for (std::size_t i = 0; i < elements.size(); ++i) {
        elements[i] = static_cast<float>(i % 97) + static_cast<float>(step) / 8;
    }
    return Tensor::own(std::move(elements), {kRows, kColumns});
}

Tree training_state(std::int64_t step) {
    const float diverging = step == 500 ? std::numeric_limits<float>::quiet_NaN() : 0.5F;
    return Dict{
        {"model_params",
         Dict{{"dense_0",
               Dict{{"kernel", kernel(step)},
                    {"bias", Tensor::own(std::vector<float>{1.0F, diverging, -2.0F}, {3})}}}}},
        {"model_state", Tuple{{Tree(step), Tree("adam"), Tree(None{})}}},
        {"optimizer_state",
         NamedTuple{"AdamState",
                    {{"count", Tensor::own(std::vector<std::int32_t>{7}, {})},
                     {"mu", List{{Tensor::own(std::vector<double>{}, {0, 4})}}}}}},
    };
}

void save(Store& store, SaveOptions options) {
    options.version = 2;
    options.loss = 0.25;
    store.save(training_state(options.step), options);
}

/// A tie of the lowest loss at 300 and 400, a NaN, an infinity, a label with a slash, and a metric
/// that is only ever NaN.
void add_first_run(Store& store) {
    store.start_run("alpha", R"({"learning_rate": 0.1})");
    const auto add = [&](std::int64_t step, double loss, double accuracy, double peak) {
        save(store, {.run = "alpha",
                     .step = step,
                     .metrics = {{"eval", {{"loss", loss}, {"accuracy", accuracy}, {"peak", peak}}},
                                 {"train", {{"loss/aux", loss / 2}}}}});
    };
    add(100, 0.9, 0.1, 3);
    add(200, 0.5, 0.4, Limits::infinity());
    add(300, 0.31, 0.7, 1);
    add(400, 0.31, 0.6, -Limits::infinity());
    save(store,
         {.run = "alpha",
          .step = 500,
          .metrics = {{"eval", {{"loss", Limits::quiet_NaN()}, {"odd", Limits::quiet_NaN()}}}}});
    store.finish_run("alpha");
}

/// Names as a stranger would choose them: they try to clear the screen of whoever lists them.
void add_second_run(Store& store) {
    const std::string run = "b\u00eata";
    store.start_run(run, "{}", "alpha", 200);
    save(store, {.run = run, .step = 100, .metrics = {{"eval", {{"loss", 0.7}}}}});
    save(store, {.run = run, .step = 300, .metrics = {{"eval", {{"loss", 0.28}}}}});
    save(store, {.run = run,
                 .prefix = "\x1b[2J\u009b2J\nlowest",
                 .step = 300,
                 .metrics = {{"eval", {{"loss", 0.28}}}},
                 .note = "\x1b[31mred",
                 .pinned = true});
}

/// A leaf of each kind of plain value, and tensors that take a form of their own as text.
Tree every_kind() {
    using Complex = std::complex<float>;
    return Dict{
        {"bool", true},
        {"bytes", Bytes{std::byte{0}, std::byte{0xFF}}},
        {"complex", std::complex<double>(1.5, -Limits::infinity())},
        {"cube", Tensor::own(std::vector<std::int8_t>{1, 2, 3, 4, 5, 6, 7, 8}, {2, 2, 2})},
        {"float", 2.5},
        {"int", std::int64_t{7}},
        {"nan", Limits::quiet_NaN()},
        {"text", "\x1b[2Jtext"},
        {"waves", Tensor::own(std::vector<Complex>{{1, 2}, {Limits::quiet_NaN(), 4}}, {2})},
    };
}

/// "empty": no checkpoint; "leafless": one without leaves; "kinds": one of them; else both runs.
void make_fixture(const std::string& file, std::string_view kind) {
    Store store(file, {.threads = 1});
    if (kind == "leafless") store.save(Dict{}, {.step = 1});
    if (kind == "kinds") store.save(every_kind(), {.step = 1});
    if (kind == "full") {
        add_first_run(store);
        add_second_run(store);
    }
    store.close();
}

}  // namespace
}  // namespace ckptlite::test

int main(int argc, char** argv) {
    if (argc < 2 || argc > 3) {
        std::cerr << "usage: make_fixture FILE [empty|leafless|kinds|full]\n";
        return 2;
    }
    try {
        ckptlite::test::make_fixture(argv[1], argc == 3 ? argv[2] : "full");
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "make_fixture: " << error.what() << '\n';
        return 1;
    }
}
