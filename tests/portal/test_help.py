from notices.models import Article
from notices.texts import REFERENCE
from operations.generation import bump
from tests.base import names
from tests.portal.base import PortalTestCase


class HelpTests(PortalTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.article = Article.objects.create(
            organisation=self.w.mvv,
            code="pay-online",
            topic="payment",
            titles=names("Pay your bill online", "बिल ऑनलाइन भरें"),
            bodies=names("Open the page.\n\nChoose <your> account.", "पेज खोलें"),
            words=["bill payment"],
            search_text="pay your bill online",
        )
        bump(REFERENCE)

    def test_it_shows_the_danger_number_first_and_whom_to_call(self) -> None:
        page = self.client.get("/help/")
        self.assertContains(page, 'href="tel:112"')
        self.assertContains(page, 'href="tel:1912"')

    def test_it_finds_an_article_of_a_company_below(self) -> None:
        page = self.client.get("/help/", {"q": "bill"})
        self.assertContains(page, "/help/UPP/pay-online/")
        self.assertContains(page, "Pay your bill online")

    def test_it_says_when_nothing_fits(self) -> None:
        for typed in ("zebra", "\x00", "%", "ॐ" * 500):
            page = self.client.get("/help/", {"q": typed})
            self.assertEqual(page.status_code, 200)
        self.assertContains(page, "Nothing fits these words")

    def test_it_lists_the_topics_of_an_organisation(self) -> None:
        Article.objects.filter(pk=self.article.pk).update(organisation=self.w.upp)
        bump(REFERENCE)
        page = self.client.get("/help/", {"org": "UPP"})
        self.assertContains(page, "Paying online")
        self.assertContains(page, "Pay your bill online")

    def test_it_shows_an_article_in_the_readers_language(self) -> None:
        page = self.client.get("/help/UPP/pay-online/")
        self.assertContains(page, "<p>Choose &lt;your&gt; account.</p>")
        page = self.client.get(
            "/help/UPP/pay-online/", headers={"accept-language": "hi"}
        )
        self.assertContains(page, "बिल ऑनलाइन भरें")

    def test_it_knows_no_other_article(self) -> None:
        self.assertEqual(self.client.get("/help/UPP/nothing/").status_code, 404)
        self.assertEqual(self.client.get("/help/NOBODY/pay-online/").status_code, 404)
