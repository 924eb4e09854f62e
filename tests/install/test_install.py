#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A project outside the tree builds with an installed ckptlite and with ckptlite as a subproject.

usage: test_install.py ROOT BUILD FOLDER [unittest arguments]
  BUILD is a build folder in which the library is built; FOLDER keeps the build of the subproject, so
  that only the first run compiles all of it. $CKPTLITE_CXX is the compiler.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT, BUILD, FOLDER = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
PROJECT = pathlib.Path(__file__).resolve().parent / "project"
CXX = os.environ.get("CKPTLITE_CXX", "c++")
SAID = "restored 2.5\ncaught "


def run(command, **more):
    """What the command printed; it must succeed."""
    done = attempt(command, **more)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def attempt(command, env=None, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          encoding="utf-8", env={**os.environ, "CXX": CXX, **(env or {})}, **more)


def option(build, name):
    options = json.loads((build / "meson-info" / "intro-buildoptions.json").read_text())
    return next(one["value"] for one in options if one["name"] == name)


class Prefix:
    """Where a build was installed."""

    def __init__(self, build, destdir=None):
        prefix = option(build, "prefix")
        self.path = pathlib.Path(f"{destdir}{prefix}" if destdir else prefix)
        self.libdir = self.path / option(build, "libdir")
        self.shared = (self.libdir / "libckptlite.so").exists()

    def flags(self, *arguments):
        """Of pkg-config, which is told where the prefix is now."""
        said = run([os.environ.get("PKG_CONFIG", "pkg-config"), *arguments,
                    f"--define-variable=prefix={self.path}", "ckptlite"],
                   env={"PKG_CONFIG_PATH": str(self.libdir / "pkgconfig")})
        return said.split()


class Adopter(unittest.TestCase):
    """With a folder of its own."""

    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.folder = pathlib.Path(made.name)

    def works(self, program, prefix=None):
        env = {"LD_LIBRARY_PATH": str(prefix.libdir)} if prefix else {}
        said = run([str(program), str(self.folder / "run.db")], env=env)
        self.assertTrue(said.startswith(SAID), said)

    def compiled(self, prefix, *arguments):
        program = self.folder / "adopter"
        run([CXX, "-std=c++20", str(PROJECT / "main.cpp"), "-o", str(program),
             *prefix.flags("--cflags", "--libs", *arguments)])
        return program

    def needed(self, program):
        """The shared libraries that a program names."""
        return re.findall(r"\(NEEDED\).*\[(.*)\]", run(["readelf", "-dW", str(program)]))

    def cmake(self, prefix, *arguments):
        if not shutil.which("cmake"):
            self.skipTest("there is no cmake")
        build = self.folder / "cmake"
        return build, attempt(["cmake", "-S", str(PROJECT), "-B", str(build),
                               f"-DCMAKE_PREFIX_PATH={prefix.path}", *arguments])

    def cmake_program(self, prefix, *arguments):
        build, configured = self.cmake(prefix, *arguments)
        self.assertEqual(configured.returncode, 0, configured.stdout)
        run(["cmake", "--build", str(build)])
        return build / "adopter"

    def meson_program(self, source, build, *arguments, env=None):
        again = ["--reconfigure"] if (build / "build.ninja").exists() else []
        run(["meson", "setup", *again, *arguments, str(build), str(source)], env=env)
        run(["meson", "compile", "-C", str(build)])
        return build / "adopter"


