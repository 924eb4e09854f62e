// SPDX-License-Identifier: MIT
#include "interchange/plan_writer.hpp"

#include "interchange/file_sink.hpp"

namespace ckptlite::interchange {

namespace {

/// One tensor, with what is inserted into its bytes.
class TensorWriter {
public:
    TensorWriter(FileSink& sink, const PlannedTensor& tensor) : sink_(sink), tensor_(tensor) {
        sink_.write(tensor.before);
    }

    void write(ByteView bytes) {
        while (next_ < tensor_.within.size()) {
            const Inserted& inserted = tensor_.within[next_];
            if (inserted.at - written_ > bytes.size()) break;
            const ByteView front = bytes.first(inserted.at - written_);
            pass(front);
            sink_.write(inserted.text);
            bytes = bytes.subspan(front.size());
            ++next_;
        }
        pass(bytes);
    }

private:
    void pass(ByteView bytes) {
        sink_.write(bytes);
        written_ += bytes.size();
    }

    FileSink& sink_;
    const PlannedTensor& tensor_;
    std::uint64_t written_ = 0;
    std::size_t next_ = 0;  // of what is inserted
};

}  // namespace

std::uint64_t write_plan(const ExportPlan& plan, const std::string& file, const NextBytes& next) {
    FileSink sink(file);
    for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
        TensorWriter writer(sink, plan.tensors[i]);
        while (const auto bytes = next(i)) writer.write(*bytes);
    }
    sink.write(plan.tail);
    sink.close();
    return sink.size();
}

}  // namespace ckptlite::interchange
