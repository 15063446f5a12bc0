from genjin.accounts.actions import delete_view, save_view
from genjin.accounts.models import SavedView
from tests.refusals import refused


def test_the_same_name_is_overwritten_and_belongs_to_one_person(alice, bob):
    save_view(alice, page="customers", name="我的", query="tab=mine")
    save_view(alice, page="customers", name="我的", query="tab=pool")
    save_view(bob, page="customers", name="我的", query="tab=team")
    assert [view.query for view in SavedView.objects.visible_to(alice)] == ["tab=pool"]


def test_a_view_has_a_name(alice):
    with refused("name_missing"):
        save_view(alice, page="customers", name="  ", query="")


def test_nobody_forgets_the_view_of_another(alice, bob):
    view = save_view(alice, page="customers", name="我的", query="tab=mine")
    delete_view(bob, view)
    assert SavedView.objects.count() == 1
    delete_view(alice, view)
    assert SavedView.objects.count() == 0
