// SPDX-License-Identifier: MIT
#include <cstdint>
#include <string>

#include "ckptlite/dtype.hpp"
#include "codec/byte_planes.hpp"
#include "format/element_layout.hpp"
#include "format/schema.hpp"
#include "support/catch.hpp"

namespace ckptlite::format {
namespace {

TEST_CASE("the file's identity is what docs/FORMAT.md says", "[format]") {
    CHECK(kApplicationId == 0x434B5054);
    CHECK(kUserVersion == 1003);
}

TEST_CASE("comments and white space do not matter to a schema", "[format]") {
    const std::string plain = "CREATE TABLE t (a INT, b TEXT)";
    CHECK(normalized_sql(plain) == plain);
    CHECK(normalized_sql("-- first\n  CREATE  TABLE\tt ( -- why\r\n a INT,-- x\nb TEXT)\n") ==
          "CREATE TABLE t ( a INT, b TEXT)");
    CHECK(normalized_sql("a -- to the end") == "a");
    CHECK(normalized_sql("a--b\nc") == "a c");
    CHECK(normalized_sql("--\n").empty());
    CHECK(normalized_sql("").empty());
}

TEST_CASE("a schema that says something else does not compare equal", "[format]") {
    const std::string sql = normalized_sql("CREATE TABLE t (a INT NOT NULL)");
    CHECK(normalized_sql("CREATE TABLE t (a INT)") != sql);
    CHECK(normalized_sql("CREATE TABLE t (a INTNOT NULL)") != sql);
    CHECK(normalized_sql("CREATE TABLE t (a INT -- NOT NULL\n)") != sql);
    CHECK(normalized_sql("create table t (a int not null)") != sql);
}

TEST_CASE("quoted text keeps its spaces and what looks like a comment", "[format]") {
    const std::string sql = "CHECK (a IN ('x  --y', \"b -- c\"))";
    CHECK(normalized_sql(sql) == sql);
    CHECK(normalized_sql("'it''s  --'  --x") == "'it''s  --'");
    CHECK(normalized_sql("'a' --b\n'c'") == "'a' 'c'");
    CHECK(normalized_sql("'never closed  --") == "'never closed  --");
}

TEST_CASE("a minus sign alone begins no comment", "[format]") {
    CHECK(normalized_sql("a - -1 -2") == "a - -1 -2");
}

TEST_CASE("a script is cut into what it makes", "[format]") {
    const Definitions found = definitions_in(
        "-- one; two\nCREATE TABLE t (\n  -- a; b\n  a INT);\n\nCREATE INDEX i ON t (a);\n"
        "CREATE VIEW v AS\n  SELECT 1;\n");
    CHECK(found == Definitions{{"t", "table CREATE TABLE t ( a INT)"},
                               {"i", "index CREATE INDEX i ON t (a)"},
                               {"v", "view CREATE VIEW v AS SELECT 1"}});
    CHECK(definitions_in("CREATE TABLE IF NOT EXISTS t (a INT);\n") ==
          Definitions{{"t", "table CREATE TABLE t (a INT)"}});
    CHECK(definitions_in(kSchemaSql).size() == 16);
    CHECK(definitions_in(kSchema11Sql).size() == 2);
    CHECK(definitions_in(kSchema12Sql).size() == 1);
    CHECK(definitions_in(kSchema13Sql).size() == 9);
}

TEST_CASE("every dtype has a layout that the codec takes and its elements fill", "[format]") {
    for (const DType dtype : all_dtypes()) {
        CAPTURE(std::string(dtype_name(dtype)));
        const codec::ElementLayout layout = element_layout(dtype);
        CHECK((layout.width == 1 || codec::has_planes(layout.width)));
        CHECK(itemsize(dtype) % layout.width == 0);
    }
}

TEST_CASE("floats whose exponent straddles bytes are rotated, nothing else is", "[format]") {
    for (const DType dtype : all_dtypes()) {
        const std::string name(dtype_name(dtype));
        CAPTURE(name);
        const bool straddles = dtype == DType::bfloat16 || dtype == DType::float32 ||
                               dtype == DType::float64 || dtype == DType::complex64 ||
                               dtype == DType::complex128;
        CHECK(element_layout(dtype).rotate == straddles);
    }
}

TEST_CASE("complex numbers are laid out as the floats they are made of", "[format]") {
    CHECK(element_layout(DType::complex64).width == element_layout(DType::float32).width);
    CHECK(element_layout(DType::complex128).width == element_layout(DType::float64).width);
}

}  // namespace
}  // namespace ckptlite::format
