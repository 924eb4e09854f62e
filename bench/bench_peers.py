# SPDX-License-Identifier: MIT
"""The other formats' side of the benchmark: saves and loads the same leaves on request.

bench_peers.py --folder DIR

Runs in the virtual environment that peers.py makes. Reads commands from stdin and answers each with
a line on stdout, as bench_store does:
  state NAME MANIFEST   holds the leaves of a manifest (see base_state.hpp) in memory
  check PEER            "ok" if the peer can be imported, else why not
  save PEER NAME        seconds as it comes, and followed by fsync() of all that was written
  load PEER NAME        seconds for the newest of the saves, from the page cache
The last three saves of each are kept, the oldest is removed afterwards.
"""
import mmap
import os
import pathlib
import shutil
import sys
import time

# No accelerator is looked for, and no messages about it are printed.
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

KEEP = 3
# Where numpy has no such type, integers of the same width stand for it: only the bytes matter.
STAND_INS = {"bfloat16": "uint16", "int4": "int8", "uint4": "uint8"}


def numpy_dtype(name):
    return "uint8" if name.startswith("float8") else STAND_INS.get(name, name)


class State:
    """The leaves as each peer wants them, by path; all are views of the same memory."""

    def __init__(self, manifest):
        import numpy

        self.flat = {}
        with open(manifest, encoding="utf-8") as lines:
            for line in lines:
                dtype, shape, offset, nbytes, path = line.rstrip("\n").split(" ", 4)
                extents = () if shape == "-" else tuple(map(int, shape.split(",")))
                leaf_type = numpy.dtype(numpy_dtype(dtype))
                leaf = numpy.fromfile(
                    f"{manifest}.bin", leaf_type, int(nbytes) // leaf_type.itemsize, offset=int(offset)
                )
                self.flat[path.lstrip("/")] = leaf.reshape(extents)
        self.nested = nested(self.flat)
        self._tensors = None

    @property
    def tensors(self):
        if self._tensors is None:
            import torch

            self._tensors = {path: torch.from_numpy(leaf) for path, leaf in self.flat.items()}
        return self._tensors


def nested(flat):
    root = {}
    for path, leaf in flat.items():
        *parents, last = path.split("/")
        node = root
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = leaf
    return root


# A peer is three functions: import what it needs, save leaves at a path, load what is there.


def npy_import():
    import numpy  # noqa: F401


def npy_save(leaves, path):
    import numpy

    path.mkdir()
    for name, leaf in leaves.items():
        numpy.save(path / (name.replace("/", ".") + ".npy"), leaf)


def npy_load(path):
    import numpy

    return [numpy.load(file) for file in sorted(path.iterdir())]


def npz_save(leaves, path):
    import numpy

    with open(path, "wb") as out:
        numpy.savez(out, **leaves)


def npz_load(path):
    import numpy

    with numpy.load(path) as leaves:
        return {name: leaves[name] for name in leaves.files}


def safetensors_import():
    import safetensors.numpy  # noqa: F401


def safetensors_save(leaves, path):
    import safetensors.numpy

    safetensors.numpy.save_file(leaves, path)


def safetensors_load(path):
    import safetensors.numpy

    return safetensors.numpy.load_file(path)


def torch_import():
    import torch  # noqa: F401


def torch_save(leaves, path):
    import torch

    torch.save(leaves, path)


def torch_load(path):
    import torch

    return torch.load(path)


def h5py_import():
    import h5py  # noqa: F401


def h5py_save(leaves, path):
    import h5py

    with h5py.File(path, "w") as out:
        for name, leaf in leaves.items():
            out.create_dataset(name, data=leaf)


def h5py_load(path):
    import h5py

    leaves = {}

    def visit(name, node):
        if isinstance(node, h5py.Dataset):
            leaves[name] = node[()]

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return leaves


def msgpack_import():
    import flax.serialization  # noqa: F401


def msgpack_save(leaves, path):
    import flax.serialization

    path.write_bytes(flax.serialization.msgpack_serialize(leaves))


def msgpack_load(path):
    import flax.serialization

    return flax.serialization.msgpack_restore(path.read_bytes())


