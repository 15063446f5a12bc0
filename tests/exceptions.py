"""What the rules of the house leave open on purpose, each with its reason; `test_house` reads them."""

# What a door may do although it looks like a write, and why.
NO_WRITES = {
    "genjin/cli/demo": "the demo company sets the clock back on what the actions wrote",
    "genjin/cli/messages.py": "catalogues are files",
    "genjin/cli/paper.py": "Word templates are files",
    "genjin/cli/offer_paper.py": "so is that of proposals",
}
# Where an action reads the clock itself, and why.
CLOCKS = {
    "genjin/intake/actions/commit.py": "a long import notes when it ended, not when it began",
    "genjin/intake/actions/progress.py": "and when somebody last worked on it",
    "genjin/intake/actions/commit_beside.py": "and when somebody last worked on it",
    "genjin/intake/actions/preview.py": "a record may not lie in the future of the check",
    "genjin/intake/actions/undo.py": "so does taking it back",
    "genjin/intake/actions/restore.py": "so does taking it back",
    "genjin/events/actions/backup.py": "so does a backup",
    "genjin/quality/actions/scan.py": "a long scan notes when each pair was found, not when it began",
}
# Actions without an actor: steps of other actions, and what the machine does by itself.
WITHOUT_ACTOR = {
    "genjin/customers/actions/overrides.py": {
        "end_standing",
        "rate_again",
        "forget_overrides",
    },  # steps; a clock
    "genjin/customers/actions/scores.py": {
        "rate_all",
        "rate_turned",
    },  # jobs: after publishing, and every night
    "genjin/insights/actions/chances.py": {"learn_chances"},  # the night
    "genjin/insights/actions/rollup.py": None,  # the machine adds up
    "genjin/insights/actions/reviews.py": {"make_due_reviews"},  # the machine, once a week and month
    "genjin/insights/actions/review_actions.py": {"remind_of_actions"},  # the machine, on the day
    "genjin/notices/actions/tell.py": None,  # a step of the actions that give cause to
    "genjin/notices/actions/outbox.py": None,  # a step of tell
    "genjin/notices/actions/letters.py": None,  # words, no rows
    "genjin/notices/actions/claiming.py": {"claim", "drop", "mark"},  # the worker
    "genjin/notices/actions/sending.py": None,  # the worker
    "genjin/notices/actions/watch.py": None,  # the machine looks
    "genjin/notices/actions/reading.py": {"forget_old"},
    "genjin/approvals/actions/requests.py": {"void_requests", "handed_in"},  # a step of changing; words
    "genjin/approvals/actions/steps.py": None,  # steps of asking and answering
    "genjin/approvals/actions/answers.py": {"pass_seat"},  # a step of handing on
    "genjin/approvals/actions/reminders.py": None,  # the machine looks
    "genjin/notices/actions/feeds.py": {"open_feed"},  # whoever has the secret
    "genjin/notices/actions/robots.py": {"secret_of", "post_to"},  # steps of sending and trying
    "genjin/accounts/actions/people.py": {
        "create_first_admin",
        "change_password",
        "note_login",
        "note_failed_login",
        "count_token_use",
    },
    "genjin/customers/actions/completeness.py": None,  # one statement, called by every action that changes what is collected
    "genjin/customers/actions/own.py": None,  # steps of the actions of records
    "genjin/fields/actions/templates.py": {"note_revisions_due"},  # a clock, watched by a job
    "genjin/customers/actions/derive.py": None,  # what follows from a customer's own words; steps of the actions beside it
    "genjin/customers/actions/bulk.py": {"put"},
    "genjin/customers/actions/bulk_write.py": None,  # steps of the set-based change
    "genjin/customers/actions/ownership.py": {"hand_over", "next_to_claim"},
    "genjin/customers/actions/aliases.py": {"forget_present_names"},
    "genjin/customers/actions/family.py": {"hold_families", "lineage"},
    "genjin/customers/actions/people.py": {"involve", "release_participants"},
    "genjin/customers/actions/collaborators.py": {"clear_ended"},  # a clock, watched by a job
    "genjin/events/actions/": None,  # the machine: trail, request keys, backups
    "genjin/followups/actions/brief.py": None,  # the machine, every working morning
    "genjin/followups/actions/word.py": {"tell_of_recycling"},
    "genjin/routing/actions/warnings.py": None,  # a step of the night
    "genjin/followups/actions/deadlines.py": None,  # clocks, started and stopped by other actions and by a job
    "genjin/selling/actions/following.py": None,  # the machine: purchases follow; a step of the moves
    "genjin/selling/actions/writing.py": {"require_version"},
    "genjin/care/actions/churn.py": {"look_nightly", "raise_alarms", "answer_by", "in_short"},  # the night
    "genjin/care/actions/churn_weights.py": {"propose_weights"},  # the night
    "genjin/care/actions/renewals.py": {"keep_renewals"},  # a clock, watched by a job
    "genjin/care/actions/repurchase.py": {
        "propose",
        "follow_owners",
        "why_of",
    },  # rules, asked by a job and by every figure
    "genjin/care/actions/usage.py": {"open_reviews"},  # a clock, watched by a job
    "genjin/proposals/actions/conflicts.py": None,  # steps of writing a draft
    "genjin/proposals/actions/trail.py": {"called"},
    "genjin/proposals/actions/links.py": {"open_link"},  # whoever has the link
    "genjin/selling/actions/numbers.py": {"next_number"},  # a step of the actions that number something
    "genjin/proposals/actions/rights.py": {"lock_row"},  # a step of writing and of taking back
    "genjin/contracts/actions/access.py": {
        "lock_row",
        "step",
        "involve_named",
        "refuse_open_amendment",
    },  # steps of the actions beside it
    "genjin/contracts/actions/collection.py": {
        "is_held",
        "words_of",
        "collect",
        "collect_all",
        "hold_collection",
        "release_collection",
        "reword_collection",
    },  # a job, and steps of the floors above
    "genjin/contracts/actions/drafts.py": {"write_plan", "place_milestone"},  # steps of drafts and amendments
    "genjin/contracts/actions/approval.py": {"facts_of"},
    "genjin/contracts/actions/signing.py": {"watch_end"},
    "genjin/contracts/actions/milestones.py": {"start_clocks", "begin_fulfilment"},
    "genjin/followups/actions/shares.py": {"open_share"},  # a stranger with the link
    "genjin/delivery/actions/standing.py": {"concerned"},  # whom to tell, no rows
    "genjin/delivery/actions/coupling.py": {"triggers_of"},  # a read for the steps beside it
    "genjin/delivery/actions/clocks.py": None,  # steps of the actions beside it, and a clock, watched by a job
    "genjin/delivery/actions/trail.py": None,  # a job follows what happened
    "genjin/followups/actions/subject_clocks.py": None,  # steps of the actions of the floors above
    "genjin/care/actions/steps.py": None,  # steps of the deeds on tickets
    "genjin/care/actions/keeping.py": None,  # what stands, looked at by jobs
    "genjin/care/actions/alarms.py": {"keep_alarms"},  # what became of customers, looked at by a job
    "genjin/care/actions/each.py": {"each"},  # any deed for many rows
    "genjin/care/actions/surveys.py": {"open_questionnaire", "answer_by_link"},  # whoever has the link
    "genjin/care/actions/links.py": {
        "open_report_page",
        "report_problem",
        "open_confirmation",
        "answer_confirmation",
    },
    "genjin/care/actions/tickets.py": {"open_bad_rating"},  # a step of the answer
    "genjin/followups/actions/dormancy.py": None,  # the night, and a step of actions that end a silence
    "genjin/followups/actions/grading.py": {
        "refresh_proposal",
        "end_overrides",
    },  # a step of every recorded contact; a clock
    "genjin/followups/actions/keeping.py": None,  # so do those that look whether clocks agree with the facts
    "genjin/followups/actions/ladder.py": None,  # and who takes the steps that are due
    "genjin/followups/actions/files.py": {"kept_name"},
    "genjin/followups/actions/evidence.py": {"check_noted"},
    "genjin/followups/actions/stages.py": {"require_passage"},  # the verdict alone, for a preview
    "genjin/followups/actions/debts.py": None,  # steps of the actions of gates, and a job
    "genjin/followups/actions/merge.py": {"moved_tables"},
    "genjin/followups/actions/ownership.py": {
        "recycle_customers",
        "give_by_rule",
        "bring_back",
    },  # steps of rules
    "genjin/routing/actions/assignment.py": {"assign_by_rules", "try_again"},  # rules act by themselves
    "genjin/routing/actions/reassignment.py": {"propose_reassignments", "drop_overtaken"},
    "genjin/routing/actions/handover.py": {"tell_unanswered"},  # a clock, watched by a job
    "genjin/routing/actions/recycling.py": None,  # so does the night
    "genjin/routing/actions/runs.py": {"write_hits"},  # a step of both
    "genjin/followups/actions/next_step.py": None,  # one statement, called by every action that touches a task
    "genjin/quality/actions/contradictions.py": None,  # derived from what is stored, by a job
    "genjin/intake/actions/upload.py": {
        "look",
        "check_mapping",
        "remembered_mapping",
    },
    "genjin/intake/actions/commit.py": {"commit_batch"},  # the worker, in the name of who asked for it
    "genjin/intake/actions/attach.py": None,  # steps of commit_batch
    "genjin/intake/actions/share_out.py": {"share_out"},  # the worker, in the name of who imported
    "genjin/intake/actions/undo.py": {"undo_batch"},
    "genjin/intake/actions/restore.py": None,  # steps of undo_batch
    "genjin/intake/actions/undo_records.py": None,
    "genjin/intake/actions/commit_beside.py": None,  # steps of commit_batch and preview_batch
    "genjin/intake/actions/updates.py": None,  # steps of commit_batch and preview_batch
    "genjin/intake/actions/kept.py": None,  # the cache of sheets
    "genjin/intake/actions/preview.py": {"preview_batch"},  # the worker looks into a batch
    "genjin/intake/actions/progress.py": None,  # steps of commit_batch and preview_batch
    "genjin/intake/actions/slices.py": None,
    "genjin/intake/actions/check.py": None,
    "genjin/intake/actions/measured.py": None,
    "genjin/intake/actions/problems.py": None,
    "genjin/intake/actions/resume.py": None,  # the machine: work that stopped goes on
    "genjin/intake/actions/parents.py": None,  # steps of commit_batch
    "genjin/intake/actions/tags.py": None,  # steps of commit_batch
    "genjin/intake/actions/write.py": None,
    "genjin/intake/actions/edits.py": {
        "run_edit",
        "run_undo",
    },  # the worker, for who asked
    "genjin/intake/actions/edit_values.py": None,  # steps of edits
    "genjin/intake/actions/edit_tags.py": {"words_of", "plan_tags"},
    "genjin/intake/actions/questionnaires.py": {"open_link", "answer_questionnaire", "remind_unanswered"},
    "genjin/intake/actions/mailboxes.py": {"look_into", "look_into_all"},
    "genjin/intake/actions/mails.py": None,  # the worker, in nobody's name
    "genjin/intake/actions/submissions.py": {  # visitors, and the worker after them
        "submit_form",
        "midnight_before",
        "is_full",
        "to_be_asked",
        "note_mailed",
        "confirm_submission",
        "take_in",
        "forget_submissions",
    },
    "genjin/intake/actions/export.py": {
        "policy",
        "is_small",
        "count_of",
        "run_export",
        "expire_exports",
    },  # the worker
    "genjin/intake/actions/export_write.py": None,  # writes a file, no rows
    "genjin/intake/actions/goods_in.py": {"known_products"},  # a reading of rows
    "genjin/intake/actions/deal_stages.py": {"follow_deals"},  # a step of letting a batch in
    "genjin/intake/actions/sheets.py": None,  # write files, no rows
    "genjin/quality/actions/scan.py": {
        "run_scan",
        "scan_window",
    },  # the worker, in the name of who asked for it
}
