// SPDX-License-Identifier: MIT
// A tensor type of one's own in a struct: borrowed when it is saved, filled where it lies when it
// is restored. docs/STRUCTS.md shows the specialisation.
#include <ckptlite/ckptlite.hpp>
#include <iostream>

namespace robot {

/// Row-major floats.
class Matrix {
public:
    Matrix() = default;
    Matrix(std::int64_t rows, std::int64_t columns)
        : rows_(rows), columns_(columns), elements_(static_cast<std::size_t>(rows * columns)) {}

    std::int64_t rows() const { return rows_; }
    std::int64_t columns() const { return columns_; }
    std::span<float> elements() { return elements_; }
    std::span<const float> elements() const { return elements_; }

private:
    std::int64_t rows_ = 0, columns_ = 0;
    std::vector<float> elements_;
};

struct Controller {
    Matrix gain;
    std::map<std::string, Matrix> filters;
    std::int64_t episode = 0;
};
CKPTLITE_TREE(Controller, namedtuple, gain, filters, episode);

}  // namespace robot

template <>
struct ckptlite::TensorTraits<robot::Matrix> {
    using Matrix = robot::Matrix;
    static Tensor borrow(const Matrix& m) {
        return Tensor::borrow(m.elements(), {m.rows(), m.columns()});
    }
    static TensorBuffer buffer(Matrix& m, std::string path) {
        return TensorBuffer::of(std::move(path), m.elements(), {m.rows(), m.columns()});
    }
    static bool can_hold(DType dtype, const Shape& shape) {
        return dtype == DType::float32 && shape.size() == 2;
    }
    static Matrix make(DType, const Shape& shape) { return Matrix(shape[0], shape[1]); }
};

int main() {
    robot::Controller controller{.gain = {3, 4}, .filters = {{"left/wheel", {2, 2}}}, .episode = 7};
    controller.gain.elements()[5] = 0.25F;
    ckptlite::Store store("controller.db");
    const auto saved = store.save(ckptlite::to_tree(controller), {.step = 7, .overwrite = true});

    robot::Controller restored{.gain = {3, 4}, .filters = {}, .episode = 0};
    const float* const memory = restored.gain.elements().data();
    restore_into(store, saved, restored);
    std::cout << "episode " << restored.episode << ", gain " << restored.gain.elements()[5] << ", "
              << restored.filters.size() << " filter"
              << (restored.gain.elements().data() == memory ? ", in the same memory\n" : "\n");
}
