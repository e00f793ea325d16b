#!/usr/bin/env bash
# Tries the hooks with the real pre-commit in a scratch repository: only changed files are checked, files of others
# are left alone, and the tests that use a changed rule file are run.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PRE_COMMIT_HOME=$scratch/cache
cd "$scratch"
# pre-commit takes hooks from a commit, so the tree as it stands is committed to a copy.
mkdir hooks && git -C "$root" ls-files -z --cached --others --exclude-standard |
  (cd "$root" && xargs -0 tar -cf - 2>/dev/null) | tar -xf - -C hooks
# The build is the program that has been built already, where there is one: what is tried here are the hooks.
if [ -x "$root/target/release/rulecheck" ]; then
  mkdir -p bin && cp "$root/target/release/rulecheck" bin/ && export PATH=$scratch/bin:$PATH
  sed -i 's/language: rust/language: system/' hooks/.pre-commit-hooks.yaml
fi
commit() { git -C "$1" add -A && git -C "$1" -c user.name=t -c user.email=t@example.invalid commit --quiet --no-verify -m "$2"; }
git -C hooks init --quiet && commit hooks "hooks"
git init --quiet repo && cd repo
cat >.pre-commit-config.yaml <<EOF
repos:
  - repo: $scratch/hooks
    rev: $(git -C "$scratch/hooks" rev-parse HEAD)
    hooks: [{id: rulecheck-check}, {id: rulecheck-test}]
EOF
rules() { printf 'groups:\n- name: a\n  rules:\n  - alert: %s\n    expr: %s\n' "$1" "$2"; }
tests() {
  printf 'rule_files: [%s]\ntests:\n- input_series: [{series: up, values: "0"}]\n' "$1"
  printf '  alert_rule_test: [{eval_time: 0m, alertname: %s, exp_alerts: [{}]}]\n' "$2"
}
rules Down 'up == 0' >down.yml
tests down.yml Down >down.test.yml
rules Other 'up ==' >broken.yml
echo 'replicas: 3' >values.yaml
commit . "start"
fail() { echo "FAILED: $1"; cat "$scratch/log"; exit 1; }
run() { git add -A; pre-commit run >"$scratch/log" 2>&1; }

echo '# changed' | tee -a down.yml >>values.yaml
run || fail "a sound change must pass, whatever else is in the repository"
grep -q broken.yml "$scratch/log" && fail "files that did not change must not be checked"
rules Down 'up == 1' >down.yml
run && fail "a changed rule must rerun the tests that use it"
grep -q 'Down does not fire' "$scratch/log" || fail "the failing test must be shown"
rules Down 'up == 0' >down.yml
echo '# changed' >>broken.yml
run && fail "a changed broken file must be reported"
grep -q 'broken.yml:5' "$scratch/log" || fail "the place must be shown"
echo "4 passed, 0 failed"
