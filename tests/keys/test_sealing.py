"""What is sealed opens in its own place alone, and otherwise not at all (RC-5)."""

from __future__ import annotations

import base64
import itertools
import random
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connections, transaction
from django.db.utils import DatabaseError, OperationalError

from channel.models import ChannelCase
from prevent_portal.keys import ciphers
from prevent_portal.keys.envelopes import Envelope
from prevent_portal.keys.key_ring import key_ring
from prevent_portal.keys.models import CouncilKey, DataKey
from prevent_portal.keys.refusals import Altered, CannotOpen, KeyErased, KeyStoreAway, NoKey
from prevent_portal.keys.services.erasure import erase_key
from prevent_portal.keys.services.sealing import open_rows, open_sealed, seal
from tests.channel.factories import PanelWorld, panel_world
from tests.figures import RecordFigure

pytestmark = pytest.mark.django_db
ALPHA, BRAVO = "a first invented text", "a second invented text"


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


@pytest.fixture
def southwark() -> PanelWorld:
    return panel_world("southwark")


def new_case(council_id: int, text: str = ALPHA, pk: UUID | None = None) -> ChannelCase:
    """A sealed case that is in no table; the key store has its key."""
    case = ChannelCase(pk=pk or uuid4(), council_id=council_id)
    seal(case, summary=text)
    return case


