// SPDX-License-Identifier: MIT
#include "interchange/npy_file.hpp"

#include <algorithm>
#include <utility>

#include "ckptlite/error.hpp"
#include "interchange/element_order.hpp"
#include "interchange/npy_header.hpp"

namespace ckptlite::interchange {
namespace {

std::string read_text(const Source& source, std::size_t nbytes) {
    std::string text(nbytes, '\0');
    source.read(0, std::as_writable_bytes(std::span(text)));
    return text;
}

FileTensor read_array(const Source& source, const std::string& name, bool in_order,
                      std::vector<std::string>& changes) {
    const std::size_t start = std::min<std::uint64_t>(source.size, kNpyStartBytes);
    const std::size_t head_nbytes = npy_head_nbytes(read_text(source, start));
    if (head_nbytes > source.size) throw Corrupt("the file ends within its head");
    NpyHeader header = parse_npy_header(read_text(source, head_nbytes));
    FileTensor tensor{
        .dtype = header.dtype, .shape = std::move(header.shape), .in_order = in_order};
    std::uint64_t needed = 0;
    try {
        needed = nbytes_of(tensor.dtype, tensor.shape);
    } catch (const InvalidArgument& error) {
        throw Corrupt(error.message());
    }
    const std::uint64_t there = source.size - head_nbytes;
    if (needed != there) {
        throw Corrupt("the shape " + shape_text(tensor.shape) + " needs " + std::to_string(needed) +
                      " bytes behind the head, and there are " + std::to_string(there));
    }
    tensor.read = read_from(source, head_nbytes);
    if (header.big_endian) {
        changes.push_back(name + ": big endian becomes little endian");
        tensor = swapped(std::move(tensor));
    }
    return header.fortran_order ? in_c_order(std::move(tensor)) : tensor;
}

}  // namespace

FileTensor read_npy(const Source& source, const std::string& name, bool in_order,
                    std::vector<std::string>& changes) {
    const ErrorContext where{.file = source.name, .leaf = name};
    try {
        return read_array(source, name, in_order, changes);
    } catch (const Corrupt& error) {
        throw Corrupt(error.message(), where);
    } catch (const InvalidArgument& error) {
        throw InvalidArgument(error.message(), where);
    }
}

}  // namespace ckptlite::interchange
