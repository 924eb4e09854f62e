// SPDX-License-Identifier: MIT
#include "ckptlite/best_reader.hpp"

#include "api/names.hpp"

namespace ckptlite {

BestCheckpointFileReader::BestCheckpointFileReader(const BestCheckpointFileReaderOptions& options,
                                                   Best best)
    : CheckpointFileReader(
          {.dir = options.dir,
           .target = options.target,
           .run = options.run,
           .store = options.store},
          {.metric = detail::metric_name(options.group, options.metric), .best = best}),
      metric_(detail::metric_name(options.group, options.metric)) {}

}  // namespace ckptlite
