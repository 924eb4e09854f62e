// SPDX-License-Identifier: MIT
#include "ckptlite/error.hpp"
#include "ckptlite/selector.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

using Kind = Selector::Kind;

TEST_CASE("each kind of selector is read, and written back as it was", "[selector]") {
    CHECK(Selector::parse("latest").kind == Kind::latest);
    CHECK(Selector::parse("300").number == 300);
    CHECK(Selector::parse("-5").number == -5);
    CHECK(Selector::parse("step:-5").kind == Kind::step);
    CHECK(Selector::parse("id:17").kind == Kind::id);
    CHECK(Selector::parse("lowest:eval/loss").metric == MetricName{"eval", "loss"});
    CHECK(Selector::parse("highest:eval/top/5").metric == MetricName{"eval", "top/5"});
    CHECK(Selector::parse("best:eval/loss").kind == Kind::best);
    CHECK(Selector::parse("tag:a@latest").tag == "a@latest");
    for (const char* text :
         {"latest", "step:300", "id:17", "lowest:eval/loss", "highest:a/b", "best:a/b/c", "tag:a b",
          "big model@latest", "run@tag:release", "a@b@step:-1"}) {
        CHECK(Selector::parse(text).text() == text);
    }
}

TEST_CASE("a run is what stands before the first @ behind which a selector stands", "[selector]") {
    CHECK(Selector::parse("run@latest").run == "run");
    CHECK(Selector::parse("me@host@300").run == "me@host");
    CHECK(Selector::parse("latest@300").run == "latest");
    CHECK(Selector::parse("run@lowest:eval/recall@5").run == "run");
    const Selector with_at = Selector::parse("lowest:eval/recall@5");
    CHECK(!with_at.run);
    CHECK(with_at.metric.label == "recall@5");
    CHECK(Selector::parse("@@latest").run == "@");
}

TEST_CASE("what is no selector is refused with all the forms there are", "[selector]") {
    for (const char* text : {"",
                             "lates",
                             "Latest",
                             "1.5",
                             "12a",
                             "99999999999999999999",
                             "step:",
                             "step:x",
                             "id:",
                             "tag:",
                             "lowest:",
                             "lowest:loss",
                             "lowest:/loss",
                             "best:eval/",
                             "run@",
                             "@latest",
                             "run@what",
                             " latest",
                             "best",
                             "middle:eval/loss"}) {
        INFO("'" << text << "'");
        REQUIRE_THROWS_SAYING(Selector::parse(text), InvalidArgument, "best:GROUP/METRIC");
    }
}

TEST_CASE("the last word of a label says which end is the best", "[selector]") {
    CHECK(direction_of("loss") == Best::lowest);
    CHECK(direction_of("val_Loss") == Best::lowest);
    CHECK(direction_of("per-token perplexity") == Best::lowest);
    CHECK(direction_of("accuracy") == Best::highest);
    CHECK(direction_of("top1/acc") == Best::highest);
    CHECK(!direction_of("grad_norm"));
    CHECK(!direction_of("lossy"));
    CHECK(!direction_of(""));
    CHECK(!direction_of("loss_"));
}

}  // namespace
}  // namespace ckptlite::test