def test_a_row_that_is_loaded_shows_nothing_until_it_is_opened(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        case = ChannelCase.objects.get(pk=barnet.case.pk)
    assert isinstance(case.summary, Envelope)
    assert (str(case.summary), repr(case.summary), f"{case.summary}") == ("sealed", "<Envelope>", "sealed")
    assert barnet.canary.encode() not in case.summary.sealed
    assert open_sealed(case)["summary"].startswith(f"An invented summary {barnet.canary} for a test: ")
    assert isinstance(case.summary, Envelope)


def test_the_cipher_is_aes_256_gcm_of_the_library_with_the_place_as_associated_data() -> None:
    key, nonce = bytes(range(32)), bytes(range(12))
    bound = b"\x01" + b"\x00\x00\x00\x01a" + b"\x00\x00\x00\x02bc"
    sealed = b"\x01" + nonce + AESGCM(key).encrypt(nonce, b"text", bound)
    assert ciphers.decrypt(key, sealed, ["a", "bc"]) == b"text"
    with pytest.raises(Altered):
        ciphers.decrypt(key, sealed, ["ab", "c"])


def test_the_primitive_gives_the_published_answer() -> None:
    """Test case 16 of the GCM specification (McGrew and Viega), 256-bit key with associated data."""
    key = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    nonce = bytes.fromhex("cafebabefacedbaddecaf888")
    content = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    bound = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    assert AESGCM(key).encrypt(nonce, content, bound).hex().endswith("76fc6ece0f4e1768cddf8853bb2d551b")


def test_every_bit_of_the_ciphertext_counts() -> None:
    key = ciphers.new_key()
    sealed = ciphers.encrypt(key, b"x", ["place"])
    for number in range(8 * len(sealed)):
        changed = bytearray(sealed)
        changed[number // 8] ^= 1 << number % 8
        with pytest.raises(Altered):
            ciphers.decrypt(key, bytes(changed), ["place"])
    for length in range(len(sealed)):
        with pytest.raises(Altered):
            ciphers.decrypt(key, sealed[:length], ["place"])


def test_ciphertext_opens_in_no_other_row_field_table_council_or_version() -> None:
    case = new_case(1)
    same_record = ChannelCase(pk=case.pk, council_id=1, summary=case.summary, sealed_version=1)
    assert open_sealed(same_record)["summary"] == ALPHA
    places = [*case.place_of(ChannelCase.sealed_fields()[0])]
    key = ciphers.new_key()
    sealed = ciphers.encrypt(key, b"x", places)
    assert ciphers.decrypt(key, sealed, places) == b"x"
    for number in range(len(places)):
        elsewhere = [*places[:number], f"{places[number]}0", *places[number + 1 :]]
        with pytest.raises(Altered):
            ciphers.decrypt(key, sealed, elsewhere)


def test_ciphertext_copied_to_another_row_or_council_is_refused() -> None:
    case, neighbour, foreign = new_case(1), new_case(1, BRAVO), new_case(2, BRAVO)
    for target in (neighbour, foreign):
        target.summary = case.summary
        with pytest.raises(Altered):
            open_sealed(target)


def test_a_key_copied_with_the_ciphertext_to_another_row_is_refused_too() -> None:
    """Who may write to both databases gains nothing by moving the wrapped key along."""
    case, neighbour, foreign = new_case(1), new_case(1, BRAVO), new_case(2, BRAVO)
    key = DataKey.objects.get(subject=case.pk)
    for target in (neighbour, foreign):
        DataKey.objects.filter(subject=target.pk).update(wrapped=bytes(key.wrapped or b""))
        target.summary = case.summary
        with pytest.raises(Altered):
            open_sealed(target)
    CouncilKey.objects.filter(council_id=2).update(
        wrapped=bytes(CouncilKey.objects.get(council_id=1).wrapped)
    )
    with pytest.raises(Altered):
        open_sealed(foreign)


def test_an_earlier_text_of_the_same_field_is_refused() -> None:
    case = new_case(1)
    earlier = case.summary
    every = ["national_reference", "summary", "owner_now", "sealed_version"]
    assert seal(case, summary=BRAVO) == every, "one sealing of a row is one of all its texts"
    assert open_sealed(case)["summary"] == BRAVO
    case.summary = earlier
    with pytest.raises(Altered):
        open_sealed(case)


def test_a_hundred_random_swaps_open_nothing() -> None:
    assert swaps(100) == 0


@pytest.mark.figures("sealed fields swapped at random", only=True)
def test_a_hundred_thousand_random_swaps_open_nothing(record_figure: RecordFigure) -> None:
    opened = swaps(100_000)
    assert opened == 0
    record_figure(
        "sealed fields swapped at random",
        {"swaps": 100_000, "opened": opened},
        control={"without the place, swaps that open": swaps(1_000, bound=False)},
    )


def swaps(times: int, *, bound: bool = True) -> int:
    """Put a ciphertext into a random other place under the same key; return how many opened."""
    key, choose = ciphers.new_key(), random.Random(7)
    places = list(itertools.product("12", ["case", "review"], map(str, range(25)), ["summary", "note"], "12"))
    sealed = {place: ciphers.encrypt(key, b"x", place if bound else []) for place in places}
    opened = 0
    for _ in range(times):
        one, other = choose.sample(places, 2)
        try:
            ciphers.decrypt(key, sealed[one], other if bound else [])
        except Altered:
            continue
        opened += 1
    return opened


def nonces(times: int) -> int:
    key = ciphers.new_key()
    return len({ciphers.encrypt(key, b"", [])[1 : 1 + ciphers.NONCE_BYTES] for _ in range(times)})


def test_no_nonce_comes_twice() -> None:
    assert nonces(5_000) == 5_000


@pytest.mark.figures("nonces of sealed fields", only=True)
def test_no_nonce_comes_twice_in_a_million(record_figure: RecordFigure) -> None:
    assert nonces(1_000_000) == 1_000_000
    short = {random.Random(seed).randbytes(4) for seed in range(1_000_000)}
    record_figure(
        "nonces of sealed fields",
        {"drawn": 1_000_000, "met again": 0},
        control={"with 32 bits instead of 96, met again": 1_000_000 - len(short)},
    )


def ring(settings: Any, **keys: bytes) -> None:
    settings.KEY_ENCRYPTION_KEYS = [f"{name}:{base64.b64encode(key).decode()}" for name, key in keys.items()]


def test_a_wrong_or_missing_key_encryption_key_opens_nothing(settings: Any) -> None:
    case = new_case(1)
    name, right = key_ring().current, key_ring().key(key_ring().current)
    ring(settings, other=bytes(32))
    with pytest.raises(NoKey, match=f"no key of the name '{name}'"):
        open_sealed(case)
    settings.KEY_ENCRYPTION_KEYS = [f"{name}:{base64.b64encode(bytes(32)).decode()}"]
    with pytest.raises(Altered):
        open_sealed(case)
    settings.KEY_ENCRYPTION_KEYS = [f"{name}:{base64.b64encode(right).decode()}"]
    assert open_sealed(case)["summary"] == ALPHA


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([], "holds no key"),
        (["no-colon"], "Key 1 of KEY_ENCRYPTION_KEYS is not name:key"),
        (["a b:AAAA"], "is not name:key"),
        (["short:AAAA"], "'short' of KEY_ENCRYPTION_KEYS is not 32 bytes"),
        (["bad:%%%"], "'bad' of KEY_ENCRYPTION_KEYS is not 32 bytes"),
        ([f"a:{base64.b64encode(bytes(32)).decode()}"] * 2, "names 'a' twice"),
    ],
)
def test_a_malformed_ring_is_named_without_its_keys(settings: Any, entries: list[str], words: str) -> None:
    settings.KEY_ENCRYPTION_KEYS = entries
    with pytest.raises(ImproperlyConfigured, match=words) as refused:
        key_ring()
    assert "AAAA" not in str(refused.value)


