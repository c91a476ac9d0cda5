-- What a decision was about, in the words it was shown in: a rule compares it with what is there later.
ALTER TABLE approvals ADD COLUMN decided_detail TEXT;
UPDATE approvals SET decided_detail = detail WHERE decision IS NOT NULL AND decided_sha256 IS sha256;