def orbax_import():
    import orbax.checkpoint  # noqa: F401


def orbax_save(leaves, path):
    import orbax.checkpoint

    with orbax.checkpoint.StandardCheckpointer() as checkpointer:
        checkpointer.save(path.absolute(), leaves)
        checkpointer.wait_until_finished()


def orbax_load(path):
    import orbax.checkpoint

    with orbax.checkpoint.StandardCheckpointer() as checkpointer:
        return checkpointer.restore(path.absolute())


# By name: which view of the leaves it takes, and its functions.
PEERS = {
    "npy": ("flat", npy_import, npy_save, npy_load),
    "npz": ("flat", npy_import, npz_save, npz_load),
    "safetensors": ("flat", safetensors_import, safetensors_save, safetensors_load),
    "torch": ("tensors", torch_import, torch_save, torch_load),
    "h5py": ("flat", h5py_import, h5py_save, h5py_load),
    "msgpack": ("nested", msgpack_import, msgpack_save, msgpack_load),
    "orbax": ("nested", orbax_import, orbax_save, orbax_load),
}


def files_of(path):
    """Every file and folder that was written, the outermost last."""
    if path.is_dir():
        for below in path.iterdir():
            yield from files_of(below)
    yield path


def make_durable(path):
    for file in files_of(path):
        descriptor = os.open(file, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def read_once(path):
    """Into the page cache."""
    for file in files_of(path):
        if file.is_file():
            with open(file, "rb", buffering=0) as data:
                while data.read(1 << 20):
                    pass


def touch_free_memory(nbytes):
    """Free memory is at hand that a host might have to bring first; see settle() in raw_io.hpp."""
    page = mmap.PAGESIZE
    with mmap.mmap(-1, nbytes, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        memory.madvise(mmap.MADV_HUGEPAGE)
        for at in range(0, nbytes, page):
            memory[at] = 1


class Bench:
    def __init__(self, folder):
        self.folder = folder
        self.states = {}
        self.saved = {}  # (peer, state): paths, oldest first
        self.count = 0

    def state(self, name, manifest):
        self.states[name] = State(manifest)
        return {}

    def check(self, peer):
        _, import_it, _, _ = PEERS[peer]
        import_it()
        return {}

    def settle(self, name):
        os.sync()
        nbytes = sum(leaf.nbytes for leaf in self.states[name].flat.values())
        touch_free_memory(nbytes + nbytes // 4)

    def save(self, peer, name):
        view, _, save, _ = PEERS[peer]
        leaves = getattr(self.states[name], view)
        path = self.folder / f"{peer}_{name}_{self.count}"
        self.count += 1
        self.settle(name)
        start = time.perf_counter()
        save(leaves, path)
        saved = time.perf_counter()
        make_durable(path)
        durable = time.perf_counter()
        paths = self.saved.setdefault((peer, name), [])
        paths.append(path)
        if len(paths) > KEEP:
            remove(paths.pop(0))
        prefix = "" if name == "state" else f"{name}_"
        return {
            f"{prefix}{peer}_save": saved - start,
            f"{prefix}{peer}_save_fsync": durable - start,
        }

    def load(self, peer, name):
        _, _, _, load = PEERS[peer]
        path = self.saved[peer, name][-1]
        read_once(path)
        self.settle(name)
        start = time.perf_counter()
        loaded = load(path)
        seconds = time.perf_counter() - start
        del loaded
        return {f"{'' if name == 'state' else name + '_'}{peer}_load": seconds}


def first_line(error):
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else 'no message'}"


def main():
    folder = pathlib.Path(sys.argv[sys.argv.index("--folder") + 1])
    bench = Bench(folder)
    commands = {"state": bench.state, "check": bench.check, "save": bench.save, "load": bench.load}
    # What a package prints goes to stderr; stdout is for answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    for line in sys.stdin:
        name, *arguments = line.split()
        try:
            figures = commands[name](*arguments)
            answers.write(" ".join(["ok", *(f"{k} {v:.9g}" for k, v in figures.items())]) + "\n")
        except Exception as error:  # whatever a package throws
            answers.write(f"error {first_line(error)}\n")


if __name__ == "__main__":
    main()
