"""What is written into the rows of the sweep so that it is recognised wherever it leaks."""

INTERNAL = "INTERNALNAME"  # what visitors of a public page must not read
MARK = "CANARY"  # in every text of a stranger's rows
SECRET_PHONES = (
    "13911112222",
    "13911113333",
    "13911114444",
)  # a stranger's, one in a pool, one of a customer one only reads
SHARED_PHONE = SECRET_PHONES[2]  # which a logged click may reveal
TARGET_OF_MATE, TARGET_OF_STRANGER = "6543217", "7654321"  # amounts, which sums and pages must not tell
MISSING = 987_654_321
