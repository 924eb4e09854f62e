// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <complex>
#include <iostream>
#include <memory>
#include <span>

#include "ckptlite/element.hpp"
#include "ckptlite/error.hpp"
#include "ckptlite/nearest.hpp"
#include "ckptlite/npy.hpp"
#include "cli/checkpoint_argument.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"
#include "cli/tensor_slice.hpp"

namespace ckptlite::cli {
namespace {

struct CatArguments : CommonArguments {
    CheckpointArgument checkpoint{};
    std::string path{};
    std::string slice{};
    std::string format = "text";
};

/// What of a tensor is printed: the rows that were read, and which positions in them.
struct Part {
    Tensor rows{};
    std::vector<AxisRange> ranges{};
};

/// A path may hold a '*', which a pattern cannot mean: hence the loop.
LeafInfo leaf_at(const Store& store, const CheckpointInfo& checkpoint, const std::string& path) {
    std::vector<std::string> paths;
    for (LeafInfo& leaf : store.leaves(checkpoint)) {
        if (leaf.path == path) return std::move(leaf);
        paths.push_back(std::move(leaf.path));
    }
    throw NotFound("the checkpoint has no such leaf; " + nearest_text(path, std::move(paths)),
                   {.file = store.file().string(),
                    .run = checkpoint.run,
                    .step = checkpoint.step,
                    .leaf = path});
}

/// Reads only the rows of the outermost axis that the slice needs.
Part read_part(const Store& store, const CheckpointInfo& checkpoint, const LeafInfo& leaf,
               const std::string& text) {
    std::vector<AxisRange> ranges = parse_slice(text.empty() ? "..." : text, leaf.shape);
    if (ranges.empty()) return {store.leaf(checkpoint, leaf.path).tensor(), {}};
    AxisRange& outer = ranges.front();
    const std::uint64_t n_rows = outer.count == 0 ? 0 : (outer.count - 1) * outer.step + 1;
    const std::uint64_t first = n_rows == 0 ? 0 : outer.first;
    outer.first -= first;
    return {store.slice(checkpoint, leaf.path, static_cast<std::int64_t>(first),
                        static_cast<std::int64_t>(n_rows)),
            std::move(ranges)};
}

/// JSON has no NaN and no infinities: they are strings, within complex numbers, too.
std::string json_text(const Element& element) {
    if (const auto* complex = std::get_if<std::complex<double>>(&element)) {
        return "[" + json_text(complex->real()) + ", " + json_text(complex->imag()) + "]";
    }
    const std::string text = element_text(element);
    const bool is_json = text.find_first_of("NI") == text.npos;
    return is_json ? text : '"' + text + '"';
}

/// Nested arrays, the innermost ones without a line break.
void print_nested(const Part& part, std::size_t axis, std::uint64_t position) {
    if (axis == part.ranges.size()) {
        std::cout << json_text(element_at(part.rows, position));
        return;
    }
    const AxisRange& range = part.ranges[axis];
    const bool innermost = axis + 1 == part.ranges.size();
    position *= static_cast<std::uint64_t>(part.rows.shape()[axis]);
    if (!range.is_index) std::cout << '[';
    for (std::uint64_t i = 0; i < range.count; ++i) {
        if (i > 0) std::cout << (innermost ? ", " : ",\n");
        print_nested(part, axis + 1, position + range.first + i * range.step);
    }
    if (!range.is_index) std::cout << ']';
}

/// The innermost axis on a line, an empty line between matrices.
void print_text(const Part& part) {
    const Shape shape = sliced_shape(part.ranges);
    const std::size_t columns = shape.empty() ? 1 : static_cast<std::size_t>(shape.back());
    const std::size_t rows = shape.size() < 2 ? 1 : static_cast<std::size_t>(shape.end()[-2]);
    std::size_t index = 0;
    for_each_position(part.ranges, part.rows.shape(), [&](std::size_t position) {
        if (index > 0 && index % (rows * columns) == 0) std::cout << '\n';
        std::cout << element_text(element_at(part.rows, position));
        std::cout << (++index % columns == 0 ? '\n' : ' ');
    });
}

void write_bytes(std::span<const std::byte> bytes) {
    std::cout.write(reinterpret_cast<const char*>(bytes.data()),
                    static_cast<std::streamsize>(bytes.size()));
}

void print_raw(const Part& part) {
    std::size_t n_elements = 1;
    for (const std::int64_t extent : sliced_shape(part.ranges)) {
        n_elements *= static_cast<std::size_t>(extent);
    }
    if (n_elements == part.rows.size()) return write_bytes(part.rows.bytes());
    const std::size_t size = itemsize(part.rows.dtype());
    for_each_position(part.ranges, part.rows.shape(), [&](std::size_t position) {
        write_bytes(part.rows.bytes().subspan(position * size, size));
    });
}

void print_tensor_json(const LeafInfo& leaf, const Part& part) {
    std::cout << "{\"path\": "
              << Json(leaf.path).dump(-1, ' ', true, Json::error_handler_t::replace)
              << ", \"dtype\": \"" << dtype_name(part.rows.dtype())
              << "\", \"shape\": " << shape_text(sliced_shape(part.ranges)) << ",\n\"data\": ";
    print_nested(part, 0, 0);
    std::cout << "}\n";
}

void print_tensor(const LeafInfo& leaf, const Part& part, const std::string& format) {
    if (format == "json") return print_tensor_json(leaf, part);
    if (format == "text") return print_text(part);
    if (format == "npy") std::cout << npy_header(part.rows.dtype(), sliced_shape(part.ranges));
    print_raw(part);
}

Json scalar_json(const Scalar& scalar) {
    struct ToJson {
        Json operator()(std::int64_t value) const { return value; }
        Json operator()(double value) const { return number_json(value); }
        Json operator()(bool value) const { return value; }
        Json operator()(const std::complex<double>& value) const {
            return {number_json(value.real()), number_json(value.imag())};
        }
        Json operator()(const std::string& value) const { return value; }
        Json operator()(const Bytes& value) const {
            Json out = Json::array();
            for (const std::byte byte : value) out.push_back(std::to_integer<int>(byte));
            return out;
        }
    };
    return std::visit(ToJson{}, scalar.value());
}

/// As the elements of a tensor, and JSON for the other kinds.
std::string scalar_text(const Scalar& scalar) {
    if (const auto* const text = std::get_if<std::string>(&scalar.value())) return printable(*text);
    if (const auto* const real = std::get_if<double>(&scalar.value())) return element_text(*real);
    const auto* const complex = std::get_if<std::complex<double>>(&scalar.value());
    return complex != nullptr ? element_text(*complex) : scalar_json(scalar).dump();
}

void print_scalar(const LeafInfo& leaf, const Scalar& scalar, const std::string& format) {
    const auto* const bytes = std::get_if<Bytes>(&scalar.value());
    const auto* const text = std::get_if<std::string>(&scalar.value());
    if (format == "raw" && bytes != nullptr) return write_bytes(*bytes);
    if (format == "raw" && text != nullptr) {
        std::cout << *text;
        return;
    }
    if (format == "raw" || format == "npy") {
        throw InvalidArgument("a plain value has no such format: take --format text or json",
                              {.leaf = leaf.path});
    }
    if (format == "json") {
        return print_json(
            std::cout,
            Json{{"path", leaf.path}, {"kind", leaf.kind}, {"data", scalar_json(scalar)}});
    }
    std::cout << scalar_text(scalar) << '\n';
}

ExitCode print_leaf(const CatArguments& arguments) {
    const bool binary = arguments.format == "npy" || arguments.format == "raw";
    if (binary && ::isatty(STDOUT_FILENO) == 1) {
        throw InvalidArgument("--format " + arguments.format +
                              " is for files: add > OUT, or | and a program that reads it");
    }
    const Store store = open_store(arguments);
    const CheckpointInfo checkpoint = arguments.checkpoint.find(store);
    const LeafInfo leaf = leaf_at(store, checkpoint, arguments.path);
    const std::string format = arguments.json ? "json" : arguments.format;
    if (leaf.dtype) {
        print_tensor(leaf, read_part(store, checkpoint, leaf, arguments.slice), format);
        return ExitCode::ok;
    }
    if (!arguments.slice.empty()) {
        throw InvalidArgument("a plain value has no axes to slice", {.leaf = leaf.path});
    }
    const Tree value = store.leaf(checkpoint, leaf.path);
    print_scalar(leaf, value.scalar(), format);
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<CatArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    app.add_option("PATH", arguments->path, "Of the leaf, such as /model_params/w")->required();
    app.add_option("--slice", arguments->slice, "A part, as in NumPy: 0:3,5 or ::2,-1");
    app.add_option("--format", arguments->format, "text, json, npy or raw (text)")
        ->check(CLI::IsMember({"text", "json", "npy", "raw"}))
        ->excludes("--json");
    arguments->checkpoint.declare_options_in(app);
    return [arguments] { return print_leaf(*arguments); };
}

}  // namespace

const Command kCat{.name = "cat",
                   .summary = "Print the numbers of one leaf, or of a part of it",
                   .usage =
                       "FILE PATH [--slice S] [--format text|json|npy|raw] "
                       "[--at SELECTOR|--step N] [--run R] [--prefix P] [--json]",
                   .example = "ckptlite cat run.db /model_params/w --slice 0:3,-1 --at latest",
                   .declare = declare};

}  // namespace ckptlite::cli
