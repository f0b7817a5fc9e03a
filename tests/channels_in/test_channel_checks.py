"""What `manage.py check` refuses of a channel."""

from typing import Any

from channels_in.checks import check_simulator, check_wires
from channels_in.sms_twilio.wire import TwilioSms


class UntestedWire(TwilioSms):
    slug = "untested"


class WireCheckTests:
    def test_it_is_content_with_ours(self) -> None:
        assert check_wires(app_configs=None) == []

    def test_it_wants_tests_fixtures_and_a_page(self, settings: Any) -> None:
        settings.SUNWAI_CHANNELS = {"untested": f"{__name__}.UntestedWire"}
        found = check_wires(app_configs=None)
        assert {error.id for error in found} == {"channels_in.E002"}
        told = " ".join(error.msg for error in found)
        for path in (
            "tests/channels_in/test_untested.py", "tests/channels_in/fixtures/untested",
            "docs/channels/untested.md",
        ):  # fmt: skip
            assert path in told

    def test_it_is_silent_without_the_source_tree(
        self, settings: Any, tmp_path: Any
    ) -> None:
        settings.BASE_DIR = tmp_path
        settings.SUNWAI_CHANNELS = {"untested": f"{__name__}.UntestedWire"}
        assert check_wires(app_configs=None) == []


class SimulatorCheckTests:
    def test_it_refuses_another_host(self, settings: Any) -> None:
        for url in (
            "http://example.org:8001", "https://127.0.0.1:8001", "http://10.0.0.1",
            "http://127.0.0.1.example.org", "http://user@127.0.0.1:1",
            "http://127.0.0.1:1/path", "127.0.0.1:8001",
        ):  # fmt: skip
            settings.SUNWAI_SIMULATOR_URL = url
            (error,) = check_simulator(app_configs=None)
            assert error.id == "channels_in.E001"

    def test_it_takes_this_one(self, settings: Any) -> None:
        for url in (
            "",
            "http://127.0.0.1:8001",
            "http://localhost:1",
            "http://[::1]:1",
        ):
            settings.SUNWAI_SIMULATOR_URL = url
            assert check_simulator(app_configs=None) == []
