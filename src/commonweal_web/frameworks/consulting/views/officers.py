"""What the officers of a body do: put a draft to comment, follow it, answer each comment, publish the answers."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other
from commonweal_web.frameworks.consulting import documents, drafts, forms, office, pages, selectors, services
from commonweal_web.frameworks.consulting.phases import Phase, phase_of
from commonweal_web.frameworks.consulting.scopes import consultation_scope
from commonweal_web.frameworks.models import Comment, Consultation
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.views.pages import data_of, form_page

COMMENTS_A_PAGE = 50
FOLDER = "frameworks/consulting"
FORM = f"{FOLDER}/office_form.html"


@requires(Permission.MEASURE_DRAFT)
def consulting(request: HttpRequest) -> HttpResponse:
    """The consultations of one's own bodies."""
    context = {"title": "Consultations on drafts", **office.overview(request.user, clock.today())}
    return render(request, f"{FOLDER}/office_list.html", context)


@requires(Permission.MEASURE_DRAFT)
def new(request: HttpRequest) -> HttpResponse:
    """Put a draft to comment."""
    packs = selectors.drafts_of(request.user)
    initial = {"pack": request.GET.get("pack", ""), "title": ""}
    form = forms.NewForm(data_of(request), packs=packs, initial=initial)

    def act(answers: dict[str, Any]) -> Consultation:
        facts = {name: answers[name] for name in ("pack", "title", "introduction", "opens", "closes")}
        return services.create(by=request.user, now=clock.now(), **facts)

    return form_page(
        request,
        form,
        act,
        done=home,
        said="The consultation is made, and everybody can see it.",
        template=FORM,
        title="Put a draft to comment",
        button="Make the consultation",
        has_drafts=packs.exists(),
        making=True,
        cancel_url=reverse("frameworks:consulting"),
    )


