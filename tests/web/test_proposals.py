"""The pages of proposals: the list, writing together, asking, sending, answering, comparing."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from genjin.approvals.models import Request
from genjin.customers.actions.collaborators import NewCollaborator, add_collaborator
from genjin.library.rules import Objection as Category
from genjin.proposals.actions.drafts import NewLine, NewProposal, open_proposal, save_draft
from genjin.proposals.actions.objections import NewObjection, note_objection
from genjin.proposals.models import Proposal, ProposalLink, ProposalVersion
from genjin.selling.actions.products import save_product
from genjin.selling.models import Opportunity, Product

LINE = {
    "line_product": "",
    "line_name": "",
    "line_unit": "",
    "line_quantity": "1",
    "line_price": "",
    "line_discount": "0",
    "line_tax_rate": "",
}


@pytest.fixture
def customer(alice, make_customer):
    return make_customer(owner=alice, name="杭州远景机电有限公司", contacts=[{"name": "王经理"}])


@pytest.fixture
def opportunity(alice, customer):
    now = timezone.now()
    return Opportunity.objects.create(
        customer=customer, name="排产系统", owner=alice, opened_at=now, stage_entered_at=now
    )


@pytest.fixture
def system(dora):
    values = {
        "code": "SYS",
        "name": "排产系统",
        "unit": "套",
        "list_price": Decimal(60_000),
        "tax_rate": Decimal(13),
    }
    return save_product(dora, Product(), values, now=timezone.now())


@pytest.fixture
def version(alice, customer, opportunity, system):
    new = NewProposal(
        opportunity,
        "排产系统一期",
        {"lines": [NewLine(system)], "modules": ["排产", "报表"], "duration": "2 个月"},
    )
    return open_proposal(alice, customer, new, now=timezone.now()).versions.get()


def written(page, **changes):
    """Return what the form of a page sends, with changes."""
    form = page.context["form"]
    sent = {"version": form.initial["version"], "initial-lines": page.context["lines_seen"]}
    for name in ("title", "modules", "price_book", "discount", "duration", "valid_until", "terms"):
        value = form[name].value()
        sent |= {
            name: value if value is not None else "",
            f"initial-{name}": value if value is not None else "",
        }
    for column in LINE:
        sent[column] = [row[column.removeprefix("line_")] for row in form.rows]
    return sent | changes


def test_a_proposal_is_begun_written_and_listed(alice, charlie, client, customer, opportunity, system):
    client.force_login(alice)
    url = f"/proposals/for/{customer.pk}/"
    assert client.get(url).context["form"].initial["opportunity"] == opportunity.pk
    assert client.post(url, {"opportunity": opportunity.pk, "title": ""}).status_code == 422
    answer = client.post(url, {"opportunity": opportunity.pk, "title": "一期"})
    proposal = Proposal.objects.get()
    edit = f"/proposals/versions/{proposal.versions.get().pk}/edit/"
    assert answer["Location"] == edit
    page = client.get(edit)
    lines = {column: [value, value] for column, value in LINE.items()}
    lines |= {"line_product": [system.pk, ""], "line_name": ["", "接口开发"], "line_price": ["", "x"]}
    answer = client.post(edit, written(page, modules="排产\n报表", **lines))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["lines"])
    assert [row["name"] for row in answer.context["form"].rows] == ["", "接口开发"]
    lines["line_price"] = ["", "8000"]
    assert client.post(edit, written(page, modules="排产\n报表", **lines)).status_code == 302
    version = proposal.versions.get()
    assert (version.amount, version.modules) == (Decimal(68_000), ["排产", "报表"])
    shown = client.get("/proposals/?state=draft")
    assert [row["number"] for row in shown.context["rows"]] == [proposal.number]
    assert not client.get("/proposals/?state=sent").context["rows"]
    assert [
        row["title"] for row in client.get(f"/customers/{customer.pk}/?tab=proposals").context["proposals"]
    ] == ["一期"]
    client.force_login(charlie)
    assert not client.get("/proposals/?tab=all").context["rows"]
    for address in (
        f"/proposals/{proposal.pk}/",
        edit,
        url,
        f"/proposals/versions/{version.pk}/print/",
        f"/proposals/{proposal.pk}/compare/",
    ):
        assert client.get(address).status_code == 404


def test_two_on_one_draft_see_both_values_and_choose(alice, bob, client, version, system):
    client.force_login(alice)
    edit = f"/proposals/versions/{version.pk}/edit/"
    page = client.get(edit)
    save_draft(
        bob,
        version,
        {"terms": "一年质保", "lines": [NewLine(system, quantity=Decimal(2))]},
        seen=version.revision,
        now=timezone.now(),
    )
    mine = written(page, terms="两年质保", line_quantity=["3"])
    answer = client.post(edit, mine)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "一年质保" in text and "两年质保" in text and "排产系统 2.00套" in text
    chosen = mine | {
        "version": answer.context["form"].data["version"],
        "choose-terms": "mine",
        "choose-lines": "theirs",
    }
    assert client.post(edit, chosen).status_code == 302
    row = ProposalVersion.objects.get(pk=version.pk)
    assert (row.terms, row.lines.get().quantity) == ("两年质保", Decimal(2))


def test_the_whole_way_of_two_versions(alice, bob, client, version):
    client.force_login(alice)
    page = f"/proposals/{version.proposal_id}/"
    first = f"/proposals/versions/{version.pk}/"
    assert next(deed["url"] for deed in client.get(page).context["deeds"]) == f"{first}send/"
    assert (
        client.post(f"{first}files/", {"file": SimpleUploadedFile("案例.pdf", b"%PDF-1.7 x")}).status_code
        == 302
    )
    assert client.post(f"{first}send/", {"method": "email", "to": ""}).status_code == 422
    assert client.post(f"{first}send/", {"method": "email", "to": "王经理"}).status_code == 302
    assert client.get(f"{first}edit/").status_code == 409
    assert client.post(f"{first}feedback/", {"text": "缩短到 1 个月", "rating": "4"}).status_code == 302
    assert client.get(page).context["feedback"][0]["stars"] == "★★★★☆"
    assert client.post(f"{page}next/").status_code == 302
    second = ProposalVersion.objects.get(number=2)
    edit = f"/proposals/versions/{second.pk}/edit/"
    assert client.post(edit, written(client.get(edit), discount="10", duration="1 个月")).status_code == 302
    shown = client.get(page)
    assert shown.context["deeds"][0]["url"] == f"/proposals/versions/{second.pk}/hand-in/"
    assert client.post(f"/proposals/versions/{second.pk}/hand-in/", {"reason": ""}).status_code == 422
    assert client.post(f"/proposals/versions/{second.pk}/hand-in/", {"reason": "客户要求"}).status_code == 302
    assert (
        client.post(f"/proposals/versions/{second.pk}/send/", {"method": "email", "to": "x"}).status_code
        == 422
    )
    assert ProposalVersion.objects.get(pk=second.pk).state == "approval"
    request = Request.objects.get()
    client.force_login(bob)
    assert client.post(f"/requests/{request.pk}/grant/", {"answer": ""}).status_code == 302
    client.force_login(alice)
    assert (
        client.post(f"/proposals/versions/{second.pk}/send/", {"method": "link", "to": "王经理"}).status_code
        == 302
    )
    found = client.get(f"{page}compare/?a=1&b=2")
    assert (found.context["by"], [text[1:] for text in found.context["texts"]]) == (
        Decimal(-6000),
        [("2 个月", "1 个月"), ("0.00", "10.00")],
    )


def test_a_stranger_reads_the_sent_version_until_the_link_is_revoked(alice, charlie, client, version):
    client.force_login(alice)
    base = f"/proposals/versions/{version.pk}/"
    assert client.post(f"{base}share/", {"days": 7}).status_code == 409
    client.post(f"{base}send/", {"method": "link", "to": "王经理"})
    assert client.post(f"{base}share/", {"days": 7}).status_code == 302
    link = ProposalLink.objects.get()
    client.logout()
    answer = client.get(f"/o/{link.key}/")
    text = answer.content.decode()
    assert (answer.status_code, answer["X-Robots-Tag"]) == (200, "noindex, nofollow")
    assert "排产系统一期" in text and "陆万元整" in text and "noindex" in text
    assert "远景" not in text and "艾丽" not in text
    client.force_login(charlie)
    assert client.post(f"/proposals/links/{link.pk}/revoke/").status_code == 404
    client.force_login(alice)
    shown = client.get(f"/proposals/{version.proposal_id}/").context["links"][0]
    assert (shown["count"], shown["state"]) == (1, "")
    assert client.post(f"/proposals/links/{link.pk}/revoke/").status_code == 302
    client.logout()
    assert (
        client.get(f"/o/{link.key}/").status_code
        == client.get("/o/xxxxxxxxxxxxxxxxxxxxxx/").status_code
        == 404
    )
    link.refresh_from_db()
    assert link.opened_count == 1


def test_the_print_page_says_the_amount_in_words(alice, client, version):
    client.force_login(alice)
    text = client.get(f"/proposals/versions/{version.pk}/print/").content.decode()
    assert "陆万元整" in text and "60,000.00" in text


def test_a_colleague_named_on_it_writes_but_does_not_send(alice, derek, client, version):
    client.force_login(alice)
    url = f"/proposals/{version.proposal_id}/authors/"
    assert client.post(url, {"authors": [derek.pk]}).status_code == 302
    client.force_login(derek)
    edit = f"/proposals/versions/{version.pk}/edit/"
    assert client.post(edit, written(client.get(edit), duration="六周")).status_code == 302
    assert ProposalVersion.objects.get().duration == "六周"
    for name in ("send", "hand-in"):
        assert (
            client.post(
                f"/proposals/versions/{version.pk}/{name}/", {"method": "email", "to": "x"}
            ).status_code
            == 403
        )
    assert client.post(url, {"authors": []}).status_code == 403
    assert ProposalVersion.objects.get().state == "draft"


def test_objections_are_noted_answered_and_counted(alice, charlie, client, customer, opportunity):
    client.force_login(alice)
    url = f"/customers/{customer.pk}/objections/new/"
    assert client.post(url, {"category": "price", "said": ""}).status_code == 422
    assert (
        client.post(url, {"category": "price", "said": "比别家贵", "opportunity": opportunity.pk}).status_code
        == 302
    )
    row = customer.objections.get()
    page = client.get("/objections/")
    assert ([tile["value"] for tile in page.context["tiles"]], page.context["rows"][0]["said"]) == (
        [1],
        "比别家贵",
    )
    answer = f"/objections/{row.pk}/answer/"
    assert "样本不足" in client.get(answer).content.decode()
    assert client.post(answer, {"acceptance": "", "answer": "算总账"}).status_code == 422
    assert client.post(answer, {"acceptance": "partly", "answer": "算总账"}).status_code == 302
    assert [one["said"] for one in client.get("/objections/?taken=partly").context["rows"]] == ["比别家贵"]
    assert not client.get("/objections/?taken=open").context["rows"]
    client.force_login(charlie)
    assert not client.get("/objections/").context["rows"]
    assert client.get(answer).status_code == client.get(url).status_code == 404


def test_objections_of_many_customers_ask_once_who_may_answer(
    alice, charlie, client, make_customer, django_assert_max_num_queries
):
    now = timezone.now()
    for at in range(4):
        row = make_customer(owner=alice)
        note_objection(alice, row, NewObjection("price", f"贵{at}"), now=now)
        add_collaborator(alice, row, NewCollaborator(charlie, may_write=at > 0), now=now)
    client.force_login(charlie)
    client.get("/objections/")
    with django_assert_max_num_queries(16):
        rows = client.get("/objections/").context["rows"]
    assert [bool(row["answer_url"]) for row in rows] == [True, True, True, False]


def test_the_form_of_an_objection_reads_the_library_once(
    alice, client, customer, django_assert_max_num_queries
):
    client.force_login(alice)
    url = f"/customers/{customer.pk}/objections/new/"
    labels = [label for _pk, label in client.get(url).context["form"].fields["entry"].choices][1:]
    order = {str(word): at for at, word in enumerate(Category.labels)}
    found = [order[label.split(" · ")[0]] for label in labels]
    assert found == sorted(found)
    assert len(set(found)) > 1
    with django_assert_max_num_queries(12):
        client.get(url)


def test_the_page_of_a_draft_reads_its_lines_once(alice, client, version):
    client.force_login(alice)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/proposals/{version.proposal_id}/")
    lines = [one for one in asked if 'FROM "proposals_proposalline"' in one["sql"]]
    assert len(lines) == 1


def test_the_list_opens_with_what_is_there(alice, bob, dora, charlie, client, version):
    for who, tab, count in ((alice, "mine", 1), (bob, "all", 1), (dora, "all", 1), (charlie, "all", 0)):
        client.force_login(who)
        page = client.get("/proposals/")
        assert [one["url"] for one in page.context["tabs"] if one["active"]] == [f"?tab={tab}"]
        assert len(page.context["rows"]) == count
        assert dict(page.context["kept_in_search"])["tab"] == tab
    client.force_login(dora)
    assert not client.get("/proposals/?tab=mine").context["rows"]
    assert "tab%3Dall" in client.get("/proposals/").context["export_url"]


def test_the_list_costs_the_same_for_more_rows(
    alice, client, customer, opportunity, version, django_assert_max_num_queries
):
    client.force_login(alice)
    client.get("/proposals/")
    for at in range(4):
        open_proposal(
            alice, customer, NewProposal(opportunity, f"方案{at}"), now=timezone.now() + timedelta(days=1)
        )
    with django_assert_max_num_queries(14):
        assert len(client.get("/proposals/").context["rows"]) == 5
