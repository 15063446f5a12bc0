"""Customers by the hundred thousand, made by set-based SQL: names of three parts, contacts, keys, tokens."""

from django.db import connection

OWNERS = 10
REGIONS = [
    "深圳",
    "北京",
    "上海",
    "广州",
    "杭州",
    "成都",
    "武汉",
    "苏州",
    "南京",
    "西安",
    "重庆",
    "天津",
    "长沙",
    "青岛",
    "宁波",
    "佛山",
    "东莞",
    "郑州",
    "合肥",
    "无锡",
]
BRANDS = [
    "华",
    "为",
    "中",
    "科",
    "天",
    "海",
    "金",
    "新",
    "瑞",
    "博",
    "德",
    "信",
    "恒",
    "宏",
    "嘉",
    "康",
    "联",
    "明",
    "普",
    "启",
    "荣",
    "盛",
    "泰",
    "万",
    "祥",
    "兴",
    "亚",
    "永",
    "源",
    "云",
]
TRADES = [
    "精密制造",
    "信息技术",
    "机电设备",
    "网络科技",
    "新材料",
    "食品贸易",
    "医疗器械",
    "物流服务",
    "建筑工程",
    "文化传媒",
]

_CUSTOMERS = """
INSERT INTO customers_customer (
    id, name, kind, customer_type, credit_code, old_registration_no, industry, size, founded_precision, province, city,
    district, address, website, main_business, target_customers, news, industry_rank, source_detail, need, pain_points,
    desired_cooperation, is_authority_clear, decision_process, needs_many_approvals, purchase_timing, competitors, need_fit,
    intent, past_projects, cooperation_period, notes, extra, stage, stage_entered_at, grade, grade_reason,
    is_grade_confirmed, score, label, score_version, owner_id, owned_since, last_contact_at, next_action_at, created_at,
    updated_at, version, sort_key)
SELECT n, (%(regions)s::text[])[1 + n %% 20] || (%(brands)s::text[])[1 + (n / 20) %% 30] || (%(brands)s::text[])[1 + (n / 600) %% 30]
       || (%(brands)s::text[])[1 + (n / 18000) %% 30] || (%(trades)s::text[])[1 + n %% 10] || '有限公司',
    'org', 'new', '', '', '制造业', '', 'day', '', (%(regions)s::text[])[1 + n %% 20], '', '', '', '', '', '', '', '',
    '想更换现有的系统', '', '', n %% 3 = 0, '', false, '', '', '', '', '', '', '', '{}',
    (ARRAY['lead','prospect','qualified','negotiation','won','lost'])[1 + n / 10 %% 6], now(), (ARRAY['A','B','C'])[1 + n / 10 %% 3], '',
    false, n %% 8, 'ordinary', 1, (%(owners)s::bigint[])[1 + n %% 10], now(), now() - (n %% 90) * interval '1 day',
    now() + (n %% 30 - 5) * interval '1 day', now(), now(), 1, lpad((n::bigint * 7919 %% 1000003)::text, 7, '0')
FROM generate_series(%(first)s, %(last)s) AS n
"""
_CONTACTS = """
INSERT INTO customers_contact (customer_id, name, job_title, phone, phone2, wechat, email, is_primary, is_decider, preference,
    do_not_disturb, consent_basis, notes, created_at, updated_at, version)
SELECT n, '王伟', '采购经理', '138' || lpad((n %% 100000000)::text, 8, '0'), '', '', '', true, false, '', false, '', '', now(), now(), 1
FROM generate_series(%(first)s, %(last)s) AS n
"""
_KEYS = """
INSERT INTO customers_identitykey (customer_id, key)
SELECT id, 'full:' || name || id FROM customers_customer WHERE id BETWEEN %(first)s AND %(last)s
UNION ALL SELECT n, 'mobile:138' || lpad((n %% 100000000)::text, 8, '0') FROM generate_series(%(first)s, %(last)s) AS n
"""
_TOKENS = """
INSERT INTO customers_searchdocument (customer_id, tokens)
SELECT c.id, array_to_tsvector(ARRAY(
    SELECT DISTINCT 'b' || substr(c.name, at, 2) FROM generate_series(1, length(c.name) - 1) AS at
    UNION SELECT 'p' || reverse('138' || lpad((c.id %% 100000000)::text, 8, '0'))))
FROM customers_customer c WHERE c.id BETWEEN %(first)s AND %(last)s
"""
_FOLLOWUPS = """
INSERT INTO followups_followup (customer_id, author_id, method, happened_at, recorded_at, is_late, is_effective, summary, feedback,
    got_response, new_needs, risks, mood)
SELECT 1 + n %% %(last)s, (%(owners)s::bigint[])[1 + n %% 10], 'phone', now() - (n %% 1800) * interval '1 day', now(), false, true,
    '客户说预算还在走流程,下周再联系', '', true, '', '', ''
FROM generate_series(1, %(last)s * 2) AS n
"""
_HISTORY = """
INSERT INTO customers_stagechange (customer_id, at, origin, target, reason)
SELECT id, created_at, '', stage, '' FROM customers_customer WHERE id BETWEEN %(first)s AND %(last)s
"""
_TASKS = """
INSERT INTO followups_task (customer_id, kind, assignee_id, due_at, method, objective, materials, status, outcome, postponed, created_at)
SELECT id, 'follow_up', owner_id, next_action_at, 'phone', '确认预算', '', 'open', '', 0, now()
FROM customers_customer WHERE id BETWEEN %(first)s AND %(last)s AND owner_id IS NOT NULL AND stage <> 'lost'
"""


def populate(owners: list[int], count: int) -> None:
    """Fill an empty database with `count` customers of ten owners, two contacts recorded each, one task each."""
    lists = {"regions": REGIONS, "brands": BRANDS, "trades": TRADES, "owners": owners}
    with connection.cursor() as cursor:
        for statement in (_CUSTOMERS, _CONTACTS, _KEYS, _TOKENS, _HISTORY, _TASKS):
            for first in range(1, count + 1, 100_000):
                cursor.execute(statement, lists | {"first": first, "last": min(first + 99_999, count)})
        cursor.execute(_FOLLOWUPS, lists | {"last": count})
        cursor.execute("SELECT setval(pg_get_serial_sequence('customers_customer', 'id'), %s)", [count])
        cursor.execute("VACUUM ANALYZE")


def populate_bare(owners: list[int], count: int) -> None:
    """Fill an empty database with customers alone."""
    lists = {"regions": REGIONS, "brands": BRANDS, "trades": TRADES, "owners": owners}
    with connection.cursor() as cursor:
        for first in range(1, count + 1, 100_000):
            cursor.execute(_CUSTOMERS, lists | {"first": first, "last": min(first + 99_999, count)})
        cursor.execute("SELECT setval(pg_get_serial_sequence('customers_customer', 'id'), %s)", [count])


def clear() -> None:
    """Empty every table that `populate` fills."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE customers_customer, customers_identitykey, customers_searchdocument, customers_customerrow, customers_contactrow, events_event, intake_importbatch CASCADE"
        )
