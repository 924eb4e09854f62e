// SPDX-License-Identifier: MIT
#include "corpus.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "ckptlite/error.hpp"

namespace char_lm {
namespace {

constexpr std::size_t kLongestRun = 4;

std::string read_text(const std::string& file) {
    if (std::filesystem::is_directory(file)) {
        throw ckptlite::IoError("this is a folder; name the files in it", {.file = file});
    }
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in.is_open() || in.bad()) {
        throw ckptlite::IoError(std::string("the text cannot be read: ") + std::strerror(errno),
                                {.file = file});
    }
    return text;
}

/// At most kLongestRun times the same character: a model that looks back at a window full of blanks
/// knows nothing but that more blanks are likely.
std::string with_short_runs(const std::string& text) {
    std::string result;
    std::size_t run = 0;
    for (const char c : text) {
        run = !result.empty() && result.back() == c ? run + 1 : 1;
        if (run <= kLongestRun) result.push_back(c);
    }
    return result;
}

std::vector<std::uint8_t> vocabulary_of(const std::vector<std::string>& texts) {
    std::array<bool, 256> seen{};
    for (const std::string& text : texts) {
        for (const char c : text) seen[static_cast<std::uint8_t>(c)] = true;
    }
    std::vector<std::uint8_t> vocabulary;
    for (std::size_t byte = 0; byte < seen.size(); ++byte) {
        if (seen[byte]) vocabulary.push_back(static_cast<std::uint8_t>(byte));
    }
    return vocabulary;
}

void append_window(std::span<const Token> text, std::size_t start, std::size_t context,
                   Batch& batch) {
    const auto window = text.subspan(start, context + 1);
    batch.inputs.insert(batch.inputs.end(), window.begin(), window.end() - 1);
    batch.targets.push_back(window.back());
}

}  // namespace

Corpus read_corpus(const std::vector<std::string>& files, std::size_t context) {
    std::vector<std::string> texts;
    for (const std::string& file : files) texts.push_back(with_short_runs(read_text(file)));

    Corpus corpus{.vocabulary = vocabulary_of(texts), .training = {}, .held_out = {}};
    std::array<Token, 256> token_of{};
    for (std::size_t i = 0; i < corpus.vocabulary.size(); ++i) {
        token_of[corpus.vocabulary[i]] = static_cast<Token>(i);
    }
    for (const std::string& text : texts) {
        const std::size_t n_training = text.size() - text.size() / 10;
        for (std::size_t i = 0; i < text.size(); ++i) {
            auto& part = i < n_training ? corpus.training : corpus.held_out;
            part.push_back(token_of[static_cast<std::uint8_t>(text[i])]);
        }
    }
    if (corpus.held_out.size() <= context) {
        throw ckptlite::InvalidArgument(
            "the texts are too short to learn from: together they need at least " +
            std::to_string(10 * (context + 1)) + " bytes");
    }
    return corpus;
}

Batch random_batch(std::span<const Token> text, std::size_t context, std::size_t n,
                   SplitMix64& random) {
    Batch batch;
    for (std::size_t i = 0; i < n; ++i) {
        append_window(text, random.below(text.size() - context), context, batch);
    }
    return batch;
}

Batch even_batch(std::span<const Token> text, std::size_t context, std::size_t n) {
    const std::size_t places = text.size() - context;
    n = std::min(n, places);
    Batch batch;
    for (std::size_t i = 0; i < n; ++i) append_window(text, i * places / n, context, batch);
    return batch;
}

}  // namespace char_lm
