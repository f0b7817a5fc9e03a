from datetime import date

from django.utils.translation import override

from notices import articles
from notices.models import Article
from officers.models import Area, Organisation
from operations.generation import bump
from tests.base import WorldTestCase, names


class ArticleTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.pay = self._article(
            "PAY", "payment", names("Pay your bill online", "बिल ऑनलाइन भरें"),
            names("Open the page and enter the consumer number.", "पेज खोलें."),
            words=["net banking", "bijli bill kaise bhare"],
        )  # fmt: skip
        self.tax = self._article(
            "TAX", "property_tax", names("Property tax", "संपत्ति कर", "मिळकत कर"),
            names("You can pay it with the water bill.", "पानी के बिल के साथ भरें."),
        )  # fmt: skip
        self.cut = self._article(
            "CUT", "water", names("Water on Thursdays"),
            names("No water in Kothrud on Thursdays."), area=self.w.kothrud,
        )  # fmt: skip
        self.water = self._article(
            "WATER", "water", names("Water supply", "पानी की आपूर्ति"),
            names("Hours of supply."),
        )  # fmt: skip
        bump("notices")

    def _article(
        self,
        code: str,
        topic: str,
        titles: dict[str, str],
        bodies: dict[str, str],
        words: list[str] | None = None,
        area: Area | None = None,
        organisation: Organisation | None = None,
        valid_to: date | None = None,
    ) -> Article:
        return Article.objects.create(
            organisation=organisation or self.w.pune, code=code, topic=topic,
            titles=titles, bodies=bodies, words=words or [], area=area,
            valid_to=valid_to,
            search_text=articles.search_words(titles, bodies, words or []),
        )  # fmt: skip

    def find(self, typed: str, **over: object) -> list[str]:
        found = articles.find([self.w.pune.pk], typed, **over)  # type: ignore[arg-type]  # the options of find
        return [article.code for article in found]

    def test_the_title_counts_for_more_than_the_text(self) -> None:
        assert self.find("how to pay the bill") == ["PAY", "TAX"]

    def test_it_reads_hindi_and_hinglish(self) -> None:
        assert self.find("बिल कैसे भरें")[0] == "PAY"
        assert self.find("bijlee bil kaise bharen")[0] == "PAY"
        assert self.find("संपत्ति कर")[0] == "TAX"

    def test_it_finds_by_the_beginning_of_a_word(self) -> None:
        assert self.find("prop") == ["TAX"]
        assert self.find("pr") == []

    def test_the_callers_area_comes_first(self) -> None:
        assert self.find("water", area=self.w.kothrud)[:2] == ["CUT", "WATER"]
        assert self.find("water")[:2] == ["WATER", "CUT"]

    def test_another_areas_news_is_left_out(self) -> None:
        assert self.find("water", area=self.w.aundh) == ["WATER", "TAX"]

    def test_nothing_typed_or_known_finds_nothing(self) -> None:
        for typed in ("", "   ", "zzzz", "🚱", "?" * 5000):
            assert self.find(typed) == []

    def test_another_organisations_articles_stay_there(self) -> None:
        assert articles.find([self.w.upp.pk], "water") == []

    def test_what_has_ended_is_not_found(self) -> None:
        end = date(2026, 11, 30)
        Article.objects.filter(pk=self.water.pk).update(valid_to=end)
        bump("notices")
        assert "WATER" not in self.find("supply")
        assert "WATER" in self.find("supply", on=end)
        assert "WATER" not in self.find("supply", on=date(2026, 12, 1))

    def test_it_keeps_to_the_limit(self) -> None:
        assert len(self.find("water", limit=2)) == 2

    def test_topics_hold_their_articles(self) -> None:
        found = articles.topics(self.w.pune)
        assert [t.code for t in found] == ["payment", "water", "property_tax"]
        assert [a.code for a in found[1].articles] == ["CUT", "WATER"]
        with override("en"):
            assert articles.topics(self.w.pune)[0].label == "Paying online"

    def test_one_is_found_by_its_code(self) -> None:
        assert articles.one(self.w.pune, "TAX") == self.tax
        assert articles.one(self.w.pune, "NONE") is None
        assert articles.one(self.w.upp, "TAX") is None

    def test_a_parents_article_serves_the_discom(self) -> None:
        shared = self._article(
            "METER", "meter", names("Meter"), names("Read it."), organisation=self.w.upp
        )
        bump("notices")
        assert articles.one(self.w.kes, "METER") == shared
        assert [t.code for t in articles.topics(self.w.kes)] == ["meter"]

    def test_it_asks_the_database_once(self) -> None:
        self.find("water")
        with self.assertNumQueries(0):
            self.find("bill")
