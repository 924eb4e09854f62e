// SPDX-License-Identifier: MIT
#include <ckptlite/ckptlite.hpp>
struct Model {
    std::vector<float> kernel, bias;
};
CKPTLITE_TREE(Model, namedtuple, kernel, bias);

int main() {
    Model model{std::vector<float>(640, 0.5F), std::vector<float>(10)};
    ckptlite::Store db("quickstart.db");
    for (int step = 1; step <= 9; ++step, model.kernel[0] += 1.0F)  // your training goes here
        db.save(ckptlite::to_tree(model),
                {.step = step, .metrics = {{"eval", {{"loss", 1.0 / step}}}}, .overwrite = true});
    restore_into(db, db.find("best:eval/loss"), model);
    return model.kernel[0] == 8.5F ? 0 : 1;  // what it was at step 9
}