@requires(Permission.MEASURE_DRAFT, consultation_scope)
def one(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """One consultation with its comments as they come."""
    show = request.GET.get("show", "")
    comments = selectors.for_officers(consultation, show=show, row=request.GET.get("row"))
    page = Paginator(comments, COMMENTS_A_PAGE).get_page(request.GET.get("page"))
    context = office.of_one(consultation, clock.now()) | office.comments(consultation, page, show)
    return render(request, f"{FOLDER}/office_one.html", context)


@requires(Permission.MEASURE_DRAFT, consultation_scope)
def edit(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """Before it opens, words and days; while it is open, a later last day."""
    if phase_of(consultation, clock.today()) is Phase.OPEN:
        return _extend(request, consultation)
    names = ("title", "introduction", "opens", "closes", "version")
    form = forms.WordsForm(data_of(request), initial={name: getattr(consultation, name) for name in names})

    def act(answers: dict[str, Any]) -> Consultation:
        return services.edit(consultation=consultation, by=request.user, now=clock.now(), **answers)

    return office_page(request, form, act, consultation, title="Change the consultation", said="The changes are saved.")


def _extend(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    form = forms.ExtendForm(data_of(request), initial={"version": consultation.version})

    def act(answers: dict[str, Any]) -> None:
        services.extend(consultation=consultation, by=request.user, now=clock.now(), **answers)

    return office_page(
        request,
        form,
        act,
        consultation,
        title="Let it stay open longer",
        said="The new last day is shown to everybody.",
    )


@requires(Permission.MEASURE_DRAFT, consultation_scope)
def withdraw(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """End it without answers."""
    form = forms.ReasonForm(data_of(request), initial={"version": consultation.version})

    def act(answers: dict[str, Any]) -> None:
        services.withdraw(consultation=consultation, by=request.user, now=clock.now(), **answers)

    return office_page(
        request,
        form,
        act,
        consultation,
        title="Withdraw the consultation",
        said="The consultation is withdrawn.",
        button="Withdraw it",
        intro="It takes no more comments, and its page says that it was withdrawn and why. This cannot be undone.",
    )


@requires(Permission.MEASURE_DRAFT, consultation_scope)
def comment(request: HttpRequest, consultation: Consultation, comment: Comment) -> HttpResponse:
    """Read a comment and answer it."""
    about = drafts.find(consultation.rows, comment.row)
    initial = {name: getattr(comment, name) for name in ("outcome", "answer", "version")}
    form = forms.AnswerForm(data_of(request), initial=initial)

    def act(answers: dict[str, Any]) -> Comment:
        return services.answer_comment(comment=comment, by=request.user, now=clock.now(), **answers)

    return form_page(
        request,
        form,
        act,
        done=lambda made: office.first_open(consultation, made.pk) or home(consultation),
        said="The answer is saved.",
        template=f"{FOLDER}/office_comment.html",
        title=f"Comment {documents.reference(comment)}",
        caption=consultation.title,
        consultation=consultation,
        comment=comment,
        about=about,
        facts=pages.facts_of(about) if about else [],
        may_answer=consultation.summary_at is None and not comment.hidden_reason,
        button="Save the answer",
        cancel_url=home(consultation),
        cancel_text="Back to all comments",
    )


@requires(Permission.MEASURE_DRAFT, consultation_scope)
def hide(request: HttpRequest, consultation: Consultation, comment: Comment) -> HttpResponse:
    """Hide a comment with a reason, or show a hidden one after all."""
    if comment.hidden_reason:
        form: Any = forms.VersionedForm(data_of(request), initial={"version": comment.version})
        act: Any = services.show_comment
        title, button = "Show the comment after all", "Show it"
    else:
        form = forms.ReasonForm(data_of(request), initial={"version": comment.version})
        act, title, button = services.hide_comment, "Hide the comment", "Hide it"
    return office_page(
        request,
        form,
        lambda answers: act(comment=comment, by=request.user, now=clock.now(), **answers),
        consultation,
        title=title,
        said="The comment is shown." if comment.hidden_reason else "The comment is hidden.",
        button=button,
        comment=comment,
        intro=office.HIDING if not comment.hidden_reason else "",
    )


@requires(Permission.MEASURE_DRAFT, consultation_scope)
def publish(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """Publish the answers, with a look at the changes that go with them."""
    form = forms.PublishForm(data_of(request), initial={"version": consultation.version})

    def act(answers: dict[str, Any]) -> Consultation:
        return services.publish(consultation=consultation, by=request.user, now=clock.now(), **answers)

    return form_page(
        request,
        form,
        act,
        done=reverse("frameworks:consultation_results", args=[consultation.pk]),
        said="The answers are published.",
        template=f"{FOLDER}/office_publish.html",
        title="Publish the answers",
        caption=consultation.title,
        button="Publish the answers",
        cancel_url=home(consultation),
        **office.before_publishing(consultation, clock.now()),
    )


@require_POST
@requires(Permission.MEASURE_DRAFT, consultation_scope)
def changes(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """List the changes again."""
    version = request.POST.get("version", "")
    services.list_changes(
        consultation=consultation,
        version=int(version) if version.isdecimal() and len(version) < 10 else None,
        by=request.user,
        now=clock.now(),
    )
    return see_other(reverse("frameworks:consultation_results", args=[consultation.pk]))


@requires(Permission.MEASURE_DRAFT, consultation_scope)
def office_file(request: HttpRequest, consultation: Consultation, form: str) -> HttpResponse:
    """Every comment as it stands, to take away."""
    if form not in documents.FORMATS:
        raise Http404("There is no such file.")
    return pages.as_file(documents.for_officers(consultation, clock.today()), consultation, form)


def home(consultation: Consultation) -> str:
    return reverse("frameworks:consulting_one", args=[consultation.pk])


def office_page(
    request: HttpRequest, form: Any, act: Any, consultation: Consultation, *, title: str, said: str, **context: Any
) -> HttpResponse:
    return form_page(
        request,
        form,
        act,
        done=home(consultation),
        said=said,
        template=FORM,
        title=title,
        caption=consultation.title,
        cancel_url=home(consultation),
        **context,
    )
