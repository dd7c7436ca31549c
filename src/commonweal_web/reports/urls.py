"""Addresses of the app `reports`."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.reports.views import agreements, body, contract, home, log, other_words, regions, timeline

app_name = "reports"
ONE = "contracts/<int:contract_id>/"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("seen/", home.seen, name="seen"),
    path(ONE, contract.contract_page, name="contract"),
    path(f"{ONE}one-page.<slug:form>", contract.contract_file, name="contract_file"),
    path(f"{ONE}working/", contract.working, name="working"),
    path(f"{ONE}working.json", contract.working_json, name="working_json"),
    path(f"{ONE}timeline/", timeline.contract_timeline, name="timeline"),
    path(f"{ONE}returns/<int:return_id>/timeline/", timeline.return_timeline, name="return_timeline"),
    path(f"{ONE}claims/<int:claim_id>/timeline/", timeline.claim_timeline, name="claim_timeline"),
    path(f"{ONE}kpis/<int:kpi_id>/timeline/", timeline.kpi_timeline, name="kpi_timeline"),
    path(f"{ONE}changes/<int:change_id>/timeline/", timeline.change_timeline, name="change_timeline"),
    path(f"{ONE}evidence/<int:item_id>/timeline/", timeline.evidence_timeline, name="evidence_timeline"),
    path("portfolio/", body.portfolios, name="portfolios"),
    path("portfolio/<int:organisation_id>/", body.portfolio, name="portfolio"),
    path("portfolio/<int:organisation_id>/report.<slug:form>", body.portfolio_file, name="portfolio_file"),
    path("portfolio/<int:organisation_id>/working/", body.portfolio_working, name="portfolio_working"),
    path("directorates/<int:directorate_id>/working/", body.directorate_working, name="directorate_working"),
    path("directorates/<int:directorate_id>/", body.directorate, name="directorate"),
    path("directorates/<int:directorate_id>/report.<slug:form>", body.directorate_file, name="directorate_file"),
    path(f"{ONE}agreement/", agreements.agreement, name="agreement"),
    path(f"{ONE}agreement.<slug:form>", agreements.agreement_file, name="agreement_file"),
    path(f"{ONE}other-words/", other_words.contract_words, name="contract_words"),
    path(f"{ONE}other-words.<slug:form>", other_words.contract_words_file, name="contract_words_file"),
    path("portfolio/<int:organisation_id>/other-words/", other_words.body_words, name="portfolio_words"),
    path(
        "portfolio/<int:organisation_id>/other-words.<slug:form>",
        other_words.body_words_file,
        name="portfolio_words_file",
    ),
    path("directorates/<int:directorate_id>/other-words/", other_words.directorate_words, name="directorate_words"),
    path(
        "directorates/<int:directorate_id>/other-words.<slug:form>",
        other_words.directorate_words_file,
        name="directorate_words_file",
    ),
    path(f"{ONE}regions/", regions.contract_regions, name="contract_regions"),
    path(f"{ONE}regions.<slug:form>", regions.contract_regions_file, name="contract_regions_file"),
    path("portfolio/<int:organisation_id>/regions/", regions.body_regions, name="portfolio_regions"),
    path(
        "portfolio/<int:organisation_id>/regions.<slug:form>", regions.body_regions_file, name="portfolio_regions_file"
    ),
    path("log/", log.log, name="log"),
    path("log/verify/", log.log_verify, name="log_verify"),
    path("log/export.<slug:form>", log.log_export, name="log_export"),
]
