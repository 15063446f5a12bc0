"""Codes that a phone reads: the right kind of file, larger for longer texts."""

from genjin.kit.qr import qr_png, qr_svg


def test_a_code_is_a_picture_of_its_text():
    short, long = "https://a.example.com/", "https://crm.example.com/f/" + "x" * 100
    assert qr_png(short).startswith(b"\x89PNG")
    assert qr_svg(short).startswith(b"<?xml")
    assert qr_svg(short) != qr_svg(long)
    assert qr_svg(short) == qr_svg(short)
