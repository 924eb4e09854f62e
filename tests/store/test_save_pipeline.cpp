// SPDX-License-Identifier: MIT
#include "store/save_pipeline.hpp"

#include <stdexcept>

#include "store/store_values.hpp"
#include "support/catch.hpp"

namespace ckptlite::detail {
namespace {

constexpr std::size_t kTreeBytes = 12'000'000;  // six chunks, whose buffers the pipeline keeps

// What a worker did is let go of by whoever comes last: it must not be the worker, who may come
// later than the end of the pipeline. Sanitizers see it if it happens.
TEST_CASE("a pipeline that was given up leaves nothing to its workers", "[store][concurrent]") {
    const Tree tree = test::state_at(1, kTreeBytes);
    const LeafSources leaves(tree);
    WorkerPool workers(2);
    const auto is_known = [](const Digest&) { return false; };
    for (int round = 0; round < 40; ++round) {
        SavePipeline pipeline(workers, codec::Codec::planes);
        CHECK_THROWS_AS(pipeline.run(leaves.all(), is_known,
                                     [](const LeafSource&, const Piece&) {
                                         throw std::runtime_error("the disk is full");
                                     }),
                        std::runtime_error);
    }
}

}  // namespace
}  // namespace ckptlite::detail
