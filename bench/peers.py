# SPDX-License-Identifier: MIT
"""The other formats: their packages, their virtual environment, their process."""
import pathlib
import subprocess
import sys

from session import Failed, Gone, Session

# Each peer, the module it needs and the package that brings it.
PEERS = {
    "npy": ("numpy", "numpy"),
    "npz": ("numpy", "numpy"),
    "safetensors": ("safetensors", "safetensors"),
    "torch": ("torch", "torch"),
    "h5py": ("h5py", "h5py"),
    "msgpack": ("flax", "flax"),
    "orbax": ("orbax.checkpoint", "orbax-checkpoint"),
}


def is_there(python, module):
    find = f"import sys, importlib.util as u; sys.exit(u.find_spec({module!r}) is None)"
    return subprocess.run([python, "-c", find], stderr=subprocess.DEVNULL).returncode == 0


def install(python, package):
    """Nothing, or why pip failed."""
    print(f"Installing {package}", file=sys.stderr)
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if done.returncode == 0:
        return None
    lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return (lines or done.stderr.strip().splitlines() or ["pip failed"])[0]


def make_environment(folder, peers):
    """The Python of the environment, and by package why it could not be installed."""
    python = folder / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    failed = {}
    # All of them need numpy, some without saying so.
    for module, package in dict.fromkeys([PEERS["npy"], *(PEERS[peer] for peer in peers)]):
        if not is_there(python, module):
            failed[package] = install(python, package)
    return python, {package: why for package, why in failed.items() if why}


class Peers:
    """The peers' process. One that dies takes the peer it served with it, and nothing else."""

    def __init__(self, environment, folder, peers):
        self.python, failed = make_environment(environment, peers)
        self.folder = folder
        self.peers = peers
        self.manifests = {}
        self.unavailable = {
            peer: failed[package] for peer, (_, package) in PEERS.items() if package in failed
        }
        self.session = None
        for peer in peers:
            self.ask(peer, f"check {peer}")

    def hold(self, name, manifest):
        """The leaves of the manifest, under this name, from the next command on."""
        self.manifests[name] = manifest
        if self.session:
            self.session.ask(f"state {name} {manifest}")

    def ask(self, peer, command):
        """Figures, or None if the peer is unavailable, be it from now on."""
        if peer in self.unavailable:
            return None
        try:
            if not self.session:
                self.start()
            return self.session.ask(command)
        except (Failed, Gone) as error:
            self.unavailable[peer] = str(error)
            print(f"{peer} is unavailable: {error}", file=sys.stderr)
            if isinstance(error, Gone):
                self.session = None
            return None

    def start(self):
        script = pathlib.Path(__file__).with_name("bench_peers.py")
        self.session = Session(script.name, [self.python, script, "--folder", self.folder])
        for name, manifest in self.manifests.items():
            self.session.ask(f"state {name} {manifest}")

    def versions(self):
        """Of the packages, as pip names them."""
        script = "import sys, importlib.metadata as m; [print(m.version(p)) for p in sys.argv[1:]]"
        there = (peer for peer in self.peers if peer not in self.unavailable)
        packages = list(dict.fromkeys(PEERS[peer][1] for peer in there))
        done = subprocess.run(
            [self.python, "-c", script, *packages], stdout=subprocess.PIPE, text=True
        )
        return dict(zip(packages, done.stdout.split()))

    def close(self):
        if self.session:
            self.session.close()
