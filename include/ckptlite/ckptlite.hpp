// SPDX-License-Identifier: MIT
// All of ckptlite: the values, the readers and writers, and the store under them. Threading and
// lifetime are said in each header.
#pragma once

#include "ckptlite/best_reader.hpp"
#include "ckptlite/best_writer.hpp"
#include "ckptlite/checkpoint.hpp"
#include "ckptlite/compact.hpp"
#include "ckptlite/diff.hpp"
#include "ckptlite/dtype.hpp"
#include "ckptlite/element.hpp"
#include "ckptlite/error.hpp"
#include "ckptlite/extract.hpp"
#include "ckptlite/merge.hpp"
#include "ckptlite/metrics.hpp"
#include "ckptlite/nearest.hpp"
#include "ckptlite/progress.hpp"
#include "ckptlite/reader.hpp"
#include "ckptlite/records.hpp"
#include "ckptlite/retention.hpp"
#include "ckptlite/salvage.hpp"
#include "ckptlite/selector.hpp"
#include "ckptlite/statistics.hpp"
#include "ckptlite/store.hpp"
#include "ckptlite/tensor.hpp"
#include "ckptlite/tensor_buffer.hpp"
#include "ckptlite/tree.hpp"
#include "ckptlite/writer.hpp"
