# ruff: noqa: E501 - the list below is a table
"""Template tags of the design system. Page authors need to read only this list.

Start every page with  {% extends "base.html" %}{% load govuk %}  and fill the blocks
  page_title (what the tab says before "- Prevent Portal"), breadcrumbs, content (starts with the h1),
  before_content (back link), wide (set to "wide" for a page as wide as the screen), scripts (module scripts).
base.html prints, from the page's context: the error summary of `form` (or of the list `forms`), messages as
banners, navigation, council, marking. Wrap text in  <div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">.

FORMS (classes in prevent_portal.web.forms)
  {% govuk_form form button="Save and continue" %}           whole form: token, fields, button
  {% govuk_form form button="Delete" warning=True cancel="/back/" action="/elsewhere/" %}
  {% govuk_form form method="get" button="Apply filters" %}
  {% govuk_fields form %}   or   {{ form.name.as_field_group }}   inside a <form> of your own
  {% error_summary form %}   {% error_summary form formset %}   only where base.html cannot know the form

STATUS IN WORDS
  {% tag "In progress" "blue" %}         colours: grey green teal blue purple magenta red orange yellow, "" is default
  {% rating "amber" "At risk" %}         red, amber, green, blue (complete) or grey (not rated): mark, name and words
  {% cell value %}                        prints text, number 1,007, date, None, Link, Tag, Rating or a list of them

LISTS AND TABLES (values in prevent_portal.web.components)
  {% summary_list rows %}                 rows: SummaryRow(key, value, href="", action="Change")   plain=True: no lines
  {% table table %}                       Table(caption, [Column("Due", numeric=False, header=False)], rows, footer=())
                                          stacks=True: on a telephone each row becomes a block, cells labelled
                                          sortable heads: Sorting(request, {...}).column("due", "Due date")
  {% scroll "What the table shows" %}<table class="govuk-table">...</table>{% endscroll %}   a table written by hand
  {% pagination links %}                  page, links = paginate(request, queryset, per_page=25)
  {% task_list tasks %}                   Task(title, status, href="", hint="", colour="")
  {% timeline items %}                    TimelineItem(title, at, by="", body="", status=None, href="")
  {% stat_tiles tiles %}                  StatTile(label, figure, words="", href="", tone="" | good | warning | bad)
  {% breadcrumbs crumbs %}                Crumb(text, href=""), the last without an address

TEXT
  {% inset %}...{% endinset %}     {% warning %}You cannot undo this.{% endwarning %}
  {% details "Where the figures come from" %}...{% enddetails %}
  {% banner "Important" %}...{% endbanner %}     {% banner "Success" success=True %}...{% endbanner %}
  {% card "Barnet plan" %}...{% endcard %}       {% empty_state "No actions yet" %}What it is for.{% endempty_state %}
  {% empty_state "No boards yet" href=add_href action="Add a board" %}...     the link is left out without an href
  {% button "Add an action" href="/add/" %}      kind="secondary" or "warning"; without href a submit button
  {% file_link href "Progress note" "application/pdf" 123456 %}    -> Progress note (PDF, 123 KB)
  {% timestamp moment %}                          <time> with a British date
  {% job_progress url=".../status.json" check_url="" percent=10 step="Drawing the charts" %}   load progress.mjs:
     {% block scripts %}<script type="module" src="{% static 'progress.mjs' %}"></script>{% endblock %}

CHARTS (prevent_portal.web.charts)
  {% chart chart %}                       BarChart, LineChart or StackedBar, with caption and the figures as a table
  {% chart chart for_print=True %}        in a document: the table is always open

FILTERS
  {{ date|british_date }} 31 March 2019   {{ moment|british_datetime }} 31 March 2019 at 2:30pm
  {{ 1007|number }} 1,007   {{ 84.72|percent }} 85%   {{ 84.72|percent:85 }} 84.7%   {{ 123456|file_size }} 123 KB
  {{ 2|plural:"action" }} 2 actions       {{ 1|plural:"return is,returns are" }} 1 return is
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from prevent_portal.web import dates, numbers
from prevent_portal.web.charts import Chart
from prevent_portal.web.components import Column, Crumb, Link, PageLinks, Rating, Table, Tag
from prevent_portal.web.forms import problems_of

register = template.Library()

RATING_NAMES = {"red": "Red", "amber": "Amber", "green": "Green", "blue": "Blue", "grey": "Not rated"}
RATING_WORDS = {"red": "off track", "amber": "at risk", "green": "on track", "blue": "complete", "grey": ""}
FILE_KINDS = {
    "application/pdf": "PDF",
    "text/csv": "CSV",
    "text/plain": "text",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/vnd.ms-excel": "Excel",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/msword": "Word",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
    "application/vnd.oasis.opendocument.text": "ODT",
    "image/png": "PNG image",
    "image/jpeg": "JPEG image",
    "application/zip": "ZIP",
}

NOTHING = mark_safe('<span class="portal-secondary">–<span class="govuk-visually-hidden">none</span></span>')


def _render(name: str, context: dict[str, Any]) -> SafeString:
    return mark_safe(get_template(f"components/{name}.html").render(context).strip())  # noqa: S308 - a template's own output


@lru_cache(maxsize=512)
def _mark(component: str, **context: str) -> SafeString:
    """Draw a mark that depends on its few words only: a long table holds the same ones over and over."""
    return _render(component, context)


# Forms --------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def govuk_form(
    context: template.Context,
    form: Any,
    button: str = "Continue",
    *,
    action: str = "",
    method: str = "post",
    cancel: str = "",
    cancel_words: str = "",
    warning: bool = False,
    secondary: bool = False,
) -> SafeString:
    """Print a whole form. Its error summary stands above the page's heading (base.html).

    Args:
        cancel: where somebody goes who does not want to.
        cancel_words: what that link says; "Cancel" would be ambiguous beside "Cancel the session".
    """
    token = context.get("csrf_token", "")
    return _render(
        "form",
        {
            "fields": form.render(),
            "button": button,
            "action": action,
            "method": method.lower(),
            "cancel": cancel,
            "cancel_words": cancel_words or "Cancel",
            "warning": warning,
            "secondary": secondary,
            "multipart": form.is_multipart(),
            "csrf_token": "" if token == "NOTPROVIDED" else token,  # noqa: S105 - Django's word for none
        },
    )


@register.simple_tag
def govuk_fields(form: Any) -> SafeString:
    """Print a form's fields without the form element."""
    return SafeString(form.render())


