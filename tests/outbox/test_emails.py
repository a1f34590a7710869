"""E-mail leaves once, through a real mail server; one that is away delays and never loses or doubles."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage, send_mail
from django.utils import timezone
from pytest_django.fixtures import Settings

from prevent_portal.accounts.enums import Role
from prevent_portal.outbox.enums import EmailState
from prevent_portal.outbox.models import Email
from prevent_portal.outbox.services import emails
from prevent_portal.outbox.services.emails import queue_email
from prevent_portal.tenancy.scope import service_scope
from tests.factories import CouncilFactory, member
from tests.outbox.conftest import Processes
from tests.outbox.mail_server import MailServer
from tests.outbox.processes import wait_until
from tests.outbox.test_kills import ask

BROKER_ALONE = pytest.mark.django_db(transaction=True)


@pytest.fixture
def delivered(settings: Settings, mail_server: MailServer) -> MailServer:
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    settings.EMAIL_TIMEOUT = 5
    return mail_server


def queue(key: str | None = None) -> Email:
    email = queue_email(
        recipient="person@example.org",
        subject="Report R1\nis ready",
        text="A link.",
        html="<p>A link.</p>",
        effect_key=key,
    )
    assert email is not None
    return email


def let_the_wait_pass(email: Email) -> None:
    Email.objects.filter(pk=email.pk).update(claimed_until=timezone.now())


@pytest.mark.django_db
def test_a_message_leaves_once_and_its_body_is_blanked(delivered: MailServer) -> None:
    email = queue()
    assert emails.send(email_id=email.pk) is True
    assert emails.send(email_id=email.pk) is False
    email.refresh_from_db()
    assert (email.state, email.text, email.html) == (EmailState.SENT, "", "")
    [message] = delivered.kept
    assert message["Subject"] == "Report R1 is ready"
    assert message["To"] == "person@example.org"
    assert message["Message-ID"] == email.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@pytest.mark.django_db
def test_the_same_effect_key_is_one_message(delivered: MailServer) -> None:
    queue("report-ready:1")
    assert queue_email(recipient="a@example.org", subject="s", text="t", effect_key="report-ready:1") is None
    assert Email.objects.count() == 1


@pytest.mark.django_db
def test_a_server_that_is_away_or_busy_delays_the_message(delivered: MailServer) -> None:
    email = queue()
    delivered.stop()
    assert emails.send(email_id=email.pk) is False
    delivered.start()
    assert emails.send(email_id=email.pk) is False, "it waits before the next try"
    let_the_wait_pass(email)
    delivered.refuse_with("451")
    assert emails.send(email_id=email.pk) is False
    let_the_wait_pass(email)
    delivered.refuse_with("")
    assert emails.send(email_id=email.pk) is True
    email.refresh_from_db()
    assert (email.state, email.attempts) == (EmailState.SENT, 3)
    assert len(delivered.kept) == 1


@pytest.mark.django_db
def test_an_address_that_is_refused_for_good_is_given_up(delivered: MailServer) -> None:
    email = queue()
    delivered.refuse_with("550")
    assert emails.send(email_id=email.pk) is False
    email.refresh_from_db()
    assert (email.state, email.text, email.html) == (EmailState.FAILED, "", "")
    assert delivered.kept == []


@pytest.mark.django_db
def test_a_message_is_given_up_after_a_hundred_refusals_or_a_fortnight_alone(
    delivered: MailServer,
) -> None:
    refused, waiting, old = queue(), queue(), queue()
    Email.objects.update(attempts=emails.MOST_ATTEMPTS - 1)
    Email.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=15))
    delivered.refuse_with("451")
    assert emails.send(email_id=refused.pk) is False
    delivered.stop()
    assert emails.send(email_id=waiting.pk) is emails.send(email_id=old.pk) is False
    states = [Email.objects.get(pk=email.pk).state for email in (refused, waiting, old)]
    assert states == [EmailState.FAILED, EmailState.QUEUED, EmailState.FAILED]


@pytest.mark.django_db
def test_a_message_in_somebodys_hands_is_left_alone(delivered: MailServer) -> None:
    email = queue()
    Email.objects.filter(pk=email.pk).update(
        state=EmailState.SENDING, claimed_until=timezone.now() + timedelta(seconds=30)
    )
    assert emails.send(email_id=email.pk) is False
    assert delivered.kept == []


@pytest.mark.django_db
def test_djangos_own_mail_goes_through_the_outbox_and_carries_no_file(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "prevent_portal.outbox.mail.OutboxEmailBackend"
    assert (
        send_mail("Subject", "Text", None, ["a@example.org", "b@example.org"], html_message="<p>x</p>") == 1
    )
    assert set(Email.objects.values_list("recipient", "text", "html")) == {
        ("a@example.org", "Text", "<p>x</p>"),
        ("b@example.org", "Text", "<p>x</p>"),
    }
    message = EmailMessage("Subject", "Text", None, ["a@example.org"])
    message.attach("case.pdf", b"%PDF", "application/pdf")
    with pytest.raises(ValueError, match="never a file"):
        message.send()


@BROKER_ALONE
def test_mail_of_a_finished_job_arrives_once_though_the_mail_server_was_away(
    processes: Processes, mail_server: MailServer
) -> None:
    council = CouncilFactory.create()
    mail_server.stop()
    processes.worker(EMAIL_URL=mail_server.url)
    job = ask(council, "quick")
    wait_until(lambda: Email.objects.filter(attempts__gte=1).exists(), what="the first try")
    email = Email.objects.get(subject=f"Ready: {job.pk}")
    assert email.state in {EmailState.QUEUED, EmailState.SENDING}
    mail_server.start()
    wait_until(
        lambda: Email.objects.filter(state=EmailState.QUEUED).exists(), what="the end of the first try"
    )
    let_the_wait_pass(email)
    processes.beat()
    wait_until(lambda: Email.objects.filter(state=EmailState.SENT).exists(), what="the delivery")
    assert [message["Subject"] for message in mail_server.kept] == [f"Ready: {job.pk}"]


@BROKER_ALONE
def test_a_message_whose_request_rolled_back_never_leaves(
    processes: Processes, mail_server: MailServer
) -> None:
    council = CouncilFactory.create()
    with pytest.raises(RuntimeError, match="undone"), service_scope(council=council):
        queue("rolled back")
        raise RuntimeError("undone")
    member(council, Role.COORDINATOR)
    assert not Email.objects.filter(effect_key="rolled back").exists()
