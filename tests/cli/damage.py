"""One way to break every invariant of the data: SQL as somebody with the database could run it."""

HOME = "(SELECT id FROM call WHERE code = 'HOME26')"
REVIEWING = "(SELECT id FROM call WHERE code = 'PAIN26')"
OPEN = "(SELECT id FROM call WHERE code = 'EARLY26')"
MADE = f"(SELECT id FROM allocation WHERE call_id = {HOME})"
LINE = (
    f"(SELECT id FROM allocation_line WHERE allocation_id = {MADE} AND decision = 'award' LIMIT 1)"
)
SUBMITTED = "(SELECT seat_id FROM review WHERE state = 'submitted' ORDER BY seat_id LIMIT 1)"
ZERO = "0" * 64

# name of the invariant: statements after which it must not hold
DAMAGE: dict[str, tuple[str, ...]] = {
    # --- accounts
    "accounts.person": ("DELETE FROM person WHERE email = 'auditor@equipoise.example'",),
    "accounts.signed_out": (
        "UPDATE account SET state = 'deactivated' WHERE id = (SELECT id FROM account LIMIT 1)",
        (
            "INSERT INTO sign_in (token_hash, account_id, created_at, expires_at)"
            " SELECT 'token', id, created_at, created_at FROM account"
            " WHERE state = 'deactivated'"
        ),
    ),
    "accounts.tokens": (
        "UPDATE account SET state = 'deactivated' WHERE id = (SELECT id FROM account LIMIT 1)",
        (
            "INSERT INTO api_token (id, account_id, name, token_hash, scopes, made_at, expires_at)"
            " SELECT 'token', id, 'a token', 'hash', '[]', created_at, created_at FROM account"
            " WHERE state = 'deactivated'"
        ),
    ),
    "accounts.address": ("UPDATE person SET email_key = upper(email_key) WHERE country = 'NL'",),
    "accounts.scope": ("UPDATE role_grant SET scope = 'nowhere' WHERE role = 'auditor'",),
    "accounts.reviewer_scope": ("UPDATE role_grant SET role = 'reviewer' WHERE role = 'auditor'",),
    # --- calls
    "calls.calendar": ("UPDATE call SET closes_at = opens_at WHERE code = 'HOME26'",),
    "calls.released_at": ("UPDATE call SET released_at = NULL WHERE code = 'HOME26'",),
    "calls.fund_currency": ("UPDATE call SET currency = 'JPY' WHERE code = 'HOME26'",),
    "calls.instants": ("UPDATE call SET zone = 'Asia/Tokyo' WHERE code = 'HOME26'",),
    "calls.scale": ("UPDATE call SET scale_step = '0.3' WHERE code = 'TRAIN27'",),
    "calls.weights": (
        f"UPDATE criterion SET weight = '0.5' WHERE call_id = {HOME} AND position = 0",
    ),
    "calls.tie_rules": ("UPDATE call SET tie_rules = '[\"coin\"]' WHERE code = 'TRAIN27'",),
    "calls.rules_frozen": ("UPDATE call SET approvals_needed = 1 WHERE code = 'HOME26'",),
    "calls.amendments": (
        (
            "INSERT INTO amendment (id, call_id, number, made_at, reason, changes,"
            " before_sha256, after_sha256)"
            f" SELECT 'amendment', id, 1, opens_at, 'why', '[]', '{ZERO}', '{ZERO}' FROM call"
            " WHERE code = 'HOME26'"
        ),
    ),
    "calls.form": (f"UPDATE question SET key = 'No Key' WHERE call_id = {HOME} AND position = 0",),
    "calls.funded": ("UPDATE call SET fund_id = NULL WHERE code = 'CHILD27'",),
    "calls.rates": ("UPDATE call SET rates = '{\"USD\": \"0\"}' WHERE code = 'TRAIN27'",),
    # --- funds
    "funds.never_over": (
        "UPDATE contribution SET committed_minor = amount_minor + 1 WHERE committed_minor > 0",
    ),
    "funds.committed": (
        "UPDATE contribution SET committed_minor = committed_minor - 1 WHERE committed_minor > 0",
    ),
    "funds.paid": ("UPDATE commitment SET paid_minor = 1",),
    "funds.promised": ("DELETE FROM commitment",),
    # --- proposals
    "proposals.version": ("UPDATE proposal SET state = 'submitted' WHERE state = 'draft'",),
    "proposals.own_version": (
        (
            "UPDATE proposal SET version_id = (SELECT version_id FROM proposal"
            " WHERE number = 'HOME26-002') WHERE number = 'HOME26-001'"
        ),
    ),
    "proposals.latest_version": (
        (
            "INSERT INTO version (id, proposal_id, number, title, answers, requested_minor, months,"
            " sha256) SELECT 'another', proposal_id, 2, title, answers, requested_minor, months,"
            " sha256 FROM version WHERE id = (SELECT version_id FROM proposal"
            " WHERE number = 'HOME26-001')"
        ),
    ),
    "proposals.identity": (
        (
            "DELETE FROM version_identity WHERE version_id = (SELECT version_id FROM proposal"
            " WHERE number = 'HOME26-001')"
        ),
    ),
    "proposals.lead": (
        (
            "UPDATE proposal_member SET role = 'co-applicant' WHERE proposal_id ="
            " (SELECT id FROM proposal WHERE number = 'HOME26-001')"
        ),
    ),
    "proposals.ceiling": ("UPDATE call SET award_ceiling_minor = 1 WHERE code = 'HOME26'",),
    "proposals.in_time": ("UPDATE call SET closes_at = opens_at WHERE code = 'HOME26'",),
    "proposals.submission_key": (
        (
            "INSERT INTO submission_key (key_sha256, proposal_id, body_sha256, receipt_id, used_at)"
            " SELECT 'key', (SELECT id FROM proposal WHERE id <> receipt.proposal_id LIMIT 1),"
            " 'body', id, submitted_at FROM receipt LIMIT 1"
        ),
    ),
    "proposals.receipt_version": (
        (
            "UPDATE receipt SET proposal_id = (SELECT id FROM proposal WHERE number = 'HOME26-002')"
            " WHERE proposal_id = (SELECT id FROM proposal WHERE number = 'HOME26-001')"
        ),
    ),
    "proposals.screening_reason": ("UPDATE screening SET reason = ' ' WHERE NOT eligible",),
    "proposals.receipt": (
        (
            "DELETE FROM receipt WHERE proposal_id ="
            " (SELECT id FROM proposal WHERE number = 'HOME26-001')"
        ),
    ),
    "proposals.screened": (
        (
            "DELETE FROM screening WHERE proposal_id ="
            " (SELECT id FROM proposal WHERE number = 'HOME26-001')"
        ),
    ),
    "proposals.receipt_proof": (
        "UPDATE receipt SET proof = replace(proof, 'Index: ', 'Index: 1')",
    ),
    "proposals.science_hash": ("UPDATE version SET title = title || '!'",),
    "proposals.staff_hash": (
        (
            "INSERT INTO version_staff (version_id, answers, sha256)"
            f" SELECT id, '{{}}', '{ZERO}' FROM version LIMIT 1"
        ),
    ),
    "proposals.equality_apart": (
        f"UPDATE question SET audience = 'equality' WHERE call_id = {HOME}",
    ),
    "proposals.shares": (
        'UPDATE version_identity SET consortium = \'{"lead_minor": 1, "partners": []}\'',
    ),
    "proposals.identity_hash": ("UPDATE version_identity SET lead_name = 'Somebody'",),
    "proposals.conversion": (
        (
            "UPDATE version SET requested_minor = requested_minor + 1 WHERE id ="
            " (SELECT version_id FROM proposal WHERE number = 'HOME26-001')"
        ),
    ),
    "proposals.file_answers": ("DELETE FROM blinded_file",),
    # --- reviewers
    "reviewers.holder": (f"DELETE FROM seat_holder WHERE seat_id = {SUBMITTED}",),
    "reviewers.seat_call": (f"UPDATE seat SET call_id = {OPEN} WHERE id = {SUBMITTED}",),
    "bids.holder": ("DELETE FROM bid_holder",),
    "bids.shown": ("UPDATE bid_sheet SET shown = '[]' WHERE bids <> '{}'",),
    "bids.no_conflict": (
        (
            "INSERT INTO conflict (id, call_id, proposal_id, account_id, kind, declared, detail,"
            " found_at) SELECT 'found later', call_id, json_extract(shown, '$[0]'), account_id,"
            " 'other', 0, '', saved_at FROM bid_sheet JOIN bid_holder ON sheet_id = id"
            " WHERE bids <> '{}' LIMIT 1"
        ),
    ),
    "reminders.letter": (
        (
            "UPDATE review_reminder SET account_id = (SELECT id FROM account WHERE id NOT IN"
            " (SELECT account_id FROM review_reminder) LIMIT 1)"
            " WHERE id = (SELECT id FROM review_reminder LIMIT 1)"
        ),
    ),
    "plans.sheet": ("DELETE FROM plan_sheet",),
    "plans.hash": ("UPDATE assignment_plan SET sheet_sha256 = ''",),
    "plans.ended": ("UPDATE assignment_plan SET ended_at = asked_at, ended_by = asked_by",),
    "plans.seed": ("UPDATE assignment_plan SET seed = ''",),
    "pool.mentor": ("UPDATE pool_member SET mentor_id = account_id",),
    "pool.most": (f"UPDATE pool_member SET most = 0 WHERE call_id = {HOME}",),
    "pool.invited": (
        (
            "INSERT INTO review_invitation (id, call_id, account_id, answer, reason, letter_id,"
            f" asked_at) SELECT 'asked', {HOME}, id, 'accepted', '', '', created_at FROM account"
            " LIMIT 1"
        ),
    ),
    "pool.offer": (
        (
            "INSERT INTO nomination (id, call_id, account_id, kind, codes, languages, keywords,"
            f" statement, state, offered_at) SELECT 'offered', {HOME}, account_id, 'expert', '[]',"
            " '[]', '', '', 'taken', confirmed_at FROM person"
            " WHERE email = 'auditor@equipoise.example'"
        ),
    ),
    "pool.away": (
        (
            "INSERT INTO unavailability (id, account_id, first_day, last_day)"
            " SELECT 'away', id, '2026-03-02', '2026-03-01' FROM account LIMIT 1"
        ),
    ),
    "pool.gender": (
        (
            "INSERT INTO told_gender (id, account_id, gender, told_at)"
            " SELECT 'told', id, 'officer', created_at FROM account LIMIT 1"
        ),
    ),
    "reviewers.helpfulness": (
        (
            "INSERT INTO helpfulness (seat_id, rating, rated_by, rated_at)"
            " SELECT seat_id, 9, account_id, '2026-01-01 00:00:00' FROM seat_holder"
            " WHERE seat_id NOT IN (SELECT seat_id FROM helpfulness) LIMIT 1"
        ),
    ),
    "reviewers.certified": (
        (
            "INSERT INTO certified (id, call_id, account_id, seat_id, at_stage, certified_at)"
            f" SELECT 'certified', {HOME}, account_id, '', 'end', confirmed_at FROM person"
            " WHERE email = 'auditor@equipoise.example'"
        ),
    ),
    "reviews.packs": (
        (
            "INSERT INTO review_pack (id, call_id, account_id, state, seats, file_key, sha256,"
            f" size, asked_at) SELECT 'pack', {HOME}, account_id, 'asked', '[\"not theirs\"]', '',"
            " '', 0, confirmed_at FROM person LIMIT 1"
        ),
    ),
    "reviews.closed": (
        (
            "INSERT INTO reviewing_closed (call_id, closed_at)"
            f" SELECT {REVIEWING}, confirmed_at FROM person LIMIT 1"
        ),
    ),
    "files.pieces": (
        (
            "INSERT INTO partial_upload (id, proposal_id, question_key, account_id, name, size,"
            " sha256, received, pieces, touched_at) SELECT 'partial', proposal_id, 'plan',"
            f" account_id, 'plan.pdf', 10, '', 4, '[\"sealed/00/{ZERO}\"]',"
            " '2026-01-01T00:00:00Z' FROM proposal_member LIMIT 1"
        ),
    ),
    "files.packs": (
        (
            "INSERT INTO review_pack (id, call_id, account_id, state, seats, file_key, sha256,"
            f" size, asked_at) SELECT 'pack', {HOME}, account_id, 'ready', '[]', 'none', '', 0,"
            " confirmed_at FROM person LIMIT 1"
        ),
    ),
    "reviewers.no_conflict": ("UPDATE seat SET state = 'accepted' WHERE state = 'conflicted'",),
    "reviewers.in_pool": (f"DELETE FROM pool_member WHERE call_id = {HOME}",),
    "reviewers.role": ("DELETE FROM role_grant WHERE role = 'reviewer'",),
    "reviewers.conflict_call": (f"UPDATE conflict SET call_id = {OPEN}",),
    "reviewers.decline": ("DELETE FROM decline",),
    "reviewers.hidden_identity": (
        (
            "INSERT INTO shown_identity (seat_id, lead_name, organisation)"
            " SELECT seat.id, 'Somebody', 'Somewhere' FROM seat JOIN proposal"
            " ON proposal.id = seat.proposal_id WHERE number = 'HOME26-001'"
        ),
    ),
    "reviewers.found": ("DELETE FROM conflict WHERE kind = 'organisation'",),
    # --- reviews
    "reviews.place": (
        (
            "UPDATE review SET proposal_id = (SELECT id FROM proposal WHERE number = 'EARLY26-001')"
            f" WHERE seat_id = {SUBMITTED}"
        ),
    ),
    "reviews.seat_state": (f"UPDATE seat SET state = 'accepted' WHERE id = {SUBMITTED}",),
    "reviews.kept": (f"DELETE FROM review_version WHERE seat_id = {SUBMITTED}",),
    "reviews.total": (f"UPDATE review SET total = '6/1' WHERE seat_id = {SUBMITTED}",),
    "reviews.grades": (
        f"UPDATE review SET grades = json_set(grades, '$.charm', '6') WHERE seat_id = {SUBMITTED}",
    ),
    "reviews.version_hash": (
        (
            "UPDATE review_version SET content = json_set(content, '$.to_panel', 'changed')"
            f" WHERE seat_id = {SUBMITTED}"
        ),
    ),
    "reviews.counted": (f"UPDATE review SET to_applicant = 'changed' WHERE seat_id = {SUBMITTED}",),
    # --- rankings and allocations
    "allocation.inputs_hash": (f"UPDATE ranking SET result_sha256 = '{ZERO}'",),
    "allocation.ranking": (
        "UPDATE ranking SET result = json_set(result, '$.places[0].total', '1/1')",
    ),
    "allocation.signed_content": (
        f"UPDATE allocation SET rule = json_set(rule, '$.reserve', 9) WHERE id = {MADE}",
    ),
    "allocation.spent": (f"UPDATE allocation SET spent_minor = spent_minor - 1 WHERE id = {MADE}",),
    "allocation.sources": (f"UPDATE allocation_line SET sources = '{{}}' WHERE id = {LINE}",),
    "allocation.pots": ("UPDATE contribution SET amount_minor = 1",),
    "allocation.departures": (f"DELETE FROM departure_approval WHERE allocation_id = {MADE}",),
    "allocation.two_release": (
        f"DELETE FROM sign_off WHERE allocation_id = {MADE} AND act = 'propose-release'",
    ),
    "allocation.budget": (f"UPDATE allocation SET budget_minor = 1 WHERE id = {MADE}",),
    "allocation.amounts": (f"UPDATE allocation_line SET decision = 'decline' WHERE id = {LINE}",),
    "allocation.line_call": (
        (
            "UPDATE allocation_line SET proposal_id ="
            f" (SELECT id FROM proposal WHERE number = 'EARLY26-001') WHERE id = {LINE}"
        ),
    ),
    "allocation.four_eyes": (
        (
            "UPDATE sign_off SET account_id = (SELECT proposed_by FROM allocation WHERE id ="
            " allocation_id) WHERE act = 'approve' AND id = (SELECT min(id) FROM sign_off"
            f" WHERE act = 'approve' AND allocation_id = {MADE})"
        ),
    ),
    "allocation.approvals": (
        f"DELETE FROM sign_off WHERE act = 'approve' AND allocation_id = {MADE}",
    ),
    "allocation.released": (f"UPDATE allocation SET state = 'approved' WHERE id = {MADE}",),
    "allocation.released_by": ("DELETE FROM sign_off WHERE act = 'release'",),
    "allocation.no_outcome_before": ("UPDATE call SET state = 'approving' WHERE code = 'HOME26'",),
    "allocation.no_feedback_before": (
        (
            "INSERT INTO feedback (id, proposal_id, letter, grades, reasons, comment)"
            " SELECT 'early', id, 'A', '{}', '{}', 'psst' FROM proposal"
            " WHERE number = 'PAIN26-001'"
        ),
    ),
    "allocation.outcomes": ("UPDATE outcome SET decision = 'award'",),
    "allocation.states": ("UPDATE proposal SET state = 'declined' WHERE state = 'reserve'",),
    "allocation.public_counts": (
        "UPDATE call SET results = json_set(results, '$.awards', 99) WHERE code = 'HOME26'",
    ),
    # --- awards
    "awards.decided": ("UPDATE award SET amount_minor = amount_minor + 1",),
    "awards.made": ("DELETE FROM award WHERE id = (SELECT min(id) FROM award)",),
    "awards.named": ("UPDATE award SET lead_name = 'Somebody'",),
    "awards.sources": ("UPDATE award SET sources = '[]'",),
    # --- files
    "files.blinded": (f"UPDATE blinded_file SET file_key = 'blinded/00/{ZERO}'",),
    "files.sealed": (f"UPDATE upload SET file_key = 'sealed/00/{ZERO}'",),
    "files.left": ("DELETE FROM upload",),
    "files.documents": ("UPDATE document SET state = 'ready'",),
    "files.trouble": ("UPDATE document SET state = 'failed'",),
    # --- the ledger
    "ledger.sequence": ("DELETE FROM ledger_entry WHERE seq = 20",),
    "ledger.chain": ("UPDATE ledger_entry SET record = replace(record, 'staff', 'admin')",),
    "ledger.tree": ("UPDATE ledger_head SET peaks = x'00'",),
    "ledger.facts": (
        (
            "UPDATE ledger_payload SET payload = '{}' WHERE seq ="
            " (SELECT max(seq) FROM ledger_payload)"
        ),
    ),
    "ledger.columns": ("UPDATE ledger_entry SET about = 'nothing' WHERE seq = 20",),
    "ledger.checkpoints": ("UPDATE ledger_checkpoint SET note = replace(note, 'a', 'b')",),
    # --- letters and jobs
    "letters.sent_at": ("UPDATE letter SET state = 'sent'",),
    "letters.job": ("DELETE FROM job",),
    "letters.trouble": ("UPDATE letter SET state = 'failed'",),
    "jobs.finished": ("UPDATE job SET state = 'done'",),
    "jobs.lease": ("UPDATE job SET state = 'running'",),
    "panels.own_call": (
        (
            "UPDATE panel_item SET proposal_id = (SELECT id FROM proposal WHERE call_id <> (SELECT "
            "call_id FROM panel WHERE panel.id = panel_item.panel_id) LIMIT 1) "
            "WHERE id = (SELECT id FROM panel_item LIMIT 1)"
        ),
    ),
    "panels.left_the_room": ("UPDATE item_presence SET absent = NULL WHERE absent = 'conflict'",),
    "panels.all_accounted_for": (
        "DELETE FROM item_presence WHERE id = (SELECT id FROM item_presence LIMIT 1)",
    ),
    "panels.reasons": (
        (
            "UPDATE panel_item SET recommendation = 'award', reason = '' "
            "WHERE id = (SELECT id FROM panel_item LIMIT 1)"
        ),
    ),
    "panels.one_chair": ("UPDATE panel_member SET office = 'chair' WHERE office = 'secretary'",),
    "panels.outlook": (
        (
            "INSERT INTO panel_outlook (id, panel_id, closed_sha256, of_sha256, content, made_at)"
            f" SELECT 'outlook', id, '{ZERO}', '{ZERO}',"
            ' \'{"titles": {"X-1": "Of no call"}}\', meets_at FROM panel LIMIT 1'
        ),
    ),
    "panels.minutes": (
        (
            "UPDATE panel_item SET note = 'Something else' "
            "WHERE panel_id IN (SELECT id FROM panel WHERE state = 'approved')"
        ),
    ),
}
