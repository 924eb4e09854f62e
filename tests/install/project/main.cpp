// SPDX-License-Identifier: MIT
// A program outside the tree: saves, reads what it saved, and catches an error of the library's.
#include <ckptlite/ckptlite.hpp>
#include <iostream>
#include <vector>

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    using namespace ckptlite;
    const std::vector<float> kernel{0.5F, 1.5F, 2.5F};
    Store store(argv[1]);
    store.save(Dict{{"kernel", Tensor::borrow(kernel, {3})}}, {.step = 3});
    const Tree restored = store.load(store.find("latest"));
    std::cout << "restored " << restored.at("/kernel").tensor().as<float>()[2] << '\n';
    try {
        restored.at("/missing");
    } catch (const NotFound& error) {
        std::cout << "caught " << dynamic_cast<const Error&>(error).message() << '\n';
    }
}