class Installed(Adopter):
    """What `meson install --destdir` takes from the build folder, static unless that is shared."""

    @classmethod
    def setUpClass(cls):
        cls.made = tempfile.TemporaryDirectory()
        run(["meson", "install", "-C", str(BUILD), "--no-rebuild", "--destdir", cls.made.name])
        cls.prefix = Prefix(BUILD, cls.made.name)

    @classmethod
    def tearDownClass(cls):
        cls.made.cleanup()

    def test_with_pkg_config(self):
        self.works(self.compiled(self.prefix), self.prefix)

    def test_with_pkg_config_static(self):
        if not (self.prefix.libdir / "libckptlite.a").exists():
            self.skipTest("the build has no static library")
        program = self.compiled(self.prefix, "--static")
        if not self.prefix.shared:
            self.assertFalse([name for name in self.needed(program) if "ckptlite" in name])
        self.works(program, self.prefix)

    def test_with_cmake(self):
        self.works(self.cmake_program(self.prefix))

    def test_cmake_is_refused_another_series_by_its_version(self):
        for wanted in ("0.2", "1.0", "0.1.999", "0"):
            with self.subTest(wanted):
                _, configured = self.cmake(self.prefix, f"-Dwanted={wanted}")
                self.assertNotEqual(configured.returncode, 0)
                self.assertIn("ckptliteConfig.cmake, version: 0.1", configured.stdout)

    def test_cmake_names_the_kind_of_library_that_is_not_installed(self):
        if (self.prefix.libdir / "libckptlite.a").exists():
            (self.prefix.libdir / "libckptlite.a").rename(self.prefix.libdir / "away")
            self.addCleanup((self.prefix.libdir / "away").rename,
                            self.prefix.libdir / "libckptlite.a")
        _, configured = self.cmake(self.prefix, "-Dckptlite_USE_STATIC_LIBS=ON")
        self.assertNotEqual(configured.returncode, 0)
        self.assertIn("was not installed as asked for", " ".join(configured.stdout.split()))

    def test_with_meson(self):
        env = {"PKG_CONFIG_PATH": str(self.prefix.libdir / "pkgconfig"),
               "PKG_CONFIG_SYSROOT_DIR": self.made.name}
        self.works(self.meson_program(PROJECT, self.folder / "build", env=env), self.prefix)

    def test_no_rtti_is_refused_by_name(self):
        done = attempt([CXX, "-std=c++20", "-fno-rtti", "-fsyntax-only", str(PROJECT / "main.cpp"),
                        *self.prefix.flags("--cflags")])
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("ckptlite needs run-time type information", done.stdout)

    def test_every_public_header_is_installed(self):
        def headers(below):
            return {path.relative_to(below) for path in below.rglob("*") if path.is_file()}

        self.assertEqual(headers(self.prefix.path / "include/ckptlite"),
                         headers(ROOT / "include/ckptlite"))


class Subproject(Adopter):
    """With a shared library; the project is then installed with it, by --prefix."""

    @classmethod
    def setUpClass(cls):
        source = FOLDER / "source"
        shutil.rmtree(source, ignore_errors=True)
        shutil.copytree(PROJECT, source)
        (source / "subprojects").mkdir()
        (source / "subprojects" / "ckptlite").symlink_to(ROOT)
        shutil.rmtree(FOLDER / "prefix", ignore_errors=True)
        cls.program = Adopter().meson_program(
            source, FOLDER / "build", "--force-fallback-for=ckptlite", "-Dckptlite:default_library=shared",
            "-Doptimization=0", "-Ddebug=false", f"--prefix={FOLDER / 'prefix'}")
        run(["meson", "install", "-C", str(FOLDER / "build"), "--no-rebuild"])
        cls.prefix = Prefix(FOLDER / "build")

    def test_with_meson_as_a_subproject(self):
        self.works(self.program)

    def test_a_subproject_is_the_library_alone(self):
        files = {path.name for path in self.prefix.path.rglob("*")
                 if path.is_file() and not path.is_symlink()}
        self.assertEqual({name for name in files if not name.endswith(".hpp")},
                         {"libckptlite.so.0.1.0", "ckptlite.pc", "ckptliteConfig.cmake",
                          "ckptliteConfigVersion.cmake"})

    def test_shared_with_pkg_config(self):
        program = self.compiled(self.prefix)
        self.assertIn("libckptlite.so.0.1", self.needed(program))
        self.assertNotIn("libsqlite3.so.0", self.needed(program))
        self.works(program, self.prefix)

    def test_shared_with_cmake(self):
        program = self.cmake_program(self.prefix)
        self.assertIn("libckptlite.so.0.1", self.needed(program))
        self.works(program)

    def test_shared_with_meson(self):
        env = {"PKG_CONFIG_PATH": str(self.prefix.libdir / "pkgconfig")}
        self.works(self.meson_program(PROJECT, self.folder / "build", env=env), self.prefix)

    def exported(self):
        said = run(["nm", "-DC", "--defined-only", str(self.prefix.libdir / "libckptlite.so")])
        return [line.split(maxsplit=2)[2] for line in said.splitlines()]

    def test_it_exports_what_public_headers_name_and_nothing_else(self):
        headers = "".join(path.read_text() for path in (ROOT / "include/ckptlite").glob("*.hpp"))
        words = set(re.findall(r"\w+", headers))
        foreign, internal = [], []
        for symbol in self.exported():
            names = re.search(r"\bckptlite::((?:~?\w+::)*~?\w+)", symbol)
            if not names:
                foreign.append(symbol)
            elif ({name.lstrip("~") for name in names[1].split("::")} - words
                  or re.search(r"\bckptlite::[\w:]*(Impl|StoreAccess|BestSoFar)\b", symbol)):
                internal.append(symbol)
        self.assertEqual(foreign, [])
        self.assertEqual(internal, [])

    def test_it_exports_the_store_and_the_types_of_errors(self):
        exported = self.exported()
        self.assertIn("typeinfo for ckptlite::DiskFull", exported)
        self.assertTrue([symbol for symbol in exported if symbol.startswith("ckptlite::Store::save")])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