@register.simple_tag
def error_summary(*forms: Any) -> SafeString:
    """Print one summary of what is wrong in these forms, or nothing."""
    problems: list[dict[str, str]] = []
    for form in forms:
        for member in form if isinstance(form, list | tuple) else [form]:
            if getattr(member, "is_bound", False):
                problems.extend(problems_of(member))
    return _render("error_summary", {"problems": problems})


@register.filter
def has_errors(form: Any) -> bool:
    """Return whether a sent form, or one of a list of them, was refused."""
    members = form if isinstance(form, list | tuple) else [form]
    return any(getattr(member, "is_bound", False) and not member.is_valid() for member in members)


# Status -------------------------------------------------------------------------------------------


@register.simple_tag
def tag(text: str, colour: str = "") -> SafeString:
    """Print a tag: words, with a colour beside them."""
    return _mark("tag", text=str(text), colour=str(colour))


@register.simple_tag
def rating(colour: str | Rating, words: str | None = None, *, name: str | None = None) -> SafeString:
    """Print a rating as mark, name of the colour, and words."""
    shown = colour
    if isinstance(shown, Rating):
        colour, words, name = str(shown.colour), shown.words or None, shown.name or None
    colour = str(colour or "grey").lower()
    return _mark(
        "rating",
        colour=colour if colour in RATING_NAMES else "grey",
        name=RATING_NAMES.get(colour, "Not rated") if name is None else str(name),
        words=RATING_WORDS.get(colour, "") if words is None else str(words),
    )


@register.simple_tag
def cell(value: Any) -> SafeString:
    """Print one value of a table or summary list in the way people expect it."""
    if value is None:
        return NOTHING
    if isinstance(value, Tag):
        return tag(value.text, value.colour)
    if isinstance(value, Rating):
        return rating(value)
    if isinstance(value, Link):
        current = mark_safe(' aria-current="page"') if value.current else ""
        about = (
            format_html('<span class="govuk-visually-hidden"> {}</span>', value.about) if value.about else ""
        )
        link = format_html(
            '<a class="govuk-link" href="{}"{}>{}{}</a>', value.href, current, value.text, about
        )
        return (
            format_html('{}<br><span class="govuk-hint portal-cell-hint">{}</span>', link, value.hint)
            if value.hint
            else link
        )
    if isinstance(value, bool):
        return SafeString("Yes" if value else "No")
    if isinstance(value, dt.datetime | dt.date):
        return timestamp(value)
    if isinstance(value, int | float | Decimal | Fraction):
        return SafeString(conditional_escape(numbers.number(value)))
    if isinstance(value, list | tuple):
        return format_html_join(mark_safe("<br>"), "{}", ((cell(entry),) for entry in value))
    return SafeString(conditional_escape(value))