def test_a_plain_text_never_reaches_the_database(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        for plain in (ALPHA, ALPHA.encode(), Envelope(b"short"), memoryview(b"x" * 60)):
            with pytest.raises(TypeError, match="seal the text first"), transaction.atomic():
                ChannelCase.objects.filter(pk=barnet.case.pk).update(summary=plain)
        with (
            pytest.raises(DatabaseError, match="channel_channelcase_summary_is_sealed"),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute("UPDATE channel_channelcase SET summary = %s", [ALPHA.encode() * 5])


@pytest.mark.parametrize("lookup", ["summary", "summary__contains", "summary__length", "summary__gt"])
def test_nothing_is_searched_by_what_is_sealed(lookup: str) -> None:
    with pytest.raises((FieldError, TypeError)):
        str(ChannelCase.objects.filter(**{lookup: "x"}).query)


def test_many_rows_open_with_one_question_to_the_key_store(
    django_assert_num_queries: Any,
) -> None:
    rows = [new_case(1, f"text {number}") for number in range(10)]
    with django_assert_num_queries(1, connection=connections["key_store"]):
        assert [texts["summary"] for texts in open_rows(rows)] == [f"text {n}" for n in range(10)]
    assert open_rows([]) == []


def test_a_text_that_is_too_long_or_of_no_sealed_field_is_refused() -> None:
    case = ChannelCase(pk=uuid4(), council_id=1)
    with pytest.raises(ValueError, match="summary has more than 1500 characters"):
        seal(case, summary="x" * 1_501)
    with pytest.raises(ValueError, match=r"police_area of channel\.ChannelCase are not sealed fields"):
        seal(case, police_area="x")
    assert not DataKey.objects.exists()


def test_an_erased_key_stays_erased_and_is_never_made_again() -> None:
    case = new_case(1)
    with transaction.atomic():
        assert erase_key(row=case) is True
        assert erase_key(row=case) is False
    with pytest.raises(KeyErased):
        open_sealed(case)
    with pytest.raises(KeyErased):
        seal(case, summary=BRAVO)
    with pytest.raises(DatabaseError, match="was destroyed"), transaction.atomic(using="key_store"):
        DataKey.objects.filter(subject=case.pk).update(wrapped=b"x", erased_at=None)


def test_the_login_of_the_portal_cannot_remove_a_key_or_empty_the_store() -> None:
    new_case(1)
    for wish in ("DELETE FROM keys_datakey", "TRUNCATE keys_datakey", "DROP TABLE keys_datakey"):
        with (
            pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
            transaction.atomic(using="key_store"),
            connections["key_store"].cursor() as cursor,
        ):
            cursor.execute(wish)


@pytest.fixture
def store_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A key store whose connection fails."""

    def refused(*args: Any) -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(type(connections["key_store"]), "_cursor", _only_default(refused))
        yield


def _only_default(refused: Any) -> Any:
    cursor = type(connections["default"])._cursor

    def chosen(self: Any, *args: Any) -> Any:
        return refused() if self.alias == "key_store" else cursor(self, *args)

    return chosen


def test_without_the_key_store_nothing_opens_and_nothing_is_written(
    request: pytest.FixtureRequest,
) -> None:
    case = new_case(1)
    request.getfixturevalue("store_away")
    with pytest.raises(KeyStoreAway) as refused:
        open_sealed(case)
    assert refused.value.sentence == "This case cannot be opened just now."
    with pytest.raises(KeyStoreAway):
        seal(ChannelCase(pk=uuid4(), council_id=1), summary=ALPHA)


def test_every_refusal_says_the_same_to_a_person() -> None:
    sentences = {kind("why", noun="case").sentence for kind in (Altered, NoKey, KeyErased, KeyStoreAway)}
    assert sentences == {"This case cannot be opened just now."}
    assert issubclass(KeyErased, CannotOpen)
