// SPDX-License-Identifier: MIT
#include "interchange/npy_file.hpp"

#include "ckptlite/error.hpp"
#include "ckptlite/npy.hpp"
#include "interchange/file_bytes_of.hpp"
#include "interchange/npy_header.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::interchange {
namespace {

using test::npy_file;

/// Keeps the bytes that the tensor reads.
struct Read {
    explicit Read(std::string file) : bytes(std::move(file)) {
        tensor = read_npy(memory_source(as_bytes(bytes)), "w", false, changes);
    }
    std::string bytes;
    std::vector<std::string> changes;
    FileTensor tensor;
};

std::string dict(const std::string& descr, const std::string& shape,
                 const std::string& fortran = "False") {
    return "{'descr': " + descr + ", 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n";
}

TEST_CASE("the head of every dtype of NumPy's is read as it was written", "[interchange]") {
    for (const DType dtype : all_dtypes()) {
        if (!npy_descriptor(dtype)) continue;
        const Shape shape = GENERATE(Shape{}, Shape{3}, Shape{2, 0, 5}, Shape(255, 1));
        const std::string head = npy_header(dtype, shape);
        CHECK(head.size() % 64 == 0);
        CHECK(npy_head_nbytes(head) == head.size());
        const NpyHeader header = parse_npy_header(head);
        CHECK(header.dtype == dtype);
        CHECK(header.shape == shape);
        CHECK_FALSE(header.fortran_order);
        CHECK_FALSE(header.big_endian);
    }
}

TEST_CASE("a long head is of version 2", "[interchange]") {
    const Shape shape(255, 1'000'000'000'000'000'000);
    std::string dict_text = dict("'|u1'", "(1,)");
    dict_text += std::string(70'000, ' ');
    const std::string file = std::string("\x93NUMPY\2\0", 8) +
                             test::little_endian(dict_text.size(), 4) + dict_text + "x";
    CHECK(test::all_bytes(Read(file).tensor) == "x");
}

TEST_CASE("other spellings of a head are read", "[interchange]") {
    const auto [text, shape] = GENERATE(table<const char*, Shape>({
        {"{'shape': (), 'fortran_order': False, 'descr': '|u1'}", Shape{}},
        {"{ \"descr\":'u1','fortran_order':False,'shape':( 2L , 3L ,), }  \n", Shape{2, 3}},
        {"{'descr':'?','fortran_order':False,'shape':(1,)}", Shape{1}},
    }));
    CHECK(parse_npy_header(npy_file(text)).shape == shape);
}

TEST_CASE("big endian and Fortran's order become ours", "[interchange]") {
    const Read swapped(npy_file(dict("'>u2'", "(2,)"), "abcd"));
    CHECK(test::all_bytes(swapped.tensor) == "badc");
    CHECK(swapped.changes == std::vector<std::string>{"w: big endian becomes little endian"});
    const Read complex(npy_file(dict("'>c8'", "()"), "abcdefgh"));
    CHECK(test::all_bytes(complex.tensor) == "dcbahgfe");
    const Read gathered(npy_file(dict("'|u1'", "(2, 3)", "True"), "adbecf"));
    CHECK(test::all_bytes(gathered.tensor) == "abcdef");
    CHECK(gathered.changes.empty());
}

TEST_CASE("a malformed .npy says what is wrong", "[interchange]") {
    const std::string good = dict("'|u1'", "(1,)");
    const auto file = GENERATE_COPY(values<test::Malformed>({
        {"empty", "", "first bytes are others"},
        {"another magic", "\x93NUMPX\1" + good, "first bytes are others"},
        {"only magic", "\x93NUMPY", "ends within its head"},
        {"version 4", "\x93NUMPY\4" + std::string(9, '\0'), "no version 4.0"},
        {"version 0", "\x93NUMPY" + std::string(10, '\0'), "no version 0.0"},
        {"long head", std::string("\x93NUMPY\2\0\xff\xff\xff\x7f", 12), "over the limit"},
        {"cut head", npy_file(good).substr(0, 40), "ends within its head"},
        {"no dict", npy_file("[1]"), "'{' was expected"},
        {"no end", npy_file("{'descr': '|u1'"), "'}' was expected"},
        {"behind it", npy_file(good + "x", "x"), "its end was expected"},
        {"a call", npy_file(dict("open('x')", "(1,)")), "was expected"},
        {"no descr", npy_file("{'fortran_order': False, 'shape': (1,)}"), "no 'descr'"},
        {"no shape", npy_file("{'fortran_order': False, 'descr': '|u1'}"), "no 'shape'"},
        {"no order", npy_file("{'shape': (1,), 'descr': '|u1'}"), "no 'fortran_order'"},
        {"twice", npy_file("{'shape': (1,), 'shape': (1,)}"), "'shape' twice"},
        {"another key", npy_file("{'x': 1}"), "unknown key 'x'"},
        {"an order", npy_file(dict("'|u1'", "(1,)", "1")), "True or False"},
        {"unknown dtype", npy_file(dict("'<x4'", "(1,)")), "no dtype '<x4'"},
        {"an order alone", npy_file(dict("'<'", "(1,)")), "no dtype '<'"},
        {"no tuple", npy_file(dict("'|u1'", "(1)")), "a comma was expected"},
        {"negative", npy_file(dict("'|u1'", "(-1,)")), "negative extent -1"},
        {"64 bits", npy_file(dict("'|u1'", "(9223372036854775808,)")), "over 64 bits"},
        {"overflow", npy_file(dict("'<f8'", "(4294967296, 4294967296)")), "larger than a leaf"},
        {"cut off", npy_file(dict("'|u1'", "(2,)"), "x"), "needs 2 bytes"},
        {"too much", npy_file(good, "xy"), "needs 1 bytes"},
    }));
    CAPTURE(file.name);
    REQUIRE_THROWS_SAYING(Read(file.bytes), Corrupt, file.words);
}

TEST_CASE("arrays that are no tensors are refused by name", "[interchange]") {
    const auto [descr, words] = GENERATE(table<const char*, const char*>({
        {"'|O'", "pickles"},
        {"'<U3'", "strings"},
        {"'|S3'", "strings"},
        {"'|V2'", "bfloat16"},
        {"'<M8[ns]'", "times"},
        {"'<f16'", "dtype that ckptlite lacks"},
        {"[('a', '<f4')]", "structured"},
    }));
    REQUIRE_THROWS_SAYING(Read(npy_file(dict(descr, "(1,)"), "x")), InvalidArgument, words);
}

}  // namespace
}  // namespace ckptlite::interchange