# Lists and tables ---------------------------------------------------------------------------------


@register.simple_tag
def summary_list(rows: Sequence[Any], *, plain: bool = False) -> SafeString:
    """Print pairs of a name and a value."""
    rows = list(rows)
    has_actions = any(row.get("href") if isinstance(row, dict) else row.href for row in rows)
    return _render("summary_list", {"rows": rows, "plain": plain, "has_actions": has_actions})


@register.simple_tag
def table_row(line: Iterable[tuple[Column, Any]], *, stacks: bool = False) -> SafeString:
    """Print the cells of one row. A page may hold thousands, so a template node for each would be felt."""
    cells = []
    for column, value in line:
        element, kind = ('th scope="row"', "header") if column.header else ("td", "cell")
        numeric = f" govuk-table__{kind}--numeric" if column.numeric and kind == "cell" else ""
        if stacks:
            # What is drawn as blocks is a table to a screen reader only by these roles.
            role = "rowheader" if column.header else "cell"
            element += f' role="{role}" data-label="{conditional_escape(column.label)}"'
        cells.append(f'<{element} class="govuk-table__{kind}{numeric}">{cell(value)}</{element[:2]}>')
    return mark_safe("".join(cells))  # noqa: S308 - cell() escapes what it prints


@register.simple_tag(name="table")
def print_table(table: Table) -> SafeString:
    """Print a table in a region that scrolls by keyboard where it is wider than the screen."""
    return _render("table", {"table": table})


@register.simple_block_tag
def scroll(content: str, label: str) -> SafeString:
    """Wrap a table written by hand in a region that scrolls by keyboard."""
    return format_html(
        '<div class="portal-scroll" role="region" aria-label="{}" tabindex="0">{}</div>', label, content
    )


@register.simple_tag
def pagination(links: PageLinks, *, label: str = "Pages") -> SafeString:
    """Print the links between the pages of a list."""
    return _render("pagination", {"links": links, "label": label})


@register.simple_tag
def task_list(tasks: Sequence[Any], *, prefix: str = "task") -> SafeString:
    """Print tasks with their status. Give a prefix where a page holds several lists."""
    return _render("task_list", {"tasks": tasks, "prefix": prefix})


@register.simple_tag
def timeline(items: Sequence[Any], *, level: int = 3) -> SafeString:
    """Print events, newest first; level is the level of their headings."""
    return _render("timeline", {"items": items, "level": level})


@register.simple_tag
def stat_tiles(tiles: Sequence[Any]) -> SafeString:
    """Print figures with the words that say what they mean."""
    return _render("stat_tiles", {"tiles": tiles})


@register.simple_tag
def breadcrumbs(crumbs: Sequence[Crumb | tuple[str, str]]) -> SafeString:
    """Print where the page lies. Takes Crumb values or pairs of text and address."""
    steps = [crumb if not isinstance(crumb, tuple) else Crumb(*crumb) for crumb in crumbs]
    return _render("breadcrumbs", {"crumbs": steps})


# Text ---------------------------------------------------------------------------------------------


@register.simple_block_tag
def inset(content: str) -> SafeString:
    """Print a paragraph set apart by a line at its side."""
    return format_html('<div class="govuk-inset-text">{}</div>', content)


@register.simple_block_tag
def warning(content: str) -> SafeString:
    """Print a warning."""
    return format_html(
        '<div class="govuk-warning-text"><span class="govuk-warning-text__icon" aria-hidden="true">!</span>'
        '<strong class="govuk-warning-text__text">'
        '<span class="govuk-visually-hidden">Warning</span>{}</strong></div>',
        content,
    )


@register.simple_block_tag
def details(content: str, summary: str, *, open: bool = False) -> SafeString:  # noqa: A002 - HTML's word
    """Print text that opens on demand."""
    return format_html(
        '<details class="govuk-details"{}><summary class="govuk-details__summary">'
        '<span class="govuk-details__summary-text">{}</span></summary>'
        '<div class="govuk-details__text">{}</div></details>',
        mark_safe(" open") if open else "",
        summary,
        content,
    )


@register.simple_block_tag
def banner(
    content: str, title: str = "Important", *, success: bool = False, identity: str = "banner"
) -> SafeString:
    """Print a notification banner."""
    return _render(
        "notification_banner",
        {"content": mark_safe(content), "title": title, "success": success, "identity": identity},  # noqa: S308 - what the template wrote between the tags
    )


