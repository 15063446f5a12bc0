"""An empty database gets one administrator, and only one."""

from genjin.accounts.actions import create_first_admin
from genjin.accounts.models import User
from tests.refusals import refused


def test_the_first_one_gets_a_random_password_to_be_changed(db, now):
    password = create_first_admin("admin", now=now)
    admin = User.objects.get()
    assert admin.check_password(password)
    assert (admin.role, admin.must_change_password) == ("admin", True)
    assert len(password) >= 16


def test_a_password_of_ones_own_need_not_be_changed(db, now):
    create_first_admin("admin", password="a-long-own-phrase-7", now=now)
    assert not User.objects.get().must_change_password


def test_there_is_no_second_first_one(alice, now):
    with refused("already_initialised"):
        create_first_admin("admin", now=now)