@register.simple_block_tag
def card(content: str, title: str, *, level: int = 2, href: str = "", action: str = "View") -> SafeString:
    """Print a bordered box with a heading and, with href, a link in its head."""
    link = (
        format_html(
            '<div class="govuk-summary-card__actions"><a class="govuk-link" href="{}">{}'
            '<span class="govuk-visually-hidden"> {}</span></a></div>',
            href,
            action,
            title,
        )
        if href
        else ""
    )
    return format_html(
        '<div class="govuk-summary-card"><div class="govuk-summary-card__title-wrapper">'
        '<h{} class="govuk-summary-card__title">{}</h{}>{}</div>'
        '<div class="govuk-summary-card__content">{}</div></div>',
        level,
        title,
        level,
        link,
        content,
    )


@register.simple_block_tag
def empty_state(content: str, title: str, *, level: int = 2, href: str = "", action: str = "") -> SafeString:
    """Print what a list says when it holds nothing: what it is for, and the next step of whoever may take it.

    Args:
        href: where the next step is taken; empty for somebody who may not.
        action: what the link to it says.
    """
    context = {
        "content": mark_safe(content),  # noqa: S308 - what the template wrote between the tags
        "title": title,
        "level": level,
        "href": href,
        "action": action,
    }
    return _render("empty_state", context)


@register.simple_tag
def button(text: str, *, href: str = "", kind: str = "", name: str = "", value: str = "") -> SafeString:
    """Print a link that looks like a button, or a submit button."""
    classes = f"govuk-button govuk-button--{kind}" if kind else "govuk-button"
    if href:
        return format_html(
            '<a href="{}" role="button" draggable="false" class="{}" data-module="govuk-button">{}</a>',
            href,
            classes,
            text,
        )
    extra = format_html(' name="{}" value="{}"', name, value) if name else ""
    return format_html(
        '<button type="submit" class="{}" data-module="govuk-button"{}>{}</button>', classes, extra, text
    )


@register.simple_tag
def file_link(href: str, name: str, content_type: str = "", size: int | None = None) -> SafeString:
    """Print a link to a file with its type and size."""
    kind = FILE_KINDS.get(content_type.partition(";")[0].strip(), "file")
    parts = ", ".join(part for part in (kind, numbers.file_size(size)) if part)
    return _render("file_link", {"href": href, "name": name, "kind": parts})


@register.simple_tag
def timestamp(moment: dt.date | dt.datetime | None) -> SafeString:
    """Print a date or a moment for people, and for machines in the attribute."""
    if moment is None:
        return SafeString("")
    words = dates.british_datetime(moment) if isinstance(moment, dt.datetime) else dates.british_date(moment)
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), words)


@register.simple_tag
def job_progress(
    *, url: str, check_url: str = "", percent: int = 0, step: str = "", label: str = "Progress"
) -> SafeString:
    """Print the progress of a job; progress.mjs keeps it up to date, the link serves everybody else."""
    return _render(
        "job_progress", {"url": url, "check_url": check_url, "percent": percent, "step": step, "label": label}
    )


@register.simple_tag(name="chart")
def print_chart(chart: Chart, *, for_print: bool = False, open: bool = False) -> SafeString:  # noqa: A002 - HTML's word
    """Print a chart with its caption and the figures as a table."""
    return _render("chart", {"chart": chart, "svg": chart.svg, "for_print": for_print, "open": open})


# Filters ------------------------------------------------------------------------------------------


@register.filter
def british_date(value: Any) -> str:
    """Return 31 March 2019."""
    return dates.british_date(value or None)


@register.filter
def british_datetime(value: Any) -> str:
    """Return 31 March 2019 at 2:30pm."""
    return dates.british_datetime(value or None)


@register.filter
def number(value: Any) -> str:
    """Return 1,007."""
    return "" if value is None or value == "" else numbers.number(value)


@register.filter
def percent(value: Any, target: Any = None) -> str:
    """Return 85%, or 84.7% where 85 is the target."""
    return "" if value is None or value == "" else numbers.percent(value, target=target)


@register.filter
def file_size(value: Any) -> str:
    """Return 123 KB."""
    return "" if value is None or value == "" else numbers.file_size(value)


@register.filter
def plural(count: int, noun: str) -> str:
    """Return "1 action" or "1,007 actions"; for other plurals give both, separated by a comma."""
    one, _, many = noun.partition(",")
    return numbers.counted(count, one, many or f"{one}s")
